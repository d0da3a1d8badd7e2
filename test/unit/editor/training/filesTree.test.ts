import assert from "node:assert/strict";
import type { CorpusReport } from "../../../../src/domain/corpus.ts";
import { filesView } from "../../../../src/editor/settings/names.ts";
import type { FilesTree as Tree } from "../../../../src/editor/training/filesTree.ts";
import type { TrainerMessage, TrainerRequest } from "../../../../src/protocol/trainer.ts";
import { FakeClock, FakeLauncher } from "../fakes.ts";
import * as fake from "../fakeVscode.ts";

const { FilesTree } = await import("../../../../src/editor/training/filesTree.ts");

const report: CorpusReport = {
	used: [
		{ path: "src/a.ts", bytes: 2048, heldOut: false, digest: "", masked: 2 },
		{ path: "src/b.ts", bytes: 1024, heldOut: true, digest: "", masked: 0 },
	],
	leftOut: [
		{ path: "out/", reason: "excluded" },
		{ path: ".env", reason: "secret" },
	],
};

describe("The view of files", () => {
	const ran: string[] = [];
	const excluded: [string, boolean][] = [];
	let stored: CorpusReport | undefined;
	let isForcedOff: boolean;
	let launcher: FakeLauncher<TrainerRequest, TrainerMessage>;
	let tree: Tree;
	let disposables: { dispose(): void }[];

	beforeEach(() => {
		ran.length = 0;
		excluded.length = 0;
		fake.messages.length = 0;
		fake.answers.length = 0;
		stored = report;
		isForcedOff = false;
		launcher = new FakeLauncher();
		fake.workspace.workspaceFolders = [{ name: "work", uri: { scheme: "file", fsPath: "/work" } }];
		disposables = ["setContext", `${filesView}.focus`, "workbench.action.openSettings"].map((id) =>
			fake.commands.registerCommand(id, (...args) => ran.push([id, ...args].join(" "))),
		);
		tree = new FilesTree({
			store: { corpusReport: async () => stored } as never,
			settings: {
				isForcedOff: () => isForcedOff,
				corpusRules: () => ({}),
				exclude: async (path: string, isExcluded: boolean) => {
					excluded.push([path, isExcluded]);
					return path !== "out";
				},
			} as never,
			launch: launcher.launch,
			clock: new FakeClock(),
			log: { error: () => {}, show: () => {} } as never,
		});
	});

	afterEach(() => {
		tree.dispose();
		for (const disposable of disposables) disposable.dispose();
		fake.workspace.workspaceFolders = undefined;
		fake.assertReadable();
	});

	type Node = ReturnType<Tree["getChildren"]>[number];
	const items = (node?: Node): [fake.TreeItem, Node][] =>
		tree.getChildren(node).map((child) => [tree.getTreeItem(child) as unknown as fake.TreeItem, child]);
	const childOf = (label: string, node?: Node): Node => {
		const found = items(node).find(([item]) => item.label === label);
		assert.ok(found, label);
		return found[1];
	};

	it("lists no file and leaves none out in a workspace that is not trusted, and says why", async () => {
		fake.workspace.isTrusted = false;
		try {
			assert.equal(await tree.show(), undefined);
			await tree.neverLearnFile(new fake.Uri("/work/src/a.ts") as never);
		} finally {
			fake.workspace.isTrusted = true;
		}
		assert.deepEqual(excluded, []);
		const texts = fake.messages.map(({ text }) => text);
		assert.deepEqual(texts, Array(2).fill("Inkling reads files only in trusted workspaces."));
	});

	it("says that no folder is on a disk, where that is so", async () => {
		stored = undefined;
		fake.workspace.workspaceFolders = [{ name: "work", uri: { scheme: "vscode-vfs", fsPath: "/work" } }];
		assert.equal(await tree.show(), undefined);
		assert.match(fake.messages.at(-1)?.text ?? "", /no folder is on a disk/);
	});

	it("shows what the last training used, held out and left out, and why", async () => {
		assert.deepEqual(await tree.show(), report);
		assert.match(fake.window.treeView.message, /last training/);
		assert.deepEqual(
			items().map(([{ label, description }]) => [label, description]),
			[
				["Used", "1 file, 2 KiB"],
				["Held out, to measure the model", "1 file, 1 KiB"],
				["Left out: excluded by a setting", "1 file"],
				["Left out: may hold secrets", "1 file"],
			],
		);
		const folder = childOf("src", childOf("Used"));
		const [[file] = []] = items(folder);
		assert.deepEqual([file?.label, file?.description, file?.contextValue], ["a.ts", "2 KiB; masked: 2", "learned"]);
		assert.equal(file?.command?.command, "vscode.open");
		assert.equal((file?.command?.arguments[0] as fake.Uri | undefined)?.fsPath, "/work/src/a.ts");
		const [[out] = []] = items(childOf("Left out: excluded by a setting"));
		assert.deepEqual([out?.contextValue, out?.command], ["excluded", undefined]);
		assert.deepEqual(ran, ["setContext inkling.hasFiles true", `${filesView}.focus`]);
	});

	it("looks through the workspace where there was no training, and says so where there is nothing", async () => {
		stored = undefined;
		const shown = tree.show();
		while (launcher.children.length === 0) await new Promise((resolve) => setImmediate(resolve));
		launcher.last.say({ type: "corpus", report });
		assert.deepEqual(await shown, report);
		assert.match(fake.window.treeView.message, /would learn from/);
		fake.workspace.workspaceFolders = [];
		assert.equal(await tree.show(), undefined);
		assert.equal(fake.messages.at(-1)?.kind, "error");
	});

	it("has for each item a name that says, read aloud, what it is", async () => {
		await tree.show();
		const spoken = (node?: Node): unknown[] =>
			items(node).flatMap(([item, child]) => [item.accessibilityInformation?.label, ...spoken(child)]);
		assert.deepEqual(spoken(), [
			"Used, 1 file, 2 KiB",
			"src, folder with 1 file",
			"a.ts, 2 KiB, masked: 2",
			"Held out, to measure the model, 1 file, 1 KiB",
			"src, folder with 1 file",
			"b.ts, 1 KiB",
			"Left out: excluded by a setting, 1 file",
			"out, Left out: excluded by a setting",
			"Left out: may hold secrets, 1 file",
			".env, Left out: may hold secrets",
		]);
	});

	it("reads nothing where the machine's policy forbids it", async () => {
		isForcedOff = true;
		assert.equal(await tree.show(), undefined);
		assert.match(fake.messages.at(-1)?.text ?? "", /inkling\.policy\.forceOff/);
		assert.equal(launcher.children.length, 0);
	});

	it("leaves out the file of an editor, but none that lies elsewhere", async () => {
		fake.window.activeTextEditor = undefined;
		await tree.neverLearnFile(fake.Uri.file("/work/src/c.ts") as never);
		assert.deepEqual(excluded, [["src/c.ts", true]]);
		await tree.neverLearnFile(fake.Uri.file("/elsewhere/c.ts") as never);
		await tree.neverLearnFile();
		assert.equal(excluded.length, 1);
		await tree.neverLearnFile(fake.Uri.file("/work/..data/keys.ts") as never);
		assert.deepEqual(excluded[1], ["..data/keys.ts", true]);
		assert.deepEqual(
			fake.messages.map(({ text }) => text),
			[
				"Inkling no longer learns c.ts.",
				"Only files in an open folder are learned.",
				"Only files in an open folder are learned.",
				"Inkling no longer learns keys.ts.",
			],
		);
	});

	it("names the folder of a file where there are several, the innermost if they lie in one another", async () => {
		const folder = (name: string, fsPath: string) => ({ name, uri: { scheme: "file", fsPath } });
		fake.workspace.workspaceFolders = [
			folder("work", "/work"),
			folder("inner", "/work/inner"),
			folder("work", "/other"),
		];
		for (const file of ["/work/a.ts", "/work/inner/b/c.ts", "/other/d.ts"])
			await tree.neverLearnFile(fake.Uri.file(file) as never);
		assert.deepEqual(
			excluded.map(([path]) => path),
			["work/a.ts", "inner/b/c.ts", "work 2/d.ts"],
		);
	});

	it("writes into the settings what is never to be learned, and takes it back or shows the setting", async () => {
		await tree.show();
		const used = childOf("src", childOf("Used"));
		const excludedFolder = childOf("out", childOf("Left out: excluded by a setting"));
		ran.length = 0;
		await tree.neverLearn(used);
		await tree.learnAgain(used);
		await tree.learnAgain(excludedFolder);
		await tree.neverLearn(childOf("Used"));
		await tree.neverLearn(undefined);
		assert.deepEqual(excluded, [
			["src", true],
			["src", false],
			["out", false],
		]);
		assert.deepEqual(
			fake.messages.map(({ text }) => text),
			["Inkling no longer learns src.", "Inkling learns src again."],
		);
		assert.deepEqual(ran, ["workbench.action.openSettings inkling.files.exclude"]);
	});
});
