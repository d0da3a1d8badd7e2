import assert from "node:assert/strict";
import { type MutationKind, mutate, mutateLine } from "../../../bench/surprise/mutations.ts";
import { randomNumbers } from "../../../bench/surprise/random.ts";

/** Always the first of what there is to choose from. */
const first = () => 0;

describe("A planted mistake", () => {
	const cases: readonly [kind: MutationKind, line: string, mutated: string | null][] = [
		["argument", "copy(from, to);", "copy(to, from);"],
		["argument", "const a = min(x.y, [1], 3);", "const a = min([1], x.y, 3);"],
		["argument", "call(same, same)", null],
		["argument", "call(one)", null],
		["argument", "if (a, b)", null],
		["operator", "while (i < n) {", "while (i <= n) {"],
		["operator", "if (a === b && c)", "if (a !== b && c)"],
		["operator", "x += 1", "x -= 1"],
		["operator", "const f = (a) => a;", null],
		["operator", "- a list", null],
		["name", "return total;", "return wrong;"],
		["name", "return 7;", null],
		["name", "return wrong;", null],
	];

	for (const [kind, line, mutated] of cases) {
		it(`of the kind "${kind}" makes ${mutated === null ? "nothing" : `"${mutated}"`} of "${line}"`, () => {
			assert.equal(mutateLine(line, kind, ["wrong"], first), mutated);
		});
	}
});

describe("Planted mistakes", () => {
	const lines = Array.from({ length: 200 }, (_, i) => `if (value${i} < other${i}) call(value${i}, other${i});`);
	const text = lines.join("\n");

	it("are in one line of forty, of all kinds, in lines that have changed", () => {
		const { text: mutated, mutations } = mutate(text, randomNumbers(1));
		assert.equal(mutations.length, 5);
		assert.equal(new Set(mutations.map(({ line }) => line)).size, 5);
		assert.equal(new Set(mutations.map(({ kind }) => kind)).size, 3);
		const now = mutated.split("\n");
		const changed = lines.flatMap((line, i) => (line === now[i] ? [] : [i]));
		assert.deepEqual(
			changed,
			mutations.map(({ line }) => line).toSorted((a, b) => a - b),
		);
		for (const { line, old, new: mistake } of mutations) assert.deepEqual([lines[line], now[line]], [old, mistake]);
	});

	it("are decided by the seed", () => {
		assert.deepEqual(mutate(text, randomNumbers(1)), mutate(text, randomNumbers(1)));
		assert.notDeepEqual(mutate(text, randomNumbers(1)), mutate(text, randomNumbers(2)));
	});

	it("are not in a text too short for one line of forty", () => {
		assert.deepEqual(mutate("a < b\n".repeat(39), randomNumbers(1)).mutations, []);
	});
});
