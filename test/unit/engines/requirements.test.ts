import assert from "node:assert/strict";
import type { Cell, NetworkShape, Segment, TrainerOptions } from "../../../src/engines/engine.ts";
import { createEngine } from "../../../src/engines/registry.ts";
import { parametersOf, randomNumbers, randomWeights } from "../reference/random.ts";

const shape: NetworkShape = { cell: "gru", hidden: 8, layers: 1 };
const options: TrainerOptions = {
	batch: 8,
	unroll: 4,
	threads: 1,
	beta1: 0.9,
	beta2: 0.99,
	epsilon: 1e-8,
	weightDecay: 0,
	clip: 1,
};
const notWhole = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e9];

/** What reaches the engine in JavaScript, whatever the types say: a setting "2", for one. */
const notNumbers = ["2", null, undefined] as unknown as number[];

describe("an engine refuses, before it computes anything,", () => {
	for (const value of [...notWhole, ...notNumbers]) {
		it(`${JSON.stringify(value)} (${value}) for a size`, async () => {
			const engine = await createEngine();
			const parameters = parametersOf(shape, randomWeights(shape, randomNumbers(1)));
			const refused = (what: string) => ({
				name: "Failure",
				code: "badArgument",
				message: new RegExp(`number of ${what} must be a whole number from 1 to \\d+, not ${value}\\.`),
			});
			for (const [name, what] of [
				["threads", "threads"],
				["batch", "streams in a batch"],
				["unroll", "time steps per update"],
			] as const) {
				await assert.rejects(engine.createTrainer(shape, parameters, { ...options, [name]: value }), refused(what));
			}
			for (const [name, what] of [
				["hidden", "hidden units"],
				["layers", "layers"],
			] as const) {
				const wrong = { ...shape, [name]: value };
				await assert.rejects(engine.createTrainer(wrong, parameters, options), refused(what));
				await assert.rejects(engine.createPredictor(wrong, parameters, "int8", 1), refused(what));
			}
			await assert.rejects(engine.createPredictor(shape, parameters, "int8", value), refused("hypotheses"));
		});
	}

	it("rates and a segment with which an update would spoil the parameters", async () => {
		const engine = await createEngine();
		const parameters = parametersOf(shape, randomWeights(shape, randomNumbers(1)));
		const nan = Number.NaN;
		for (const wrong of [{ beta1: 1 }, { beta2: nan }, { epsilon: 0 }, { weightDecay: -1 }, { clip: nan }]) {
			await assert.rejects(engine.createTrainer(shape, parameters, { ...options, ...wrong }), { code: "badArgument" });
		}
		const trainer = await engine.createTrainer(shape, parameters, options);
		const bytes = new Uint8Array(32);
		const segment = { inputs: bytes, targets: bytes, mask: bytes, reset: new Uint8Array(8) };
		const refuses = (changed: Partial<Segment>, rate: number) =>
			assert.rejects(async () => trainer.update({ ...segment, ...changed }, rate), { code: "badArgument" });
		await refuses({}, nan);
		await refuses({}, -0.1);
		await refuses({ mask: new Uint8Array(31) }, 0.1);
		await refuses({ reset: new Uint8Array(9) }, 0.1);
		await trainer.update(segment, 0.1);
		trainer.dispose();
	});

	it("a precision and a cell that it does not have", async () => {
		const engine = await createEngine();
		const parameters = parametersOf(shape, randomWeights(shape, randomNumbers(1)));
		const precision = "float16" as "float32";
		await assert.rejects(engine.createPredictor(shape, parameters, precision, 1), { code: "modelUnsupported" });
		const unknown: NetworkShape = { ...shape, cell: "transformer" as Cell };
		await assert.rejects(engine.createPredictor(unknown, parameters, "float32", 1), { code: "modelUnsupported" });
		await assert.rejects(engine.createTrainer(unknown, parameters, options), { code: "modelUnsupported" });
	});
});
