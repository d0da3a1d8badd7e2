import assert from "node:assert/strict";
import { createMemory, instantiateKernels } from "../../../src/engines/wasm/kernels.ts";
import { compileKernels, kernelBuilds } from "../../../src/platform/wasmModules.ts";
import { mixtureLoss } from "../reference/mixtureLoss.ts";
import { randomBytes, randomNumbers } from "../reference/random.ts";

/** Addresses in the kernels' memory. */
const [logits, bias, targets, mask, parts, mixing] = [0, 8192, 10240, 10304, 10368, 10496] as const;

for (const build of kernelBuilds) {
	describe(`loss of a mixture, ${build} build`, () => {
		let kernels: ReturnType<typeof instantiateKernels>;
		let buffer: ArrayBuffer;

		before(async () => {
			const memory = createMemory(1 << 16);
			kernels = instantiateKernels((await compileKernels([build])).module, memory);
			buffer = memory.buffer;
		});

		/** `[256, 8]` logits; `[8 bits, 8 streams]` weights and offsets. Returns losses `[8]` and the block. */
		function run(
			columns: Float32Array,
			symbols: Uint8Array,
			counts: Uint8Array,
			weights: Float32Array,
			offsets: Float32Array,
			gradient: boolean,
		) {
			new Float32Array(buffer, logits).set(columns);
			new Float32Array(buffer, bias, 256).fill(0);
			new Uint32Array(buffer, targets).set(symbols);
			new Uint8Array(buffer, mask).set(counts);
			new Float32Array(buffer, mixing).set(weights);
			new Float32Array(buffer, mixing + 256).set(offsets);
			const block = { targets, mask, parts, scale: 0.25 };
			kernels.crossEntropy({ ...block, logits, bias, rows: 256, rest: 0, gradient: false });
			kernels.mixtureCrossEntropy({ ...block, exps: logits, mixing, gradient });
			return {
				losses: new Float32Array(buffer, parts + 96, 8).slice(),
				block: new Float32Array(buffer, logits, 2048).slice(),
			};
		}

		it("gives the reference's loss and gradient, and none in streams that do not count", () => {
			const random = randomNumbers(11);
			const columns = Float32Array.from({ length: 2048 }, () => 12 * random() - 6);
			const symbols = randomBytes(8, random);
			symbols.set([0, 255]);
			const counts = Uint8Array.of(1, 1, 1, 0, 1, 1, 1, 0);
			const weights = Float32Array.from({ length: 64 }, () => random());
			const offsets = Float32Array.from({ length: 64 }, () => 8 * random() - 4);
			const { losses, block } = run(columns, symbols, counts, weights, offsets, true);
			for (let s = 0; s < 8; s++) {
				const column = Float64Array.from({ length: 256 }, (_, row) => columns[row * 8 + s] as number);
				const part = (values: Float32Array) =>
					Float64Array.from({ length: 8 }, (_, bit) => values[bit * 8 + s] as number);
				const expected = mixtureLoss(column, symbols[s] as number, part(weights), part(offsets));
				const isCounted = counts[s] === 1;
				assert.ok(Math.abs((losses[s] as number) - (isCounted ? expected.loss : 0)) < 1e-5, `loss of stream ${s}`);
				for (let row = 0; row < 256; row++) {
					const wanted = isCounted ? 0.25 * (expected.gradient[row] as number) : 0;
					assert.ok(Math.abs((block[row * 8 + s] as number) - wanted) < 1e-6, `stream ${s}, symbol ${row}`);
				}
			}
		});

		it("stays finite for logits as far apart as e^x reaches, and moves nothing that is as sure as may be", () => {
			const columns = new Float32Array(2048).fill(-200);
			const symbols = new Uint8Array(8).fill(65);
			for (let s = 0; s < 8; s++) columns[(s < 4 ? 65 : 66) * 8 + s] = 80;
			const weights = new Float32Array(64).fill(0.5);
			const { losses, block } = run(columns, symbols, new Uint8Array(8).fill(1), weights, new Float32Array(64), true);
			assert.ok([...losses, ...block].every(Number.isFinite));
			for (let row = 0; row < 256; row++) assert.equal(block[row * 8] as number, 0, `symbol ${row}`);
			assert.ok((block[65 * 8 + 4] as number) <= 0 && (block[66 * 8 + 4] as number) > 0.01);
		});

		it("writes losses without a gradient, too", () => {
			const random = randomNumbers(12);
			const columns = Float32Array.from({ length: 2048 }, () => random());
			const symbols = randomBytes(8, random);
			const ones = new Uint8Array(8).fill(1);
			const weights = new Float32Array(64).fill(0.4);
			const offsets = new Float32Array(64).fill(1);
			const { losses } = run(columns, symbols, ones, weights, offsets, false);
			assert.deepEqual(losses, run(columns, symbols, ones, weights, offsets, true).losses);
		});
	});
}
