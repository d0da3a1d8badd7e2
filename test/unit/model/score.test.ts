import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { encodeDocument } from "../../../src/model/document.ts";
import type { Context } from "../../../src/model/languageModel.ts";
import { bitsPerCharacter, DocumentScorer, leftToRight, scoreDocument } from "../../../src/model/score.ts";
import { ngramModel } from "../support/ngramModel.ts";

const path = "notes/plan.txt";
const model = ngramModel("notes/plan.txt\nfirst line\nsecond line é\n\0");

/** Byte by byte, from the definition. */
function bitsOf(text: string): number {
	const { bytes, skip } = encodeDocument(path, text);
	let context: Context = model.start();
	let bits = 0;
	for (const [i, byte] of bytes.entries()) {
		if (i >= skip && i < bytes.length - 1) bits -= (context.logProbabilities[byte] as number) / Math.LN2;
		context = model.read(context, Uint8Array.of(byte));
	}
	return bits;
}

describe("the score of a document", () => {
	const texts: readonly [what: string, text: string, characters: number, lines: number][] = [
		["lines", "first line\nsecond line é\n", 11 + 14, 2],
		["an unfinished last line", "first line\nsec", 14, 2],
		["CRLF", "first line\r\nsecond", 17, 2],
		["blank lines", "\n\n", 2, 2],
		["characters of several bytes", "한😀", 2, 1],
		["NUL inside", "a\0b", 3, 1],
	];
	for (const [what, text, characters, lines] of texts) {
		it(`counts bits and characters: ${what}`, () => {
			const score = scoreDocument(model, path, text);
			assert.equal(score.total.characters, characters);
			assert.ok(Math.abs(score.total.bits - bitsOf(text)) < 1e-9);
			assert.equal(score.lines.length, lines);
			assert.ok(Math.abs(score.lines.reduce((sum, { bits }) => sum + bits, 0) - score.total.bits) < 1e-9);
		});
	}

	it("is the same in pieces", () => {
		const text = "first line\nsecond line é";
		const scorer = new DocumentScorer(model, path, text);
		let steps = 1;
		while (!scorer.step(3)) steps++;
		assert.equal(steps, Math.ceil((Buffer.byteLength(text) + 1) / 3));
		assert.deepEqual(scorer.total, scoreDocument(model, path, text).total);
	});

	it("has no bits per character without characters", () => {
		assert.equal(bitsPerCharacter(scoreDocument(model, path, "").total), null);
		assert.equal(bitsPerCharacter({ bits: 6, characters: 4 }), 1.5);
	});
});

describe("a scorer that reads from left to right", () => {
	it("scores a span where it stands: a document's score is the sum of those of its parts", () => {
		const text = "first line\nsecond\r\nthird é\n";
		const scorer = leftToRight(model);
		const scoreOf = (before: string, span: string) => {
			const steps = scorer.score({ path: "a.ts", before, text: span, after: "" });
			let step = steps.next();
			while (!step.done) step = steps.next();
			return step.value;
		};
		const whole = scoreOf("", text);
		assert.deepEqual(whole, scoreDocument(model, "a.ts", text).total);
		for (const at of [1, 11, 20]) {
			const parts = [scoreOf("", text.slice(0, at)), scoreOf(text.slice(0, at), text.slice(at))];
			assert.ok(Math.abs(parts.reduce((sum, { bits }) => sum + bits, 0) - whole.bits) < 1e-6, `cut at ${at}`);
			assert.equal(
				parts.reduce((sum, { characters }) => sum + characters, 0),
				whole.characters,
			);
		}
	});
});
