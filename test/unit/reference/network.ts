/**
 * The recurrent networks written for reading, in float64 and one scalar at a time: what the engines and the model files
 * are compared with. Parameters carry PyTorch's names and shapes; sequences are `[T, B]`, time-major; position
 * `p = t·B + b`.
 */
import type { Cell, NetworkShape, Symbols } from "../../../src/engines/engine.ts";
import { affine, affineBack, tensor, type Weights } from "./affine.ts";
import { outputBack, outputLayer } from "./words.ts";

export { affine, affineBack, type Weights };

/** `[layers, batch, hidden]` each; `c` is used by the LSTM only and is empty for the other cells. */
export interface State {
	readonly h: Float64Array;
	readonly c: Float64Array;
}

/** States with zeros in the streams that start afresh; `reset` is `[batch]`. */
export function resetStreams({ h, c }: State, reset: Uint8Array, hidden: number): State {
	const kept = (i: number) => (reset[Math.floor(i / hidden) % reset.length] ? 0 : 1);
	return { h: h.map((value, i) => value * kept(i)), c: c.map((value, i) => value * kept(i)) };
}

export interface ForwardResult {
	/** Mean cross-entropy over the positions whose mask is set, nats; 0 if none is. */
	readonly loss: number;
	/** `[T, B, symbols]`; log-probabilities with an adaptive softmax. */
	readonly logits: Float64Array;
	readonly finalState: State;
}

export interface BackwardResult {
	readonly loss: number;
	/** A gradient for every parameter. None flows into the initial state (truncated back-propagation). */
	readonly gradients: Map<string, Float64Array>;
}

/** What one unit of arithmetic leaves behind for its way back; all `[hidden]`. */
export interface CellStep {
	readonly h: Float64Array;
	readonly c: Float64Array;
	/** From the gradients of h and c to those of the two gate products, and of the earlier h (directly) and c. */
	back(dh: Float64Array, dc: Float64Array): CellGradient;
}

interface CellGradient {
	/** Of `W_ih x + b_ih` and of `W_hh h + b_hh`, `[gates·hidden]`. */
	readonly dInput: Float64Array;
	readonly dRecurrent: Float64Array;
	readonly dh: Float64Array;
	readonly dc: Float64Array;
}

/** `a = W_ih x + b_ih`, `u = W_hh h + b_hh`, both `[gates·hidden]`. */
type StepFunction = (a: Float64Array, u: Float64Array, h: Float64Array, c: Float64Array) => CellStep;

const cells: Readonly<Record<Cell, { prefix: string; gates: number; step: StepFunction }>> = {
	gru: { prefix: "gru", gates: 3, step: gruStep },
	lstm: { prefix: "lstm", gates: 4, step: lstmStep },
	rnn_tanh: {
		prefix: "rnn",
		gates: 1,
		step: elmanStep(Math.tanh, (h) => 1 - h * h),
	},
	rnn_relu: {
		prefix: "rnn",
		gates: 1,
		step: elmanStep(
			(x) => Math.max(0, x),
			(h) => (h > 0 ? 1 : 0),
		),
	},
};

/** One step of a cell, for one stream. */
export function stepOf(cell: Cell): StepFunction {
	return cells[cell].step;
}

/** Gates in the order r, z, n. */
function gruStep(a: Float64Array, u: Float64Array, h: Float64Array, c: Float64Array): CellStep {
	const H = h.length;
	const r = vector(H, (j) => sigmoid(at(a, j) + at(u, j)));
	const z = vector(H, (j) => sigmoid(at(a, H + j) + at(u, H + j)));
	const n = vector(H, (j) => Math.tanh(at(a, 2 * H + j) + at(r, j) * at(u, 2 * H + j)));
	return {
		h: vector(H, (j) => (1 - at(z, j)) * at(n, j) + at(z, j) * at(h, j)),
		c,
		back(dh, dc) {
			const dInput = new Float64Array(3 * H);
			const dRecurrent = new Float64Array(3 * H);
			for (let j = 0; j < H; j++) {
				const [rj, zj, nj, dhj] = [at(r, j), at(z, j), at(n, j), at(dh, j)];
				const dn = dhj * (1 - zj) * (1 - nj * nj);
				const dr = dn * at(u, 2 * H + j) * rj * (1 - rj);
				const dz = dhj * (at(h, j) - nj) * zj * (1 - zj);
				dInput.set([dr], j);
				dInput.set([dz], H + j);
				dInput.set([dn], 2 * H + j);
				dRecurrent.set([dr], j);
				dRecurrent.set([dz], H + j);
				dRecurrent.set([dn * rj], 2 * H + j);
			}
			return { dInput, dRecurrent, dh: vector(H, (j) => at(dh, j) * at(z, j)), dc };
		},
	};
}

/** Gates in the order i, f, g, o. */
function lstmStep(a: Float64Array, u: Float64Array, h: Float64Array, c: Float64Array): CellStep {
	const H = h.length;
	const sum = (gate: number, j: number) => at(a, gate * H + j) + at(u, gate * H + j);
	const i = vector(H, (j) => sigmoid(sum(0, j)));
	const f = vector(H, (j) => sigmoid(sum(1, j)));
	const g = vector(H, (j) => Math.tanh(sum(2, j)));
	const o = vector(H, (j) => sigmoid(sum(3, j)));
	const nextC = vector(H, (j) => at(f, j) * at(c, j) + at(i, j) * at(g, j));
	return {
		h: vector(H, (j) => at(o, j) * Math.tanh(at(nextC, j))),
		c: nextC,
		back(dh, dc) {
			const d = new Float64Array(4 * H);
			const dEarlierC = new Float64Array(H);
			for (let j = 0; j < H; j++) {
				const [ij, fj, gj, oj] = [at(i, j), at(f, j), at(g, j), at(o, j)];
				const tanhC = Math.tanh(at(nextC, j));
				const dcj = at(dc, j) + at(dh, j) * oj * (1 - tanhC * tanhC);
				d.set([dcj * gj * ij * (1 - ij)], j);
				d.set([dcj * at(c, j) * fj * (1 - fj)], H + j);
				d.set([dcj * ij * (1 - gj * gj)], 2 * H + j);
				d.set([at(dh, j) * tanhC * oj * (1 - oj)], 3 * H + j);
				dEarlierC.set([dcj * fj], j);
			}
			return { dInput: d, dRecurrent: d, dh: new Float64Array(H), dc: dEarlierC };
		},
	};
}

/** `slope` is the derivative of `activation`, given its value. */
function elmanStep(activation: (x: number) => number, slope: (value: number) => number): StepFunction {
	return (a, u, h, c) => {
		const H = h.length;
		const next = vector(H, (j) => activation(at(a, j) + at(u, j)));
		return {
			h: next,
			c,
			back(dh, dc) {
				const d = vector(H, (j) => at(dh, j) * slope(at(next, j)));
				return { dInput: d, dRecurrent: d, dh: new Float64Array(H), dc };
			},
		};
	};
}

/** Everything that a forward pass computes, kept for the way back. */
interface Tape {
	readonly result: ForwardResult;
	/** `[layer][p]`; the input of layer 0 is one-hot. */
	readonly layers: readonly {
		readonly x: Float64Array[];
		readonly earlierH: Float64Array[];
		readonly steps: CellStep[];
	}[];
	/** `[p]`, the last layer's outputs. */
	readonly top: Float64Array[];
	/** `[p]`, probabilities. */
	readonly softmax: Float64Array[];
	readonly counted: number;
}

export function forward(
	shape: NetworkShape,
	parameters: Weights,
	inputs: Symbols,
	targets: Symbols,
	mask: Uint8Array,
	batch: number,
	initialState?: State,
): ForwardResult {
	return record(shape, parameters, inputs, targets, mask, batch, initialState).result;
}

/** @param slopeOf the gradient of another loss than the cross-entropy, by the logits of position p; `[256]` */
export function backward(
	shape: NetworkShape,
	parameters: Weights,
	inputs: Symbols,
	targets: Symbols,
	mask: Uint8Array,
	batch: number,
	initialState?: State,
	slopeOf?: (logits: Float64Array, p: number) => Float64Array,
): BackwardResult {
	const tape = record(shape, parameters, inputs, targets, mask, batch, initialState);
	const { prefix } = cells[shape.cell];
	const H = shape.hidden;
	const gradients = new Map([...parameters].map(([name, data]) => [name, new Float64Array(data.length)]));

	// dOut[p]: gradient of the outputs of the layer that is being gone through, from above.
	const symbols = shape.words?.symbols ?? 256;
	let dOut = tape.softmax.map((probabilities, p) => {
		const scale = at(mask, p) === 0 ? 0 : 1 / tape.counted;
		const slope = slopeOf?.(tape.result.logits.slice(p * symbols, (p + 1) * symbols), p);
		if (shape.words !== undefined && slope === undefined) {
			return outputBack(shape.words, parameters, gradients, item(tape.top, p), at(targets, p), scale);
		}
		const dLogits = vector(
			symbols,
			(s) => scale * (slope ? at(slope, s) : at(probabilities, s) - (s === at(targets, p) ? 1 : 0)),
		);
		return affineBack(parameters, gradients, "head.weight", "head.bias", item(tape.top, p), dLogits);
	});
	for (let layer = shape.layers - 1; layer >= 0; layer--) {
		const { x, earlierH, steps } = item(tape.layers, layer);
		const dx: Float64Array[] = new Array(steps.length);
		for (let b = 0; b < batch; b++) {
			let dh = new Float64Array(H);
			let dc = new Float64Array(H);
			for (let p = steps.length - batch + b; p >= 0; p -= batch) {
				const gradient = item(steps, p).back(add(dh, item(dOut, p)), dc);
				dx[p] = affineBack(
					parameters,
					gradients,
					`${prefix}.weight_ih_l${layer}`,
					`${prefix}.bias_ih_l${layer}`,
					item(x, p),
					gradient.dInput,
				);
				const through = affineBack(
					parameters,
					gradients,
					`${prefix}.weight_hh_l${layer}`,
					`${prefix}.bias_hh_l${layer}`,
					item(earlierH, p),
					gradient.dRecurrent,
				);
				dh = add(gradient.dh, through);
				dc = Float64Array.from(gradient.dc);
			}
		}
		dOut = dx;
	}
	const embeddings = gradients.get("embedding.weight");
	for (const [p, dx] of shape.words === undefined ? [] : dOut.entries()) {
		for (let j = 0; j < H; j++) {
			const k = at(inputs, p) * H + j;
			(embeddings as Float64Array)[k] = at(embeddings as Float64Array, k) + at(dx, j);
		}
	}
	return { loss: tape.result.loss, gradients };
}

function record(
	shape: NetworkShape,
	parameters: Weights,
	inputs: Symbols,
	targets: Symbols,
	mask: Uint8Array,
	batch: number,
	initialState?: State,
): Tape {
	const { prefix, step } = cells[shape.cell];
	const H = shape.hidden;
	const positions = inputs.length;
	const finalH = new Float64Array(shape.layers * batch * H);
	const finalC = new Float64Array(shape.cell === "lstm" ? finalH.length : 0);

	const layers: { x: Float64Array[]; earlierH: Float64Array[]; steps: CellStep[] }[] = [];
	const { words } = shape;
	const symbols = words?.symbols ?? 256;
	let x = Array.from(inputs, (symbol) => {
		if (words === undefined) return vector(symbols, (s) => (s === symbol ? 1 : 0));
		return vector(H, (j) => at(tensor(parameters, "embedding.weight"), symbol * H + j));
	});
	for (let layer = 0; layer < shape.layers; layer++) {
		const earlierH: Float64Array[] = new Array(positions);
		const steps: CellStep[] = new Array(positions);
		for (let b = 0; b < batch; b++) {
			const from = (layer * batch + b) * H;
			let h = vector(H, (j) => initialState?.h[from + j] ?? 0);
			let c = vector(H, (j) => initialState?.c[from + j] ?? 0);
			for (let p = b; p < positions; p += batch) {
				const a = affine(parameters, `${prefix}.weight_ih_l${layer}`, `${prefix}.bias_ih_l${layer}`, item(x, p));
				const u = affine(parameters, `${prefix}.weight_hh_l${layer}`, `${prefix}.bias_hh_l${layer}`, h);
				earlierH[p] = h;
				const next = step(a, u, h, c);
				steps[p] = next;
				h = Float64Array.from(next.h);
				c = Float64Array.from(next.c);
			}
			finalH.set(h, from);
			if (finalC.length > 0) finalC.set(c, from);
		}
		layers.push({ x, earlierH, steps });
		x = steps.map(({ h }) => Float64Array.from(h));
	}

	const logits = new Float64Array(positions * symbols);
	const softmax: Float64Array[] = [];
	let nats = 0;
	let counted = 0;
	for (let p = 0; p < positions; p++) {
		const row =
			words === undefined
				? affine(parameters, "head.weight", "head.bias", item(x, p))
				: outputLayer(words, parameters, item(x, p));
		logits.set(row, p * symbols);
		const largest = Math.max(...row);
		const normalizer = largest + Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0));
		softmax.push(row.map((value) => Math.exp(value - normalizer)));
		if (at(mask, p) === 0) continue;
		nats += normalizer - at(row, at(targets, p));
		counted++;
	}
	return {
		result: { loss: counted === 0 ? 0 : nats / counted, logits, finalState: { h: finalH, c: finalC } },
		layers,
		top: x,
		softmax,
		counted,
	};
}

function add(one: Float64Array, other: Float64Array): Float64Array<ArrayBuffer> {
	return vector(one.length, (j) => at(one, j) + at(other, j));
}

function sigmoid(x: number): number {
	return 1 / (1 + Math.exp(-x));
}

function vector(length: number, value: (index: number) => number): Float64Array<ArrayBuffer> {
	return Float64Array.from({ length }, (_, index) => value(index));
}

/** The element, which is known to exist. */
function at(array: Float64Array | Symbols, index: number): number {
	return array[index] as number;
}

function item<T>(array: readonly T[], index: number): T {
	return array[index] as T;
}
