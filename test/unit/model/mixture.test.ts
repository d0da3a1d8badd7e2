import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Context, LanguageModel } from "../../../src/model/languageModel.ts";
import { createMemory, type Memory, restoreMemory } from "../../../src/model/memory/index.ts";
import { createMixture } from "../../../src/model/mixture.ts";
import { ngramModel } from "../support/ngramModel.ts";

const options = { mebibytes: 8, expectedBytes: 1 };
const utf8 = (text: string): Uint8Array => Buffer.from(text);
/** What the network knows, and what the memory does. */
const networkText = utf8("for (const item of items) handle(item);\n".repeat(3));
const memoryText = utf8("export function handle(größe) {\n\treturn größe + 1;\n}\n".repeat(3));
const text = utf8("for (const größe of items) handle(größe);\n");

const network = (): LanguageModel & { work: { batches: number; steps: number; read: number } } =>
	ngramModel(networkText.toString());

async function memory(): Promise<Memory> {
	const created = await createMemory(options);
	created.index(created.start(), memoryText);
	return created;
}

const copyOf = (original: Memory): Promise<Memory> => restoreMemory(original.snapshot(), options);

/** A memory that counts what it is asked for. */
function counted(original: Memory): Memory & { predictions: number } {
	const { start, read, learn, learnByte, index, snapshot } = original;
	const counting = {
		predictions: 0,
		predict(...parameters: Parameters<Memory["predict"]>) {
			counting.predictions++;
			return original.predict(...parameters);
		},
	};
	const methods = Object.entries({ start, read, learn, learnByte, index, snapshot });
	return Object.assign(
		counting,
		Object.fromEntries(methods.map(([name, method]) => [name, method.bind(original)])),
	) as unknown as Memory & { predictions: number };
}

describe("the mixture", () => {
	for (const [title, parts] of [
		["of the memory and a network", () => network()],
		["of the memory alone", () => null],
	] as const)
		describe(title, () => {
			it("reads a text as it advances byte by byte, several contexts at once", async () => {
				const mixture = createMixture(parts(), await memory());
				const other = mixture.read(mixture.start(), networkText.subarray(0, 17));
				const bytes = [...text];
				let contexts: readonly Context[] = [mixture.start(), other];
				for (const [i, byte] of bytes.entries())
					contexts = mixture.advance(contexts, [byte, bytes[bytes.length - 1 - i] as number]);
				const [first, second] = contexts as [Context, Context];
				assert.deepEqual(first.logProbabilities, mixture.read(mixture.start(), text).logProbabilities);
				const reversed = Uint8Array.from(text).reverse();
				assert.deepEqual(second.logProbabilities, mixture.read(other, reversed).logProbabilities);
			});

			it("gives probabilities that sum to 1", async () => {
				const mixture = createMixture(parts(), await memory());
				for (const length of [0, 1, 14, 30]) {
					const { logProbabilities } = mixture.read(mixture.start(), text.subarray(0, length));
					const sum = logProbabilities.reduce((total, logarithm) => total + Math.exp(logarithm), 0);
					assert.ok(Math.abs(sum - 1) < 1e-4);
				}
			});

			it("learns in one piece what it learns in several", async () => {
				const one = await memory();
				const two = await copyOf(one);
				const whole = createMixture(parts(), one);
				const pieces = createMixture(parts(), two);
				const all = whole.learn(whole.start(), text);
				const first = pieces.learn(pieces.start(), text.subarray(0, 13));
				const second = pieces.learn(first.context, text.subarray(13));
				assert.ok(Math.abs(first.nats + second.nats - all.nats) < 1e-9);
				assert.deepEqual(second.context.logProbabilities, all.context.logProbabilities);
				assert.ok(Buffer.compare(one.snapshot(), two.snapshot()) === 0);
			});

			it("is as surprised as it predicted, and less the next time", async () => {
				const mixture = createMixture(parts(), await memory());
				let context = mixture.start();
				let predicted = 0;
				let learned = 0;
				for (const byte of text) {
					predicted -= context.logProbabilities[byte] as number;
					const lesson = mixture.learn(context, Uint8Array.of(byte));
					learned += lesson.nats;
					context = lesson.context;
				}
				// Bits of the same byte learn from each other, and improbable halves of bytes are not computed.
				assert.ok(learned < 1.02 * predicted && learned > 0.85 * predicted, `${learned}, not ${predicted}`);
				assert.ok(mixture.learn(mixture.start(), text).nats < 0.5 * learned);
			});

			it("does not change what was predicted when it learns, nor contexts", async () => {
				const mixture = createMixture(parts(), await memory());
				const before = mixture.read(mixture.start(), text.subarray(0, 12));
				const kept = before.logProbabilities.slice();
				const after = mixture.learn(before, text.subarray(12)).context;
				assert.deepEqual(before.logProbabilities, kept);
				assert.notDeepEqual(mixture.read(mixture.start(), text.subarray(0, 12)).logProbabilities, kept);
				const [again] = mixture.advance([before], [text[12] as number]);
				assert.ok((again as Context).logProbabilities.every(Number.isFinite));
				assert.notEqual(after, before);
			});

			it("learns nothing from no text, and nothing by reading or predicting", async () => {
				const remembered = await memory();
				const mixture = createMixture(parts(), remembered);
				const before = remembered.snapshot().slice();
				const context = mixture.read(mixture.start(), text);
				const { logProbabilities } = context;
				const lesson = mixture.learn(context, new Uint8Array(0));
				assert.equal(lesson.nats, 0);
				assert.deepEqual(lesson.context.logProbabilities, logProbabilities);
				assert.equal(mixture.read(context, new Uint8Array(0)), context);
				assert.deepEqual(mixture.advance([], []), []);
				assert.ok(Buffer.compare(remembered.snapshot(), before) === 0);
			});

			it("predicts only what it is asked for, and once", async () => {
				const remembered = counted(await memory());
				const mixture = createMixture(parts(), remembered);
				const context = mixture.learn(mixture.read(mixture.start(), text), text).context;
				mixture.advance([context, context], text);
				assert.equal(remembered.predictions, 0);
				assert.equal(context.logProbabilities, context.logProbabilities);
				assert.equal(remembered.predictions, 1);
			});

			it("refuses contexts that are not its own", async () => {
				const remembered = await memory();
				const mixture = createMixture(parts(), remembered);
				const before = remembered.snapshot().slice();
				const foreign: readonly (readonly [string, Context])[] = [
					["a network's", network().start()],
					["of a mixture with another memory", createMixture(parts(), await copyOf(remembered)).start()],
					["of one with other parts", createMixture(parts() === null ? network() : null, remembered).start()],
				];
				for (const [what, context] of foreign)
					for (const bytes of [text, new Uint8Array(0)]) {
						assert.throws(() => mixture.read(context, bytes), TypeError, what);
						assert.throws(() => mixture.learn(context, bytes), TypeError, what);
						assert.throws(() => mixture.advance([mixture.start(), context], [1, 2]), TypeError, what);
					}
				assert.ok(Buffer.compare(remembered.snapshot(), before) === 0);
			});

			it("takes contexts of a mixture of the same parts", async () => {
				const [remembered, part] = [await memory(), parts()];
				const [one, two] = [createMixture(part, remembered), createMixture(part, remembered)];
				const context = one?.read(one.start(), text) as Context;
				assert.deepEqual(two?.read(context, text).logProbabilities, one?.read(context, text).logProbabilities);
			});
		});

	it("knows what either part knows", async () => {
		const remembered = await memory();
		const mixture = createMixture(network(), remembered);
		mixture.learn(mixture.start(), Buffer.concat([networkText, memoryText]));
		const [alone, pure] = [createMixture(null, remembered), network()];
		const nats = (model: LanguageModel, before: string, byte: string) =>
			-(model.read(model.start(), utf8(before)).logProbabilities[byte.charCodeAt(0)] as number);
		assert.ok(nats(mixture, "for (const i", "t") < 0.5 && nats(pure, "for (const i", "t") < 0.5);
		assert.ok(nats(mixture, "export fun", "c") < 0.5 && nats(alone, "export fun", "c") < 0.5);
		assert.ok(nats(pure, "export fun", "c") > 3);
	});

	it("asks the network once for each text that is read, each byte that is learned, each advance", async () => {
		const part = network();
		const mixture = createMixture(part, await memory());
		mixture.read(mixture.start(), text);
		assert.deepEqual(part.work, { batches: 0, steps: 0, read: text.length });
		mixture.learn(mixture.start(), text);
		assert.deepEqual(part.work, { batches: text.length, steps: text.length, read: text.length });
		mixture.advance([mixture.start(), mixture.start()], text);
		assert.deepEqual(part.work, { batches: text.length + 1, steps: text.length + 2, read: text.length });
	});
});
