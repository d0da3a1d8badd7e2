import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as nodeFileSystem from "node:fs/promises";
import { mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { withLock } from "../../../src/platform/fileLock.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";

describe("withLock", () => {
	const folder = useTemporaryFolder();
	const lock = (): string => folder("storage", "memory.lock");

	async function left(owner: string): Promise<void> {
		await mkdir(dirname(lock()), { recursive: true });
		await writeFile(lock(), owner);
	}

	it("lets one task run at a time, in a folder that need not be there", async () => {
		let running = 0;
		let most = 0;
		const task = async (): Promise<void> => {
			most = Math.max(most, ++running);
			await new Promise(setImmediate);
			running--;
		};
		await Promise.all(Array.from({ length: 8 }, () => withLock(lock(), nodeFileSystem, task)));
		assert.equal(most, 1);
		assert.equal(existsSync(lock()), false);
	});

	it("gives what the task gives, and is released when it fails", async () => {
		assert.equal(await withLock(lock(), nodeFileSystem, async () => 7), 7);
		const failing = withLock(lock(), nodeFileSystem, () => Promise.reject(new Error("ENOSPC")));
		await assert.rejects(failing, /ENOSPC/);
		assert.equal(existsSync(lock()), false);
	});

	it("takes over from a process that has ended", async () => {
		await left(JSON.stringify({ host: hostname(), pid: 2 ** 22 + 1, token: "other" }));
		assert.equal(
			await withLock(lock(), nodeFileSystem, async () => JSON.parse(await readFile(lock(), "utf8")).pid),
			process.pid,
		);
	});

	it("is taken over by one of many that find it left behind at once", async () => {
		for (let round = 0; round < 40; round++) {
			await left(JSON.stringify({ host: hostname(), pid: 2 ** 22 + 1, token: `${round}` }));
			let running = 0;
			let most = 0;
			let done = 0;
			const task = async (): Promise<void> => {
				most = Math.max(most, ++running);
				for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
				running--;
				done++;
			};
			await Promise.all(Array.from({ length: 6 }, () => withLock(lock(), nodeFileSystem, task)));
			assert.deepEqual([most, done], [1, 6]);
			assert.deepEqual(await nodeFileSystem.readdir(dirname(lock())), []);
		}
	});

	it("leaves the lock alone of a process that was quicker to take it over", async () => {
		await left(JSON.stringify({ host: hostname(), pid: 2 ** 22 + 1, token: "gone" }));
		const quicker = JSON.stringify({ host: hostname(), pid: process.pid, token: "quicker" });
		const open: typeof nodeFileSystem.open = async (path, ...how) => {
			// Between the look at the lock and its removal.
			if (`${path}`.endsWith(".taking")) await writeFile(lock(), quicker);
			return nodeFileSystem.open(path, ...how);
		};
		let hasRun = false;
		const task = async (): Promise<void> => {
			hasRun = true;
		};
		await assert.rejects(withLock(lock(), { ...nodeFileSystem, open }, task, 0), { code: "storageFailed" });
		assert.equal(hasRun, false);
		assert.equal(await readFile(lock(), "utf8"), quicker);
	});

	const owners = ["", "{", "null", "[]", '{"host":1,"pid":"1"}', JSON.stringify({ host: "another machine", pid: 1 })];
	for (const owner of owners)
		it(`takes over a lock that nobody has renewed for long: ${owner || "empty"}`, async () => {
			await left(owner);
			await utimes(lock(), 1, 1);
			assert.equal(await withLock(lock(), nodeFileSystem, async () => 7), 7);
		});

	it("takes over soon from a process that was killed before it had named itself", async () => {
		await left("");
		const seconds = Date.now() / 1000 - 5;
		await utimes(lock(), seconds, seconds);
		assert.equal(await withLock(lock(), nodeFileSystem, async () => 7), 7);
		await left(JSON.stringify({ host: "another machine", pid: 1 }));
		await utimes(lock(), seconds, seconds);
		let isFree = false;
		const waiting = withLock(lock(), nodeFileSystem, async () => assert.equal(isFree, true));
		for (let i = 0; i < 20; i++) await new Promise(setImmediate);
		isFree = true;
		await nodeFileSystem.rm(lock());
		await waiting;
	});

	it("is taken over where a process was killed while it took the lock over", async () => {
		await left(JSON.stringify({ host: hostname(), pid: 2 ** 22 + 1, token: "gone" }));
		await writeFile(`${lock()}.taking`, "");
		await utimes(`${lock()}.taking`, 1, 1);
		assert.equal(await withLock(lock(), nodeFileSystem, async () => 7), 7);
		assert.deepEqual(await nodeFileSystem.readdir(dirname(lock())), []);
	});

	it("waits for a process that is alive", async () => {
		await left(JSON.stringify({ host: hostname(), pid: process.pid, token: "other" }));
		let isFree = false;
		const waiting = withLock(lock(), nodeFileSystem, async () => assert.equal(isFree, true));
		for (let i = 0; i < 20; i++) await new Promise(setImmediate);
		isFree = true;
		await nodeFileSystem.rm(lock());
		await waiting;
	});

	it("leaves a lock alone that another process has taken over meanwhile", async () => {
		await withLock(lock(), nodeFileSystem, () => writeFile(lock(), "another"));
		assert.equal(await readFile(lock(), "utf8"), "another");
	});

	it("leaves no lock behind that it could not put its name into", async () => {
		const full = async (...args: Parameters<typeof nodeFileSystem.open>) => {
			const handle = await nodeFileSystem.open(...args);
			handle.writeFile = () => Promise.reject(Object.assign(new Error("ENOSPC"), { code: "ENOSPC" }));
			return handle;
		};
		const locked = withLock(lock(), { ...nodeFileSystem, open: full }, async () => 7);
		await assert.rejects(locked, /ENOSPC/);
		assert.equal(existsSync(lock()), false);
	});

	/** Waits until the lock was opened to be renewed, and closed. */
	function renewing(): { readonly open: typeof nodeFileSystem.open; readonly renewed: Promise<void> } {
		let renewed: () => void = () => {};
		const done = new Promise<void>((resolve) => {
			renewed = resolve;
		});
		const open: typeof nodeFileSystem.open = async (path, flags, mode) => {
			const handle = await nodeFileSystem.open(path, flags, mode);
			if (flags === "wx" || flags === "r") return handle;
			handle.writeFile = () => Promise.reject(Object.assign(new Error("ENOSPC"), { code: "ENOSPC" }));
			const close = handle.close.bind(handle);
			handle.close = () => close().finally(renewed);
			return handle;
		};
		return { open, renewed: done };
	}

	it("is renewed while the task runs, and keeps its name where the disk is full", async () => {
		const { open, renewed } = renewing();
		await withLock(lock(), { ...nodeFileSystem, open }, async () => {
			const before = await readFile(lock(), "utf8");
			await utimes(lock(), 1, 1);
			await renewed;
			assert.equal(await readFile(lock(), "utf8"), before);
			assert.ok((await nodeFileSystem.stat(lock())).mtimeMs > 2000);
		});
		assert.equal(existsSync(lock()), false);
	});

	it("does not write over the lock of a process that has taken it over meanwhile", async () => {
		const { open, renewed } = renewing();
		await withLock(lock(), { ...nodeFileSystem, open }, async () => {
			await writeFile(lock(), "another");
			await renewed;
		});
		assert.equal(await readFile(lock(), "utf8"), "another");
	});

	it("is released where the task ends while it is being renewed", async () => {
		let renews: () => void = () => {};
		const begun = new Promise<void>((resolve) => {
			renews = resolve;
		});
		const open: typeof nodeFileSystem.open = async (path, flags, mode) => {
			const handle = await nodeFileSystem.open(path, flags, mode);
			if (flags === "wx" || flags === "r") return handle;
			renews();
			for (let turn = 0; turn < 5000; turn++) await new Promise(setImmediate);
			return handle;
		};
		await withLock(lock(), { ...nodeFileSystem, open }, () => begun);
		assert.equal(existsSync(lock()), false);
	});

	it("says what the system says where no lock can be made", async () => {
		const open = (): Promise<never> => Promise.reject(Object.assign(new Error("EROFS"), { code: "EROFS" }));
		await assert.rejects(
			withLock(lock(), { ...nodeFileSystem, open }, async () => 7),
			/EROFS/,
		);
	});
});
