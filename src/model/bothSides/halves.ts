/** A network of both directions as two networks that read forward, one of them the text from its end. */
import { type NetworkShape, type Parameters, SYMBOLS, type Tensor } from "../../engines/engine.ts";
import { requireApart } from "../../engines/parameters.ts";
import { expectedShapes, layerNames, outputWidth } from "../../engines/shapes.ts";
import type { Model } from "../checkpoint.ts";

export interface Half {
	readonly shape: NetworkShape;
	readonly parameters: Parameters;
}

/**
 * The output layer is linear, so the logits of a place are the sum of those of both halves; the bias is the forward half's.
 *
 * @throws {Failure} modelUnsupported if a layer reads both directions
 */
export function halvesOf({ shape, parameters }: Pick<Model, "shape" | "parameters">): {
	readonly forward: Half;
	readonly backward: Half;
} {
	requireApart(shape, parameters);
	return { forward: half(shape, parameters, false), backward: half(shape, parameters, true) };
}

function half(both: NetworkShape, parameters: Parameters, isReverse: boolean): Half {
	const { cell, hidden, layers } = both;
	const shape: NetworkShape = { cell, hidden, layers };
	const taken = new Map<string, Tensor>();
	const take = (name: string, from = name) => taken.set(name, parameters.get(from) as Tensor);
	const columns = (tensor: Tensor) => ownColumns(tensor, outputWidth(both), hidden, isReverse);
	for (let layer = 0; layer < layers; layer++) {
		const names = layerNames(cell, layer);
		const own = layerNames(cell, layer, isReverse);
		take(names.weightIh, own.weightIh);
		if (layer > 0) taken.set(names.weightIh, columns(parameters.get(own.weightIh) as Tensor));
		take(names.weightHh, own.weightHh);
		take(names.biasIh, own.biasIh);
		take(names.biasHh, own.biasHh);
	}
	taken.set("head.weight", columns(parameters.get("head.weight") as Tensor));
	if (isReverse) taken.set("head.bias", { shape: [SYMBOLS], data: new Float32Array(SYMBOLS) });
	else take("head.bias");
	return {
		shape,
		parameters: new Map([...expectedShapes(shape).keys()].map((name) => [name, taken.get(name) as Tensor])),
	};
}

/** Of a matrix whose columns are the states of both directions, those of one. */
function ownColumns({ shape: [rows = 0], data }: Tensor, width: number, hidden: number, isReverse: boolean): Tensor {
	const own = new Float32Array(rows * hidden);
	for (let row = 0; row < rows; row++) {
		const from = row * width + (isReverse ? hidden : 0);
		own.set(data.subarray(from, from + hidden), row * hidden);
	}
	return { shape: [rows, hidden], data: own };
}
