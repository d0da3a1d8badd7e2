import assert from "node:assert/strict";
import type * as vscode from "vscode";
import type { Continuing as ContinuingType } from "../../../../src/editor/suggestions/continuing.ts";
import { settle } from "../fakes.ts";
import * as fake from "../fakeVscode.ts";

const { Continuing } = await import("../../../../src/editor/suggestions/continuing.ts");

describe("Continue Here", () => {
	let asked: { lines: number; seed: number; position: unknown }[];
	let take: (text: string, isOver: boolean) => void;
	let cancels: number;
	let triggers: string[];
	let isReady: boolean;
	let continuing: ContinuingType;
	let editor: ReturnType<typeof opened>;

	function opened(text: string, character: number) {
		const document = {
			uri: Object.assign(new fake.Uri("/workspace/a.ts"), { toString: () => "file:///a.ts" }),
			version: 1,
			lineCount: 1,
			lineAt: () => ({ text, range: { end: new fake.Position(0, text.length) } }),
			offsetAt: () => text.length,
			getText: (range: fake.Range) => text.slice(range.start.character, range.end.character),
		};
		const cursor = new fake.Position(0, character);
		const selection = Object.assign(new fake.Range(cursor, cursor), { active: cursor });
		const made = { document, selection, selections: [selection], options: { tabSize: 4 } };
		fake.window.activeTextEditor = made;
		return made;
	}

	beforeEach(() => {
		asked = [];
		cancels = 0;
		triggers = [];
		isReady = true;
		fake.messages.length = 0;
		for (const id of ["editor.action.inlineSuggest.trigger", "editor.action.inlineSuggest.hide"])
			fake.registered.set(id, () => void triggers.push(id.split(".").at(-1) as string));
		editor = opened("let a = ", 8);
		continuing = new Continuing({
			server: {
				get ready() {
					return isReady;
				},
				whenReady: async () => {
					await settle();
					return isReady;
				},
				questions: {
					continueAt: (place: (typeof asked)[number], taking: typeof take) => {
						asked.push(place);
						take = taking;
						return () => cancels++;
					},
				},
			},
			documents: { ensureOpen: () => true },
			settings: { isForcedOff: () => false },
		} as never);
	});

	afterEach(() => {
		continuing.dispose();
		fake.window.activeTextEditor = undefined;
		for (const id of ["trigger", "hide"]) fake.registered.delete(`editor.action.inlineSuggest.${id}`);
		fake.assertReadable();
	});

	const itemText = (at = editor.selection.active): string | undefined =>
		continuing.itemAt(editor.document as never, at as unknown as vscode.Position)?.insertText as string | undefined;

	it("shows the text as it grows, from the start of the line, and keeps it when it is whole", async () => {
		const whole = continuing.begin();
		await settle();
		assert.deepEqual([asked[0]?.lines, asked[0]?.position], [20, { line: 0, character: 8 }]);
		assert.equal(itemText(), undefined);
		take("1;", false);
		assert.equal(itemText(), "let a = 1;");
		take("\nlet b = 2;", true);
		assert.equal(itemText(), "let a = 1;\nlet b = 2;");
		assert.equal(await whole, "1;\nlet b = 2;");
		assert.deepEqual(triggers, ["trigger", "trigger"]);
		assert.equal(itemText(new fake.Position(0, 3)), undefined, "only there");
	});

	it("continues only the line in the middle of one", async () => {
		editor = opened("let a = ;", 8);
		void continuing.begin();
		await settle();
		assert.equal(asked[0]?.lines, 1);
	});

	const endings: readonly (readonly [string, () => unknown])[] = [
		["Escape", () => continuing.stop()],
		["typing", () => fake.changed.fire({ document: editor.document, contentChanges: [{}] })],
		[
			"a move of the cursor",
			() => {
				const active = new fake.Position(0, 2);
				const moved = Object.assign(new fake.Range(active, active), { active });
				fake.selectionChanged.fire({ textEditor: editor, selections: [moved] });
			},
		],
		["another editor", () => fake.activeChanged.fire()],
	];
	for (const [name, end] of endings) {
		it(`is ended by ${name}; what comes later is not shown`, async () => {
			const whole = continuing.begin();
			await settle();
			take("1;", false);
			await end();
			assert.equal(cancels, 1);
			assert.equal(await whole, undefined);
			take("late", true);
			assert.equal(itemText(), undefined);
		});
	}

	it("is not begun for who has gone on while the process started", async () => {
		isReady = false;
		void continuing.begin();
		isReady = true;
		fake.window.activeTextEditor = undefined;
		await settle();
		await settle();
		assert.deepEqual(asked, []);
		fake.window.activeTextEditor = editor;
		isReady = false;
		void continuing.begin();
		isReady = true;
		editor.selections = [new fake.Range(new fake.Position(0, 0), new fake.Position(0, 3)) as never];
		await settle();
		await settle();
		assert.deepEqual(asked, []);
	});

	it("writes another text each time", async () => {
		void continuing.begin();
		await settle();
		void continuing.begin();
		await settle();
		assert.notEqual(asked[0]?.seed, asked[1]?.seed);
		assert.equal(cancels, 1);
	});

	it("says why nothing comes", async () => {
		const nothing = continuing.begin();
		await settle();
		take("", true);
		await nothing;
		isReady = false;
		await continuing.begin();
		fake.window.activeTextEditor = undefined;
		await continuing.begin();
		assert.deepEqual(
			fake.messages.map(({ text }) => text),
			[
				"The model has nothing to write here.",
				"Inkling cannot write: the completion process is down.",
				"Inkling continues editable text at a single cursor.",
			],
		);
	});
});
