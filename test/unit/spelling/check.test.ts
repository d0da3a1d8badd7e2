import assert from "node:assert/strict";
import { documentHeader } from "../../../src/model/document.ts";
import type { Context, LanguageModel } from "../../../src/model/languageModel.ts";
import { ConfusionModel, countEdits } from "../../../src/spelling/channel/confusion.ts";
import { type Checked, type CheckOptions, SpellingChecker } from "../../../src/spelling/check.ts";
import { logProbabilities, mostAfter } from "../../../src/spelling/context.ts";
import { suggestionsOf } from "../../../src/spelling/decision.ts";
import type { Judged, Lexicon } from "../../../src/spelling/judge.ts";
import { kindsIn, type Word } from "../../../src/spelling/words/finder.ts";
import { ngramModel } from "../support/ngramModel.ts";

const sentence = "we receive the message from the other side and then we form a reply to it";
const words = new Set([...sentence.split(" "), "relieve", "massage", "Paris"]);
const lexicon: Lexicon = {
	dictionary: { knows: (word) => words.has(word) },
	confusion: new ConfusionModel(countEdits([{ intended: "believe", typed: "beleive" }])),
};

function check(model: LanguageModel, text: string, options: Partial<CheckOptions> = {}): Checked {
	return run(new SpellingChecker(lexicon, model), text, options);
}

function run(checker: SpellingChecker, text: string, options: Partial<CheckOptions> = {}): Checked {
	const steps = checker.check(
		{ path: "a.md", lines: text.split("\n") },
		{ kinds: kindsIn("text"), mostBytes: Number.POSITIVE_INFINITY, elsewhere: () => 0, ...options },
	);
	let step = steps.next();
	while (!step.done) step = steps.next();
	return step.value;
}

describe("The spelling of a document", () => {
	let model: ReturnType<typeof ngramModel>;

	beforeEach(() => {
		model = ngramModel(`a.md\n${`${sentence}\n`.repeat(3)}`);
	});

	it("marks a word where another one is far more probable, and says which", () => {
		const { misspellings, isWhole } = check(model, `${sentence}\nwe recieve the mesage from the other side`);
		assert.deepEqual(misspellings, [
			{ line: 1, start: 3, end: 10, word: "recieve", suggestions: ["receive"] },
			{ line: 1, start: 15, end: 21, word: "mesage", suggestions: ["message"] },
		]);
		assert.ok(isWhole);
	});

	it("looks at words that resemble no other one in a step each", () => {
		let lookedUp = 0;
		const dictionary = { knows: (word: string) => lookedUp++ < 0 || words.has(word) };
		const line = `${sentence} qzjxvkwq`;
		const steps = new SpellingChecker({ ...lexicon, dictionary }, model).check(
			{ path: "a.md", lines: Array.from({ length: 20 }, (_, i) => `${i} ${line}`) },
			{ kinds: kindsIn("text"), mostBytes: Number.POSITIVE_INFINITY, elsewhere: () => 0 },
		);
		let most = 0;
		for (let isOver = false; !isOver; ) {
			const before = lookedUp;
			isOver = steps.next().done === true;
			most = Math.max(most, lookedUp - before);
		}
		assert.ok(most < 3_000, `${most} words were looked up in a step`);
	});

	it("takes no run of very many letters for a word", () => {
		let lookedUp = 0;
		const dictionary = { knows: (word: string) => lookedUp++ < 0 || words.has(word) };
		const options = { kinds: kindsIn("everything") };
		for (const path of ["a.md", "a.ts"]) {
			const steps = new SpellingChecker({ ...lexicon, dictionary }, model).check(
				{ path, lines: [`${sentence} ${"acgt".repeat(450)}`] },
				{ mostBytes: Number.POSITIVE_INFINITY, elsewhere: () => 0, ...options },
			);
			while (!steps.next().done);
		}
		assert.ok(lookedUp < 1_000, `${lookedUp} words were looked up`);
	});

	it("gives the suggestion the capital of the word", () => {
		const { misspellings } = check(
			ngramModel("a.md\nReceive the message from the other side\n".repeat(3)),
			"Recieve the message",
		);
		assert.deepEqual(misspellings[0]?.suggestions, ["Receive"]);
	});

	it("marks no word for being unknown", () => {
		assert.deepEqual(check(model, "we zzyzx the message from the other side").misspellings, []);
	});

	it("marks no word that a dictionary knows, however improbable it is there", () => {
		assert.deepEqual(check(model, "we relieve the massage from the other side").misspellings, []);
		assert.deepEqual(check(model, "we receive the message from paris").misspellings, []);
	});

	it("marks no word that the text or the workspace repeats", () => {
		const text = "we recieve the message from the other side";
		assert.equal(check(model, text).misspellings.length, 1);
		// The small model of this test is surer than any real one.
		assert.deepEqual(check(model, text, { elsewhere: (word) => (word === "recieve" ? 1e12 : 0) }).misspellings, []);
	});

	it("takes what stands right of a word into account", () => {
		// "fare" and "fire" are as likely after "the"; only what follows tells which was meant.
		const known = new Set(["the", "fare", "fire", "was", "paid", "put", "out"]);
		const both: Lexicon = { ...lexicon, dictionary: { knows: (word) => known.has(word) } };
		const trained = ngramModel("a.md\nthe fare was paid\na.md\nthe fire put out\n".repeat(3), 9);
		for (const [text, meant] of [
			["the fxre was paid", "fare"],
			["the fxre put out", "fire"],
		] as const)
			assert.equal(run(new SpellingChecker(both, trained), text).misspellings[0]?.suggestions[0], meant);
	});

	it("leaves text in another language alone", () => {
		const foreign = "wir haben recieve immer gern gehabt und werden auch";
		assert.deepEqual(check(model, foreign).misspellings, []);
	});

	it("does a bounded amount of work, and goes on where it left off", () => {
		const text = Array.from({ length: 20 }, (_, at) => `${sentence} recieve${"x".repeat(at)} mesage`).join("\n");
		const checker = new SpellingChecker(lexicon, model);
		const counts: number[] = [];
		for (let round = 0; ; round++) {
			assert.ok(round < 100, "it comes to an end");
			const before = model.work.read + model.work.steps;
			const { isWhole, misspellings } = run(checker, text, { mostBytes: 1000 });
			// One word more than the limit, with what is read around it.
			assert.ok(model.work.read + model.work.steps - before < 1000 + 15 * (400 + 50));
			counts.push(misspellings.length);
			if (isWhole) break;
		}
		assert.ok(counts.length > 3, `${counts}`);
		assert.deepEqual(
			counts,
			counts.toSorted((one, other) => one - other),
		);
		assert.equal(counts.at(-1), run(new SpellingChecker(lexicon, model), text).misspellings.length);
	});

	it("judges no word again whose line is the same", () => {
		const checker = new SpellingChecker(lexicon, model);
		const text = "we recieve the message from the other side";
		const first = run(checker, text).misspellings;
		const before = model.work.read;
		assert.deepEqual(run(checker, text).misspellings, first);
		assert.equal(model.work.read, before);
	});
});

describe("The decision", () => {
	const word = (text: string, isFirst = true): Word => ({
		text,
		line: 0,
		start: 0,
		end: text.length,
		kind: "prose",
		isFirst,
	});
	const meant = (text: string, context: number, seenAsItIs = 0): Judged => ({
		text,
		context,
		channel: -4,
		seen: 0,
		seenAsItIs,
	});

	it("offers what was probably meant, the likeliest first, and nothing that is far less likely", () => {
		const judged = [meant("desert", 8), meant("dessert", 9), meant("deser", 2)];
		assert.deepEqual(suggestionsOf(word("dessrt"), judged), ["dessert", "desert"]);
	});

	it("asks for more evidence against a name, a short word, and a word that is repeated", () => {
		assert.equal(suggestionsOf(word("Kramar"), [meant("Kramer", 3)]).length, 0);
		assert.equal(suggestionsOf(word("Kramar"), [meant("Kramer", 5)]).length, 1);
		assert.equal(suggestionsOf(word("Kramar", false), [meant("Kramer", 5)]).length, 0);
		assert.equal(suggestionsOf(word("Kramar", false), [meant("Kramer", 10)]).length, 1);
		assert.equal(suggestionsOf(word("zdd"), [meant("add", 3)]).length, 0);
		assert.equal(suggestionsOf(word("zdd"), [meant("add", 8)]).length, 1);
		assert.equal(suggestionsOf(word("ehead"), [meant("ahead", 3)]).length, 1);
		assert.equal(suggestionsOf(word("ehead"), [meant("ahead", 3, 2)]).length, 0);
	});
});

describe("The probability of a text between two others", () => {
	it("is that of the text and of what follows, as a product over the bytes", () => {
		const model = ngramModel(`a.md\n${`${sentence} é\n`.repeat(3)}`);
		const place = { path: "a.md", before: `${sentence}\nwe `, after: " the message from é" };
		const options = ["receive", "recieve", "é"];
		const steps = logProbabilities(model, place, options, { bytes: 0 });
		let step = steps.next();
		while (!step.done) step = steps.next();
		const expected = options.map((option) => {
			const bytes = Buffer.from(option + place.after.slice(0, mostAfter));
			let context: Context = model.read(
				model.start(),
				Buffer.concat([documentHeader("a.md"), Buffer.from(place.before)]),
			);
			let sum = 0;
			for (const byte of bytes) {
				sum += context.logProbabilities[byte] as number;
				context = model.advance([context], [byte])[0] as Context;
			}
			return sum;
		});
		for (const [i, value] of step.value.entries()) assert.ok(Math.abs(value - (expected[i] as number)) < 1e-9);
	});
});
