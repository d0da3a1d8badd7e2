/** Learns the prior of the memory from workspaces, one after the other. */
import type { LanguageModel } from "../../src/model/languageModel.ts";
import { createMemory } from "../../src/model/memory/index.ts";
import { inputsPerRow, type MemoryPrior } from "../../src/model/memory/prior.ts";
import { createMixture } from "../../src/model/mixture.ts";

export interface SampleWorkspace {
	readonly name: string;
	/** As `encodeDocument` makes them. */
	readonly documents: readonly Uint8Array[];
}

/** In the second round, rows that the first round never used begin with the mean of those that it used. */
const rounds = 2;
const mebibytes = 64;

/**
 * Carries mixer weights and adaptive probabilities over from one workspace to the next, but no counts of text.
 *
 * @param workspaces the last counts most
 * @param say receives a line with the bits per byte of each
 */
export async function learnPrior(
	workspaces: readonly SampleWorkspace[],
	network: LanguageModel,
	say: (line: string) => void,
): Promise<MemoryPrior> {
	const untaught = (await createMemory({ mebibytes, expectedBytes: 1, prior: null })).mixerState();
	let prior: MemoryPrior | null = null;
	for (let round = 1; round <= rounds; round++) {
		for (const workspace of workspaces) prior = await learn(workspace, network, prior, say);
		if (round < rounds && prior !== null) prior = spread(prior, untaught);
	}
	return prior ?? untaught;
}

/** Learns the documents of a workspace with and without a network. */
async function learn(
	{ name, documents }: SampleWorkspace,
	network: LanguageModel,
	prior: MemoryPrior | null,
	say: (line: string) => void,
): Promise<MemoryPrior> {
	const bytes = documents.reduce((sum, { length }) => sum + length, 0);
	const learned = await Promise.all(
		[null, network].map(async (used) => {
			const memory = await createMemory({ mebibytes, expectedBytes: bytes, prior });
			const model = createMixture(used, memory);
			let nats = 0;
			for (const document of documents) nats += model.learn(model.start(), document).nats;
			return { mixer: memory.mixerState(), bits: nats / Math.LN2 / bytes };
		}),
	);
	const [alone, both] = learned as [(typeof learned)[0], (typeof learned)[0]];
	say(`${name}: ${bytes} bytes, ${alone.bits.toFixed(4)} bits a byte, with the network ${both.bits.toFixed(4)}`);
	return {
		entries: alone.mixer.entries,
		weights: halves(alone.mixer.weights, both.mixer.weights),
		finals: halves(alone.mixer.finals, both.mixer.finals),
	};
}

/** The first half of one array and the second half of the other. */
function halves(one: Float32Array, other: Float32Array): Float32Array {
	const joined = one.slice();
	joined.set(other.subarray(other.length / 2), other.length / 2);
	return joined;
}

/** Gives rows of weights that have not been used the mean of those that have, in each half. */
function spread({ weights, ...others }: MemoryPrior, before: MemoryPrior): MemoryPrior {
	const spreaded = weights.slice();
	const rowsPerHalf = weights.length / 2 / inputsPerRow;
	for (const half of [0, 1]) {
		const rows = Array.from({ length: rowsPerHalf }, (_, row) => {
			const at = (half * rowsPerHalf + row) * inputsPerRow;
			return {
				at,
				isUsed: weights.subarray(at, at + inputsPerRow).some((weight, i) => weight !== before.weights[at + i]),
			};
		});
		const used = rows.filter(({ isUsed }) => isUsed);
		const mean = Float32Array.from(
			{ length: inputsPerRow },
			(_, i) => used.reduce((sum, { at }) => sum + (weights[at + i] as number), 0) / used.length,
		);
		for (const { at, isUsed } of rows) if (!isUsed) spreaded.set(mean, at);
	}
	return { ...others, weights: spreaded };
}
