import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import {
	evaluateComponents,
	memoryMebibytes,
	remember,
	tune,
	tuningSeconds,
} from "../../../../src/cli/measure/components.ts";
import { frozenScore } from "../../../../src/cli/measure/frozenScore.ts";
import { classedDocument } from "../../../../src/cli/measure/textClasses.ts";
import { standardCalibration } from "../../../../src/completion/calibration.ts";
import { createEngine } from "../../../../src/engines/registry.ts";
import { countCharacters } from "../../../../src/model/document.ts";
import { restoreMemory } from "../../../../src/model/memory/index.ts";
import { createNetwork } from "../../../../src/model/network.ts";
import type { TrainingText } from "../../../../src/trainer/measures.ts";
import { randomNumbers } from "../../reference/random.ts";
import { chainModel } from "../../support/chainModel.ts";
import { codeText } from "../../support/codeText.ts";

const model = chainModel("abcdefgh\n");
const document = (path: string, text: string | Uint8Array) => classedDocument(path, Buffer.from(text).toString());
const code = (seed: number, length: number): Uint8Array => codeText(randomNumbers(seed), length);
const text: TrainingText = {
	training: [document("a.ts", code(1, 3000)), document("lib/b.txt", "abcdefgh\n".repeat(20))],
	validation: [document("c.ts", code(2, 500)), document("d.txt", "defgh\nabc")],
};

const evaluated = async (documents: ReturnType<typeof document>[]) => {
	const engine = await createEngine();
	const memory = await remember(text);
	return { engine, memory, ...(await evaluateComponents(engine, model, memory, text, documents, 1)) };
};

describe("the parts of the language model, evaluated", () => {
	it("predict better what repeats itself when they learn from it meanwhile", async () => {
		const { frozen, prequential } = await evaluated([document("e.ts", code(3, 600)), document("f.ts", code(3, 600))]);
		assert.ok((prequential.memory as number) < 0.8 * (frozen.memory as number));
		assert.ok((prequential.mixture as number) < 0.8 * (frozen.mixture as number));
	});

	it("leave the memory as it is", async () => {
		const { memory, engine } = await evaluated([document("e.ts", "some text\n")]);
		const before = memory.snapshot().slice();
		await evaluateComponents(engine, model, memory, text, [document("e.ts", code(3, 300))], 1);
		assert.ok(Buffer.compare(memory.snapshot(), before) === 0);
		const documents = [...text.training, ...text.validation];
		assert.equal(
			memory.learned,
			documents.reduce((sum, { bytes }) => sum + bytes.length, 0),
		);
	});

	it("are measured by characters, without headers and ends", async () => {
		const documents = [
			document("größe/é.txt", "größe 漢字 💧\nabcdefgh\n"),
			document("leer.txt", ""),
			document("g.ts", code(1, 200)),
		];
		const { engine, memory, characters, gruInt8, frozen, prequential } = await evaluated(documents);
		const counted = documents.map(({ bytes, skip }) => countCharacters(bytes.subarray(skip, -1)));
		assert.equal(counted[0], 20);
		assert.equal(
			characters,
			counted.reduce((sum, count) => sum + count, 0),
		);
		assert.equal(frozen.gru, (await frozenScore(engine, model, documents, 1)).bpc);
		const gru = frozen.gru as number;
		assert.ok(gruInt8 !== gru && Math.abs(gruInt8 - gru) < 0.01 * gru, `${gruInt8}, ${gru}`);
		assert.equal(prequential.gru, null);

		// From the definition: all probabilities of the memory, byte by byte.
		const twin = await restoreMemory(memory.snapshot(), { mebibytes: memoryMebibytes });
		const bits = { frozen: 0, prequential: 0 };
		for (const { bytes, skip } of documents) {
			let cursor = twin.start();
			for (const [i, byte] of bytes.entries()) {
				if (i >= skip && i < bytes.length - 1) bits.frozen -= (twin.predict(cursor, null)[byte] as number) / Math.LN2;
				cursor = twin.read(cursor, Uint8Array.of(byte));
			}
		}
		for (const { bytes, skip } of documents) {
			let cursor = twin.start();
			for (const [i, byte] of bytes.entries()) {
				const lesson = twin.learnByte(cursor, byte, null);
				if (i >= skip && i < bytes.length - 1) bits.prequential += lesson.nats / Math.LN2;
				cursor = lesson.cursor;
			}
		}
		assert.ok(Math.abs((frozen.memory as number) - bits.frozen / characters) < 1e-6);
		assert.ok(Math.abs((prequential.memory as number) - bits.prequential / characters) < 1e-6);
	});

	it("are told apart by class, and the classes together are all", async () => {
		const evaluation = await evaluated([
			document("e.ts", "const abc = 1; // abcdefgh\nabc(abc);\n"),
			document("f.md", "# größe\n"),
		]);
		const { characters, classes, gruInt8, prequential } = evaluation;
		assert.deepEqual(
			Object.entries(classes).map(([name, bits]) => [name, bits.characters]),
			[
				["firstUse", 8],
				["secondUse", 3],
				["laterUse", 3],
				["signs", 13],
				["comment", 10],
				["prose", 8],
			],
		);
		const all = (part: "gruInt8" | "memory" | "mixture") =>
			Object.values(classes).reduce((sum, bits) => sum + bits[part] * bits.characters, 0) / characters;
		for (const [one, whole] of [
			[all("gruInt8"), gruInt8],
			[all("memory"), prequential.memory as number],
			[all("mixture"), prequential.mixture as number],
		] as const)
			assert.ok(Math.abs(one - whole) < 1e-9, `${one}, ${whole}`);
		// The network has learned this run of letters, and nothing of the names before it.
		assert.ok((classes.comment?.gruInt8 as number) < (classes.firstUse?.gruInt8 as number));
	});

	it("are mixed to the better of both", async () => {
		const { frozen, prequential } = await evaluated([
			document("e.txt", "abcdefgh\n".repeat(10)),
			document("f.ts", code(1, 500)),
		]);
		const gru = frozen.gru as number;
		assert.ok((frozen.mixture as number) < 0.7 * gru);
		for (const { memory, mixture } of [frozen, prequential]) {
			assert.ok((mixture as number) < 1.25 * (memory as number), `${mixture}, ${memory}`);
		}
	});

	it("are tuned on text that neither has seen, with the same result each time", async () => {
		const engine = await createEngine();
		const network = createNetwork(await engine.createPredictor(model.shape, model.parameters, "int8", 8));
		const memory = await remember(text);
		const copy = () => restoreMemory(memory.snapshot(), { mebibytes: memoryMebibytes });
		const [one, other] = [await copy(), await copy()];
		const calibration = await tune(one, network, text);
		assert.deepEqual(await tune(other, network, text), calibration);
		assert.ok(Buffer.compare(one.snapshot(), other.snapshot()) === 0);
		assert.ok(Buffer.compare(one.snapshot(), memory.snapshot()) !== 0);
		assert.equal(one.learned, memory.learned);
		assert.notDeepEqual(calibration, standardCalibration);
		assert.deepEqual(await tune(one, network, { ...text, validation: [] }), standardCalibration);
	});

	it("take more time to be tuned, the more text there is", () => {
		const seconds = tuningSeconds(text);
		const { training, validation } = text;
		assert.ok(seconds > tuningSeconds({ training, validation: [] }));
		assert.ok(seconds > tuningSeconds({ training: [], validation }));
		assert.equal(tuningSeconds({ training: [], validation: [] }), 0);
	});
});
