import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type Learner, LearningTask, passagesOf } from "../../../../src/server/memory/lines/learningTask.ts";

/** Notes what it reads and, in brackets, what it learns; knows where it is by what it has read. */
function notingLearner(sliceBytes: number): Learner<string> & { notes: string } {
	const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString().replaceAll("\0", "¶");
	return {
		of: {},
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

function learnAll(task: LearningTask, learner: Learner): void {
	while (!task.isOver) task.step(learner);
}

describe("A task", () => {
	const cases: readonly [what: string, text: string, isNew: readonly number[], notes: string][] = [
		["all of a new document, with its end", "a\nb", [1, 1], "|p\n[a\nb¶]"],
		["the new lines, after what stands above them", "a\nb\nc\nd\n", [0, 1, 1, 0], "|p\na\n[b\nc\n]"],
		["each passage of new lines", "a\nb\nc\nd", [1, 0, 0, 1], "|p\n[a\n]|p\na\nb\nc\n[d]"],
		["nothing of a known document", "a\n", [0], ""],
		["nothing of an empty one", "", [], ""],
	];
	for (const [what, text, isNew, notes] of cases)
		it(`teaches ${what}`, () => {
			const learner = notingLearner(100);
			learnAll(new LearningTask(passagesOf("p", text, Uint8Array.from(isNew))), learner);
			assert.equal(learner.notes, notes);
		});

	it("is taken in small steps", () => {
		const learner = notingLearner(2);
		const task = new LearningTask(passagesOf("p", "abcde\n", Uint8Array.of(1)));
		const steps: string[] = [];
		while (!task.isOver) {
			const before = learner.notes.length;
			task.step(learner);
			steps.push(learner.notes.slice(before));
		}
		assert.deepEqual(steps, ["|p\n", "[ab]", "[cd]", "[e\n¶]"]);
		assert.equal(task.characters, 6);
	});

	it("gives half a kibibyte of what stands above, from a whole character on", () => {
		const learner = notingLearner(10_000);
		const text = `${"한".repeat(1000)}x\nnew\n`;
		learnAll(new LearningTask(passagesOf("p", text, Uint8Array.of(0, 1))), learner);
		assert.equal(learner.notes, `|p\n${"한".repeat(170)}x\n[new\n]`);
	});

	it("goes on where it was when the learner is another", () => {
		const [first, second] = [notingLearner(2), notingLearner(2)];
		const task = new LearningTask(passagesOf("p", "old\nabcdef\n", Uint8Array.of(0, 1)));
		for (let i = 0; i < 5; i++) task.step(first);
		assert.equal(first.notes, "|p\nold\n[ab][cd]");
		learnAll(task, second);
		assert.equal(second.notes, "|p\nold\nabcd[ef\n]");
	});
});
