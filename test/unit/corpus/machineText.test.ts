import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { describe, it } from "mocha";
import { isMachineText } from "../../../src/corpus/content/machineText.ts";

const oid = createHash("sha256").update("data").digest("hex");
const lfs = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 12345\n`;
const annexKey = `SHA256E-s31390--${oid}.png`;
const map = { version: 3, sources: ["a.ts"], names: [], mappings: "AAAA;AACA,IAAI" };
const base64 = (
	randomBytes(600)
		.toString("base64")
		.match(/.{1,76}/g) ?? []
).join("\n");

describe("isMachineText", () => {
	const machine: readonly [what: string, text: string][] = [
		["a pointer of git LFS", lfs],
		["one with extensions", lfs.replace("oid", `ext-0-foo sha256:${oid}\noid`)],
		["a pointer of git-annex", `/annex/objects/${annexKey}\n`],
		["a link of git-annex as a file", `../../.git/annex/objects/Fx/k2/${annexKey}/${annexKey}`],
		["a file of DVC", `outs:\n- md5: ${oid.slice(32)}\n  size: 31390\n  hash: md5\n  path: data.xml\n`],
		[
			"one of an imported file",
			`md5: ${oid.slice(32)}\nfrozen: true\ndeps:\n- path: a\nouts:\n- etag: x1\n  path: b\n`,
		],
		["a source map", JSON.stringify(map)],
		["one with blanks, in another order", JSON.stringify({ mappings: "AAAA", sources: [], version: 3 }, null, 2)],
		["one that cannot be taken for a script", `)]}'\n${JSON.stringify(map)}`],
		["a project of Xcode", "// !$*UTF8*$!\n{\n\tarchiveVersion = 1;\n}\n"],
		["a scene of Unity", "%YAML 1.1\n%TAG !u! tag:unity3d.com,2011:\n--- !u!29 &1\n"],
		["snapshots of tests", "// Vitest Snapshot v1, https://vitest.dev/guide/snapshot.html\n\nexports[`a 1`] = `1`;\n"],
		["coverage", "TN:\nSF:/src/a.ts\nDA:1,1\nend_of_record\n"],
		["checksums", `${oid}  a.tar.gz\n${oid} *b.tar.gz\n`],
		["checksums as BSD writes them", `SHA256 (a.tar.gz) = ${oid}\n`],
		["encoded data", `Content-Transfer-Encoding: base64\n\n${base64}\n`],
	];
	for (const [what, text] of machine) it(`is true for ${what}`, () => assert.equal(isMachineText(text), true));

	const written: readonly [what: string, text: string][] = [
		["nothing", ""],
		["code", "export function f(): void {}\n".repeat(50)],
		["a text about pointers", `${lfs}\nSuch is the pointer that git LFS leaves in place of the file.\n`],
		["a text that names an object", "See /annex/objects/ for the content.\n"],
		["YAML with such a key", "steps:\n- run: build\nouts:\n- name: dist\n"],
		["a program for source maps", 'const map = { "version": 3, "sources": [], "mappings": "" };\n'],
		["settings with mappings", '{\n\t"version": 3,\n\t"mappings": { "a": "b" },\n\t"sources": []\n}\n'],
		["headings", `${"=".repeat(70)}\n${"-".repeat(70)}\n`],
		["long names", `${"averyLongNameOfAFunctionThatDoesEverythingThatCanBeDoneHere".repeat(2)}\n`],
		[
			"a list of commits",
			`${oid.slice(24)} Mend the build\nand say why it broke, in more than the words of the commit\n`,
		],
	];
	for (const [what, text] of written) it(`is false for ${what}`, () => assert.equal(isMachineText(text), false));

	it("takes time in proportion to the text", () => {
		for (const text of [
			"{ ".repeat(1e5),
			`{"mappings"${" ".repeat(2e5)}`,
			"SHA256 (".repeat(3e4),
			"a".repeat(2.5e5),
			"outs:\n".repeat(4e4),
		])
			assert.equal(isMachineText(text), false);
	});
});
