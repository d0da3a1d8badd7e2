import assert from "node:assert/strict";
import type * as vscode from "vscode";
import type { SpellingAnswer, SpellingScope } from "../../../../src/domain/spelling.ts";
import type { Spelling as SpellingType } from "../../../../src/editor/spelling/spelling.ts";
import { FakeClock, settle } from "../fakes.ts";
import * as fake from "../fakeVscode.ts";

const { Spelling } = await import("../../../../src/editor/spelling/spelling.ts");

/** A document and its editor, as far as is needed. */
function opened(path: string, text: string) {
	const document = {
		uri: Object.assign(new fake.Uri(`/workspace/${path}`), { scheme: "file", toString: () => `file:///${path}` }),
		languageId: "markdown",
		version: 1,
		isClosed: false,
		text,
		getText: (range?: fake.Range) =>
			range ? document.text.slice(range.start.character, range.end.character) : document.text,
	};
	const cursor = new fake.Position(9, 0);
	const editor = { document, selections: [{ active: cursor }] };
	fake.window.visibleTextEditors.push(editor as never);
	fake.visibleChanged.fire(undefined);
	return { document, editor };
}

describe("Spelling in the editor", () => {
	let clock: FakeClock;
	let asked: [document: string, version: number, scope: SpellingScope][];
	let answer: (version: number) => SpellingAnswer | null;
	let isReady: boolean;
	let scope: SpellingScope | null;
	let allowed: Set<string>;
	let settings: fake.EventEmitter<void>;
	let spelling: SpellingType;
	const allowances: unknown[][] = [];

	const found = (...starts: number[]): SpellingAnswer => ({
		misspellings: starts.map((start) => ({
			line: 0,
			start,
			end: start + 4,
			word: "wrod",
			suggestions: ["word", "rod"],
		})),
		isWhole: true,
	});

	beforeEach(() => {
		clock = new FakeClock();
		asked = [];
		answer = () => found(0);
		isReady = true;
		scope = "text";
		allowed = new Set();
		allowances.length = 0;
		settings = new fake.EventEmitter<void>();
		fake.languages.published = 0;
		spelling = new Spelling({
			server: {
				get ready() {
					return isReady;
				},
				spell: async (document: string, version: number, wanted: SpellingScope) => {
					asked.push([document, version, wanted]);
					return answer(version);
				},
			},
			documents: { ensureOpen: () => true },
			settings: {
				spelling: () => ({ scope, isAllowed: (word: string) => allowed.has(word) }),
				allowSpelling: async (...args: unknown[]) => void allowances.push(args),
				onDidChange: settings.event,
			},
			clock,
		} as never);
	});

	afterEach(() => {
		spelling.dispose();
		fake.window.visibleTextEditors.length = 0;
	});

	const pause = async (): Promise<void> => {
		clock.turn(1_000);
		await settle();
	};
	const shown = (path: string): number[] =>
		(fake.languages.diagnostics.get(`file:///${path}`) ?? []).map(({ range }) => range.start.character);

	/** Types at a place of the only line. */
	function type(document: ReturnType<typeof opened>["document"], character: number, text: string): void {
		document.version++;
		const place = new fake.Position(0, character);
		fake.changed.fire({ document, contentChanges: [{ range: new fake.Range(place, place), text }] });
	}

	it("is shown as a hint after a pause, once for each version", async () => {
		opened("a.md", "wrod one");
		await pause();
		assert.deepEqual(asked, [["file:///a.md", 1, "text"]]);
		const [diagnostic] = fake.languages.diagnostics.get("file:///a.md") ?? [];
		assert.equal(diagnostic?.message, "“wrod” is probably a misspelling of “word”.");
		assert.equal(diagnostic.severity, fake.DiagnosticSeverity.Hint);
		await pause();
		assert.equal(asked.length, 1);
	});

	it("asks again for what is left, a second later", async () => {
		const answers: SpellingAnswer[] = [{ ...found(0), isWhole: false }, found(0, 10)];
		answer = () => answers.shift() as SpellingAnswer;
		opened("a.md", "wrod one, wrod");
		await pause();
		assert.deepEqual(shown("a.md"), [0]);
		await pause();
		assert.deepEqual(shown("a.md"), [0, 10]);
		await pause();
		assert.equal(asked.length, 2);
	});

	it("moves with the text at once, and is published only if it has moved", async () => {
		const { document } = opened("a.md", "wrod one");
		await pause();
		const { published } = fake.languages;
		type(document, 8, "s");
		assert.equal(fake.languages.published, published);
		type(document, 0, "a ");
		assert.deepEqual(shown("a.md"), [2]);
	});

	it("is not asked for while keys follow one another", async () => {
		const { document } = opened("a.md", "wrod one");
		await pause();
		for (let key = 0; key < 5; key++) {
			type(document, 8, "s");
			clock.turn(900);
		}
		await settle();
		assert.equal(asked.length, 1);
		await pause();
		assert.equal(asked.length, 2);
	});

	it("is asked for once the process has time, if it was still busy with another version after the pause", async () => {
		let give: (found: SpellingAnswer) => void = () => {};
		answer = () =>
			new Promise((resolve) => {
				give = resolve;
			}) as never;
		const { document } = opened("a.md", "wrod one");
		await pause();
		type(document, 0, "a ");
		await pause();
		answer = () => found(2);
		give(found(0));
		await settle();
		await pause();
		assert.deepEqual([asked.length, shown("a.md")], [2, [2]]);
	});

	it("takes no answer for a version that is past", async () => {
		const { document } = opened("a.md", "wrod one");
		answer = () => {
			document.version++;
			return found(0);
		};
		await pause();
		assert.deepEqual(shown("a.md"), []);
	});

	it("leaves the word under the cursor alone until the cursor has left it", async () => {
		const { editor } = opened("a.md", "wrod one");
		editor.selections = [{ active: new fake.Position(0, 4) }];
		await pause();
		assert.deepEqual(shown("a.md"), []);
		editor.selections = [{ active: new fake.Position(0, 5) }];
		fake.selectionChanged.fire(undefined);
		assert.deepEqual(shown("a.md"), [0]);
		editor.selections = [{ active: new fake.Position(0, 2) }];
		fake.selectionChanged.fire(undefined);
		assert.deepEqual(shown("a.md"), [0]);
	});

	it("starts no process, and is off where the setting says so", async () => {
		isReady = false;
		opened("a.md", "wrod one");
		await pause();
		isReady = true;
		scope = null;
		spelling.recheck();
		await pause();
		assert.deepEqual(asked, []);
		scope = "prose";
		settings.fire();
		await pause();
		assert.deepEqual(asked, [["file:///a.md", 1, "prose"]]);
		assert.deepEqual(shown("a.md"), [0]);
		scope = null;
		settings.fire();
		assert.deepEqual(shown("a.md"), []);
	});

	it("is checked anew when the language of a document changes, and takes no answer for the one before", async () => {
		const { document } = opened("a.md", "wrod one");
		answer = () => {
			// VS Code tells of it so.
			fake.closed.fire(document);
			document.languageId = "typescript";
			fake.documentOpened.fire(document);
			answer = () => found(10);
			return found(0);
		};
		await pause();
		assert.deepEqual(shown("a.md"), []);
		await pause();
		assert.deepEqual([asked.length, shown("a.md")], [2, [10]]);
	});

	it("does not look at documents that are opened out of sight", async () => {
		opened("a.md", "wrod one");
		clock.turn(900);
		fake.documentOpened.fire({});
		clock.turn(100);
		await settle();
		assert.deepEqual(shown("a.md"), [0]);
	});

	it("goes when its document is closed, and when its word is allowed", async () => {
		const { document } = opened("a.md", "wrod one");
		await pause();
		allowed.add("wrod");
		settings.fire();
		assert.deepEqual(shown("a.md"), []);
		allowed.clear();
		settings.fire();
		assert.deepEqual(shown("a.md"), [0]);
		fake.closed.fire(document);
		assert.deepEqual(shown("a.md"), []);
	});

	it("offers what was meant, the dictionary, and to ignore it in the file", async () => {
		const { document } = opened("a.md", "wrod one");
		await pause();
		const [diagnostic] = fake.languages.diagnostics.get("file:///a.md") ?? [];
		// VS Code hands out copies.
		const copy = Object.assign(Object.create(fake.Diagnostic.prototype), diagnostic);
		const actions = spelling.provideCodeActions(document as unknown as vscode.TextDocument, copy.range, {
			diagnostics: [copy, { source: "another", code: "spelling", range: copy.range }],
		} as never) as unknown as fake.CodeAction[];
		assert.deepEqual(
			actions.map(({ title, isPreferred }) => [title, isPreferred]),
			[
				["Change to “word”", true],
				["Change to “rod”", false],
				["Add “wrod” to the dictionary", false],
				["Ignore “wrod” in this file", false],
			],
		);
		assert.equal(actions[0]?.edit?.replacements[0]?.text, "word");
		await spelling.allow("wrod", document.uri as never, true);
		assert.deepEqual(allowances, [["wrod", document.uri, true]]);
	});
});
