import assert from "node:assert/strict";
import type { Completion } from "../../../../src/completion/complete.ts";
import type { Position } from "../../../../src/domain/text.ts";
import { OpenDocument } from "../../../../src/server/documents/openDocument.ts";
import { ngramModel } from "../../support/ngramModel.ts";
import { uncalibrated } from "../../support/uncalibrated.ts";

const lesson = "if ready:\n\tfirst(value)\n\tsecond(value)\n\nclose(everything)\n";
const model = ngramModel(lesson.repeat(4));
const wish = { explicit: false, count: 1, threshold: "balanced", forced: "" } as const;

/** Bytes that the model was asked to take. */
function work(): number {
	return model.work.steps + model.work.read;
}

function complete(document: OpenDocument, position: Position): { completion: Completion; cost: number } {
	const before = work();
	const resources = { window: 1000, now: () => 0, calibration: uncalibrated };
	const steps = document.completing(model, position, wish, resources, { isOver: false });
	let step = steps.next();
	while (!step.done) step = steps.next();
	return { completion: step.value, cost: work() - before };
}

function endOf(position: Position, text: string): Position {
	const lines = text.split("\n");
	const last = (lines.at(-1) as string).length;
	if (lines.length === 1) return { line: position.line, character: position.character + last };
	return { line: position.line + lines.length - 1, character: last };
}

describe("after a suggestion was accepted", () => {
	const cases: readonly [what: string, text: string, suggested: string, typed: string][] = [
		["and Enter pressed, the next line costs the line end alone", "other()\nclos", "e(everything)", "\n"],
		["of several lines, all of them are known", `${lesson}i`, "f ready:\n\tfirst(value)\n\tsecond(value)", ""],
		[
			"of several lines, and Enter pressed, the line end is known, too",
			`${lesson}i`,
			"f ready:\n\tfirst(value)\n\tsecond(value)",
			"\n",
		],
	];
	for (const [what, text, suggested, typed] of cases)
		it(what, () => {
			const lines = text.split("\n");
			const start = { line: lines.length - 1, character: (lines.at(-1) as string).length };
			const document = new OpenDocument("a.py", 1, text);
			const { completion, cost } = complete(document, start);
			assert.deepEqual(
				completion.suggestions.map((suggestion) => suggestion.text),
				[suggested],
			);
			const end = endOf(start, suggested + typed);
			document.change(2, [{ start, end: start, text: suggested + typed }]);
			const next = complete(document, end);
			assert.equal(next.completion.trace?.bytes, next.cost);
			const fresh = complete(new OpenDocument("a.py", 1, text + suggested + typed), end);
			assert.deepEqual(next.completion.suggestions, fresh.completion.suggestions);
			// Read from the top, the document costs its length; what is left is the search.
			const search = fresh.cost - "a.py\n".length - (text + suggested + typed).length;
			assert.ok(
				next.cost <= search + typed.length,
				`${next.cost} steps, of them ${search} for the search; first ${cost}`,
			);
		});
});
