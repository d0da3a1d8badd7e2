/** The language models that are compared. */
import { type Cell, cellName, cells } from "../../src/domain/cells.ts";
import { type Softmax, softmaxes } from "../../src/domain/words.ts";
import type { TransformerShape } from "../../src/engines/tensorflow/transformer/transformer.ts";
import { type Recipe, recipeOf } from "../../src/trainer/recipe.ts";

export type Member =
	| { readonly kind: "recurrent"; readonly cell: Cell; readonly layers: number }
	| { readonly kind: "words"; readonly softmax: Softmax }
	| { readonly kind: "transformer" };

/** By the names that choose them. */
export const members: Readonly<Record<string, Member>> = {
	...Object.fromEntries(cells.map((cell) => [cell, { kind: "recurrent", cell, layers: 1 } as const])),
	gru_2: { kind: "recurrent", cell: "gru", layers: 2 },
	lstm_2: { kind: "recurrent", cell: "lstm", layers: 2 },
	...Object.fromEntries(softmaxes.map((softmax) => [`words_${softmax}`, { kind: "words", softmax } as const])),
	transformer: { kind: "transformer" },
};

export function titleOf(member: Member): string {
	if (member.kind === "transformer") return "Transformer";
	if (member.kind === "words") return `GRU of words, ${member.softmax} softmax`;
	const { cell, layers } = member;
	return layers === 1 ? cellName(cell) : `${cellName(cell)}, ${layers} layers`;
}

/** The recipe of a workspace's network, for a network of more layers with units that make a character cost as much. */
export function recurrentRecipe(
	{ cell, layers }: Extract<Member, { kind: "recurrent" }>,
	cpuSeconds: number,
	seed: number,
): Recipe {
	const recipe = recipeOf({ cell, layers, seed }, cpuSeconds);
	// A layer above the first has a second matrix of this size, in place of a table.
	const hidden = 8 * Math.round(recipe.shape.hidden / 8 / Math.sqrt(2 * layers - 1));
	return { ...recipe, shape: { ...recipe.shape, hidden } };
}

export interface TransformerRecipe {
	readonly shape: TransformerShape;
	readonly batch: number;
	readonly learningRate: number;
	readonly warmUpUpdates: number;
	readonly finalRate: number;
	readonly beta1: number;
	readonly beta2: number;
	readonly epsilon: number;
	readonly weightDecay: number;
	readonly clip: number;
}

/** For a training of so many CPU-seconds; measured in bench/NOTES.md, "The family". */
export function transformerRecipe(cpuSeconds: number): TransformerRecipe {
	// Twice as wide with each sixteen times as much time.
	const width = 64 * 2 ** Math.max(0, Math.round(Math.log2(cpuSeconds / 15) / 4));
	return {
		// 200 steps back are looked at.
		shape: { width, heads: 2, blocks: 2, context: 256 },
		// Small updates learn faster in little time, as with the recurrent networks.
		batch: 2,
		learningRate: 8e-3,
		warmUpUpdates: 20,
		finalRate: 0.02,
		beta1: 0.9,
		beta2: 0.99,
		epsilon: 1e-8,
		weightDecay: 0.1,
		clip: 1,
	};
}
