import assert from "node:assert/strict";
import { isNetworkPath, leadsToOther } from "../../../src/platform/networkPath.ts";

const onNetwork = [
	"\\\\host\\share\\base.safetensors",
	"//host/share/base.safetensors",
	"\\/host\\share",
	"/\\host/share",
	"\\\\host@SSL@8443\\DavWWWRoot\\x",
	"\\\\127.0.0.1\\c$\\x",
	"\\\\?\\UNC\\host\\share\\x",
	"\\\\?\\unc\\host\\share\\x",
	"//?/UNC/host/share/x",
	"\\\\.\\UNC\\host\\share\\x",
	"\\??\\UNC\\host\\share\\x",
	"\\\\?\\GLOBALROOT\\Device\\Mup\\host\\share\\x",
	"\\\\.\\pipe\\x",
	"\\\\?\\C:x",
];

const here = [
	"C:\\models\\base.safetensors",
	"C:/models/base.safetensors",
	"c:base.safetensors",
	"\\models\\base.safetensors",
	"/models/base.safetensors",
	"base.safetensors",
	"~\\base.safetensors",
	"\\\\?\\C:\\models\\base.safetensors",
	"\\\\.\\c:\\models\\base.safetensors",
	"//?/C:/models/base.safetensors",
	"\\??\\C:\\models",
	"\\\\?\\Volume{b75e2c83-0000-0000-0000-602f00000000}\\x",
	"base",
	"",
];

describe("isNetworkPath", () => {
	for (const path of onNetwork)
		it(`finds that ${path} leads to the network, on Windows only`, () => {
			assert.equal(isNetworkPath(path, "win32"), true);
			for (const platform of ["linux", "darwin"] as const) assert.equal(isNetworkPath(path, platform), false);
		});

	for (const path of here)
		it(`finds that ${path || "an empty path"} does not`, () => {
			assert.equal(isNetworkPath(path, "win32"), false);
		});
});

describe("leadsToOther", () => {
	const cases: readonly [path: string, folder: string, leads: boolean][] = [
		["//host/share/repo/.git", "C:/work/", true],
		["//host/share/repo/.git", "//host/other/work/", true],
		["//host/share/repo/.git", "//other/share/work/", true],
		["\\\\HOST\\Share\\repo\\.git", "//host/share/work/", false],
		["../repo/.git", "//host/share/work/", false],
		["C:/repo/.git", "//host/share/work/", false],
		["//?/UNC/other/share/repo", "//host/share/work/", true],
		["//?/UNC/other/share/repo", "//?/UNC/host/share/work/", true],
	];
	for (const [path, folder, leads] of cases)
		it(`finds that ${path}, named in ${folder}, ${leads ? "leads to another computer" : "does not"}`, () => {
			assert.equal(leadsToOther(path, folder, "win32"), leads);
			assert.equal(leadsToOther(path, folder, "linux"), false);
		});
});
