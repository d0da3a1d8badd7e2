/**
 * The model on disk: safetensors with PyTorch's names, and what is known about the model in its metadata.
 */
import { type Cell, type NetworkShape, type OptimizerState, type Parameters, SYMBOLS } from "../engines/engine.ts";

/** What the model was trained on and how well it does; stored as metadata, shown to the user. */
export interface ModelInfo {
	/** ISO 8601 time of writing. */
	readonly trainedAt: string;
	/** Characters trained on, with repetition. */
	readonly characters: number;
	/** Characters of distinct training text. */
	readonly corpusCharacters: number;
	readonly files: number;
	/** CPU-seconds of all training so far. */
	readonly cpuSeconds: number;
	/** Bits per character on held-out files, frozen; null if there was nothing to hold out. */
	readonly validationBpc: number | null;
	/** The same before this training began. */
	readonly initialBpc: number | null;
}

export interface Model {
	readonly shape: NetworkShape;
	readonly parameters: Parameters;
	readonly info: ModelInfo;
}

/** All that is needed to go on training after a kill; the last parameters, which need not be the best. */
export interface TrainingState {
	readonly model: Model;
	readonly optimizer: OptimizerState;
	/** Opaque to the file format: schedule, position, random state. JSON. */
	readonly position: Readonly<Record<string, unknown>>;
}

/** Gates per unit, and the name of PyTorch's module. */
const cellLayout: Readonly<Record<Cell, { readonly module: string; readonly gates: number }>> = {
	gru: { module: "gru", gates: 3 },
	lstm: { module: "lstm", gates: 4 },
	rnn_tanh: { module: "rnn", gates: 1 },
	rnn_relu: { module: "rnn", gates: 1 },
};

/** The parameters of a network by PyTorch's names, in the order in which they stand in a file, with their shapes. */
export function expectedShapes({ cell, hidden, layers }: NetworkShape): Map<string, readonly number[]> {
	const { module, gates } = cellLayout[cell];
	const shapes = new Map<string, readonly number[]>();
	for (let layer = 0; layer < layers; layer++) {
		shapes.set(`${module}.weight_ih_l${layer}`, [gates * hidden, layer === 0 ? SYMBOLS : hidden]);
		shapes.set(`${module}.weight_hh_l${layer}`, [gates * hidden, hidden]);
		shapes.set(`${module}.bias_ih_l${layer}`, [gates * hidden]);
		shapes.set(`${module}.bias_hh_l${layer}`, [gates * hidden]);
	}
	shapes.set("head.weight", [SYMBOLS, hidden]);
	shapes.set("head.bias", [SYMBOLS]);
	return shapes;
}
