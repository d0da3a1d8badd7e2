import assert from "node:assert/strict";
import type * as vscode from "vscode";
import type { CompletionServer } from "../../../../src/editor/processes/completionServer.ts";
import type { Documents } from "../../../../src/editor/suggestions/documents.ts";
import * as fake from "../fakeVscode.ts";

interface FakeDocument {
	readonly uri: {
		readonly scheme: string;
		readonly path: string;
		readonly fsPath: string;
		toString(): string;
		with(): FakeDocument["uri"];
	};
	readonly languageId: string;
	readonly lineCount: number;
	version: number;
	text: string;
	getText(): string;
	lineAt(line: number): { readonly text: string; readonly range: { readonly end: unknown } };
	offsetAt(): number;
}

let linesRead = 0;

/** A notebook of these cells, open in the editor. */
function openNotebook(cells: readonly FakeDocument[], path = "/workspace/notes/n.ipynb", scheme = "file"): void {
	const uri = { scheme, path, fsPath: path, toString: () => `${scheme}:${path}` };
	const notebook = {
		uri,
		getCells: () => cells.map((document, index) => ({ document, index, notebook })),
		cellAt: (index: number) => ({ document: cells[index] }),
	};
	fake.workspace.notebookDocuments = [notebook];
}

function cellOf(name: string, text: string, languageId = "python"): FakeDocument {
	return documentAt(name, { scheme: "vscode-notebook-cell", languageId, text });
}

function documentAt(path: string, { scheme = "file", languageId = "typescript", text = "text" } = {}): FakeDocument {
	const uri: FakeDocument["uri"] = { scheme, path, fsPath: path, toString: () => `${scheme}:${path}`, with: () => uri };
	const document: FakeDocument = {
		uri,
		languageId,
		text,
		version: 1,
		get lineCount() {
			return document.text.split("\n").length;
		},
		getText: () => document.text,
		lineAt: (line) => {
			linesRead++;
			return { text: document.text.split("\n")[line] ?? "", range: { end: undefined } };
		},
		offsetAt: () => document.text.length,
	};
	return document;
}

describe("Documents", () => {
	let Mirror: typeof Documents;
	let documents: Documents;
	/** What the server was told. */
	let told: unknown[];
	let edits: unknown[];
	let state: CompletionServer["state"];

	before(async () => {
		({ Documents: Mirror } = await import("../../../../src/editor/suggestions/documents.ts"));
	});

	beforeEach(() => {
		told = [];
		edits = [];
		state = "ready";
		fake.window.visibleTextEditors = [];
		fake.workspace.notebookDocuments = [];
		const server = {
			get state() {
				return state;
			},
			open: (...args: unknown[]) =>
				state === "ready" && told.push(["open", ...args.filter((argument) => argument !== undefined)]) > 0,
			above: (...args: unknown[]) => told.push(["above", ...args]),
			change: (...args: unknown[]) => told.push(["change", ...args]),
			close: (...args: unknown[]) => told.push(["close", ...args]),
		};
		documents = new Mirror(server as unknown as CompletionServer);
		documents.onDidEdit((edit) => edits.push(edit));
	});

	afterEach(() => documents.dispose());

	const ensureOpen = (document: FakeDocument): boolean =>
		documents.ensureOpen(document as unknown as vscode.TextDocument);

	function edit(document: FakeDocument, text: string): void {
		document.text += text;
		document.version++;
		const at = new fake.Position(0, 4);
		fake.changed.fire({ document, contentChanges: [{ range: new fake.Range(at, at), text }] });
	}

	function look(...shown: readonly FakeDocument[]): void {
		const start = new fake.Position(0, 0);
		const selection = new fake.Range(start, start);
		fake.window.visibleTextEditors = shown.map((document) => ({
			document,
			selection,
			selections: [selection],
			options: { tabSize: 4 },
		}));
		fake.visibleChanged.fire(undefined);
	}

	const paths: readonly [document: FakeDocument, path: string, file: object | null][] = [
		[documentAt("/workspace/src/a.ts"), "src/a.ts", { path: "/workspace/src/a.ts", whole: true }],
		[documentAt("/elsewhere/a.ts"), "a.ts", { path: "/elsewhere/a.ts", whole: true }],
		[documentAt("Untitled-1", { scheme: "untitled", languageId: "python" }), "Untitled-1.py", null],
		[documentAt("/workspace/b.ts", { scheme: "vscode-vfs" }), "b.ts", { path: "b.ts", whole: true, isElsewhere: true }],
		[
			documentAt("/other/.aws/b.ts", { scheme: "vscode-remote" }),
			"b.ts",
			{ path: "/other/.aws/b.ts", whole: true, isElsewhere: true },
		],
		[
			documentAt("/workspace/n.ipynb", { scheme: "vscode-notebook-cell", languageId: "python" }),
			"n.py",
			{ path: "n.ipynb", whole: false, isElsewhere: true },
		],
	];
	for (const [document, path, file] of paths)
		it(`are told to the server under their place in the workspace: ${document.uri.toString()}`, () => {
			assert.equal(ensureOpen(document), true);
			assert.deepEqual(told, [["open", document.uri.toString(), path, file, 1, "text"]]);
		});

	it("take a cell of a notebook that was never saved for text that is nowhere else", () => {
		const document = cellOf("cell", "text", "julia");
		openNotebook([document], "Untitled-1.ipynb", "untitled");
		ensureOpen(document);
		const cell = { above: "", notebook: "untitled:Untitled-1.ipynb" };
		assert.deepEqual(told, [["open", "vscode-notebook-cell:cell", "Untitled-1.jl", null, 1, "text", cell]]);
	});

	it("name a cell by the notebook that it is in", () => {
		const document = cellOf("cell", "text", "julia");
		openNotebook([document]);
		ensureOpen(document);
		const file = { path: "/workspace/notes/n.ipynb", whole: false };
		const cell = { above: "", notebook: "file:/workspace/notes/n.ipynb" };
		assert.deepEqual(told, [["open", "vscode-notebook-cell:cell", "notes/n.jl", file, 1, "text", cell]]);
	});

	it("tell of a cell what stands in the cells of its language above it, and again when that changes", () => {
		const first = cellOf("1", "import walrus\n");
		const prose = cellOf("2", "Prose.", "markdown");
		const cell = cellOf("4", "");
		openNotebook([first, prose, cellOf("3", "  \n"), cell, cellOf("5", "below()")]);
		ensureOpen(cell);
		ensureOpen(cell);
		assert.deepEqual(
			told.map((message) => (message as unknown[]).at(-1)),
			[{ above: "import walrus\n\n", notebook: "file:/workspace/notes/n.ipynb" }],
		);
		edit(first, "x = 1");
		edit(prose, "More.");
		assert.equal(told.length, 1, "nothing before it is needed");
		ensureOpen(cell);
		assert.deepEqual(told.slice(1), [["above", "vscode-notebook-cell:4", "import walrus\nx = 1\n\n"]]);
		ensureOpen(prose);
		assert.deepEqual(told.length, 3);
	});

	it("read no more of a notebook than is told", () => {
		const line = "const value = compute(first);\n";
		const cells = Array.from({ length: 300 }, (_, index) => cellOf(`${index}`, line.repeat(1000)));
		openNotebook(cells);
		linesRead = 0;
		ensureOpen(cells.at(-1) as FakeDocument);
		const [, , , , , , { above }] = told[0] as [
			unknown,
			unknown,
			unknown,
			unknown,
			unknown,
			unknown,
			{ above: string },
		];
		assert(above.length >= 4096 && above.length < 4200, String(above.length));
		assert(linesRead < 200, String(linesRead));
	});

	it("tell nothing of a cell above in which a line is data", () => {
		const cell = cellOf("2", "");
		openNotebook([cellOf("1", `${"x".repeat(2 ** 23)}\nimport walrus\n`), cell]);
		ensureOpen(cell);
		const notebook = "file:/workspace/notes/n.ipynb";
		assert.deepEqual((told[0] as unknown[]).at(-1), { above: "import walrus\n\n", notebook });
	});

	it("that become too large are closed, and opened again once they are smaller", () => {
		const document = documentAt("/workspace/a.log");
		ensureOpen(document);
		edit(document, "x".repeat(2 ** 21));
		edit(document, "y");
		assert.deepEqual(told.slice(1), [["close", "file:/workspace/a.log"]]);
		assert.equal(edits.length, 2);
		assert.equal(ensureOpen(document), false);
		document.text = "";
		edit(document, "z");
		assert.equal(ensureOpen(document), true);
	});

	it("are sent once, and after that change by change", () => {
		const document = documentAt("/workspace/a.ts");
		ensureOpen(document);
		edit(document, "x");
		assert.equal(ensureOpen(document), true);
		const changes = [{ start: { line: 0, character: 4 }, end: { line: 0, character: 4 }, text: "x" }];
		assert.deepEqual(told.slice(1), [["change", "file:/workspace/a.ts", 2, changes]]);
		assert.deepEqual(edits, [{ document: "file:/workspace/a.ts", changes }]);
	});

	it("are not sent before they are needed, nor when only their state changes", () => {
		const document = documentAt("/workspace/a.ts");
		edit(document, "x");
		fake.changed.fire({ document, contentChanges: [] });
		assert.deepEqual(told, []);
		assert.equal(edits.length, 1);
	});

	it("are sent ahead of a request when they are looked at, if there is a process", () => {
		state = "stopped";
		look(documentAt("/workspace/a.ts"));
		assert.deepEqual(told, []);
		state = "ready";
		look(documentAt("/workspace/a.ts"), documentAt("/workspace/b.ts"));
		assert.equal(told.length, 2);
	});

	it("are sent anew to a new process, and to one that has lost track", () => {
		const document = documentAt("/workspace/a.ts");
		look(document);
		documents.reopen();
		assert.equal(told.length, 2);
		documents.forget(document as unknown as vscode.TextDocument);
		ensureOpen(document);
		assert.deepEqual(told.slice(2), [
			["close", "file:/workspace/a.ts"],
			["open", "file:/workspace/a.ts", "a.ts", { path: "/workspace/a.ts", whole: true }, 1, "text"],
		]);
	});

	it("are closed with the editor's", () => {
		const document = documentAt("/workspace/a.ts");
		fake.closed.fire(document);
		assert.deepEqual(told, []);
		ensureOpen(document);
		fake.closed.fire(document);
		assert.deepEqual(told.slice(1), [["close", "file:/workspace/a.ts"]]);
	});

	it("are opened again when their language changes, so that what is typed next is told", () => {
		const document = documentAt("/workspace/a.ts");
		look(document);
		fake.closed.fire(document);
		fake.documentOpened.fire(document);
		edit(document, "!");
		assert.deepEqual(
			told.map((message) => (message as unknown[])[0]),
			["open", "close", "open", "change"],
		);
	});

	it("tell which documents are gone for good: untitled ones and cells, whose names others get", () => {
		const gone: string[] = [];
		documents.onDidDiscard((id) => gone.push(id));
		for (const scheme of ["file", "untitled", "vscode-notebook-cell"])
			fake.closed.fire(documentAt("/workspace/a.ts", { scheme }));
		assert.deepEqual(gone, ["untitled:/workspace/a.ts", "vscode-notebook-cell:/workspace/a.ts"]);
	});

	const refused: readonly [name: string, document: FakeDocument][] = [
		["of another kind", documentAt("/log", { scheme: "output" })],
		["that are too large", documentAt("/workspace/big.json", { text: "x".repeat(2 ** 21 + 1) })],
	];
	for (const [name, document] of refused)
		it(`${name} are not sent`, () => {
			assert.equal(ensureOpen(document), false);
			look(document);
			assert.deepEqual(told, []);
		});

	it("of another kind are not even watched", () => {
		edit(documentAt("/log", { scheme: "output" }), "x");
		assert.deepEqual(edits, []);
	});

	it("that could not be sent are sent later", () => {
		const document = documentAt("/workspace/a.ts");
		state = "waiting";
		assert.equal(ensureOpen(document), false);
		state = "ready";
		assert.equal(ensureOpen(document), true);
	});
});
