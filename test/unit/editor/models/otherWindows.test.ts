import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { storageFiles, trainingLock } from "../../../../src/domain/storage.ts";
import type { OtherWindows } from "../../../../src/editor/models/otherWindows.ts";
import { useTemporaryFolder } from "../../support/temporaryFolder.ts";
import { FakeClock } from "../fakes.ts";
import * as fake from "../fakeVscode.ts";

const { OtherWindows: OtherWindowsClass, sharedFolder } = await import("../../../../src/editor/models/otherWindows.ts");

describe("sharedFolder", () => {
	const path = useTemporaryFolder();

	it("is that of the first window as long as that is open", async () => {
		const [first, second] = [path("4f2a", "inkling"), path("4f2a-1", "inkling")];
		await mkdir(path("4f2a"));
		assert.equal(sharedFolder(second), second);
		await writeFile(path("4f2a", "vscode.lock"), "");
		assert.equal(sharedFolder(second), first);
		assert.equal(sharedFolder(first), first);
	});
});

describe("OtherWindows", () => {
	const path = useTemporaryFolder();
	const storage = (): string => path("storage");
	const lock = (): string => join(storage(), trainingLock);
	const model = (): string => join(storage(), storageFiles.model);
	let clock: FakeClock;
	let others: OtherWindows;
	let isTraining: boolean;
	let models: number;

	beforeEach(async () => {
		clock = new FakeClock();
		isTraining = false;
		models = 0;
		await mkdir(storage());
		others = new OtherWindowsClass({
			storage: storage(),
			clock,
			holdsLock: () => isTraining,
			modelChanged: () => models++,
		});
	});
	afterEach(() => others.dispose());

	/** What the file system's watcher does once a file has changed. */
	const see = (file: string): void => fake.written.fire({ scheme: "file", fsPath: file });
	const seeModel = (): void => {
		see(model());
		clock.turn(1_000);
	};
	const changed = (): Promise<void> =>
		new Promise((resolve) => {
			const listener = others.onDidChange(() => {
				listener.dispose();
				resolve();
			});
		});
	/** By this process, which is alive. */
	const hold = (pid = process.pid): Promise<void> =>
		writeFile(lock(), JSON.stringify({ host: hostname(), pid, token: "t" }));
	const settled = async (): Promise<void> => {
		for (let round = 0; round < 20; round++) await new Promise((resolve) => setTimeout(resolve, 1));
	};

	it("tells that another window trains, and that it has ended", async () => {
		await hold();
		let change = changed();
		see(lock());
		await change;
		assert.equal(others.train, true);
		await rm(lock());
		change = changed();
		see(lock());
		await change;
		assert.equal(others.train, false);
	});

	it("notices in time that a window which trained was killed, which nothing tells", async () => {
		await hold();
		let change = changed();
		see(lock());
		await change;
		await hold(2 ** 22 + 1);
		change = changed();
		clock.turn(5_000);
		await change;
		assert.equal(others.train, false);
		assert.equal(clock.pending, 0);
	});

	it("does not take this window's own training for another's", async () => {
		isTraining = true;
		await hold();
		see(lock());
		await settled();
		assert.equal(others.train, false);
	});

	it("does nothing once the window has closed, also where a look is under way", async () => {
		await others.modelUsed();
		await hold();
		await writeFile(model(), "trained by another");
		let changes = 0;
		others.onDidChange(() => changes++);
		see(lock());
		seeModel();
		others.dispose();
		await settled();
		assert.deepEqual([others.train, changes, models, clock.pending], [false, 0, 0, 0]);
	});

	it("leaves this window time to use what it has stored itself", async () => {
		await others.modelUsed();
		await writeFile(model(), "imported here");
		see(model());
		await others.modelUsed();
		clock.turn(1_000);
		await settled();
		assert.equal(models, 0);
	});

	it("tells of a model that another window has stored or deleted, not of what this one uses", async () => {
		await others.modelUsed();
		await writeFile(model(), "trained by another");
		seeModel();
		while (models < 1) await settled();
		seeModel();
		await settled();
		assert.equal(models, 1);
		await writeFile(model(), "trained by this one, longer");
		isTraining = true;
		seeModel();
		await settled();
		isTraining = false;
		await others.modelUsed();
		seeModel();
		await settled();
		assert.equal(models, 1);
		await rm(model());
		seeModel();
		while (models < 2) await settled();
	});
});
