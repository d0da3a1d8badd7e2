import assert from "node:assert/strict";
import type { RequestRecord } from "../../../../src/editor/suggestions/requestLog.ts";
import "../fakeVscode.ts";

const record: RequestRecord = {
	at: new Date(2026, 0, 2, 13, 14, 15, 16).getTime(),
	document: "file:///ws/src/a.ts",
	line: 11,
	character: 8,
	explicit: false,
	texts: ["value = compute(first);"],
	isContinued: false,
	refusal: undefined,
	waited: 0,
	took: 12.34,
	trace: {
		context: 3,
		search: 7.25,
		display: 0.5,
		bytes: 40,
		candidates: [
			{ text: "value = compute(first);", probability: 0.62, verdict: "shown" },
			{ text: "if (x) {\n\treturn;", probability: 0.11, verdict: "unsure" },
			{ text: "  ", probability: 0.1, verdict: "blank" },
			{ text: " a = b ", probability: 0.05, verdict: "unsure" },
			{ text: " 🦭🦭 a ", probability: 0.04, verdict: "unsure" },
		],
	},
};

describe("the document of the last requests", () => {
	let text: (records: readonly RequestRecord[]) => string;

	before(async () => {
		const { requestsText } = await import("../../../../src/editor/suggestions/requestsDocument.ts");
		text = (records) => requestsText(records).join("\n");
	});

	it("says what was found, what was shown, and where the time went", () => {
		const [, paragraph = ""] = text([record]).split("\n\n");
		const [head, outcome, times, ...candidates] = paragraph.trimEnd().split("\n");
		assert.match(head ?? "", /14:15\.016.* {2}.*a\.ts:12:9 {2}\(while typing\)$/);
		assert.equal(outcome, "    Shown: value = compute(first);");
		assert.equal(
			times,
			"    12.3 ms in all: waiting for the process 0 ms, reading the text before 3 ms, search 7.3 ms, choice 0.5 ms",
		);
		assert.deepEqual(
			candidates.map((line) => line.replaceAll(/ {2,}/g, "  ")),
			[
				"  62%  offered  value = compute(first);",
				"  11%  not sure enough  if (x) {⏎→return;",
				"  10%  only blanks, or nothing  ··",
				"  5%  not sure enough  ·a = b·",
				"  4%  not sure enough  ·🦭🦭 a·",
			],
		);
	});

	it("says why nothing was shown", () => {
		const silent = { ...record, texts: [], trace: undefined };
		assert.match(text([{ ...silent, refusal: "longLine" }]), /Nothing: the line is too long\./);
		assert.match(text([silent]), /Nothing: the request was overtaken by the next\./);
		assert.match(
			text([{ ...record, isContinued: true, trace: undefined }]),
			/the rest of an earlier suggestion: value/,
		);
		assert.match(text([]), /There was none yet\./);
	});
});
