/** The parameters of each kind of network, as PyTorch names and shapes them. */
import { type Cell, type NetworkShape, SYMBOLS } from "./engine.ts";

/** Gates per unit (each has its rows in the weight matrices), and the name of PyTorch's module. */
export const cellLayout: Readonly<Record<Cell, { readonly module: string; readonly gates: number }>> = {
	gru: { module: "gru", gates: 3 },
	lstm: { module: "lstm", gates: 4 },
	rnn_tanh: { module: "rnn", gates: 1 },
	rnn_relu: { module: "rnn", gates: 1 },
};

/** PyTorch's names of one layer's parameters. */
export function layerNames(cell: Cell, layer: number) {
	const { module } = cellLayout[cell];
	return {
		weightIh: `${module}.weight_ih_l${layer}`,
		weightHh: `${module}.weight_hh_l${layer}`,
		biasIh: `${module}.bias_ih_l${layer}`,
		biasHh: `${module}.bias_hh_l${layer}`,
	} as const;
}

/** The parameters of a network by PyTorch's names, in the order in which they stand in a file, with their shapes. */
export function expectedShapes({ cell, hidden, layers }: NetworkShape): Map<string, readonly number[]> {
	const { gates } = cellLayout[cell];
	const shapes = new Map<string, readonly number[]>();
	for (let layer = 0; layer < layers; layer++) {
		const names = layerNames(cell, layer);
		shapes.set(names.weightIh, [gates * hidden, layer === 0 ? SYMBOLS : hidden]);
		shapes.set(names.weightHh, [gates * hidden, hidden]);
		shapes.set(names.biasIh, [gates * hidden]);
		shapes.set(names.biasHh, [gates * hidden]);
	}
	shapes.set("head.weight", [SYMBOLS, hidden]);
	shapes.set("head.bias", [SYMBOLS]);
	return shapes;
}
