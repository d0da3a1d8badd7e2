import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import * as nodeFileSystem from "node:fs/promises";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { describe, it } from "mocha";
import { type FileSystem, removeAtomic, writeAtomically } from "../../../src/platform/atomicFile.ts";
import { Failure, type FailureCode } from "../../../src/platform/failure.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";

const text = (content: string) => [Buffer.from(content)];

describe("writeAtomically", () => {
	const path = useTemporaryFolder();

	it("writes and replaces a file", async () => {
		await writeAtomically(path("file"), [Buffer.from("one, "), Buffer.from("two")]);
		assert.equal(await readFile(path("file"), "utf8"), "one, two");
		await writeAtomically(path("file"), text("three"));
		assert.equal(await readFile(path("file"), "utf8"), "three");
		assert.deepEqual(await readdir(path()), ["file"]);
	});

	it("makes files and folders that only their owner can read", async function () {
		if (process.platform === "win32") return this.skip();
		await writeAtomically(path("outer", "inner", "file"), text("content"));
		const modes = await Promise.all(
			[["outer"], ["outer", "inner"], ["outer", "inner", "file"]].map(
				async (names) => (await stat(path(...names))).mode & 0o777,
			),
		);
		assert.deepEqual(modes, [0o700, 0o700, 0o600]);
	});

	it("syncs the content before the rename and the folder after it", async () => {
		const calls: string[] = [];
		const recording: FileSystem = {
			...nodeFileSystem,
			open: async (name, ...rest) => {
				const handle = await nodeFileSystem.open(name, ...rest);
				return new Proxy(handle, {
					get(target, property) {
						const value = Reflect.get(target, property, target);
						if (typeof value !== "function") return value;
						return (...args: unknown[]) => {
							calls.push(`${String(property)} ${name === path() ? "folder" : "temporary"}`);
							return value.apply(target, args);
						};
					},
				});
			},
			rename: (...args) => {
				calls.push("rename");
				return nodeFileSystem.rename(...args);
			},
		};
		await writeAtomically(path("file"), text("content"), recording);
		assert.deepEqual(calls, [
			"writeFile temporary",
			"sync temporary",
			"close temporary",
			"rename",
			"sync folder",
			"close folder",
		]);
	});

	it("is content where a folder cannot be synced", async () => {
		const fileSystem: FileSystem = {
			...nodeFileSystem,
			open: (name, ...rest) => (name === path() ? reject("EPERM") : nodeFileSystem.open(name, ...rest)),
		};
		await writeAtomically(path("file"), text("content"), fileSystem);
		assert.equal(await readFile(path("file"), "utf8"), "content");
	});

	const failing: [string, Partial<FileSystem>, FailureCode][] = [
		["the folder cannot be made", { mkdir: () => reject("EROFS") }, "storageReadOnly"],
		["a folder is in the way of a folder", { mkdir: () => reject("ENOTDIR") }, "storageFailed"],
		["the folder cannot be listed", { readdir: () => reject("EIO") }, "storageFailed"],
		["the file cannot be made", { open: () => reject("EACCES") }, "storageReadOnly"],
		["the disk is full", { open: handleFailing("writeFile", "ENOSPC") }, "storageFull"],
		["the quota is used up", { open: handleFailing("writeFile", "EDQUOT") }, "storageFull"],
		["the disk is full only when synced", { open: handleFailing("sync", "ENOSPC") }, "storageFull"],
		["the disk breaks", { open: handleFailing("sync", "EIO") }, "storageFailed"],
		["the rename fails", { rename: () => reject("EIO") }, "storageFailed"],
		["the rename is refused for good", { rename: () => reject("EPERM") }, "storageReadOnly"],
		[
			"nothing can be tidied up either",
			{ open: handleFailing("writeFile", "ENOSPC"), rm: () => reject("EROFS") },
			"storageFull",
		],
	];
	for (const [what, methods, code] of failing) {
		it(`leaves the earlier file when ${what}`, async () => {
			await writeAtomically(path("file"), text("earlier"));
			await assert.rejects(
				writeAtomically(path("file"), text("later"), { ...nodeFileSystem, ...methods }),
				(error) => error instanceof Failure && error.code === code,
			);
			assert.equal(await readFile(path("file"), "utf8"), "earlier");
			if (!methods.rm) assert.deepEqual(await readdir(path()), ["file"]);
		});
	}

	it("names the folder that is full", async function () {
		if (process.platform !== "linux") return this.skip();
		const fullDisk: FileSystem = { ...nodeFileSystem, open: () => nodeFileSystem.open("/dev/full", "w") };
		await assert.rejects(writeAtomically(path("file"), text("content"), fullDisk), {
			message: `Nothing can be saved in ${path()}: no space is left on its disk.`,
		});
		assert.deepEqual(await readdir(path()), []);
	});

	it("tries again while another process holds the file", async () => {
		let refusals = 2;
		const fileSystem: FileSystem = {
			...nodeFileSystem,
			rename: (...args) => (refusals-- > 0 ? reject("EBUSY") : nodeFileSystem.rename(...args)),
		};
		await writeAtomically(path("file"), text("content"), fileSystem);
		assert.equal(await readFile(path("file"), "utf8"), "content");
	});

	it("clears away what killed writers of the same file left, and nothing else", async () => {
		const { pid: dead } = spawnSync(process.execPath, ["--version"]);
		const kept = [
			`file.${process.ppid}-1.tmp`,
			`file.${dead}.tmp`,
			`file.${dead}-1.tmp.txt`,
			`file.x${dead}-1.tmp`,
			`other.${dead}-1.tmp`,
		];
		for (const name of [...kept, `file.${dead}-1.tmp`, `file.${dead}-22.tmp`]) await writeFile(path(name), "");
		await writeAtomically(path("file"), text("content"));
		assert.deepEqual((await readdir(path())).sort(), [...kept, "file"].sort());
	});

	it("writes where it cannot clear away what a killed writer left", async () => {
		const leftover = path(`file.${spawnSync(process.execPath, ["-e", ""]).pid}-1.tmp`);
		await writeFile(leftover, "");
		const rm: FileSystem["rm"] = async (name, options) => {
			if (name === leftover) throw Object.assign(new Error("EBUSY"), { code: "EBUSY" });
			return await nodeFileSystem.rm(name, options);
		};
		await writeAtomically(path("file"), text("new"), { ...nodeFileSystem, rm });
		assert.equal(await readFile(path("file"), "utf8"), "new");
	});

	it("lets writers of one file overtake each other", async () => {
		const contents = ["a", "b", "c"].map((letter) => letter.repeat(100_000));
		await Promise.all(contents.map((content) => writeAtomically(path("file"), text(content))));
		assert.ok(contents.includes(await readFile(path("file"), "utf8")));
		assert.deepEqual(await readdir(path()), ["file"]);
	});
});

describe("removeAtomic", () => {
	const path = useTemporaryFolder();

	it("deletes a file with all that writers of it left, live ones too", async () => {
		for (const name of ["file", `file.${process.ppid}-1.tmp`, "file.txt"]) await writeFile(path(name), "");
		await removeAtomic(path("file"));
		assert.deepEqual(await readdir(path()), ["file.txt"]);
	});

	it("has nothing to do where there is nothing", async () => {
		await removeAtomic(path("file"));
		await removeAtomic(path("no", "folder", "file"));
		await assert.rejects(stat(path("no")));
	});

	it("says so when it may not", async () => {
		await assert.rejects(removeAtomic(path("file"), { ...nodeFileSystem, rm: () => reject("EROFS") }), {
			code: "storageReadOnly",
		});
	});
});

function reject(code: string): Promise<never> {
	return Promise.reject(Object.assign(new Error(`${code}: simulated`), { code }));
}

/** An `open` whose files fail in one method. */
function handleFailing(method: "writeFile" | "sync", code: string): FileSystem["open"] {
	return async (...args) => {
		const handle = await nodeFileSystem.open(...args);
		handle[method] = () => reject(code);
		return handle;
	};
}
