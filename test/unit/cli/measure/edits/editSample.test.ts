import assert from "node:assert/strict";
import { editSampleOf } from "../../../../../src/cli/measure/edits/editSample.ts";
import type { TypedCommit } from "../../../../../src/cli/measure/edits/history.ts";
import type { Edit } from "../../../../../src/cli/measure/edits/lineEdits.ts";

const top = { line: 0, character: 0 };

function edit(text: string, isDone = false): Edit {
	return { start: top, end: top, text, isDone, isBlock: true };
}

function commit(...edits: readonly Edit[]): TypedCommit {
	return { id: "1", parent: "0", files: [{ path: "a.ts", oldPath: "a.ts", before: "", edits }] };
}

/** Keys of what is typed; indentation has none. */
function keys({ files }: TypedCommit): number {
	const typed = files
		.flatMap(({ edits }) => edits)
		.map(({ isDone, text, part }) => (isDone ? "" : text.slice(part?.from ?? 0, part?.to ?? text.length)));
	return typed.join("").replaceAll(/\n[ \t]*/g, "\n").length;
}

describe("A sample of edits", () => {
	it("is all of them where they are few enough", () => {
		const commits = [commit(edit("abc")), commit(edit("defg", true))];
		assert.deepEqual(editSampleOf(commits, 100), { commits, each: null });
	});

	it("has as many characters of each commit as of any other, and all of those that have fewer", () => {
		const lines = (count: number) => Array.from({ length: count }, (_, i) => `\n\tline ${i};`).join("");
		const commits = [
			commit(edit("short")),
			commit(edit(lines(60))),
			commit(edit("a"), edit(lines(40)), edit("b", true)),
		];
		const { commits: sample, each } = editSampleOf(commits, 205);
		assert.equal(each, 100);
		assert.deepEqual(sample[0], commits[0]);
		for (const one of sample.slice(1)) assert.ok(Math.abs(keys(one) - 100) <= 10, `${keys(one)}`);
		// The text is the same; a part of it is typed, from line end to line end, and the rest is there.
		const [cut] = sample[1]?.files[0]?.edits ?? [];
		assert.equal(cut?.text, lines(60));
		const { from, to } = cut?.part ?? { from: 0, to: 0 };
		assert.ok(from < to);
		for (const border of [from, to]) assert.ok(border === cut?.text.length || cut?.text[border] === "\n");
	});

	it("cuts no short edit", () => {
		const some = Array.from({ length: 30 }, (_, i) => edit(`edit number ${i} of some`));
		const { commits } = editSampleOf([commit(...some)], 100);
		const edits = commits[0]?.files[0]?.edits ?? [];
		assert.deepEqual(
			edits.map(({ text, part }) => [text, part]),
			some.map(({ text }) => [text, undefined]),
		);
		const typed = edits.filter(({ isDone }) => !isDone).length;
		assert.ok(typed >= 3 && typed <= 6, `${typed}`);
	});
});
