import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { watchFolders } from "../../../build.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";

describe("the watch of sources", () => {
	const path = useTemporaryFolder();
	let calls = 0;
	let end = (): void => {};

	/** Does something to a file, and waits until that is seen. */
	const seen = async (act: () => void): Promise<void> => {
		const before = calls;
		act();
		while (calls === before) await delay(5);
		// Events of one act that come late are not to be taken for those of the next.
		for (let last = -1; last !== calls; await delay(50)) last = calls;
	};

	const replace = (file: string): void => {
		writeFileSync(path("new"), "replaced");
		renameSync(path("new"), file);
	};

	beforeEach(() => {
		mkdirSync(path("src", "deep", "deeper"), { recursive: true });
		writeFileSync(path("src", "deep", "a.ts"), "a");
		calls = 0;
		end = watchFolders(path("src"), () => calls++);
	});

	afterEach(() => end());

	it("sees a file written in the folder, and in every folder below it", async () => {
		for (const folder of ["src", "src/deep", "src/deep/deeper"])
			await seen(() => writeFileSync(join(path(), folder, "b.ts"), "b"));
	});

	it("sees a file that is replaced again and again", async () => {
		for (let i = 0; i < 3; i++) await seen(() => replace(path("src", "deep", "a.ts")));
	});

	it("sees what is in a folder that is new, and bears that one is removed", async () => {
		await seen(() => mkdirSync(path("src", "new")));
		await seen(() => writeFileSync(path("src", "new", "c.ts"), "c"));
		await seen(() => rmSync(path("src", "new"), { recursive: true }));
		await seen(() => writeFileSync(path("src", "deep", "a.ts"), "b"));
	});

	it("sees nothing once it is ended", async () => {
		await seen(() => writeFileSync(path("src", "b.ts"), "b"));
		end();
		const before = calls;
		let others = 0;
		end = watchFolders(path("src"), () => others++);
		writeFileSync(path("src", "b.ts"), "c");
		while (others === 0) await delay(5);
		assert.equal(calls, before);
	});
});
