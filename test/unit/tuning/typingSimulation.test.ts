import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { encodeDocument } from "../../../src/model/document.ts";
import type { AdaptiveModel } from "../../../src/model/languageModel.ts";
import { createMixture } from "../../../src/model/mixture.ts";
import type { Outcome } from "../../../src/tuning/calibrationFit.ts";
import { simulatingTyping, typedUnits } from "../../../src/tuning/typingSimulation.ts";
import { type CountingMemory, countingMemory } from "../support/countingMemory.ts";
import { historyModel } from "../support/historyModel.ts";
import { uncalibrated } from "../support/uncalibrated.ts";

const code = "const value = compute(first);\n";

/** Knows the code. */
function knowing(text = code): CountingMemory {
	const memory = countingMemory();
	memory.index(memory.start(), Buffer.from(text.repeat(3)));
	return memory;
}

function simulate(texts: readonly string[], memory = knowing(), model = createMixture(null, memory)): Outcome[] {
	const documents = texts.map((text, i) => encodeDocument(`${i}.ts`, text));
	const steps = simulatingTyping(model, documents, uncalibrated);
	let step = steps.next();
	while (!step.done) step = steps.next();
	return step.value;
}

const right = (outcomes: readonly Outcome[]): boolean[] => outcomes.map(({ isRight }) => isRight);

describe("The typing simulation", () => {
	it("are right where a line goes on as it did before", () => {
		const outcomes = simulate([code]);
		assert.ok(right(outcomes).every(Boolean));
		assert.ok(outcomes.every(({ stated }) => stated > 0.1 && stated < 1));
		assert.ok(outcomes.length <= 3);
	});

	it("are typed through as far as they agree, and wrong where they do not", () => {
		const [first, ...others] = simulate(["const value = compute(zzz"]);
		assert.ok(first !== undefined && !first.isRight);
		assert.deepEqual(others, [], "none is known of what follows");
	});

	it("know what stands above in the document, and nothing that follows", () => {
		const line = "QUIZZICAL BROWN FOX\n";
		const once = simulate([line]);
		assert.ok(!right(once).includes(true));
		// What only repeats the line above is not suggested.
		const twice = simulate([line + code + line]).slice(once.length + simulate([code]).length);
		assert.ok(right(twice).includes(true));
	});

	it("are asked for with the indentation done", () => {
		assert.deepEqual(simulate([`\t\t${code}`]).length, simulate([code]).length);
	});

	it("leave in place what the editor has closed", () => {
		const outcomes = (text: string) => right(simulate([text], knowing("call(); // another value\n")));
		// At the beginning of the line the model expects another call.
		assert.deepEqual(outcomes("zzz"), [false]);
		assert.deepEqual(outcomes("zzz(yyy"), [false, false], "nothing is closed where the text has no use for it");
		assert.deepEqual(outcomes("zzz(yyy)"), [false, false], "inside the bracket it is closed already");
	});

	it("come to the same each time", () => {
		const texts = [code.repeat(2), "let other = compute(second);\n", ""];
		assert.deepEqual(simulate(texts), simulate(texts));
		assert.ok(simulate(texts).length > 0);
	});

	it("leave the model with all of the documents learned, in their order", () => {
		const memory = knowing();
		const texts = [code, "", "größe 漢字 💧\nno line end", `${"long ".repeat(100)}\n`];
		simulate(texts, memory);
		assert.equal(memory.text, code.repeat(3) + texts.map((text) => `${text}\0`).join(""));
	});

	it("are a sample, evenly from all over the text", () => {
		const silent = historyModel();
		let learned = 0;
		/** Characters typed in each eighth of the text. */
		const typed = new Array<number>(8).fill(0);
		const line = "lines of which nothing is known\n";
		const lines = Math.ceil((4 * typedUnits) / line.length);
		const model: AdaptiveModel = {
			...silent,
			// One for each character but the first in a line.
			advance(contexts, next) {
				const eighth = Math.min(7, Math.floor((8 * learned) / (lines * line.length)));
				typed[eighth] = (typed[eighth] as number) + 1;
				return silent.advance(contexts, next);
			},
			learn(context, bytes) {
				learned += bytes.length;
				return { context, nats: 0 };
			},
		};
		const texts = [line.repeat(lines / 2), line.repeat(lines / 2)];
		simulate(texts, knowing(), model);
		assert.ok(
			typed.every((count) => Math.abs(count - typedUnits / 8) < 2 * line.length),
			`${typed}`,
		);
	});

	it("take small steps", () => {
		const model = createMixture(null, knowing());
		let bytes = 0;
		const counted: AdaptiveModel = {
			...model,
			read: (context, text) => {
				bytes += text.length;
				return model.read(context, text);
			},
			learn: (context, text) => {
				bytes += text.length;
				return model.learn(context, text);
			},
			advance: (contexts, next) => {
				bytes += contexts.length;
				return model.advance(contexts, next);
			},
		};
		const text = `${code}\n${"x".repeat(5000)}\n${"const value ".repeat(12)}\n`;
		let most = 0;
		for (const _ of simulatingTyping(counted, [encodeDocument("a.ts", text)], uncalibrated)) {
			most = Math.max(most, bytes);
			bytes = 0;
		}
		assert.ok(most > 0 && most <= 200, `${most}`);
	});
});
