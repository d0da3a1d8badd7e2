import assert from "node:assert/strict";
import type * as vscode from "vscode";
import type { SurpriseAnswer } from "../../../../src/domain/surprise.ts";
import type { Surprise as SurpriseType } from "../../../../src/editor/surprise/surprise.ts";
import { FakeClock, settle } from "../fakes.ts";
import * as fake from "../fakeVscode.ts";

const { Surprise } = await import("../../../../src/editor/surprise/surprise.ts");

const text = "let plain = 1;\n\tlet odd = zygomorphic;\nlet other = 2;";

const answer: SurpriseAnswer = {
	from: 0,
	to: 3,
	level: 1.25,
	words: [
		{ line: 0, start: 4, end: 9, grade: 1, bitsPerCharacter: 2.5 },
		{ line: 1, start: 11, end: 22, grade: 3, bitsPerCharacter: 6 },
	],
	lines: [{ line: 1, excess: 40, bitsPerCharacter: 4 }],
	knowsFiles: true,
};

function opened() {
	const lines = text.split("\n");
	const document = {
		uri: Object.assign(new fake.Uri("/workspace/a.ts"), { toString: () => "file:///a.ts" }),
		version: 1,
		isClosed: false,
		lineCount: lines.length,
		lineAt: (line: number) => {
			assert.ok(line < document.lineCount);
			return {
				lineNumber: line,
				text: lines[line] ?? "",
				firstNonWhitespaceCharacterIndex: lines[line]?.search(/\S/) ?? 0,
				range: { end: new fake.Position(line, lines[line]?.length ?? 0) },
			};
		},
		offsetAt: () => text.length,
	};
	/** How many ranges the last call for each of the grades had. */
	const shaded: number[] = [];
	const start = new fake.Position(0, 0);
	const editor = {
		document,
		selections: [],
		selection: new fake.Range(start, start),
		options: { tabSize: 4 },
		visibleRanges: [new fake.Range(start, new fake.Position(2, 0))],
		setDecorations: (_type: unknown, ranges: readonly unknown[]) => void shaded.push(ranges.length),
		revealRange: () => {},
	};
	fake.window.activeTextEditor = editor;
	fake.window.visibleTextEditors = [editor];
	return { document, editor, shaded };
}

describe("Surprise in the editor", () => {
	let clock: FakeClock;
	let asked: unknown[][];
	let found: SurpriseAnswer | null;
	let isReady: boolean;
	let isForcedOff: boolean;
	let offs: number;
	let surprise: SurpriseType;
	let open: ReturnType<typeof opened>;
	let settings: fake.EventEmitter<void>;

	beforeEach(() => {
		clock = new FakeClock();
		asked = [];
		found = answer;
		isReady = true;
		isForcedOff = false;
		offs = 0;
		fake.messages.length = 0;
		settings = new fake.EventEmitter<void>();
		open = opened();
		surprise = new Surprise({
			server: {
				get ready() {
					return isReady;
				},
				whenReady: async () => isReady,
				questions: {
					surprise: async (...args: unknown[]) => {
						asked.push(args);
						return found;
					},
					expect: async () => [
						{ text: "compute", probability: 0.5 },
						{ text: "\n", probability: 0.25 },
					],
					surpriseOff: () => offs++,
				},
			},
			documents: { ensureOpen: () => true },
			settings: { isForcedOff: () => isForcedOff, onDidChange: settings.event },
			clock,
		} as never);
	});

	afterEach(() => {
		surprise.dispose();
		fake.window.activeTextEditor = undefined;
		fake.window.visibleTextEditors = [];
		fake.assertReadable();
	});

	const said = (): string[] => fake.messages.map(({ text }) => text);
	const hover = async (line: number, character: number): Promise<string | undefined> => {
		const token = { isCancellationRequested: false } as vscode.CancellationToken;
		const position = new fake.Position(line, character) as unknown as vscode.Position;
		const shown = await surprise.provideHover(open.document as never, position, token);
		return (shown as unknown as fake.Hover | undefined)?.contents.value;
	};
	const shown = async (): Promise<void> => {
		await surprise.toggle();
		clock.turn(0);
		await settle();
	};

	it("is off, asks nothing and says nothing, until it is turned on", async () => {
		clock.turn(60_000);
		assert.deepEqual(asked, []);
		assert.equal(await hover(1, 12), undefined);
	});

	it("shades words by their grade, says that it is on, and is off again by the same command", async () => {
		await shown();
		assert.deepEqual(asked, [["file:///a.ts", 1, 1]]);
		assert.deepEqual(open.shaded, [1, 0, 1]);
		assert.deepEqual(said(), ["Surprise is on: shading marks what was not expected."]);
		assert.equal(await surprise.toggle(), false);
		assert.deepEqual(said().slice(1), ["Surprise is off."]);
		assert.equal(offs, 1);
		assert.equal(await hover(1, 12), undefined);
		clock.turn(60_000);
		assert.equal(asked.length, 1);
	});

	it("follows the text: an edit has it measured again after a pause, not after each key", async () => {
		await shown();
		for (let key = 0; key < 3; key++) {
			open.document.version++;
			fake.changed.fire({ document: open.document, contentChanges: [{}] });
			clock.turn(500);
		}
		assert.equal(asked.length, 1);
		assert.equal(await hover(1, 12), undefined, "places are others after an edit");
		clock.turn(2_000);
		await settle();
		assert.deepEqual(asked[1], ["file:///a.ts", 4, 1]);
	});

	it("is not shown of a text that has changed meanwhile, and is asked for again", async () => {
		found = null;
		await shown();
		assert.deepEqual(open.shaded, []);
		found = answer;
		fake.visibleRangesChanged.fire({ textEditor: open.editor });
		clock.turn(2_000);
		await settle();
		assert.deepEqual(open.shaded, [1, 0, 1]);
	});

	it("is measured anew when the language of the text changes", async () => {
		await shown();
		fake.closed.fire(open.document);
		fake.documentOpened.fire(open.document);
		clock.turn(0);
		await settle();
		assert.equal(asked.length, 2);
		assert.notEqual(await hover(1, 12), undefined);
	});

	it("measures another part of a long text when one looks there", async () => {
		found = { ...answer, to: 2 };
		await shown();
		fake.visibleRangesChanged.fire({ textEditor: open.editor });
		clock.turn(2_000);
		await settle();
		assert.equal(asked.length, 2);
	});

	it("says in a hover what was expected instead", async () => {
		await shown();
		assert.match((await hover(1, 12)) ?? "", /6 bits per character.*1\\\.25.*compute.*50.*the end of the line.*25/s);
		assert.equal(await hover(1, 4), undefined, "a word that does not stand out");
	});

	it("lists the lines that stand out, and goes to the one that is chosen", async () => {
		assert.equal(await surprise.listLines(), 1);
		assert.ok(surprise.isOn, "the list turns the shades on");
		const { items, title, placeholder } = fake.window.quickPick;
		assert.deepEqual(
			[title, placeholder, items.map(({ label, description }) => [label, description])],
			[
				"Most Surprising Lines",
				"This text has 1.25 bits per character. Choose a line to go there.",
				[["2: let odd = zygomorphic;", "4 bits per character"]],
			],
		);
		fake.window.quickPick.hide();
	});

	it("goes to the end of a text that has become shorter since the list was made", async () => {
		await surprise.listLines();
		open.document.lineCount = 1;
		const { showTextDocument } = fake.window;
		fake.window.showTextDocument = (async () => open.editor) as never;
		fake.window.quickPick.choose("2: let odd = zygomorphic;");
		await settle();
		fake.window.showTextDocument = showTextDocument;
		assert.deepEqual(open.editor.selection.end, new fake.Position(0, 0));
		assert.deepEqual(said(), []);
	});

	it("says where there is nothing to list", async () => {
		found = { ...answer, lines: [] };
		assert.equal(await surprise.listLines(), 0);
		found = null;
		surprise.remeasure();
		assert.equal(await surprise.listLines(), 0);
		fake.window.activeTextEditor = undefined;
		assert.equal(await surprise.listLines(), 0);
		assert.deepEqual(said(), [
			"No line here is far more surprising than the others.",
			"The surprise of this text could not be measured.",
			"There is no text here whose surprise can be measured.",
		]);
	});

	it("says that it cannot be shown without a process, and is refused where Inkling is forced off", async () => {
		isReady = false;
		assert.equal(await surprise.toggle(), false);
		assert.deepEqual(said(), ["No surprise is shown: the completion process is down."]);
		isReady = true;
		await shown();
		isForcedOff = true;
		settings.fire();
		assert.equal(surprise.isOn, false);
		assert.equal(await surprise.toggle(), false);
	});
});
