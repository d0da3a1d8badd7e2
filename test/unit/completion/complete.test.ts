import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { type Chosen, completing, type Wish } from "../../../src/completion/complete.ts";
import { Trie } from "../../../src/completion/trie.ts";
import type { Context, LanguageModel } from "../../../src/model/languageModel.ts";
import { randomNumbers } from "../reference/random.ts";
import { parseMarked } from "../support/cursorMark.ts";
import { drained } from "../support/drained.ts";
import { ngramModel } from "../support/ngramModel.ts";
import { uncalibrated } from "../support/uncalibrated.ts";

const automatic: Wish = { explicit: false, count: 1, threshold: "balanced", forced: "" };
const explicit: Wish = { explicit: true, count: 5, threshold: "balanced", forced: "" };

interface Scene extends Partial<Wish> {
	/** What the model has read. */
	readonly learned: string;
	/** The line of the cursor, which is the █, with its neighbours. */
	readonly document: string;
}

function chooseIn({ learned, document, ...wish }: Scene): Chosen {
	const model = ngramModel(learned);
	const { surroundings, above } = parseMarked(document);
	const trie = new Trie(model, model.read(model.start(), Buffer.from(above)));
	const cursor = trie.walk(trie.root, Buffer.from(surroundings.before));
	return drained(completing(trie, cursor, surroundings, { ...automatic, ...wish }, uncalibrated));
}

function completeIn(scene: Scene): Omit<Chosen, "candidates"> {
	const { candidates: _candidates, ...completion } = chooseIn(scene);
	return completion;
}

function textsIn(scene: Scene): string[] {
	return completeIn(scene).suggestions.map(({ text }) => text);
}

const code = "const value = compute(first);\n".repeat(3);

describe("completing a line", () => {
	it("suggests what has followed before, and how sure it is", () => {
		const { suggestions, silence } = completeIn({ learned: code, document: "const █" });
		assert.deepEqual(
			suggestions.map(({ text }) => text),
			["value = compute(first);"],
		);
		assert.ok((suggestions[0]?.probability ?? 0) > 0.5);
		assert.equal(silence, undefined);
	});

	it("is silent, and says so, when it does not know", () => {
		assert.deepEqual(completeIn({ learned: code, document: "zzz█" }), { suggestions: [], silence: "unsure" });
	});

	it("is silent, and says so, in a line that nobody types", () => {
		const document = `const █${" ".repeat(2 ** 15)}`;
		assert.deepEqual(completeIn({ learned: code, document }), { suggestions: [], silence: "longLine" });
	});

	it("is silent at the end of a line that is complete", () => {
		assert.deepEqual(textsIn({ learned: code, document: "const value = compute(first);█" }), []);
	});

	it("follows the user's threshold", () => {
		const shown = (threshold: Wish["threshold"], learned: string): string[] =>
			textsIn({ learned, document: "a █", threshold });
		const even = "a first_of_two\na other_of_two\n".repeat(2);
		assert.deepEqual(shown("conservative", even), []);
		assert.equal(shown("balanced", even).length, 1);
		const five = "a first_of_five\na other_of_five\na third_of_five\na dozen_of_five\na group_of_five\n";
		assert.deepEqual(shown("balanced", five), []);
		assert.equal(shown("eager", five).length, 1);
	});

	it("gives several different ones, the likeliest first, when asked", () => {
		const learned = `${"a red one\n".repeat(5)}${"a blue one\n".repeat(3)}${"a green one\n".repeat(2)}`;
		assert.deepEqual(textsIn({ ...explicit, learned, document: "a █" }), ["red one", "blue one", "green one"]);
		assert.deepEqual(textsIn({ ...explicit, learned, document: "a █", count: 2 }), ["red one", "blue one"]);
		assert.deepEqual(textsIn({ learned, document: "a █" }), ["red one"]);
	});

	it("says the same thing once, however it ends", () => {
		const learned = "a red\na red \na red  \n".repeat(3);
		assert.deepEqual(textsIn({ ...explicit, learned, document: "a █" }), ["red"]);
	});

	it("does not say the beginning of one again", () => {
		const learned = `${"a red one\n".repeat(5)}${"a red\n".repeat(3)}${"a reddish brown one\n".repeat(2)}`;
		assert.deepEqual(textsIn({ ...explicit, learned, document: "a █" }), ["reddish brown one", "red one"]);
	});

	it("shows no indentation by itself, but does when asked", () => {
		const learned = "if x:\n    go();\n".repeat(3);
		assert.deepEqual(textsIn({ learned, document: "if x:\n█" }), []);
		assert.deepEqual(textsIn({ learned, document: "if x:\n    █" }), ["go();"]);
		assert.deepEqual(textsIn({ ...explicit, count: 1, learned, document: "if x:\n█" }), ["    go();"]);
	});

	it("does not write the neighbouring lines again", () => {
		const learned = "call(one);\ncall(two);\n".repeat(3);
		assert.deepEqual(textsIn({ learned, document: "call(one);\ncal█" }), ["l(two);"]);
		assert.deepEqual(textsIn({ learned, document: "call(one);\ncal█\ncall(two);" }), []);
		assert.deepEqual(textsIn({ learned: "call(one);\n".repeat(9), document: "call(one);\ncal█" }), []);
	});

	describe("over line ends", () => {
		const go = "func f() {\n\treturn one\n}\n\n".repeat(4);
		const cases: readonly [what: string, document: string, texts: readonly string[]][] = [
			["writes an empty block to its end", "func f() {█", ["\n\treturn one\n}"]],
			["begins the block itself", "func█", [" f() {\n\treturn one\n}"]],
			["goes on in a block that has just been opened", "func f() {\n\tr█", ["eturn one"]],
			["leaves away the end that is already there", "func f() {█\n}", ["\n\treturn one"]],
			["leaves a block alone that has a body", "func f() {█\n\treturn two", []],
			["stays in its line left of other text", "func f() █{", []],
		];
		for (const [what, document, texts] of cases) {
			it(what, () => assert.deepEqual(textsIn({ learned: go, document }), texts));
		}

		it("writes three lines by itself, and more when asked", () => {
			const learned = "if x:\n  a()\n  b()\n  c()\n  d()\n\n".repeat(4);
			assert.deepEqual(textsIn({ learned, document: "if█" }), [" x:\n  a()\n  b()"]);
			assert.deepEqual(textsIn({ ...explicit, count: 1, learned, document: "if█" }), [
				" x:\n  a()\n  b()\n  c()\n  d()",
			]);
		});

		it("does not write a line twice", () => {
			const learned = "if x:\n  add(one)\n  add(two)\n  add(two)\n\n".repeat(4);
			assert.deepEqual(textsIn({ learned, document: "if█" }), [" x:\n  add(one)\n  add(two)"]);
			assert.deepEqual(textsIn({ ...explicit, count: 1, learned, document: "if█" }), [" x:\n  add(one)\n  add(two)"]);
		});
	});

	describe("with text that must come first", () => {
		const learned = "map.forEach(visit);\n".repeat(4) + "map.filter(keep);\n".repeat(5);
		it("begins with it", () => {
			assert.deepEqual(textsIn({ learned, document: "map.█", forced: "forEach" }), ["forEach(visit);"]);
		});
		it("is silent when nothing follows it", () => {
			assert.deepEqual(textsIn({ learned, document: "map.█", forced: "flatten" }), []);
			assert.deepEqual(textsIn({ learned, document: "map.█", forced: "forEach(visit);" }), []);
		});
		it("is silent when it spans lines", () => {
			assert.deepEqual(completeIn({ learned, document: "map.█", forced: "a\nb" }), {
				suggestions: [],
				silence: "unsure",
			});
		});
	});

	describe("left of closers", () => {
		const learned = "foo(bar, baz);\n".repeat(5);
		const cases: readonly [what: string, document: string, texts: readonly string[]][] = [
			["does not close what is closed", "foo(█)", ["bar, baz"]],
			["nor ends what is ended", "foo(█);", ["bar, baz"]],
			["closes what is not", "foo(█", ["bar, baz);"]],
			["is silent when only the closer is missing", "foo(bar, baz█)", []],
		];
		for (const [what, document, texts] of cases) {
			it(what, () => assert.deepEqual(textsIn({ learned, document }), texts));
		}

		it("does not close a tag again", () => {
			const html = "<p>some text</p>\n".repeat(4);
			assert.deepEqual(textsIn({ learned: html, document: "<p>█</p>" }), ["some text"]);
		});

		it("keeps the blank before the closer", () => {
			const imports = "import { join } from x;\n".repeat(4);
			assert.deepEqual(textsIn({ learned: imports, document: "import {█}" }), [" join "]);
		});

		it("shows as much before a closer as without it: editors write closers by themselves", () => {
			const calls = "run(first, second, third);\nrun(first, second, fourth);\n".repeat(3);
			for (const written of ["run(", "run(first", "run(first, second, f"]) {
				const [without = ""] = textsIn({ learned: calls, document: `${written}█` });
				assert.notEqual(without, "");
				assert.deepEqual(textsIn({ learned: calls, document: `${written}█)` }), [without.replace(/\);$/, "")]);
			}
		});

		it("leaves away the blank that stands before the closer", () => {
			const imports = "import { join } from x;\n".repeat(4);
			assert.deepEqual(textsIn({ learned: imports, document: "import {█ }" }), [" join"]);
		});
	});

	describe("left of other text", () => {
		it("closes nothing that the text right of the cursor closes, and completes the argument before it", () => {
			const learned = "const walrus = thinkTheUnthinkable(42);\n".repeat(3);
			const before = "const walrus = think";
			assert.equal(textsIn({ ...explicit, learned, document: `${before}█);` })[0], "TheUnthinkable(42");
			assert.equal(textsIn({ ...explicit, learned, document: `${before}TheUnthinkable(█);` })[0], "42");
		});

		const learned = [
			"<p>some text</p>",
			"/* some note */",
			"call(first, second, third);",
			"if (isReady && isOpenNow(door)) {",
			"if (isReady && isShutNow(door)) {",
			"expect(list.all(Item.class)).isEmpty();",
			"the quick brownish fox jumps over the lazy dog",
			"「ありがとう」と言った",
			"« bonjour » dit-il",
			"const total = price * count; // in cents",
		]
			.map((line) => `${line}\n`.repeat(4))
			.join("");
		const cases: readonly [document: string, text: string | undefined][] = [
			["<p>█</p>", "some text"],
			["<p>s█</p>", "ome text"],
			["/* █ */", "some note"],
			["/* some █*/", "note "],
			// Arguments before others.
			["call(█second, third);", "first, "],
			["call(f█, second, third);", "irst"],
			["call(first, █);", "second, third"],
			["call(first█);", ", second, third"],
			// Conditions before others.
			["if (█&& isOpenNow(door)) {", "isReady "],
			["if (isR█ && isOpenNow(door)) {", "eady"],
			["if (isReady && isO█(door)) {", "penNow"],
			// What a closer closes that has no partner left of it is still to be opened, and not closed again.
			["expect(list.all(Item.class)).isE█);", "mpty("],
			["expect(list.all(Item.class))█);", ".isEmpty("],
			["the quick █ jumps over the lazy dog", "brownish fox"],
			["the quick br█ fox jumps", "ownish"],
			["「█」", "ありがとう"],
			["« █»", "bonjour "],
			["« b█ »", "onjour"],
			["const total = █; // in cents", "price * count"],
			// The edit is over.
			["call(first, █second, third);", undefined],
			["call(first█, second, third);", undefined],
			["if (isReady && █isOpenNow(door)) {", undefined],
			["if (isReady█ && isOpenNow(door)) {", undefined],
			["the quick brownish █fox jumps", undefined],
			["the quick brownish█ fox jumps", undefined],
			["expect(list.all(Item.class)).isEmpty(█);", undefined],
			["const total = price * count█; // in cents", undefined],
		];
		for (const [document, text] of cases) {
			it(`${text === undefined ? "is silent" : `suggests ${text}`} in ${document}`, () => {
				assert.deepEqual(textsIn({ learned, document }), text === undefined ? [] : [text]);
			});
		}

		it("knows how probable an insertion is, given what stands right of it", () => {
			const both = "get(first, two)\nget(first, two)\nget(first, two)\nget(second, ten)\n".repeat(2);
			const probabilityIn = (document: string) =>
				completeIn({ learned: both, document }).suggestions[0]?.probability ?? 0;
			assert.ok(Math.abs(probabilityIn("get(█") - 0.75) < 0.05);
			assert.ok(probabilityIn("get(█, two)") > 0.95);
			const [less] = completeIn({ ...explicit, learned: both, document: "get(█, ten)" }).suggestions;
			assert.equal(less?.text, "second");
			assert.ok((less?.probability ?? 0) > 0.9);
		});

		it("asks the model little more than at the end of the line", () => {
			const model = ngramModel(learned);
			const { surroundings } = parseMarked("call(f█, second, third);");
			const trie = new Trie(model, model.read(model.start(), Buffer.from(surroundings.before)));
			let before = 0;
			const chosen = completing(
				trie,
				trie.root,
				surroundings,
				automatic,
				uncalibrated,
				() => (before = model.work.steps),
			);
			assert.equal(drained(chosen).suggestions.length, 1);
			assert.ok(model.work.steps - before <= 64, `${model.work.steps - before} steps`);
		});
	});

	it("shows what is certain when the time is over", () => {
		const model = ngramModel(code);
		const trie = new Trie(model, model.read(model.start(), Buffer.from("const ")));
		let steps = 0;
		const { surroundings } = parseMarked("const █");
		const { suggestions } = drained(
			completing(trie, trie.root, surroundings, automatic, uncalibrated),
			() => ++steps > 10,
		);
		assert.deepEqual(
			suggestions.map(({ text }) => text),
			["value ="],
		);
	});

	it("says what became of each text that it found", () => {
		const verdicts = (scene: Scene) => chooseIn(scene).candidates.map(({ text, verdict }) => [text, verdict]);
		assert.deepEqual(verdicts({ learned: code, document: "const █" }), [["value = compute(first);", "shown"]]);
		const even = "a first_of_two\na other_of_two\n".repeat(2);
		const shown = verdicts({ learned: even, document: "a █", threshold: "eager", explicit: true, count: 1 });
		assert.deepEqual(shown.map(([, verdict]) => verdict).sort(), ["shown", "tooMany"]);
		assert.deepEqual(verdicts({ learned: code, document: "const █\nconst value = compute(first);" }), [
			["value = compute(first);", "repeatsLine"],
		]);
		assert.deepEqual(verdicts({ learned: "end   \n".repeat(4), document: "end█" }), [["   ", "blank"]]);
		assert.deepEqual(verdicts({ learned: "end\n".repeat(4), document: "end█" }), [["", "blank"]]);
	});
});

describe("a model that gives no probabilities", () => {
	/** What a network of huge weights may state. */
	const odd = fc.constantFrom(Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -3e38, 3e38);
	const document = fc.constantFrom("const █", "█", "const █ = 1;", "call(█)", "if x:\n█");

	/** A sound model, but for some values in some contexts. */
	function broken(seed: number, value: number, share: number): LanguageModel {
		const sound = ngramModel(code);
		const random = randomNumbers(seed);
		const spoil = (context: Context): Context => ({
			...context,
			logProbabilities: context.logProbabilities.map((one) => (random() < share ? value : one)),
		});
		return {
			start: () => sound.start(),
			advance: (contexts, bytes) => sound.advance(contexts, bytes).map(spoil),
			read: (context, bytes) => spoil(sound.read(context, bytes)),
		};
	}

	function choose(model: LanguageModel, marked: string, wish: Wish): Chosen {
		const { surroundings, above } = parseMarked(marked);
		const trie = new Trie(model, model.read(model.start(), Buffer.from(above)));
		const cursor = trie.walk(trie.root, Buffer.from(surroundings.before));
		return drained(completing(trie, cursor, surroundings, wish, uncalibrated));
	}

	it("suggests nothing where all of it is no number", () => {
		fc.assert(
			fc.property(document, fc.constantFrom(automatic, explicit), (marked, wish) => {
				const { suggestions, silence } = choose(broken(1, Number.NaN, 1), marked, wish);
				assert.deepEqual({ suggestions, silence }, { suggestions: [], silence: "unsure" });
			}),
		);
	});

	it("never states a probability that is no number", () => {
		fc.assert(
			fc.property(
				document,
				odd,
				fc.integer({ min: 1, max: 1000 }),
				fc.constantFrom(0.001, 0.01, 0.5, 1),
				fc.constantFrom(automatic, explicit),
				(marked, value, seed, share, wish) => {
					const { suggestions, candidates } = choose(broken(seed, value, share), marked, wish);
					for (const { probability } of [...suggestions, ...candidates]) {
						assert.ok(probability >= 0 && Number.isFinite(probability), `${probability}`);
					}
				},
			),
			{ numRuns: 300 },
		);
	});
});
