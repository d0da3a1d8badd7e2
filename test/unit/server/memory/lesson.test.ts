import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Lesson, type Pupil, passagesOf } from "../../../../src/server/memory/lesson.ts";

/** Notes what it reads and, in brackets, what it learns; knows where it is by what it has read. */
function notingPupil(sliceBytes: number): Pupil<string> & { notes: string } {
	const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString().replaceAll("\0", "¶");
	return {
		notes: "",
		sliceBytes,
		start() {
			this.notes += "|";
			return "";
		},
		read(state, bytes) {
			this.notes += text(bytes);
			return state + text(bytes);
		},
		learn(state, bytes) {
			this.notes += `[${text(bytes)}]`;
			return state + text(bytes);
		},
	};
}

function learnAll(lesson: Lesson, pupil: Pupil): void {
	while (!lesson.isOver) lesson.step(pupil);
}

describe("A lesson", () => {
	const cases: readonly [what: string, text: string, isNew: readonly number[], notes: string][] = [
		["all of a new document, with its end", "a\nb", [1, 1], "|p\n[a\nb¶]"],
		["the new lines, after what stands above them", "a\nb\nc\nd\n", [0, 1, 1, 0], "|p\na\n[b\nc\n]"],
		["each passage of new lines", "a\nb\nc\nd", [1, 0, 0, 1], "|p\n[a\n]|p\na\nb\nc\n[d]"],
		["nothing of a known document", "a\n", [0], ""],
		["nothing of an empty one", "", [], ""],
	];
	for (const [what, text, isNew, notes] of cases)
		it(`teaches ${what}`, () => {
			const pupil = notingPupil(100);
			learnAll(new Lesson(passagesOf("p", text, Uint8Array.from(isNew))), pupil);
			assert.equal(pupil.notes, notes);
		});

	it("is taken in small steps", () => {
		const pupil = notingPupil(2);
		const lesson = new Lesson(passagesOf("p", "abcde\n", Uint8Array.of(1)));
		const steps: string[] = [];
		while (!lesson.isOver) {
			const before = pupil.notes.length;
			lesson.step(pupil);
			steps.push(pupil.notes.slice(before));
		}
		assert.deepEqual(steps, ["|p\n", "[ab]", "[cd]", "[e\n¶]"]);
		assert.equal(lesson.characters, 6);
	});

	it("gives half a kibibyte of what stands above, from a whole character on", () => {
		const pupil = notingPupil(10_000);
		const text = `${"한".repeat(1000)}x\nnew\n`;
		learnAll(new Lesson(passagesOf("p", text, Uint8Array.of(0, 1))), pupil);
		assert.equal(pupil.notes, `|p\n${"한".repeat(170)}x\n[new\n]`);
	});

	it("goes on where it was when the pupil is another", () => {
		const [first, second] = [notingPupil(2), notingPupil(2)];
		const lesson = new Lesson(passagesOf("p", "old\nabcdef\n", Uint8Array.of(0, 1)));
		for (let i = 0; i < 5; i++) lesson.step(first);
		assert.equal(first.notes, "|p\nold\n[ab][cd]");
		learnAll(lesson, second);
		assert.equal(second.notes, "|p\nold\nabcd[ef\n]");
	});
});
