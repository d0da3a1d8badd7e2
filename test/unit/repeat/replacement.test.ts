import assert from "node:assert/strict";
import { replacementOf } from "../../../src/repeat/replacement.ts";

/** "left[old|new]right" */
function shown(before: string, after: string): string {
	const { left, old, new: now, right } = replacementOf(before, after);
	return `${left}[${old}|${now}]${right}`;
}

describe("A replacement", () => {
	const cases: readonly [name: string, before: string, after: string, expected: string][] = [
		["of a word", "let headers = 1;", "let fields = 1;", "let [headers|fields] = 1;"],
		[
			"of the middle of a word is one of the word",
			"x = predicates_of(y)",
			"x = clauses_of(y)",
			"x = [predicates_of|clauses_of](y)",
		],
		["at the end of a word is one of the word", "headers.get()", "headersStr.get()", "[headers|headersStr].get()"],
		["that adds an argument is an insertion", "foo(a);", "foo(a, b);", "foo(a[|, b]);"],
		["of a mark at the begin of a line begins there", "## Title", "# Title", "[#|]# Title"],
		["that adds a word begins where it divides none", "const a", "export const a", "[|export ]const a"],
		["of letters outside the basic plane keeps them whole", "a 𠮷 b", "a 𠮸 b", "a [𠮷|𠮸] b"],
	];
	for (const [name, before, after, expected] of cases) it(name, () => assert.equal(shown(before, after), expected));
});
