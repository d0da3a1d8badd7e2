/**
 * How much of a gradient reaches back through time (Hochreiter 1991; Bengio, Simard and Frasconi 1994): the norm of the gradient
 * of one loss by the state of a recurrent network some steps before.
 */
import { type NetworkShape, type Parameters, SYMBOLS } from "../../src/engines/engine.ts";
import { cellLayout, layerNames } from "../../src/engines/shapes.ts";
import { stepOf } from "../../test/unit/reference/network.ts";

/** Steps back at which it is measured; 0 is the last state itself. */
export const distances = [0, 1, 2, 5, 10, 20, 50, 100, 200] as const;

/** Bytes that are read before the loss: the longest distance, and some for the state to become what it is within a text. */
export const readBytes = 256;

/**
 * The norm of ∂(−ln p(target))/∂s for the state s after each byte that is read, from the zero state; the state is every vector that
 * a network carries from step to step (h of all layers, and c of an LSTM). The first element belongs to the state before any
 * byte, so there is one more than there are bytes.
 */
export function stateGradientNorms(
	shape: NetworkShape,
	parameters: Parameters,
	bytes: Uint8Array,
	target: number,
): Float64Array {
	const layers = Array.from({ length: shape.layers }, (_, layer) => new Layer(shape, parameters, layer));
	const steps = Array.from(bytes, (byte) => {
		let below: Float64Array | number = byte;
		return layers.map((layer) => {
			const step = layer.forward(below);
			below = step.h;
			return step;
		});
	});
	const head = matrix(parameters, "head.weight", SYMBOLS);
	const top = steps.at(-1)?.at(-1)?.h ?? new Float64Array(shape.hidden);
	let above = head.transposedTimes(slopeOfLoss(head.times(top, vector(parameters, "head.bias")), target));

	const norms = new Float64Array(bytes.length + 1);
	const gradients = layers.map(() => ({ h: new Float64Array(shape.hidden), c: new Float64Array(shape.hidden) }));
	norms[bytes.length] = norm([above]);
	for (let t = bytes.length - 1; t >= 0; t--) {
		for (let index = layers.length - 1; index >= 0; index--) {
			const layer = layers[index] as Layer;
			const gradient = gradients[index] as (typeof gradients)[number];
			const back = (steps[t] as Step[])[index]?.back(sum(gradient.h, above), gradient.c) as Back;
			gradient.h = sum(back.dh, layer.recurrent.transposedTimes(back.dRecurrent));
			gradient.c = Float64Array.from(back.dc);
			above = index === 0 ? new Float64Array(shape.hidden) : layer.input.transposedTimes(back.dInput);
		}
		norms[t] = norm(gradients.flatMap(({ h, c }) => [h, c]));
	}
	return norms;
}

type StepFunction = ReturnType<typeof stepOf>;
type Step = ReturnType<StepFunction>;
type Back = ReturnType<Step["back"]>;

class Layer {
	readonly input: Matrix;
	readonly recurrent: Matrix;
	readonly #inputBias: Float64Array;
	readonly #recurrentBias: Float64Array;
	readonly #step: StepFunction;
	#h: Float64Array;
	#c: Float64Array;

	constructor({ cell, hidden }: NetworkShape, parameters: Parameters, layer: number) {
		const names = layerNames(cell, layer);
		const rows = cellLayout[cell].gates * hidden;
		this.input = matrix(parameters, names.weightIh, rows);
		this.recurrent = matrix(parameters, names.weightHh, rows);
		this.#inputBias = vector(parameters, names.biasIh);
		this.#recurrentBias = vector(parameters, names.biasHh);
		this.#step = stepOf(cell);
		this.#h = new Float64Array(hidden);
		this.#c = new Float64Array(hidden);
	}

	/** @param below the byte that is read, or the h of the layer below */
	forward(below: Float64Array | number): Step {
		const products =
			typeof below === "number"
				? sum(this.input.column(below), this.#inputBias)
				: this.input.times(below, this.#inputBias);
		const step = this.#step(products, this.recurrent.times(this.#h, this.#recurrentBias), this.#h, this.#c);
		this.#h = step.h;
		this.#c = step.c;
		return step;
	}
}

/** In float64, row-major. */
class Matrix {
	readonly #data: Float64Array;
	readonly #rows: number;
	readonly #columns: number;

	constructor(data: Float64Array, rows: number) {
		this.#data = data;
		this.#rows = rows;
		this.#columns = data.length / rows;
	}

	column(index: number): Float64Array {
		return Float64Array.from({ length: this.#rows }, (_, row) => this.#data[row * this.#columns + index] as number);
	}

	times(x: Float64Array, bias: Float64Array): Float64Array {
		return bias.map((value, row) => {
			let total = value;
			const from = row * this.#columns;
			for (let i = 0; i < x.length; i++) total += (this.#data[from + i] as number) * (x[i] as number);
			return total;
		});
	}

	transposedTimes(d: Float64Array): Float64Array {
		const result = new Float64Array(this.#columns);
		for (let row = 0; row < this.#rows; row++) {
			const factor = d[row] as number;
			const from = row * this.#columns;
			for (let i = 0; i < result.length; i++) {
				result[i] = (result[i] as number) + factor * (this.#data[from + i] as number);
			}
		}
		return result;
	}
}

function matrix(parameters: Parameters, name: string, rows: number): Matrix {
	return new Matrix(vector(parameters, name), rows);
}

function vector(parameters: Parameters, name: string): Float64Array {
	return Float64Array.from(parameters.get(name)?.data ?? []);
}

/** Softmax minus one-hot. */
function slopeOfLoss(logits: Float64Array, target: number): Float64Array {
	const largest = Math.max(...logits);
	const exps = logits.map((logit) => Math.exp(logit - largest));
	const total = exps.reduce((sum, value) => sum + value, 0);
	return exps.map((value, symbol) => value / total - (symbol === target ? 1 : 0));
}

function sum(a: Float64Array, b: Float64Array): Float64Array<ArrayBuffer> {
	return Float64Array.from(a, (value, i) => value + (b[i] as number));
}

function norm(vectors: readonly Float64Array[]): number {
	return Math.sqrt(vectors.reduce((total, one) => one.reduce((sum, value) => sum + value * value, total), 0));
}
