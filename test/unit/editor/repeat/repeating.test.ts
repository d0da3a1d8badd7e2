import assert from "node:assert/strict";
import { FakeClock } from "../fakes.ts";
import * as fake from "../fakeVscode.ts";

const { Repeating } = await import("../../../../src/editor/repeat/repeating.ts");

const { Position, Range } = fake;

/** As much of a document and its editor as is needed; the cursor is where the test puts it. */
class Desk {
	readonly clock = new FakeClock();
	readonly uri = new fake.Uri("/workspace/a.ts");
	lines: string[];
	isOn = true;
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
			lineAt: (line: number) => ({ range: { end: new Position(line, desk.lines[line]?.length ?? 0) } }),
			offsetAt: () => desk.lines.join("\n").length,
			getText: () => desk.lines.join("\n"),
		};
		const at = new Range(new Position(0, 0), new Position(0, 0));
		this.editor = {
			document,
			selections: [at] as InstanceType<typeof Range>[],
			selection: Object.assign(at, { active: at.end }),
			options: { tabSize: 4 },
			setDecorations: () => {},
		};
		fake.window.activeTextEditor = this.editor;
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
		const range = new Range(new Position(line, start), new Position(line, start + old.length));
		fake.changed.fire({ document: this.editor.document, contentChanges: [{ range, text: now }], reason });
	}

	[Symbol.dispose](): void {
		this.repeating.dispose();
		fake.window.activeTextEditor = undefined;
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

	it("watches no document that is too large to read at once", () => {
		using desk = new Desk([...calls, "x".repeat(2 ** 19)]);
		assert.equal(desk.repeating.watches("file:///workspace/a.ts"), false);
	});
});
