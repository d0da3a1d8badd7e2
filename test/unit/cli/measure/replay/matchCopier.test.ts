import assert from "node:assert/strict";
import { MatchCopier } from "../../../../../src/cli/measure/replay/matchCopier.ts";

describe("MatchCopier", () => {
	const known = ["const answer = compute(first);\nreturn answer;\n", "let answer = compute(second);\n"];

	function copied(typed: string, texts = known): (string | undefined)[] {
		const copier = new MatchCopier(texts);
		copier.open();
		copier.type(typed);
		return [copier.suggest.match6()?.text, copier.suggest.match12()?.text];
	}

	const cases: readonly [name: string, typed: string, match6: string | undefined, match12: string | undefined][] = [
		["the most recent of equally long matches", "x = compute(", "second);", undefined],
		["the longest match rather than a later one", "const answer = comp", "ute(first);", "ute(first);"],
		["nothing after five characters", "nswer".slice(0, 5), undefined, undefined],
		["what was typed before in the document", "if (isReady) go();\nif (isRe", "ady) go();", undefined],
		["no more than the line", "return ans", "wer;", undefined],
		["nothing at the end of a line", "return answer;", undefined, undefined],
		["nothing that is hardly worth a look", "return answe", undefined, undefined],
		["nothing across documents", "return answer;\nlet a", undefined, undefined],
	];
	for (const [name, typed, match6, match12] of cases)
		it(`copies ${name}`, () => assert.deepEqual(copied(typed), [match6, match12]));

	it("goes by the most recent match where more characters agree than it looks at", () => {
		const row = Array.from({ length: 200 }, (_, i) => i).join(" ");
		assert.deepEqual(copied(row, [`${row} older\n`, `9 ${row.slice(100)} newer\n`])[0], " newer");
	});

	it("remembers documents that were typed", () => {
		const copier = new MatchCopier(known);
		copier.open();
		copier.type("answer = compute(third);\n");
		copier.close();
		copier.open();
		copier.type("answer = compute(");
		assert.equal(copier.suggest.match12()?.text, "third);");
	});
});
