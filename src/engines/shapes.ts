/** The parameters of each kind of network, as PyTorch names and shapes them. */
import { type Cell, type NetworkShape, SYMBOLS } from "./engine.ts";

/** Gates per unit (each has its rows in the weight matrices), and the name of PyTorch's module. */
export const cellLayout: Readonly<Record<Cell, { readonly module: string; readonly gates: number }>> = {
	gru: { module: "gru", gates: 3 },
	lstm: { module: "lstm", gates: 4 },
	rnn_tanh: { module: "rnn", gates: 1 },
	rnn_relu: { module: "rnn", gates: 1 },
};

/** PyTorch's names of one layer's parameters, of the network that reads forward or of the one that reads backward. */
export function layerNames(cell: Cell, layer: number, isReverse = false) {
	const { module } = cellLayout[cell];
	const suffix = `l${layer}${isReverse ? "_reverse" : ""}`;
	return {
		weightIh: `${module}.weight_ih_${suffix}`,
		weightHh: `${module}.weight_hh_${suffix}`,
		biasIh: `${module}.bias_ih_${suffix}`,
		biasHh: `${module}.bias_hh_${suffix}`,
	} as const;
}

/** Networks that read, each in its direction. */
export function directionCount({ direction }: Pick<NetworkShape, "direction">): number {
	return direction === "both" ? 2 : 1;
}

/** Columns of `head.weight`, and of `weight_ih` above the first layer: the states of all directions. */
export function outputWidth(shape: Pick<NetworkShape, "hidden" | "direction">): number {
	return shape.hidden * directionCount(shape);
}

/** The parameters of a network by PyTorch's names, in the order in which they stand in a file, with their shapes. */
export function expectedShapes(shape: NetworkShape): Map<string, readonly number[]> {
	const { cell, hidden, layers } = shape;
	const { gates } = cellLayout[cell];
	const width = outputWidth(shape);
	const shapes = new Map<string, readonly number[]>();
	for (let layer = 0; layer < layers; layer++) {
		for (let direction = 0; direction < directionCount(shape); direction++) {
			const names = layerNames(cell, layer, direction === 1);
			shapes.set(names.weightIh, [gates * hidden, layer === 0 ? SYMBOLS : width]);
			shapes.set(names.weightHh, [gates * hidden, hidden]);
			shapes.set(names.biasIh, [gates * hidden]);
			shapes.set(names.biasHh, [gates * hidden]);
		}
	}
	shapes.set("head.weight", [SYMBOLS, width]);
	shapes.set("head.bias", [SYMBOLS]);
	return shapes;
}
