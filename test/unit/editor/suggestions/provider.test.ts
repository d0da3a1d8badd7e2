import assert from "node:assert/strict";
import type * as vscode from "vscode";
import type { Suggestion } from "../../../../src/domain/suggestions.ts";
import type { TextChange } from "../../../../src/domain/text.ts";
import type { Answer, Question } from "../../../../src/editor/processes/completionServer.ts";
import type { Trigger } from "../../../../src/editor/settings/schema.ts";
import type { InlineProvider, ProviderParts } from "../../../../src/editor/suggestions/provider.ts";
import { StatisticsCounter } from "../../../../src/editor/suggestions/statistics.ts";
import { parseMarked } from "../../support/cursorMark.ts";
import { rightOfCursor } from "../../support/rightOfCursor.ts";
import { FakeClock, settle } from "../fakes.ts";
import * as fake from "../fakeVscode.ts";

/** A document under the test's hand, and what the editor would do with it. */
class FakeDocument {
	readonly uri: { readonly scheme: string; toString(): string };
	readonly languageId = "typescript";
	version = 1;
	isClosed = false;
	#lines: string[];

	constructor(text: string, scheme: string) {
		this.uri = { scheme, toString: () => `${scheme}:///a.ts` };
		this.#lines = text.split("\n");
	}

	get lineCount(): number {
		return this.#lines.length;
	}

	lineAt(line: number): { readonly text: string; readonly range: fake.Range } {
		const text = this.#lines[line] ?? "";
		return { text, range: new fake.Range(new fake.Position(line, 0), new fake.Position(line, text.length)) };
	}

	offsetAt(position: fake.Position): number {
		const above = this.#lines.slice(0, position.line).reduce((sum, { length }) => sum + length + 1, 0);
		return above + position.character;
	}

	getText({ start, end }: fake.Range): string {
		return this.lineAt(start.line).text.slice(start.character, end.character);
	}

	replaceLine(line: number, text: string): void {
		this.#lines.splice(line, 1, ...text.split("\n"));
		this.version++;
	}
}

describe("InlineProvider", () => {
	let Provider: typeof InlineProvider;
	let clock: FakeClock;
	let document: FakeDocument;
	let provider: InlineProvider;
	let statistics: StatisticsCounter;
	let questions: Question[];
	let limits: number[];
	/** What the server answers, and whether it does. */
	let answer: Partial<Answer>;
	let answering: boolean;
	let ready: boolean;
	let enabled: boolean;
	let trigger: Trigger;
	let isAnnounced: boolean;
	let opened: boolean;
	let forgotten: number;
	let continuation: vscode.InlineCompletionItem | undefined;
	let edits: fake.EventEmitter<{ document: string; changes: readonly TextChange[] }>;
	let discarded: fake.EventEmitter<string>;
	let settingsChanges: fake.EventEmitter<void>;
	/** Where the cursor is. */
	let cursor: fake.Position;
	let cancel: fake.EventEmitter<void>;

	before(async () => {
		({ InlineProvider: Provider } = await import("../../../../src/editor/suggestions/provider.ts"));
	});

	const suggesting = (...texts: readonly string[]): Partial<Answer> => ({
		suggestions: texts.map((text): Suggestion => ({ text, probability: 0.9 })),
	});

	beforeEach(() => {
		clock = new FakeClock();
		questions = [];
		limits = [];
		answer = suggesting();
		answering = true;
		ready = true;
		enabled = true;
		trigger = "automatic";
		isAnnounced = false;
		opened = true;
		forgotten = 0;
		edits = new fake.EventEmitter();
		discarded = new fake.EventEmitter();
		settingsChanges = new fake.EventEmitter();
		cancel = new fake.EventEmitter();
		statistics = new StatisticsCounter();
		fake.readOnlySchemes.clear();
		const parts = {
			clock,
			statistics,
			settings: {
				onDidChange: settingsChanges.event,
				suggestions: () => ({ enabled, trigger, isAnnounced, threshold: "balanced", maxAlternatives: 3 }),
			},
			continuation: () => continuation,
			documents: {
				onDidEdit: edits.event,
				onDidDiscard: discarded.event,
				ensureOpen: () => opened,
				forget: () => forgotten++,
			},
			server: {
				get ready() {
					return ready;
				},
				whenReady: () => Promise.resolve(ready),
				ask(question: Question, milliseconds: number) {
					questions.push(question);
					limits.push(milliseconds);
					let settleAnswer: (value: Answer) => void = () => {};
					const pending = new Promise<Answer>((resolve) => {
						settleAnswer = resolve;
					});
					const silent: Answer = { suggestions: [], silence: undefined, milliseconds: 4 };
					if (answering) settleAnswer({ ...silent, ...answer });
					return { answer: pending, cancel: () => settleAnswer({ ...silent, silence: "cancelled" }) };
				},
			},
		};
		continuation = undefined;
		provider = new Provider(parts as unknown as ProviderParts);
		open("const a█)");
	});

	afterEach(() => provider.dispose());

	/** Shows a document with the cursor at █. */
	function open(marked: string, scheme = "file"): void {
		const { text, position } = parseMarked(marked);
		cursor = new fake.Position(position.line, position.character);
		document = new FakeDocument(text, scheme);
		select(new fake.Range(cursor, cursor));
	}

	function select(...selections: readonly [fake.Range, ...fake.Range[]]): void {
		const editor = { document, selections, selection: selections[0], options: { tabSize: 4 } };
		fake.window.activeTextEditor = editor;
		fake.window.visibleTextEditors = [editor];
	}

	/** Replaces `deleted` characters left of the cursor by `text`, as typing does. */
	function type(text: string, deleted = 0): void {
		const { text: line } = document.lineAt(cursor.line);
		const start = cursor.with({ character: cursor.character - deleted });
		const change = { start, end: cursor, text };
		document.replaceLine(cursor.line, line.slice(0, start.character) + text + line.slice(cursor.character));
		const lines = text.split("\n");
		const [last = ""] = lines.slice(-1);
		cursor =
			lines.length === 1
				? start.with({ character: start.character + text.length })
				: new fake.Position(start.line + lines.length - 1, last.length);
		select(new fake.Range(cursor, cursor));
		edits.fire({ document: document.uri.toString(), changes: [change] });
	}

	interface Ask {
		readonly explicit?: boolean;
		readonly widget?: { readonly range: fake.Range; readonly text: string };
	}

	function ask({ explicit = false, widget }: Ask = {}): vscode.ProviderResult<vscode.InlineCompletionItem[]> {
		const token = { isCancellationRequested: false, onCancellationRequested: cancel.event };
		cancel.event(() => {
			token.isCancellationRequested = true;
		});
		return provider.provideInlineCompletionItems(
			document as unknown as vscode.TextDocument,
			cursor as unknown as vscode.Position,
			{ triggerKind: explicit ? 0 : 1, selectedCompletionInfo: widget } as unknown as vscode.InlineCompletionContext,
			token as unknown as vscode.CancellationToken,
		) as vscode.ProviderResult<vscode.InlineCompletionItem[]>;
	}

	/** The texts that would be in the range from the start of the line. */
	async function texts(options?: Ask): Promise<unknown[]> {
		return ((await ask(options)) ?? []).map(({ insertText }) => insertText);
	}

	it("shows what *Continue Here* has written, and asks and counts nothing", async () => {
		continuation = new fake.InlineCompletionItem("const a written", new fake.Range(cursor, cursor), {
			command: "",
			arguments: [],
		}) as never;
		assert.deepEqual(await texts({ explicit: true }), ["const a written"]);
		assert.deepEqual(questions, []);
		assert.equal(provider.requests.records.length, 0);
	});

	function accept(text: string): void {
		registered("inkling.suggestionAccepted")(text);
	}

	function registered(id: string): (...args: readonly unknown[]) => unknown {
		const command = fake.registered.get(id);
		assert(command);
		return command;
	}

	it("answers who asks where suggestions are shown on request only", async () => {
		trigger = "onRequest";
		answer = suggesting(" = 1");
		assert.deepEqual(await texts(), []);
		assert.deepEqual(await texts({ explicit: true }), ["const a = 1"]);
	});

	describe("with a screen reader", () => {
		beforeEach(() => {
			isAnnounced = true;
			open("const a█");
			answer = suggesting(" = first + second;");
		});

		it("waits for a pause in typing", async () => {
			const asked = texts();
			await settle();
			assert.equal(questions.length, 0);
			clock.turn(500);
			assert.deepEqual(await asked, ["const a = first + second;"]);
		});

		it("asks nothing when typing goes on before", async () => {
			const asked = texts();
			cancel.fire();
			assert.deepEqual(await asked, []);
			clock.turn(500);
			await settle();
			assert.equal(questions.length, 0);
		});

		it("is announced once, however much of it is typed", async () => {
			const asked = texts();
			await settle();
			clock.turn(500);
			await asked;
			for (const sign of " = first") {
				type(sign);
				assert.equal(ask(), null);
				assert.equal(provider.refusal, "announced");
			}
			assert.equal(questions.length, 1);
			answer = suggesting();
			assert.deepEqual(await texts({ explicit: true }), ["const a = first + second;"]);
		});

		it("says nothing of a few characters, but to who asks", async () => {
			answer = suggesting(" = firs");
			const asked = texts();
			await settle();
			clock.turn(500);
			assert.deepEqual(await asked, []);
			assert.equal(provider.refusal, "tooShort");
			assert.deepEqual(await texts({ explicit: true }), ["const a = firs"]);
		});
	});

	describe("refuses at once, asking nobody,", () => {
		const cases: readonly [reason: string, arrange: () => void, options?: Ask][] = [
			["disabled", () => (enabled = false)],
			["onRequest", () => (trigger = "onRequest")],
			["notServed", () => open("const a█", "output")],
			["notServed", () => open("fix: █", "vscode-scm")],
			[
				"readOnly",
				() => {
					open("const a█", "vscode-vfs");
					fake.readOnlySchemes.add("vscode-vfs");
				},
			],
			["longLine", () => open(`const a█${"b".repeat(2 ** 15)}`)],
			["longLine", () => open(`${"b".repeat(2 ** 15)}█`)],
			["selections", () => select(new fake.Range(cursor, cursor), new fake.Range(cursor, cursor))],
			["selections", () => select(new fake.Range(cursor.with({ character: 0 }), cursor))],
			["tooLarge", () => open(`${"x".repeat(2 ** 21)}\na█`)],
		];
		for (const [reason, arrange] of cases)
			it(`for ${reason}`, () => {
				arrange();
				assert.equal(ask(), null);
				assert.equal(provider.refusal, reason);
				assert.equal(questions.length, 0);
			});

		const range = (start: number, end: number): fake.Range =>
			new fake.Range(new fake.Position(0, start), new fake.Position(0, end));
		const widgets: readonly [name: string, range: fake.Range, text: string][] = [
			["does not begin with what is typed", range(6, 7), "bc"],
			["replaces more than is typed", range(6, 8), "abc"],
		];
		for (const [name, replaced, text] of widgets)
			it(`while the suggestion list has an item selected that ${name}`, () => {
				assert.equal(ask({ widget: { range: replaced, text } }), null);
				assert.equal(provider.refusal, "widget");
			});
	});

	it("replaces the line up to the cursor, so that accepting word by word does not jump", async () => {
		answer = suggesting("bc = 1;");
		const [item] = (await ask()) ?? [];
		assert.equal(item?.insertText, "const abc = 1;");
		assert.deepEqual(item?.range, new fake.Range(new fake.Position(0, 0), new fake.Position(0, 7)));
	});

	it("asks for one suggestion by itself, and for several when the user does", async () => {
		answer = suggesting("bc", "bd");
		assert.deepEqual(await texts(), ["const abc"]);
		assert.deepEqual(await texts({ explicit: true }), ["const abc", "const abd"]);
		assert.deepEqual(
			questions.map(({ count, explicit, threshold, position, version }) => [
				count,
				explicit,
				threshold,
				position,
				version,
			]),
			[
				[1, false, "balanced", { line: 0, character: 7 }, 1],
				[3, true, "balanced", { line: 0, character: 7 }, 1],
			],
		);
		assert.deepEqual(limits, [150, 5000]);
	});

	it("puts what is shown first among what it offers, once", async () => {
		answer = suggesting("bc");
		await ask();
		answer = suggesting("other", "bc");
		assert.deepEqual(await texts({ explicit: true }), ["const abc", "const aother"]);
	});

	it("goes on with the same suggestion while it is typed, at once and without asking", async () => {
		answer = suggesting("bc = 1;");
		await ask();
		for (const letter of "bc =") {
			type(letter);
			const items = ask();
			assert(Array.isArray(items));
			assert.equal(items[0]?.insertText, "const abc = 1;");
		}
		type("", 2);
		assert(Array.isArray(ask()), "letters taken back");
		assert.equal(questions.length, 1);
		assert.equal(statistics.statistics.shown, 1);
	});

	it("goes on over the end of a line, with the editor's indentation", async () => {
		open("if (a█");
		answer = suggesting(") {\n\tgo();\n}");
		await ask();
		for (const [text, whole] of [
			[") {", "if (a) {\n\tgo();\n}"],
			["\n\t", "\tgo();\n}"],
			["go", "\tgo();\n}"],
		] as const) {
			type(text);
			const items = ask();
			assert(Array.isArray(items), text);
			assert.equal(items[0]?.insertText, whole);
		}
		assert.equal(questions.length, 1);
		type("!");
		await ask();
		assert.equal(questions.length, 2);
	});

	it("asks anew when something else is typed, or elsewhere, or when settings or model change", async () => {
		answer = suggesting("bc = 1;");
		const changes: readonly (() => void)[] = [
			() => type("x"),
			() =>
				edits.fire({
					document: "file:///a.ts",
					changes: [{ start: { line: 3, character: 0 }, end: { line: 3, character: 0 }, text: "x" }],
				}),
			() => settingsChanges.fire(),
			() => provider.forget(),
		];
		for (const [index, change] of changes.entries()) {
			open("const a█)");
			await ask();
			change();
			await ask();
			assert.equal(questions.length, 2 * (index + 1));
			provider.forget();
		}
	});

	describe("with an item selected in the suggestion list", () => {
		const widget = { range: new fake.Range(new fake.Position(0, 6), new fake.Position(0, 7)), text: "abc" };

		it("extends that item, in its range", async () => {
			answer = suggesting("bc = 1;");
			const [item] = (await ask({ widget })) ?? [];
			assert.equal(questions[0]?.forced, "bc");
			assert.equal(item?.insertText, "abc = 1;");
			assert.deepEqual(item?.range, widget.range);
		});

		it("offers nothing that does not", async () => {
			answer = suggesting("xyz", "bc");
			assert.deepEqual(await texts({ widget }), []);
		});
	});

	it("offers nothing that the editor could not show or Tab not accept", async () => {
		open("\t█");
		answer = suggesting("   ", "\treturn 1;", "    return 2;", "  return 3;");
		assert.deepEqual(await texts({ explicit: true }), ["\t  return 3;"]);
	});

	it("does not bring back a longer or shorter cut of what was not wanted", async () => {
		answer = suggesting("bc) {\n\tgo();");
		await ask();
		clock.turn(750);
		type("x");
		await ask();
		type("", 1);
		provider.forget();
		for (const text of ["bc) {", "bc) {\n\tgo();\n}"]) {
			answer = suggesting(text);
			assert.deepEqual(await texts(), []);
			assert.equal(provider.refusal, "rejected");
		}
		answer = suggesting("bd");
		assert.equal((await texts()).length, 1);
	});

	describe("a suggestion that was not wanted", () => {
		const again = async (): Promise<boolean> => (await texts()).length > 0;

		beforeEach(async () => {
			answer = suggesting("bc = 1;");
			await ask();
		});

		it("does not return where it was read and typed past", async () => {
			clock.turn(750);
			type("x");
			await ask();
			type("", 1);
			assert.equal(await again(), false);
			assert.equal(provider.refusal, "rejected");
			assert.deepEqual(await texts({ explicit: true }), ["const abc = 1;"], "but may be asked for");
		});

		it("returns in the next untitled document, which has the same name", async () => {
			clock.turn(750);
			type("x");
			await ask();
			type("", 1);
			discarded.fire("untitled:another");
			assert.equal(await again(), false);
			discarded.fire(document.uri.toString());
			assert.equal(await again(), true);
		});

		it("leaves nothing on the screen of a document that is closed", async () => {
			discarded.fire(document.uri.toString());
			clock.turn(750);
			// Neither what was shown there is gone on with, nor is it turned down by other text in the next document.
			const asked = questions.length;
			type("x");
			await ask();
			assert.equal(questions.length, asked + 1);
			type("", 1);
			assert.equal(await again(), true);
		});

		it("returns after a slip of the finger, made before it could be read", async () => {
			clock.turn(300);
			type("x");
			await ask();
			type("", 1);
			assert.equal(await again(), true);
		});

		it("returns after a slip of the finger in the middle of typing it", async () => {
			type("b");
			await ask();
			clock.turn(2_000);
			type("x");
			await ask();
			type("", 1);
			assert.equal(await again(), true);
		});

		it("does not return where it was accepted and taken back", async () => {
			type("bc = 1;");
			accept("bc = 1;");
			await ask();
			type("", 7);
			assert.equal(await again(), false);
		});

		it("returns at another place that looks the same, once it was accepted here", async () => {
			answer = suggesting("import b;");
			open("\n█\n\n\n");
			await ask();
			type("import b;");
			accept("import b;");
			cursor = new fake.Position(3, 0);
			select(new fake.Range(cursor, cursor));
			assert.deepEqual(await texts(), ["import b;"]);
			cursor = new fake.Position(1, 0);
			document.replaceLine(1, "");
			select(new fake.Range(cursor, cursor));
			assert.deepEqual(await texts(), [], "but not where it was taken back");
		});

		it("returns when it was accepted and taken back long after", async () => {
			type("bc = 1;");
			accept("bc = 1;");
			clock.turn(31_000);
			await ask();
			type("", 7);
			assert.equal(await again(), true);
		});
	});

	it("counts what is shown and what is accepted", async () => {
		answer = suggesting("bc = 1;");
		await ask();
		accept("bc = 1;");
		assert.deepEqual(statistics.statistics, {
			shown: 1,
			shownCharacters: 7,
			accepted: 1,
			acceptedCharacters: 7,
			wordCharacters: 0,
			medianMilliseconds: 4,
		});
	});

	it("counts by language what is typed over, and not what is typed along or left alone", async () => {
		const typedOver = (): number =>
			Object.values(statistics.history.days)
				.flatMap((languages) => Object.values(languages))
				.reduce((sum, counts) => sum + counts.typedOver, 0);
		answer = suggesting("bc = 1;");
		await ask();
		type("b");
		await ask();
		assert.equal(typedOver(), 0, "typed along");
		open("const a█");
		answer = suggesting("bc = 1;");
		await ask();
		answer = suggesting();
		type("x");
		await ask();
		assert.equal(typedOver(), 1);
		type("y");
		await ask();
		assert.equal(typedOver(), 1, "it is gone from the screen");
		assert.deepEqual(Object.keys(Object.values(statistics.history.days)[0] ?? {}), [document.languageId]);
	});

	it("counts what is taken by words or lines, and neither what is typed nor what is taken as a whole", async () => {
		answer = suggesting("bc = compute(first);");
		await ask();
		for (const [inserted, counted] of [
			["b", 0],
			["c = ", 4],
			["compute", 7],
			["xy", 0],
		] as const) {
			const before = statistics.counts.wordCharacters;
			type(inserted);
			await ask();
			assert.equal(statistics.counts.wordCharacters - before, counted, inserted);
		}
		open("const a█)");
		answer = suggesting("()");
		await ask();
		type("()");
		assert.equal(statistics.counts.wordCharacters, 11, "a pair that the editor closes by itself");
		open("const a█)");
		answer = suggesting("bc;");
		await ask();
		type("bc;");
		accept("bc;");
		assert.deepEqual([statistics.counts.wordCharacters, statistics.counts.accepted], [11, 1]);
	});

	it("counts words that are taken one after the other, before it is asked again", async () => {
		answer = suggesting("bc = compute(first);");
		await ask();
		for (const part of ["bc", " = ", "c", "ompute"]) type(part);
		assert.equal(statistics.counts.wordCharacters, "bc = ompute".length);
		type("(first);");
		accept("(first);");
		assert.deepEqual([statistics.counts.wordCharacters, statistics.counts.acceptedCharacters], [11, 8]);
	});

	it("counts a line that is taken in a document with Windows' line ends, and words of the next", async () => {
		open("if █");
		answer = suggesting("(a) {\n\tgo();\n}");
		await ask();
		edits.fire({ document: document.uri.toString(), changes: [{ start: cursor, end: cursor, text: "(a) {\r\n" }] });
		const next = new fake.Position(1, 0);
		edits.fire({ document: document.uri.toString(), changes: [{ start: next, end: next, text: "\tgo" }] });
		assert.equal(statistics.counts.wordCharacters, "(a) {\n\tgo".length);
	});

	it("counts no closer that the editor inserts by itself, though it was suggested", async () => {
		for (const closer of ["</div>", "></div>", "</>", "* */", " */", "()", '""', '"""', "-->"]) {
			open("a█");
			answer = suggesting(`${closer} more`);
			await ask();
			type(closer);
			assert.equal(statistics.counts.wordCharacters, 0, closer);
		}
	});

	it("asks whatever stands right of the cursor, and inserts what is suggested before it", async () => {
		answer = suggesting("bc");
		for (const after of rightOfCursor) {
			open(`a█${after}`);
			const before = questions.length;
			const [item] = (await ask()) ?? [];
			assert.deepEqual([questions.length - before, provider.refusal], [1, undefined], JSON.stringify(after));
			assert.equal(item?.insertText, "abc");
			assert.deepEqual(item?.range, new fake.Range(new fake.Position(0, 0), new fake.Position(0, 1)));
		}
	});

	it("notes of each request what became of it, and why", async () => {
		const trace = { context: 1, search: 2, display: 0.5, bytes: 40, candidates: [] };
		answer = { ...suggesting("bc = 1;"), trace };
		await ask();
		type("b");
		await ask();
		answer = { silence: "unsure" };
		type("x");
		await ask();
		enabled = false;
		await ask({ explicit: true });
		const records = provider.requests.records.map(({ texts, refusal, isContinued, explicit, trace: noted }) => ({
			texts,
			refusal,
			isContinued,
			explicit,
			noted,
		}));
		const none = { texts: [], refusal: undefined, isContinued: false, explicit: false, noted: undefined };
		assert.deepEqual(records, [
			{ ...none, refusal: "disabled", explicit: true },
			{ ...none, refusal: "unsure" },
			{ ...none, texts: ["c = 1;"], isContinued: true },
			{ ...none, texts: ["bc = 1;"], noted: trace },
		]);
		enabled = true;
		for (let i = 0; i < 60; i++) await ask();
		assert.equal(provider.requests.records.length, 50);
	});

	it("lets go when the editor does, and does not count that as a reason", async () => {
		answering = false;
		const pending = ask();
		await settle();
		cancel.fire();
		assert.equal(await pending, null);
		assert.equal(provider.refusal, undefined);
		assert.equal(statistics.statistics.shown, 0);
	});

	it("offers nothing for a document that has changed while the process was starting", async () => {
		ready = false;
		const pending = ask();
		ready = true;
		type("x");
		assert.equal(await pending, null);
		assert.equal(questions.length, 0);
	});

	it("says that the process is down, or cannot be told of the document", async () => {
		ready = false;
		assert.equal(await ask(), null);
		assert.equal(provider.refusal, "serverDown");
		ready = true;
		opened = false;
		assert.equal(await ask(), null);
		assert.equal(provider.refusal, "serverDown");
	});

	for (const silence of ["unsure", "slow", "secret", "stale", "unknownDocument"] as const)
		it(`passes on that the answer is ${silence}`, async () => {
			answer = { silence };
			assert.equal(await ask(), null);
			assert.equal(provider.refusal, silence);
			assert.equal(forgotten, silence === "stale" || silence === "unknownDocument" ? 1 : 0);
		});
});
