import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { generate, generateText, type SamplingOptions } from "../../../src/completion/generate.ts";
import type { Context, LanguageModel } from "../../../src/model/languageModel.ts";
import { ngramModel } from "../support/ngramModel.ts";

const text = "the cat sat on the mat, the dog lay on the rug; né 한글 😀.\n".repeat(3);
const options: SamplingOptions = { characters: 40, temperature: 1, topP: 1, seed: 7 };

function sampled(changed: Partial<SamplingOptions> = {}, model: LanguageModel = ngramModel(text)): string {
	return [...generate(model, model.start(), { ...options, ...changed })].join("");
}

function sampledFrom(model: LanguageModel, start: Context, changed: Partial<SamplingOptions>): string {
	return [...generate(model, start, { ...options, temperature: 0, ...changed })].join("");
}

/** Every byte is as likely as every other, whatever came before. */
function noise(): LanguageModel {
	const context = { logProbabilities: new Float32Array(256).fill(-Math.log(256)) };
	return {
		start: () => context,
		advance: (contexts) => contexts.map(() => context),
		read: () => context,
	};
}

describe("sampling text", () => {
	it("gives the same text for the same seed and another for another", () => {
		assert.equal(sampled(), sampled());
		assert.notEqual(sampled(), sampled({ seed: 8 }));
	});

	it("gives as many characters as asked for, whole ones", () => {
		for (const seed of [1, 2, 3, 4, 5]) {
			const characters = [...generate(noise(), noise().start(), { ...options, characters: 50, seed })];
			assert.ok(characters.length <= 50);
			for (const character of characters) {
				assert.equal([...character].length, 1);
				assert.ok(!character.includes("\ufffd"), "every byte of it is valid UTF-8");
				assert.match(character, /^[^\p{Cc}\p{Bidi_Control}]$|^[\t\n]$/u);
			}
		}
	});

	it("writes nothing that hides or turns round the text beside it, whatever the model has learned", () => {
		for (const hidden of ["\u202e", "\u2066", "\u200b", "\u0085", "\u{e0041}"]) {
			const model = ngramModel(`if (a${hidden} == b)\n`.repeat(3));
			const start = model.read(model.start(), Buffer.from("if (a"));
			assert.ok(!sampledFrom(model, start, {}).includes(hidden));
		}
	});

	it("ends where the document ends", () => {
		const model = ngramModel("the end\0");
		const start = model.read(model.start(), Buffer.from("the"));
		assert.equal([...generate(model, start, { ...options, temperature: 0 })].join(""), " end");
	});

	it("goes on to the next text where the document would end, if text is wanted", () => {
		const model = ngramModel("the end\0the end\0the end\n\n rest\0");
		const start = model.read(model.start(), Buffer.from("the end"));
		assert.equal(sampledFrom(model, start, {}), "");
		assert.equal(sampledFrom(model, start, { isWanted: true }), "\n\n rest");
	});

	it("takes the likeliest at temperature 0, whatever the seed", () => {
		const model = ngramModel("ab ab ab ac ");
		const greedy = sampled({ temperature: 0, characters: 6, seed: 1 }, model);
		assert.equal(greedy, sampled({ temperature: 0, characters: 6, seed: 99 }, model));
		assert.match(greedy, /^ ?(ab )+a?b?$/);
	});

	it("takes the likeliest with a tiny nucleus", () => {
		assert.equal(sampled({ topP: 0, characters: 20 }), sampled({ temperature: 0, characters: 20 }));
		assert.equal(sampled({ topP: 1e-9, characters: 20 }), sampled({ temperature: 0, characters: 20 }));
	});

	it("draws each byte as often as it is probable", () => {
		const model = ngramModel("a".repeat(30) + "b".repeat(10), 0);
		const drawn = sampled({ characters: 4000, seed: 3 }, model);
		const share = [...drawn].filter((letter) => letter === "b").length / 4000;
		assert.ok(Math.abs(share - 0.25) < 0.03, `${share}`);
	});

	it("draws unlikely bytes less often at a low temperature", () => {
		const model = ngramModel("a".repeat(30) + "b".repeat(10), 0);
		const drawn = sampled({ characters: 4000, seed: 3, temperature: 0.5 }, model);
		const share = [...drawn].filter((letter) => letter === "b").length / 4000;
		assert.ok(Math.abs(share - 0.1) < 0.03, `${share}`);
	});

	it("ends before the text that it is to stop at", () => {
		const model = ngramModel(text);
		const greedy = { ...options, temperature: 0 };
		const whole = generateText(model, model.start(), greedy);
		assert.equal(whole, sampled({ temperature: 0 }));
		const word = [...whole].slice(3, 6).join("");
		const cut = generateText(model, model.start(), { ...greedy, stop: word });
		assert.equal(cut, whole.slice(0, whole.indexOf(word)));
		assert.equal(generateText(model, model.start(), { ...greedy, stop: "\0" }), whole);
	});
});
