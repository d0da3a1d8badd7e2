import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { learnPrior, type SampleWorkspace } from "../../../models/pretrain/learnPrior.ts";
import { createEngine } from "../../../src/engines/registry.ts";
import { createMemory } from "../../../src/model/memory/index.ts";
import { inputsPerRow, type MemoryPrior } from "../../../src/model/memory/prior.ts";
import { createMixture } from "../../../src/model/mixture.ts";
import { createNetwork } from "../../../src/model/network.ts";
import { randomNumbers } from "../reference/random.ts";
import { chainModel } from "../support/chainModel.ts";
import { codeText } from "../support/codeText.ts";

const chain = "abcdefgh\n";
const model = chainModel(chain);

/** Code, and lines of the chain that the network knows. */
const documents = (seed: number): Uint8Array[] => [
	codeText(randomNumbers(seed), 3000),
	Buffer.from(chain.repeat(40)),
	codeText(randomNumbers(seed + 1), 3000),
];
const samples: SampleWorkspace[] = [1, 3].map((seed) => ({ name: `sample ${seed}`, documents: documents(seed) }));

describe("learning what a memory begins with", () => {
	const said: string[] = [];
	let learned: Promise<MemoryPrior>;
	const network = (async () => {
		const engine = await createEngine();
		return createNetwork(await engine.createPredictor(model.shape, model.parameters, "int8", 1));
	})();

	before(() => {
		learned = network.then((used) => learnPrior(samples, used, (line) => said.push(line)));
	});

	it("does good to other text, with a network and without", async () => {
		for (const used of [null, await network]) {
			const nats = [];
			for (const prior of [null, await learned]) {
				const mixture = createMixture(used, await createMemory({ mebibytes: 8, expectedBytes: 1, prior }));
				nats.push(documents(11).reduce((sum, document) => sum + mixture.learn(mixture.start(), document).nats, 0));
			}
			const [cold, warm] = nats as [number, number];
			assert.ok(warm < 0.97 * cold, `${warm} instead of ${cold}`);
		}
	});

	it("gives rows of weights that were not used what others have learned", async () => {
		const { weights } = await learned;
		const untaught = (await createMemory({ mebibytes: 8, expectedBytes: 1, prior: null })).mixerState().weights;
		const rows = weights.length / inputsPerRow;
		const isUntaught = (row: number) => {
			const at = row * inputsPerRow;
			return weights.subarray(at, at + inputsPerRow).every((weight, i) => weight === untaught[at + i]);
		};
		assert.equal(Array.from({ length: rows }, (_, row) => row).filter(isUntaught).length, 0);
	});

	it("says how well each workspace was predicted, the better the second time", async () => {
		await learned;
		assert.equal(said.length, 4);
		const bits = said.map((line) => Number(/([\d.]+) bits a byte/.exec(line)?.[1]));
		assert.ok((bits[2] as number) < (bits[0] as number), `${said}`);
	});
});
