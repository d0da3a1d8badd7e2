import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFileSync, writeFileSync } from "node:fs";
import { cells } from "../../../src/domain/cells.ts";
import type { Engine, NetworkShape, Parameters } from "../../../src/engines/engine.ts";
import { createEngine } from "../../../src/engines/registry.ts";
import { halvesOf } from "../../../src/model/bothSides/halves.ts";
import type { BothSides } from "../../../src/model/bothSides/network.ts";
import { rankFromBothSides } from "../../../src/model/bothSides/rank.ts";
import { candidateScorer, fromBothSides, result, scoreFromBothSides } from "../../../src/model/bothSides/score.ts";
import { readModel, writeModel } from "../../../src/model/checkpoint.ts";
import { DOCUMENT_END, documentHeader, encodeDocument } from "../../../src/model/document.ts";
import { initialize } from "../../../src/model/initialize.ts";
import { createTriedBothSides, createTriedNetwork, tryNetwork } from "../../../src/model/triedNetwork.ts";
import { scoreBoth } from "../reference/bothSides.ts";
import { parametersOf, randomBytes, randomNumbers, randomWeights } from "../reference/random.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";
import { exampleModel, formatFile, type Header, info, parseFile, randomParameters } from "./modelFixture.ts";

const shapes: readonly NetworkShape[] = cells.flatMap((cell) => [
	{ cell, hidden: 12, layers: 1, direction: "both" as const },
	{ cell, hidden: 8, layers: 2, direction: "both" as const },
]);

describe("A network of both directions, as a model", () => {
	const path = useTemporaryFolder();
	let engine: Engine;
	const opened: BothSides[] = [];

	before(async () => {
		engine = await createEngine();
	});

	afterEach(() => {
		for (const network of opened.splice(0)) network.dispose();
	});

	async function open(shape: NetworkShape, parameters: Parameters, precision: "float32" | "int8" = "float32") {
		const network = await createTriedBothSides(engine, { shape, parameters }, precision);
		opened.push(network);
		return network;
	}

	/** Of three times the usual size, so that probabilities differ; but for recurrent weights, so that no state grows without end. */
	function strongParameters(shape: NetworkShape, seed: number): Parameters {
		const weights = randomWeights(shape, randomNumbers(seed));
		for (const [name, values] of weights) {
			if (!name.includes("weight_hh")) for (const [i, value] of values.entries()) values[i] = Math.fround(3 * value);
		}
		return parametersOf(shape, weights);
	}

	for (const shape of shapes) {
		const title = `${shape.cell}, ${shape.layers} layers`;

		it(`scores each byte as the reference does: ${title}`, async () => {
			const random = randomNumbers(5);
			const weights = randomWeights(shape, random);
			const network = await open(shape, parametersOf(shape, weights));
			// More than are scored in one step.
			const bytes = randomBytes(150, random);
			const [inputs, targets] = [bytes.subarray(0, -1), bytes.subarray(1)];
			const segment = { inputs, targets, following: new Uint8Array(0), lengths: [targets.length] };
			const nats = result(network.nats(bytes, 1));
			assert.equal(nats.length, targets.length);
			const { logits } = scoreBoth(shape, weights, { ...segment, mask: new Uint8Array(targets.length).fill(1) }, 1);
			for (const [t, found] of nats.entries()) {
				const row = logits.subarray(t * 256, (t + 1) * 256);
				const normalizer = Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0));
				const expected = normalizer - (row[targets[t] as number] as number);
				assert.ok(Math.abs(found - expected) < 1e-5, `byte ${t + 1}: ${found}, expected ${expected}`);
			}
			// A part of it is scored from all of it.
			assert.deepEqual(result(network.nats(bytes, 70, 140)), nats.slice(69, 139));
		});

		it(`scores no byte by what it is: the probabilities of all bytes at a place sum to 1: ${title}`, async () => {
			const network = await open(shape, strongParameters(shape, 3));
			const text = randomBytes(6, randomNumbers(8));
			for (const at of text.keys()) {
				let sum = 0;
				for (let byte = 0; byte < 256; byte++) {
					sum += Math.exp(-(result(network.nats(text.with(at, byte), at, at + 1))[0] as number));
				}
				assert.ok(Math.abs(sum - 1) < 1e-5, `byte ${at}: ${sum}`);
				for (const beside of [at - 1, at + 1].filter((place) => place in text)) {
					const changed = text.with(beside, (text[beside] as number) ^ 1);
					const [one, other] = [text, changed].map((bytes) => result(network.nats(bytes, at, at + 1))[0]);
					assert.notEqual(one, other, `byte ${at} is scored without regard to ${beside}`);
				}
			}
		});

		it(`comes back from a file as it was, with PyTorch's names: ${title}`, async () => {
			const file = path("model.safetensors");
			const parameters = randomParameters(shape, 7);
			await writeModel(file, { shape, parameters, info });
			const { header } = parseFile(readFileSync(file));
			assert.equal(header.__metadata__?.["direction"], "both");
			const module = shape.cell.split("_")[0];
			for (const name of ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]) {
				for (let layer = 0; layer < shape.layers; layer++) {
					assert.ok(`${module}.${name}_l${layer}_reverse` in header);
				}
			}
			assert.deepEqual(await readModel(file), { shape, parameters, info });
			await writeModel(file, { shape, parameters, info, precision: "int8" });
			const small = await readModel(file);
			assert.deepEqual(small.shape, shape);
			const text = "not one word of it\n";
			const [exact, rounded] = [await open(shape, parameters), await open(shape, small.parameters, "int8")].map(
				(network) => scoreFromBothSides(network, "a.txt", text).total,
			);
			assert.ok(Math.abs((exact?.bits ?? 0) - (rounded?.bits ?? 0)) < 0.02 * text.length);
		});

		it(`is taken from a file of another program, whose names tell that it reads in both directions: ${title}`, async () => {
			const file = path("foreign.safetensors");
			const parameters = randomParameters(shape, 7);
			await writeModel(file, { shape, parameters, info });
			const { header, data } = parseFile(readFileSync(file));
			const foreign: Header = { ...header };
			foreign.__metadata__ = shape.cell === "rnn_relu" ? { nonlinearity: "relu" } : {};
			writeFileSync(file, formatFile(foreign, data));
			const read = await readModel(file);
			assert.deepEqual([read.shape, read.parameters], [shape, parameters]);
		});
	}

	it("is refused where a deeper layer reads both directions, as PyTorch trains them", async () => {
		const shape: NetworkShape = { cell: "gru", hidden: 8, layers: 2, direction: "both" };
		const file = path("leaking.safetensors");
		const parameters = new Map(randomParameters(shape, 7));
		const name = "gru.weight_ih_l1";
		const tensor = parameters.get(name) as { shape: readonly number[]; data: Float32Array };
		parameters.set(name, { ...tensor, data: tensor.data.with(9, 0.5) });
		await writeModel(file, { shape, parameters, info });
		await assert.rejects(readModel(file), { code: "modelUnsupported", message: /reads both directions/ });
		assert.throws(() => halvesOf({ shape, parameters }), { code: "modelUnsupported" });
	});

	it("of an unknown direction is refused", async () => {
		const file = path("odd.safetensors");
		await writeModel(file, exampleModel());
		const { header, data } = parseFile(readFileSync(file));
		writeFileSync(file, formatFile({ ...header, __metadata__: { ...header.__metadata__, direction: "up" } }, data));
		await assert.rejects(readModel(file), { code: "modelUnsupported", message: /"up"/ });
	});

	it("writes no text, and one that reads forward does not score from both sides", async () => {
		const [both, forward] = [exampleModel(shapes[0]), exampleModel()];
		await assert.rejects(createTriedNetwork(engine, both, "int8", 8), { code: "scoresOnly" });
		await assert.rejects(createTriedBothSides(engine, forward, "int8"), { code: "badArgument" });
	});

	it("is tried before it is used", async () => {
		const shape = shapes[0] as NetworkShape;
		await tryNetwork(engine, exampleModel(shape));
		const parameters = new Map(randomParameters(shape, 7));
		const head = parameters.get("head.weight") as { shape: readonly number[]; data: Float32Array };
		parameters.set("head.weight", { ...head, data: head.data.map(() => 3e38) });
		await assert.rejects(tryNetwork(engine, { shape, parameters }), { code: "modelBroken" });
	});

	it("begins with layers that read their own direction only", async () => {
		for (const shape of shapes) {
			const initialization = { inputDeviation: 0.5, recurrentGain: 1, keepBias: 2 };
			const counts = new Float64Array(256).fill(3);
			const parameters = initialize(shape, counts, initialization, randomNumbers(1));
			await tryNetwork(engine, { shape, parameters });
			for (const [name, { data }] of parameters) {
				if (name.includes("weight"))
					assert.equal(
						data.some((weight) => weight !== 0),
						name !== "head.weight",
						name,
					);
			}
		}
	});

	describe("in a place", () => {
		const shape = shapes[1] as NetworkShape;
		const place = { path: "src/a.ts", before: "one line\r\nconst é = ", after: ";\r\nlast line\n" };

		async function strong() {
			return await open(shape, strongParameters(shape, 4));
		}

		/** From the whole text, by its definition. */
		function expected(network: BothSides, text: string, margin: number): number {
			const before = Buffer.from("one line\nconst é = ");
			const head = documentHeader(place.path).length + before.length;
			const { bytes } = encodeDocument(place.path, `${place.before}${text}${place.after}`);
			const to = head + Buffer.byteLength(text) + margin;
			return result(network.nats(bytes, head - margin, to)).reduce((sum, nats) => sum + nats / Math.LN2, 0);
		}

		it("scores candidates as they stand in the whole text, with what is beside them if asked", async () => {
			const network = await strong();
			for (const margin of [0, 3]) {
				const scorer = result(candidateScorer(network, place, margin));
				for (const text of ["", "1", "éa", "a longer one"]) {
					const { bits, characters } = scorer.score(text);
					assert.ok(Math.abs(bits - expected(network, text, margin)) < 1e-4, `${text}, ${margin}`);
					assert.equal(characters, text.length + 2 * margin);
				}
			}
		});

		it("scores a span as `SpanScorer` promises", async () => {
			const network = await strong();
			const { bits } = result(fromBothSides(network).score({ ...place, text: "value" }));
			assert.ok(Math.abs(bits - expected(network, "value", 0)) < 1e-4);
		});

		it("yields while it reads, and reads no more than it must of a long text", async () => {
			const network = await strong();
			let yields = 0;
			const steps = candidateScorer(network, { ...place, before: "é".repeat(10_000), after: "😀".repeat(10_000) });
			while (!steps.next().done) yields++;
			assert.ok(yields >= 40 && yields <= 60, `${yields}`);
		});

		it("ranks candidates by the text with them, the most probable first", async () => {
			const network = await strong();
			const candidates = ["one", "other", "é"];
			const ranked = rankFromBothSides(network, place, candidates, false);
			const scorer = result(candidateScorer(network, place, 16));
			const byHand = candidates.toSorted((a, b) => scorer.score(a).bits - scorer.score(b).bits);
			assert.deepEqual(
				ranked.map(({ text }) => text),
				byHand,
			);
			const normalized = rankFromBothSides(network, place, candidates, true).map(
				({ bitsPerCharacter }) => bitsPerCharacter,
			);
			assert.deepEqual(
				normalized,
				normalized.toSorted((a, b) => a - b),
			);
		});
	});

	it("scores documents by lines, without header and end mark", async () => {
		const network = await open(shapes[0] as NetworkShape, randomParameters(shapes[0] as NetworkShape, 2));
		const text = "first\r\nsecond é\n\nlast";
		const { total, lines } = scoreFromBothSides(network, "a.md", text);
		assert.deepEqual(
			lines.map(({ characters }) => characters),
			[6, 9, 1, 4],
		);
		const { bytes, skip } = encodeDocument("a.md", text);
		assert.equal(bytes.at(-1), DOCUMENT_END);
		const all = result(network.nats(bytes, skip, bytes.length - 1)).reduce((sum, nats) => sum + nats, 0);
		assert.ok(Math.abs(total.bits - all / Math.LN2) < 1e-9);
		assert.deepEqual(scoreFromBothSides(network, "a.md", "").lines, []);
	});
});
