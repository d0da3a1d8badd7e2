import assert from "node:assert/strict";
import type { Policy } from "../../../../../src/cli/measure/replay/idealUser.ts";
import type { Offer, Suggester } from "../../../../../src/cli/measure/replay/suggester.ts";
import type { Tally } from "../../../../../src/cli/measure/replay/tally.ts";
import { endOf, typeThrough } from "../../../../../src/cli/measure/replay/typing.ts";

/** Offers what the test says for what stands in the line up to the cursor, and writes down what it is asked. */
class Scripted implements Suggester<"scripted"> {
	readonly asked: string[] = [];
	readonly #offers: Readonly<Record<string, string>>;
	readonly #probability: number;
	#text = "";
	readonly suggest = { scripted: () => this.#offer() };

	constructor(offers: Readonly<Record<string, string>>, probability = 0.5) {
		this.#offers = offers;
		this.#probability = probability;
	}

	open(path: string): void {
		this.asked.push(path);
		this.#text = "";
	}

	type(text: string): void {
		this.#text += text;
	}

	close(): void {
		this.asked.push("closed");
	}

	get #line(): string {
		return this.#text.slice(this.#text.lastIndexOf("\n") + 1);
	}

	#offer(): Offer | null {
		this.asked.push(this.#line);
		const text = this.#offers[this.#line];
		return text === undefined ? null : { text, probability: this.#probability };
	}
}

type Counts = readonly [keys: number, shown: number, accepted: number, acceptedCharacters: number];

function counts({ keys, shown, accepted, acceptedCharacters }: Tally): Counts {
	return [keys, shown, accepted, acceptedCharacters];
}

function replay(text: string, offers: Readonly<Record<string, string>>) {
	const suggester = new Scripted(offers);
	const { scripted } = typeThrough([{ path: "a.ts", text }], [suggester], () => undefined);
	return { ...scripted, asked: suggester.asked };
}

describe("typeThrough", () => {
	const cases: readonly {
		readonly name: string;
		readonly text: string;
		readonly offers: Readonly<Record<string, string>>;
		readonly counts: Readonly<Record<Policy, Counts>>;
	}[] = [
		{
			name: "types all without suggestions",
			text: "let a;\n",
			offers: {},
			counts: { whole: [7, 0, 0, 0], word: [7, 0, 0, 0], either: [7, 0, 0, 0] },
		},
		{
			// l, Tab, line end; word by word: l, "et", " " typed, "value", ";" typed, line end.
			name: "accepts what is right",
			text: "let value;\n",
			offers: { l: "et value;" },
			counts: { whole: [3, 1, 1, 9], word: [6, 1, 1, 7], either: [3, 1, 1, 9] },
		},
		{
			// Whole: all typed. By words: l, "et", " ", "value", then ";" and the line end.
			name: "accepts what is right at its beginning, word by word",
			text: "let value;\n",
			offers: { l: "et value = 1" },
			counts: { whole: [11, 1, 0, 0], word: [6, 1, 1, 7], either: [6, 1, 1, 7] },
		},
		{
			// Shown at l; typed through at "le" and "let", where nothing is asked; wrong from "let v" on.
			name: "shows a suggestion once while it is typed",
			text: "let v\n",
			offers: { l: "et x", "let v": "alue" },
			counts: { whole: [6, 2, 0, 0], word: [5, 2, 1, 2], either: [5, 2, 1, 2] },
		},
		{
			// After "ab": "cd" is right although the word goes on.
			name: "accepts a right beginning of what is written",
			text: "abcdef",
			offers: { ab: "cd" },
			counts: { whole: [5, 1, 1, 2], word: [5, 1, 1, 2], either: [5, 1, 1, 2] },
		},
		{
			// Accepted to the end, the next is asked for where it ends.
			name: "goes on to the next suggestion after accepting one",
			text: "abcdefghi",
			offers: { a: "bcd", abcd: "efg" },
			counts: { whole: [5, 2, 2, 6], word: [5, 2, 2, 6], either: [5, 2, 2, 6] },
		},
		{
			// Keys: i, f, {, line end, x. Tab takes two of them; by words, the line end is typed, and all is gone. The cursor goes
			// past what the editor has closed.
			name: "neither counts indentation as typed nor as accepted",
			text: "if{\n\t\tx\n}",
			offers: { "if{": "\n\t\tx" },
			counts: { whole: [4, 1, 1, 2], word: [5, 1, 0, 0], either: [4, 1, 1, 2] },
		},
		{
			// Two lines: one key each with Tab, and the first letter.
			name: "counts characters, not UTF-16 units",
			text: "a🙂🙂🙂\na🙂🙂🙂",
			offers: { a: "🙂🙂🙂" },
			counts: { whole: [5, 2, 2, 6], word: [5, 2, 2, 6], either: [5, 2, 2, 6] },
		},
		{
			name: "does not see what the editor cannot show",
			text: "\n    return",
			offers: { "    ": "    return" },
			counts: { whole: [7, 0, 0, 0], word: [7, 0, 0, 0], either: [7, 0, 0, 0] },
		},
	];
	for (const { name, text, offers, counts: expected } of cases) {
		it(name, () => {
			const { whole, word, either } = replay(text, offers);
			assert.deepEqual({ whole: counts(whole), word: counts(word), either: counts(either) }, expected);
		});
	}

	it("takes no suggestion that closes again what the editor has closed", () => {
		const keysFor = (offer: string, closes: boolean) => {
			const { scripted } = typeThrough(
				[{ path: "a.ts", text: "call(argument);" }],
				[new Scripted({ "call(": offer })],
				() => undefined,
				closes,
			);
			return scripted.whole.keys;
		};
		assert.deepEqual([keysFor("argument", true), keysFor("argument);", true)], [8, 15]);
		assert.deepEqual([keysFor("argument", false), keysFor("argument);", false)], [8, 6]);
	});

	it("asks once at a place for all who are there, and not where all have gone on or see something, over a line end too", () => {
		const { asked } = replay("let value;\nx", { l: "et val = 1", "let value;": "\nx" });
		assert.deepEqual(asked, ["a.ts", "l", "let valu", "let value", "let value;", "closed"]);
	});

	it("does not ask in a document in which nothing was typed", () => {
		assert.deepEqual(replay("   ab", {}).asked, ["a.ts", "   a", "closed"]);
	});

	it("notes how right what the user of whole suggestions saw was", () => {
		assert.deepEqual(replay("let a; let b;", { l: "et a", "let a; l": "et a" }).reliability.table, [
			{ from: 0.5, shown: 2, meanProbability: 0.5, right: 0.5 },
		]);
	});

	it("adds up files, and tells how far it is", () => {
		const told: number[] = [];
		const suggester = new Scripted({ a: "bcd" });
		const files = [
			{ path: "1", text: "abcd" },
			{ path: "2", text: "abcd" },
		];
		const { scripted } = typeThrough(files, [suggester], (typed) => told.push(typed));
		assert.deepEqual([scripted.whole.characters, ...counts(scripted.whole)], [8, 4, 2, 2, 6]);
		assert.deepEqual(told, [1, 2, 3, 4, 5, 6, 7, 8]);
	});
});

describe("endOf", () => {
	const start = { line: 3, character: 2 };
	const cases: readonly [typed: string, line: number, character: number][] = [
		["", 3, 2],
		["ab", 3, 4],
		["a\n", 4, 0],
		["a\n\n  b", 5, 3],
	];
	for (const [typed, line, character] of cases)
		it(`${JSON.stringify(typed)} ends in line ${line}`, () =>
			assert.deepEqual(endOf(start, typed), { line, character }));
});
