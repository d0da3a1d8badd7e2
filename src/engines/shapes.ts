/** The parameters of each kind of network, as PyTorch names and shapes them. */
import { type Cell, type NetworkShape, SYMBOLS } from "./engine.ts";

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
