import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { outputFile, outputFolder } from "../../../../src/cli/terminal/output.ts";
import { makeFolder, writeAtomically } from "../../../../src/platform/atomicFile.ts";
import { Failure } from "../../../../src/platform/failure.ts";
import { useTemporaryFolder } from "../../support/temporaryFolder.ts";
import { FakeTerminal } from "./fakeTerminal.ts";

const isWindows = process.platform === "win32";

describe("the file that a command is to write", () => {
	const path = useTemporaryFolder();
	let terminal: FakeTerminal;

	beforeEach(() => {
		terminal = new FakeTerminal();
	});

	const refused = async (file: string, why: RegExp) => {
		const failure = await outputFile(file, terminal.stderr).then(() => assert.fail("it is taken"), Failure.report);
		assert.match(failure.detail, why);
		assert.notEqual(failure.code, "internal");
	};

	it("may be there or not, and nothing is left behind but its folder", async () => {
		await writeFile(path("there"), "old");
		assert.equal(await outputFile(path("there"), terminal.stderr), path("there"));
		assert.equal(await outputFile(path("a", "b", "new"), terminal.stderr), path("a", "b", "new"));
		assert.deepEqual([await readdir(path()), await readdir(path("a", "b"))], [["a", "there"], []]);
		assert.equal(await readFile(path("there"), "utf8"), "old");
		assert.equal(terminal.errors, "");
	});

	it("is none where there is a folder, or where a file is in the way of one", async () => {
		await writeFile(path("file"), "");
		await refused(path(), /cannot be written: it is a folder, not a file$/);
		await refused(path("file", "below"), /cannot be written: ENOTDIR$|ENOTDIR|EEXIST/);
	});

	it("is none where there is a device, a named pipe or a socket", async function () {
		if (isWindows) return this.skip();
		await refused("/dev/null", /it is a device, not a file$/);
		execFileSync("mkfifo", [path("pipe")]);
		await refused(path("pipe"), /it is a named pipe, not a file$/);
		const server = createServer().listen(path("socket"));
		await new Promise((resolve) => server.once("listening", resolve));
		await refused(path("socket"), /it is a socket, not a file$/);
		await new Promise((resolve) => server.close(resolve));
	});

	it("is none in a file system that makes no folders, however deep", async function () {
		if (process.platform !== "linux") return this.skip();
		await refused("/proc/none/of/these/model.safetensors", /ENOENT/);
	});

	it("is the one that a link leads to, and the user is told", async function () {
		if (isWindows) return this.skip();
		await writeFile(path("real"), "old");
		await symlink("real", path("link"));
		await symlink(path("link"), path("second"));
		await symlink("yet/to/come", path("ahead"));
		assert.equal(await outputFile(path("second"), terminal.stderr), path("real"));
		assert.equal(await outputFile(path("ahead"), terminal.stderr), path("yet/to/come"));
		assert.equal(
			terminal.errors.split("\n").filter((line) => /is a symbolic link: .* is written\.$/.test(line)).length,
			2,
		);
		await writeAtomically(await outputFile(path("link"), terminal.stderr), [Buffer.from("new")]);
		assert.equal((await lstat(path("link"))).isSymbolicLink(), true);
		assert.equal(await readFile(path("link"), "utf8"), "new");
	});

	it("is none where links lead in a circle, or to a device", async function () {
		if (isWindows) return this.skip();
		await symlink("b", path("a"));
		await symlink("a", path("b"));
		await symlink("/dev/null", path("null"));
		await refused(path("a"), /lead in a circle$/);
		await refused(path("null"), /it is a device/);
	});

	it("lies in a folder that is made if there is none", async () => {
		await writeFile(path("file"), "");
		assert.equal(await outputFolder(path("a", "b")), path("a", "b"));
		assert.deepEqual(await readdir(path("a", "b")), []);
		await assert.rejects(outputFolder(path("file")), /it is a file, not a folder/);
	});
});

describe("making a folder", () => {
	const path = useTemporaryFolder();

	it("makes those around it, too, and is content where it is there", async () => {
		for (let time = 0; time < 2; time++) await makeFolder(path("a", "b", "c"));
		assert.deepEqual(await readdir(path("a", "b")), ["c"]);
		await writeFile(path("file"), "");
		await assert.rejects(makeFolder(path("file")), { code: "EEXIST" });
		await mkdir(path("d"));
		await makeFolder(path("d"));
	});

	it("gives up where no folder can be made", async () => {
		let tries = 0;
		const mkdir = async () => {
			tries++;
			throw Object.assign(new Error("ENOENT"), { code: "ENOENT" });
		};
		const deep = `/${"x/".repeat(50)}`;
		await assert.rejects(makeFolder(deep, { mkdir, stat: async () => assert.fail() } as never), { code: "ENOENT" });
		assert.ok(tries <= 2 * 52, `${tries} tries`);
	});
});
