import assert from "node:assert/strict";
import type { MemoryKernels } from "../../../src/model/memory/kernels.ts";
import { compileKernels, type KernelBuild, kernelBuilds } from "../../../src/platform/wasmModules.ts";
import { ReferenceCorrection } from "../reference/networkCorrection.ts";
import { randomNumbers } from "../reference/random.ts";

const symbols = 256;
const units = 384;
const network = 0xfedcba98;

class Bench {
	readonly k: MemoryKernels;
	readonly #said: Float32Array;
	readonly #state: Float32Array;

	static async make(build: KernelBuild): Promise<Bench> {
		const { module } = await compileKernels([build], "memory");
		const env = { memory: new WebAssembly.Memory({ initial: 1 }) };
		return new Bench(new WebAssembly.Instance(module, { env }).exports as unknown as MemoryKernels);
	}

	private constructor(kernels: MemoryKernels) {
		this.k = kernels;
		kernels.make(10, 8, 6, 4);
		assert.equal(kernels.networkUnits(), units);
		const [said, state] = [kernels.reserve(4 * symbols), kernels.reserve(4 * units)];
		this.#said = new Float32Array(kernels.memory.buffer, said, symbols);
		this.#state = new Float32Array(kernels.memory.buffer, state, units);
	}

	correct(said: Float32Array, state: Float32Array, which: number): Float32Array {
		this.#said.set(said);
		this.#state.set(state);
		this.k.correctNetwork(this.#said.byteOffset, this.#state.byteOffset, which);
		return this.#said.slice();
	}

	learn(said: Float32Array, state: Float32Array, which: number, byte: number): void {
		this.correct(said, state, which);
		this.k.learnNetworkCorrection(byte, which);
	}
}

const random = randomNumbers(3);

function distribution(): Float32Array {
	const logits = Float64Array.from({ length: symbols }, () => 6 * random());
	const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
	return Float32Array.from(logits, (logit) => logit - total);
}

/** `[384]` in [−scale, scale]. */
const stateOf = (scale: number): Float32Array => Float32Array.from({ length: units }, () => scale * (2 * random() - 1));

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, where: string): void {
	for (let i = 0; i < symbols; i++) {
		const [got, wanted] = [actual[i] as number, expected[i] as number];
		assert.ok(Math.abs(got - wanted) <= 1e-3 * Math.max(1, Math.abs(wanted)), `${where}: ${got}, not ${wanted} (${i})`);
	}
}

describe("the correction of the network", () => {
	for (const build of kernelBuilds)
		describe(`in the ${build} build`, () => {
			for (const [title, scale] of [
				["of a cell whose units are bounded", 1],
				["of a cell whose units are not", 30],
				["of a network that says nothing by its state", 0],
			] as const)
				it(`predicts and learns as the reference does: ${title}`, async () => {
					const [bench, reference] = [await Bench.make(build), new ReferenceCorrection()];
					const states = Array.from({ length: 5 }, () => stateOf(scale));
					for (let i = 0; i < 400; i++) {
						const [said, state] = [distribution(), states[i % 5] as Float32Array];
						// A network for some time, then another, then the first again.
						const which = i >= 150 && i < 200 ? 7 : network;
						assertClose(bench.correct(said, state, which), reference.correct(said, state, which), `step ${i}`);
						const byte = random() < 0.8 ? 10 * (i % 5) : Math.floor(256 * random());
						bench.learn(said, state, which, byte);
						reference.learn(said, state, which, byte);
					}
				});

			it("comes to expect what follows a state, and says nothing of what follows another", async () => {
				const bench = await Bench.make(build);
				const said = new Float32Array(symbols).fill(-Math.log(symbols));
				const [state, opposite] = [stateOf(1), stateOf(1)];
				for (let i = 0; i < units; i++) opposite[i] = (i % 2 === 0 ? 1 : -1) * (state[i ^ 1] as number);
				for (let i = 0; i < 20; i++) bench.learn(said, state, network, 65);
				assert.ok((bench.correct(said, state, network)[65] as number) > Math.log(0.1));
				assert.ok(Math.abs((bench.correct(said, opposite, network)[65] as number) - (said[65] as number)) < 0.1);
				assert.deepEqual(bench.correct(said, state, network + 1), said);
			});

			it("learns nothing from what is no distribution, or follows from no numbers", async () => {
				const bench = await Bench.make(build);
				const [said, state] = [distribution(), stateOf(1)];
				const broken = said.slice();
				broken[9] = Number.NaN;
				bench.learn(broken, state, network, 65);
				bench.learn(said, state.slice().fill(Number.NaN, 3, 4), network, 65);
				bench.learn(said, state.slice().fill(Number.POSITIVE_INFINITY, 3, 4), network, 65);
				assert.ok(bench.k.isSound());
				assert.deepEqual(bench.correct(said, state, network), said);
			});

			it("is refused with weights that are no numbers", async () => {
				const { k } = await Bench.make(build);
				const weights = new Float32Array(k.memory.buffer, k.networkCorrection() + k.networkCorrectionBytes() - 4, 1);
				assert.ok(k.isSound());
				for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, -1e5]) {
					weights[0] = bad;
					assert.ok(!k.isSound(), String(bad));
				}
			});
		});
});
