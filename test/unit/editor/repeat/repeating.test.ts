import assert from "node:assert/strict";
import { FakeClock } from "../fakes.ts";
import * as fake from "../fakeVscode.ts";

const { Repeating } = await import("../../../../src/editor/repeat/repeating.ts");

const { Position, Range } = fake;

/** VS Code asks the language extensions with it whether they can rename what stands at a place. */
const prepareRename = "vscode.prepareRename";

/** As much of a document and its editor as is needed; the cursor is where the test puts it. */
class Desk {
	readonly clock = new FakeClock();
	readonly uri = new fake.Uri("/workspace/a.ts");
	lines: string[];
	version = 1;
	isOn = true;
	/** What the frame around a place says when the mouse rests on it; the last one shown. */
	hover: InstanceType<typeof fake.MarkdownString> | undefined;
	readonly repeating: InstanceType<typeof Repeating>;
	readonly editor;

	constructor(lines: readonly string[]) {
		this.lines = [...lines];
		const desk = this;
		const document = {
			uri: Object.assign(this.uri, { toString: () => "file:///workspace/a.ts" }),
			get lineCount() {
				return desk.lines.length;
			},
			get version() {
				return desk.version;
			},
			lineAt: (line: number) => ({
				text: desk.lines[line] ?? "",
				range: { end: new Position(line, desk.lines[line]?.length ?? 0) },
			}),
			offsetAt: () => desk.lines.join("\n").length,
			getText: (range?: InstanceType<typeof Range>) =>
				range === undefined
					? desk.lines.join("\n")
					: desk.lines[range.start.line]?.slice(range.start.character, range.end.character),
		};
		const at = new Range(new Position(0, 0), new Position(0, 0));
		this.editor = {
			document,
			selections: [at] as InstanceType<typeof Range>[],
			selection: Object.assign(at, { active: at.end }),
			options: { tabSize: 4 },
			/** Done a moment later, as in the editor. */
			edit: async (build: (edit: object) => void): Promise<boolean> => {
				await new Promise(setImmediate);
				build({
					replace: ({ start, end }: InstanceType<typeof Range>, text: string) => {
						const old = this.lines[start.line]?.slice(start.character, end.character) ?? "";
						this.replace(start.line, old, text);
					},
				});
				return true;
			},
			revealRange: () => {},
			setDecorations: (_type: unknown, [decoration]: readonly { hoverMessage: fake.MarkdownString }[]) => {
				this.hover = decoration?.hoverMessage ?? this.hover;
			},
		};
		fake.window.activeTextEditor = this.editor;
		fake.workspace.textDocuments = [document];
		fake.workspace.applied = [];
		this.repeating = new Repeating({
			clock: this.clock,
			settings: {
				suggestions: () => ({ enabled: this.isOn, repeats: true }),
				onDidChange: () => ({ dispose: () => {} }),
			} as never,
		});
		this.rest();
	}

	/** Long enough for all that is due after a pause. */
	rest(): void {
		this.clock.turn(1_000);
	}

	cursor(line: number, character: number): void {
		const at = new Range(new Position(line, character), new Position(line, character));
		this.editor.selection = Object.assign(at, { active: at.end });
		this.editor.selections = [at];
	}

	/** The editor replaces a word, and tells of it before it moves the cursor. */
	replace(line: number, old: string, now: string, reason?: number): void {
		const text = this.lines[line] ?? "";
		const start = text.indexOf(old);
		this.lines[line] = text.replace(old, now);
		this.version++;
		const range = new Range(new Position(line, start), new Position(line, start + old.length));
		fake.changed.fire({ document: this.editor.document, contentChanges: [{ range, text: now }], reason });
	}

	[Symbol.dispose](): void {
		this.repeating.dispose();
		fake.window.activeTextEditor = undefined;
		fake.workspace.textDocuments = [];
		fake.registered.delete(prepareRename);
	}
}

const calls = ["a = loadUserData(1);", "b = loadUserData(2);", "c = loadUserData(3);"];

describe("Repeating in the editor", () => {
	it("shows what the user replaced at the cursor, after a pause, and says it to those who listen", () => {
		using desk = new Desk(calls);
		desk.cursor(0, 4);
		desk.replace(0, "loadUserData", "fetchUserData");
		assert.equal(fake.statusItem.isShown, false);
		desk.rest();
		assert.equal(desk.repeating.hint?.line, 1);
		assert.equal(fake.statusItem.isShown, true);
		assert.equal(
			fake.statusItem.accessibilityInformation?.label,
			"Inkling can repeat your change in line 2: replace loadUserData by fetchUserData",
		);
	});

	it("is hidden while the user types, and gone when suggestions are turned off", () => {
		using desk = new Desk(calls);
		desk.cursor(0, 4);
		desk.replace(0, "loadUserData", "fetchUserData");
		desk.rest();
		desk.cursor(0, 17);
		desk.replace(0, "fetchUserData", "fetchUserDatas");
		assert.equal(fake.statusItem.isShown, false);
		desk.isOn = false;
		desk.rest();
		assert.equal(desk.repeating.hint, undefined);
		assert.equal(fake.statusItem.isShown, false);
	});

	const others: readonly [name: string, change: (desk: Desk) => void][] = [
		["is far from the cursor", (desk) => desk.cursor(2, 0)],
		[
			"is one of several cursors'",
			(desk) => {
				desk.cursor(0, 4);
				desk.editor.selections = [desk.editor.selection, desk.editor.selection];
			},
		],
	];
	for (const [name, prepare] of others)
		it(`offers no change that ${name}`, () => {
			using desk = new Desk(calls);
			prepare(desk);
			desk.replace(0, "loadUserData", "fetchUserData");
			desk.cursor(0, 0);
			desk.rest();
			assert.equal(desk.repeating.hint, undefined);
		});

	for (const [name, reason] of Object.entries(fake.TextDocumentChangeReason))
		it(`offers nothing that came of ${name}`, () => {
			using desk = new Desk(calls);
			desk.cursor(0, 4);
			desk.replace(0, "loadUserData", "fetchUserData", reason);
			desk.rest();
			assert.equal(desk.repeating.hint, undefined);
		});

	it("offers an insertion at the cursor as ghost text", () => {
		const line = "  expect(render(<App />, root)).toBe(true);";
		using desk = new Desk([line, line]);
		const at = line.indexOf("))");
		desk.cursor(0, at);
		desk.lines[0] = line.replace("root", "root, options");
		const range = new Range(new Position(0, at), new Position(0, at));
		fake.changed.fire({ document: desk.editor.document, contentChanges: [{ range, text: ", options" }] });
		desk.rest();
		assert.equal(desk.repeating.hint?.line, 1);
		const ghost = (character: number) =>
			desk.repeating.provideInlineCompletionItems(desk.editor.document as never, new Position(1, character) as never);
		assert.equal(ghost(at)?.[0]?.insertText, ", options");
		assert.equal(ghost(at - 1), undefined);
	});

	it("is made at as many places as the key is pressed, also in quick succession", async () => {
		using desk = new Desk(calls);
		desk.cursor(0, 4);
		desk.replace(0, "loadUserData", "fetchUserData");
		desk.rest();
		const pressed = [desk.repeating.repeat(), desk.repeating.repeat(), desk.repeating.repeat()];
		assert.deepEqual(await Promise.all(pressed), [true, true, false]);
		assert.deepEqual(
			desk.lines,
			calls.map((line) => line.replace("load", "fetch")),
		);
	});

	describe("at all places", () => {
		const lines = [...calls, "use(loadUserData);", "see https://example.org/loadUserData"];
		const { tick } = fake.window;
		afterEach(() => {
			fake.window.tick = tick;
		});

		const replaced = (desk: Desk): void => {
			desk.cursor(0, 4);
			desk.replace(0, "loadUserData", "fetchUserData");
			desk.rest();
		};
		const applied = () =>
			fake.workspace.applied.map(({ replacements }) =>
				replacements.map(({ range: { start, end }, text }) => [start.line, start.character, end.character, text]),
			);

		it("makes the change where the user leaves a tick, which likely places have from the start", async () => {
			using desk = new Desk(lines);
			replaced(desk);
			let seen: unknown;
			fake.window.tick = (items) => {
				seen = items.map(({ label, description, picked }) => [label, description, picked]);
				return tick(items)?.slice(1);
			};
			assert.equal(await desk.repeating.repeatEverywhere(), 2);
			assert.deepEqual(seen, [
				["b = fetchUserData(2);", "a.ts:2", true],
				["c = fetchUserData(3);", "a.ts:3", true],
				["use(fetchUserData);", "a.ts:4", true],
			]);
			assert.deepEqual(applied(), [
				[
					[2, 4, 16, "fetchUserData"],
					[3, 4, 16, "fetchUserData"],
				],
			]);
		});

		it("leaves possible places to the user to tick", async () => {
			using desk = new Desk(["f(one);", "g(one);"]);
			desk.cursor(0, 2);
			desk.replace(0, "one", "$(all)");
			desk.rest();
			let seen: unknown;
			fake.window.tick = (items) => {
				seen = items.map(({ label, picked }) => [label, picked]);
				return items;
			};
			assert.equal(await desk.repeating.repeatEverywhere(), 1);
			assert.deepEqual(seen, [["g($ (all));", false]]);
			assert.deepEqual(applied(), [[[1, 2, 5, "$(all)"]]]);
		});

		it("changes nothing when the list is closed, nor in a document that has changed meanwhile", async () => {
			using desk = new Desk(lines);
			replaced(desk);
			fake.window.tick = () => undefined;
			assert.equal(await desk.repeating.repeatEverywhere(), 0);
			fake.window.tick = (items) => {
				desk.version++;
				return items;
			};
			assert.equal(await desk.repeating.repeatEverywhere(), 0);
			assert.deepEqual(applied(), []);
		});
	});

	describe("where a language extension can rename", () => {
		const rename = (desk: Desk): unknown => {
			const [, link] =
				/\[Rename Symbol…\]\(command:editor\.action\.rename\?([^)]*)\)/.exec(desk.hover?.value ?? "") ?? [];
			return link === undefined ? undefined : JSON.parse(decodeURIComponent(link));
		};
		const shown = async (lines: readonly string[], old: string, now: string): Promise<unknown> => {
			using desk = new Desk(lines);
			desk.cursor(0, lines[0]?.indexOf(old) as number);
			desk.replace(0, old, now);
			desk.rest();
			assert.equal(desk.repeating.hint?.line, 1);
			// The extensions have answered.
			await new Promise(setImmediate);
			assert.ok(desk.hover?.value.includes("[Repeat Here]"));
			return rename(desk);
		};

		it("links to VS Code's own rename, at the place", async () => {
			const asked: unknown[] = [];
			fake.registered.set(prepareRename, (_uri, at) => {
				asked.push(at);
				return { placeholder: "loadUserData" };
			});
			const link = (await shown(calls, "loadUserData", "fetchUserData")) as [{ fsPath: string }, unknown];
			assert.equal(link[0].fsPath, "/workspace/a.ts");
			assert.deepEqual(link[1], { lineNumber: 2, column: 5 });
			assert.deepEqual(asked, [new Position(1, 4)]);
		});

		it("has no such link where none can, or where it is no name that changed", async () => {
			assert.equal(await shown(calls, "loadUserData", "fetchUserData"), undefined);
			fake.registered.set(prepareRename, () => {
				throw new Error("This element cannot be renamed");
			});
			assert.equal(await shown(calls, "loadUserData", "fetchUserData"), undefined);
			fake.registered.set(prepareRename, () => ({ placeholder: "" }));
			const line = "value = call(userData, other);";
			assert.equal(await shown([line, line], "userData", "user.data"), undefined);
		});
	});

	it("watches no document that is too large to read at once", () => {
		using desk = new Desk([...calls, "x".repeat(2 ** 19)]);
		assert.equal(desk.repeating.watches("file:///workspace/a.ts"), false);
	});
});
