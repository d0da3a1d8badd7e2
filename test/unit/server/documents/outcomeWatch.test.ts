import assert from "node:assert/strict";
import type { Position, TextChange } from "../../../../src/domain/text.ts";
import { OutcomeWatch } from "../../../../src/server/documents/outcomeWatch.ts";
import { TextDocument } from "../../../../src/server/documents/textDocument.ts";

/** A document in which suggestions are watched. */
class Scene {
	readonly watch = new OutcomeWatch();
	readonly #document: TextDocument;
	#version = 1;

	constructor(text: string) {
		this.#document = new TextDocument("a.ts", 1, text);
	}

	shown(line: number, character: number, text: string): this {
		this.watch.shown("a", { line, character }, text, 0.7);
		return this;
	}

	/** Replaces the text between two columns of a line. */
	edit(line: number, from: number, to: number, text: string): this {
		const change: TextChange = { start: { line, character: from }, end: { line, character: to }, text };
		this.#document.change(++this.#version, [change]);
		this.watch.changed("a", [change]);
		return this;
	}

	outcome(cursor: Position): boolean | null {
		return this.watch.outcome("a", cursor, (line) => this.#document.line(line))?.isRight ?? null;
	}
}

describe("the outcome of a suggestion", () => {
	const at = (line: number, character: number): Position => ({ line, character });

	it("is right when the text goes on as suggested, taken or typed", () => {
		const taken = new Scene("const a").shown(0, 7, " = 1;").edit(0, 7, 7, " = 1;");
		assert.equal(taken.outcome(at(0, 12)), true);
		const typed = new Scene("const a").shown(0, 7, " = 1;");
		for (const [i, sign] of [..." = 1;"].entries()) {
			assert.equal(typed.outcome(at(0, 7 + i)), null);
			typed.edit(0, 7 + i, 7 + i, sign);
		}
		assert.equal(typed.outcome(at(0, 12)), true);
	});

	it("is wrong as soon as other text is typed, and is told once", () => {
		const scene = new Scene("const a").shown(0, 7, " = 1;").edit(0, 7, 7, " =").edit(0, 9, 9, "=");
		assert.equal(scene.outcome(at(0, 10)), false);
		assert.equal(scene.outcome(at(0, 10)), null);
		assert.ok(!scene.watch.isWatching("a"));
	});

	it("tells the probability that was stated", () => {
		const { watch } = new Scene("").shown(0, 0, "x");
		watch.changed("a", [{ start: at(0, 0), end: at(0, 0), text: "y" }]);
		assert.deepEqual(
			watch.outcome("a", at(0, 1), () => "y"),
			{ stated: 0.7, isRight: false },
		);
	});

	it("does not mind a closer that the editor puts right of the cursor", () => {
		const scene = new Scene("call").shown(0, 4, "(one)").edit(0, 4, 4, "()");
		assert.equal(scene.outcome(at(0, 5)), null);
		scene.edit(0, 5, 5, "one");
		assert.equal(scene.outcome(at(0, 9)), true);
	});

	it("goes over line ends", () => {
		const scene = new Scene("if").shown(0, 2, " a:\n\tgo").edit(0, 2, 2, " a:\n\tgo");
		assert.equal(scene.outcome(at(1, 3)), true);
	});

	it("stays unknown when nothing is typed there", () => {
		const scene = new Scene("const a\nb").shown(0, 7, " = 1;");
		assert.equal(scene.outcome(at(1, 1)), null);
		assert.ok(!scene.watch.isWatching("a"));
	});

	it("stays unknown when text before it changes, or the document is closed", () => {
		const moved = new Scene("one\ntwo").shown(1, 3, " three").edit(0, 0, 0, "zero\n");
		assert.equal(moved.outcome(at(2, 3)), null);
		const closed = new Scene("one").shown(0, 3, " two").edit(0, 3, 3, "x");
		closed.watch.closed("a");
		assert.equal(closed.outcome(at(0, 4)), null);
	});

	it("waits while typed characters are taken back", () => {
		const scene = new Scene("a").shown(0, 1, " = 1").edit(0, 1, 1, " ").edit(0, 1, 2, "");
		assert.equal(scene.outcome(at(0, 1)), null);
		assert.ok(scene.watch.isWatching("a"));
	});
});
