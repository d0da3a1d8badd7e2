import assert from "node:assert/strict";
import type { Workspace } from "../../../../src/domain/memory.ts";
import type { MemoryParts, WorkspaceMemory } from "../../../../src/editor/models/workspaceMemory.ts";
import { FakeClock } from "../fakes.ts";
import * as fake from "../fakeVscode.ts";

const rules = { exclude: ["private"], maxFileKiB: 256, maxTotalMiB: 64 };

describe("WorkspaceMemory", () => {
	let Memory: typeof WorkspaceMemory;
	let memory: WorkspaceMemory;
	let clock: FakeClock;
	let memoryMiB: number;
	let settingsChanged: fake.EventEmitter<void>;
	/** What the server was told. */
	let told: Workspace[];
	let files: (readonly string[] | null)[];
	let forgotten: number;

	before(async () => {
		({ WorkspaceMemory: Memory } = await import("../../../../src/editor/models/workspaceMemory.ts"));
	});

	beforeEach(() => {
		clock = new FakeClock();
		memoryMiB = 64;
		settingsChanged = new fake.EventEmitter();
		told = [];
		files = [];
		forgotten = 0;
		fake.workspace.isTrusted = true;
		fake.workspace.workspaceFolders = [{ name: "work", uri: { scheme: "file", fsPath: "/work" } }];
		const parts = {
			clock,
			storage: "/storage",
			settings: { onDidChange: settingsChanged.event, corpusRules: () => rules, memoryMiB: () => memoryMiB },
			server: {
				remember: (workspace: Workspace) => told.push(workspace),
				filesChanged: (paths: readonly string[] | null) => files.push(paths),
				forget: () => {
					forgotten++;
					return Promise.resolve();
				},
			},
		};
		memory = new Memory(parts as unknown as MemoryParts);
		memory.update();
	});

	afterEach(() => {
		memory.dispose();
		assert.equal(fake.workspace.watchers, 0);
		assert.equal(clock.pending, 0);
	});

	const write = (path: string, scheme = "file"): void => fake.written.fire({ scheme, fsPath: path });

	it("has the files of the folders read, and keeps what is learned", () => {
		const folders = [{ path: "/work", name: "work" }];
		assert.deepEqual(told, [{ folders, rules, index: true, storage: "/storage", memoryMiB: 64 }]);
		assert.equal(memory.isIndexing, true);
	});

	const limited: readonly [where: string, arrange: () => void, expected: Partial<Workspace>][] = [
		[
			"in a workspace that is not trusted",
			() => (fake.workspace.isTrusted = false),
			{ index: false, isUntrusted: true, storage: null },
		],
		["without a folder", () => (fake.workspace.workspaceFolders = undefined), { index: false, folders: [] }],
		[
			"in a virtual workspace",
			() => (fake.workspace.workspaceFolders = [{ name: "far", uri: { scheme: "vscode-vfs", fsPath: "/far" } }]),
			{ index: false, folders: [] },
		],
	];
	for (const [where, arrange, expected] of limited)
		it(`has nothing read ${where}`, () => {
			arrange();
			fake.foldersChanged.fire();
			const workspace = told.at(-1) as Workspace;
			assert.deepEqual({ ...workspace, ...expected }, workspace);
			write("/work/a.ts");
			assert.equal(clock.pending, 0);
		});

	it("says when anything of it has changed, and only then", () => {
		settingsChanged.fire();
		assert.equal(told.length, 1);
		memoryMiB = 128;
		settingsChanged.fire();
		assert.equal(told.at(-1)?.memoryMiB, 128);
		fake.workspace.isTrusted = false;
		fake.foldersChanged.fire();
		fake.workspace.isTrusted = true;
		fake.trustGranted.fire();
		assert.deepEqual(
			told.map(({ index }) => index),
			[true, true, false, true],
		);
	});

	it("tells of changed files in bursts", () => {
		write("/work/a.ts");
		fake.created.fire({ scheme: "file", fsPath: "/work/b.ts" });
		clock.turn(900);
		fake.deleted.fire({ scheme: "file", fsPath: "/work/c.ts" });
		fake.saved.fire({ uri: { scheme: "file", fsPath: "/work/a.ts" } });
		write("/far/d.ts", "vscode-vfs");
		assert.deepEqual(files, []);
		clock.turn(100);
		assert.deepEqual(files, [["/work/a.ts", "/work/b.ts", "/work/c.ts"]]);
		write("/work/a.ts");
		clock.turn(1_000);
		assert.equal(files.length, 2);
	});

	it("does not tell each of very many", () => {
		for (let i = 0; i < 10_000; i++) write(`/work/${i}`);
		clock.turn(1_000);
		assert.deepEqual(files, [null]);
	});

	it("has no more files read once it has forgotten, until it is to learn them again", async () => {
		await memory.forget();
		assert.equal(forgotten, 1);
		assert.deepEqual([told.at(-1)?.index, told.at(-1)?.storage], [false, "/storage"]);
		write("/work/a.ts");
		settingsChanged.fire();
		assert.equal(told.length, 2);
		memory.relearn();
		assert.equal(told.at(-1)?.index, true);
	});

	it("shows what the server says", () => {
		let changes = 0;
		memory.onDidChange(() => changes++);
		const state = { reading: true, files: 1, characters: 2 };
		memory.receive(state);
		assert.deepEqual([memory.state, changes], [state, 1]);
	});
});
