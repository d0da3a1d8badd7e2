import assert from "node:assert/strict";
import { join } from "node:path";
import type { Engine, Parameters, Precision } from "../../../src/engines/engine.ts";
import { createEngine } from "../../../src/engines/registry.ts";
import { type Model, readModel } from "../../../src/model/checkpoint.ts";
import { initialize } from "../../../src/model/initialize.ts";
import { createShippedNetwork, createTriedNetwork, tryNetwork } from "../../../src/model/triedNetwork.ts";
import { Failure } from "../../../src/platform/failure.ts";
import { root } from "../../harness/paths.ts";
import { randomNumbers } from "../reference/random.ts";
import { chainModel } from "../support/chainModel.ts";
import { exampleModel } from "./modelFixture.ts";

const shape = { cell: "gru", hidden: 16, layers: 1 } as const;

/** A sound network with some weights replaced. */
function spoilt(change: (weights: (name: string) => Float32Array) => void): Pick<Model, "shape" | "parameters"> {
	const { parameters } = exampleModel(shape);
	const copy: Parameters = new Map(
		[...parameters].map(([name, { shape: dimensions, data }]) => [name, { shape: dimensions, data: data.slice() }]),
	);
	change((name) => copy.get(name)?.data as Float32Array);
	return { shape, parameters: copy };
}

describe("a network that is to be used", () => {
	let engine: Engine;

	before(async () => {
		engine = await createEngine();
	});

	const broken: readonly [what: string, model: Pick<Model, "shape" | "parameters">, says: RegExp][] = [
		[
			"of weights that are finite, but huge",
			spoilt((weights) => void weights("head.weight").fill(3e38)),
			/gives no probabilities/,
		],
		[
			"of which one rare byte makes no number",
			spoilt((weights) => {
				for (const name of ["gru.weight_ih_l0", "gru.weight_hh_l0", "gru.bias_ih_l0", "gru.bias_hh_l0"])
					weights(name).fill(0);
				// The state is that of the last byte alone: 1 in all units after this byte, and 0 after any other.
				weights("gru.bias_ih_l0").fill(-20, shape.hidden, 2 * shape.hidden);
				for (let unit = 2 * shape.hidden; unit < 3 * shape.hidden; unit++)
					weights("gru.weight_ih_l0")[unit * 256 + 0xf5] = 20;
				weights("head.weight").fill(3e38);
				weights("head.bias").fill(0);
			}),
			/gives no probabilities/,
		],
		[
			"that is sure of what does not come",
			spoilt((weights) => {
				weights("head.weight").fill(0);
				weights("head.bias").fill(0)[0x01] = 1000;
			}),
			/all but impossible/,
		],
	];
	it("is refused if it takes all text for less probable than a training can make it", async () => {
		const certain = (nats: number) =>
			spoilt((weights) => {
				weights("head.weight").fill(0);
				weights("head.bias").fill(0)[0x01] = nats;
			});
		// 25 bits, and 40.
		await tryNetwork(engine, certain(25 * Math.LN2));
		await assert.rejects(tryNetwork(engine, certain(40 * Math.LN2)), { code: "modelBroken" });
	});

	for (const precision of ["float32", "int8"] as const satisfies readonly Precision[]) {
		for (const [what, model, says] of broken) {
			it(`is refused if it is one ${what}, in ${precision}`, async () => {
				await assert.rejects(
					createTriedNetwork(engine, model, precision, 8),
					(error) => error instanceof Failure && error.code === "modelBroken" && says.test(error.message),
				);
			});
		}
	}

	it("is not trained further either if it is one of these", async () => {
		for (const [, model] of broken) await assert.rejects(tryNetwork(engine, model), { code: "modelBroken" });
	});

	it("is taken if it is sound: untrained, wired, of random weights, of one language only, of digits only, the base model", async () => {
		// As a training on numbers leaves it: each letter has 20 bits, 14 nats.
		const digits = spoilt((weights) => {
			weights("head.weight").fill(0);
			weights("head.bias").fill(-14).fill(0, 48, 58);
		});
		const kana = new Float64Array(256);
		for (const byte of Buffer.from("ひらがなだけのぶんしょう。")) kana[byte] = 1e6;
		const initialization = { inputDeviation: 0.5, recurrentGain: 1, keepBias: 2 };
		const parameters = initialize(shape, kana, initialization, randomNumbers(1));
		for (const model of [
			{ shape, parameters },
			digits,
			chainModel("abc"),
			exampleModel(shape),
			await readModel(join(root, "models", "base.safetensors")),
		]) {
			const network = await createTriedNetwork(engine, model, "int8", 8);
			network.dispose();
		}
	});

	it("predicts the same if it is the base model, which is not tried each time", async () => {
		const base = await readModel(join(root, "models", "base.safetensors"));
		const [tried, shipped] = await Promise.all([
			createTriedNetwork(engine, base, "int8", 8),
			createShippedNetwork(engine, base, "int8", 8),
		]);
		const [one, other] = [tried, shipped].map(({ model }) => model.read(model.start(), Buffer.from("for (let i = ")));
		assert.deepEqual(other?.logProbabilities, one?.logProbabilities);
		tried.dispose();
		shipped.dispose();
	});
});
