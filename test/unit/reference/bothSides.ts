/**
 * Networks of both directions, written for reading as network.ts is. A segment's targets stand behind its inputs: target t is
 * scored from the forward state after inputs 0 to t and the backward state after all that stands behind target t.
 */
import type { NetworkShape } from "../../../src/engines/engine.ts";
import { layerNames } from "../../../src/engines/shapes.ts";
import { affine, affineBack, type CellStep, type State, stepOf, type Weights } from "./network.ts";

const symbols = 256;

export interface BothSegment {
	/** `[T, B]` each. */
	readonly inputs: Uint8Array;
	readonly targets: Uint8Array;
	readonly mask: Uint8Array;
	/** `[lookahead, B]`, read by the backward network without a gradient. */
	readonly following: Uint8Array;
	/** `[B]`: how many of the targets and of what follows are text. */
	readonly lengths: ArrayLike<number>;
}

export interface BothResult {
	readonly loss: number;
	/** `[T, B, 256]` */
	readonly logits: Float64Array;
	readonly gradients: Map<string, Float64Array>;
	/** Of the forward network. */
	readonly finalState: State;
}

/** What one stream's network of one direction did, a layer after the other. */
type Passes = { readonly x: Float64Array[]; readonly earlierH: Float64Array[]; readonly steps: CellStep[] }[];

/** Own names of one direction's parameters: of layer k `ih k`, `hh k`, `bi k` and `bh k`, and `head` and `none`. */
function ownWeights(shape: NetworkShape, weights: Weights, isReverse: boolean): Map<string, Float64Array> {
	const own = new Map<string, Float64Array>();
	for (let layer = 0; layer < shape.layers; layer++) {
		const names = layerNames(shape.cell, layer, isReverse);
		const ih = weights.get(names.weightIh) as Float64Array;
		own.set(`ih ${layer}`, layer === 0 ? ih : columns(ih, shape.hidden, isReverse));
		own.set(`hh ${layer}`, weights.get(names.weightHh) as Float64Array);
		own.set(`bi ${layer}`, weights.get(names.biasIh) as Float64Array);
		own.set(`bh ${layer}`, weights.get(names.biasHh) as Float64Array);
	}
	own.set("head", columns(weights.get("head.weight") as Float64Array, shape.hidden, isReverse));
	own.set("none", new Float64Array(symbols));
	return own;
}

/** The left or the right half of a matrix `[rows, 2 · hidden]`. */
function columns(matrix: Float64Array, hidden: number, isRight: boolean): Float64Array {
	const from = isRight ? hidden : 0;
	return matrix.filter((_, i) => i % (2 * hidden) >= from && i % (2 * hidden) < from + hidden);
}

function setColumns(matrix: Float64Array, half: Float64Array, hidden: number, isRight: boolean): void {
	for (const [i, value] of half.entries()) {
		const row = Math.floor(i / hidden);
		matrix[row * 2 * hidden + (isRight ? hidden : 0) + (i % hidden)] = value;
	}
}

/** Reads bytes; the states before them are zero unless they are given, `[layer]`. */
function read(
	{ cell, hidden, layers }: NetworkShape,
	own: Weights,
	bytes: readonly number[],
	initial?: readonly { readonly h: Float64Array; readonly c: Float64Array }[],
): Passes {
	const step = stepOf(cell);
	let x = bytes.map((byte) => Float64Array.from({ length: symbols }, (_, s) => (s === byte ? 1 : 0)));
	const passes: Passes = [];
	for (let layer = 0; layer < layers; layer++) {
		let { h, c } = initial?.[layer] ?? { h: new Float64Array(hidden), c: new Float64Array(hidden) };
		const pass: Passes[number] = { x, earlierH: [], steps: [] };
		for (const input of x) {
			pass.earlierH.push(h);
			const next = step(
				affine(own, `ih ${layer}`, `bi ${layer}`, input),
				affine(own, `hh ${layer}`, `bh ${layer}`, h),
				h,
				c,
			);
			pass.steps.push(next);
			({ h, c } = next);
		}
		passes.push(pass);
		x = pass.steps.map((one) => Float64Array.from(one.h));
	}
	return passes;
}

/** @param dTop gradient of the last layer's h after each step; none goes to steps before `first` */
function readBack(
	{ hidden }: NetworkShape,
	own: Weights,
	gradients: Weights,
	passes: Passes,
	dTop: readonly Float64Array[],
	first: number,
): void {
	let dOut = dTop;
	for (const [layer, { x, earlierH, steps }] of [...passes.entries()].reverse()) {
		const dx = steps.map(() => new Float64Array(layer === 0 ? symbols : hidden));
		let dh = new Float64Array(hidden);
		let dc = new Float64Array(hidden);
		for (let n = steps.length - 1; n >= first; n--) {
			const above = dOut[n] as Float64Array;
			const back = (steps[n] as CellStep).back(
				dh.map((value, j) => value + (above[j] as number)),
				dc,
			);
			const names = [`ih ${layer}`, `bi ${layer}`] as const;
			dx[n] = Float64Array.from(affineBack(own, gradients, ...names, x[n] as Float64Array, back.dInput));
			const through = affineBack(
				own,
				gradients,
				`hh ${layer}`,
				`bh ${layer}`,
				earlierH[n] as Float64Array,
				back.dRecurrent,
			);
			dh = back.dh.map((value, j) => value + (through[j] as number));
			dc = Float64Array.from(back.dc);
		}
		dOut = dx;
	}
}

/** Forward, backward, in one go. */
export function scoreBoth(
	shape: NetworkShape,
	weights: Weights,
	{ inputs, targets, mask, following, lengths }: BothSegment,
	batch: number,
	initialState?: State,
): BothResult {
	const { hidden, layers, cell } = shape;
	const unroll = inputs.length / batch;
	const lookahead = following.length / batch;
	const counted = mask.reduce((sum, one) => sum + one, 0);
	const own = [ownWeights(shape, weights, false), ownWeights(shape, weights, true)] as const;
	const zeros = (of: Weights) => new Map([...of].map(([name, data]) => [name, new Float64Array(data.length)]));
	const ownGradients = [zeros(own[0]), zeros(own[1])] as const;
	const bias = weights.get("head.bias") as Float64Array;
	const dBias = new Float64Array(symbols);
	const logits = new Float64Array(unroll * batch * symbols);
	const finalState = { h: new Float64Array(layers * batch * hidden), c: new Float64Array(layers * batch * hidden) };
	let nats = 0;
	for (let b = 0; b < batch; b++) {
		const column = (of: Uint8Array, count: number) =>
			Array.from({ length: count }, (_, t) => of[t * batch + b] as number);
		const at = (layer: number) => (layer * batch + b) * hidden;
		const initial = Array.from({ length: layers }, (_, layer) => ({
			h: initialState?.h.slice(at(layer), at(layer) + hidden) ?? new Float64Array(hidden),
			c: initialState?.c.slice(at(layer), at(layer) + hidden) ?? new Float64Array(hidden),
		}));
		const forward = read(shape, own[0], column(inputs, unroll), initial);
		for (const [layer, { steps }] of forward.entries()) {
			finalState.h.set((steps.at(-1) as CellStep).h, at(layer));
			finalState.c.set((steps.at(-1) as CellStep).c, at(layer));
		}
		const length = lengths[b] as number;
		const behind = [...column(targets, unroll), ...column(following, lookahead)].slice(0, length).reverse();
		const backward = read(shape, own[1], behind);
		const tops = (passes: Passes) => (passes.at(-1) as Passes[number]).steps;
		const dForward = tops(forward).map(() => new Float64Array(hidden));
		const dBackward = tops(backward).map(() => new Float64Array(hidden));
		for (let t = 0; t < unroll; t++) {
			const p = t * batch + b;
			// `behind[n]` is target `length − 1 − n`.
			const n = length - 2 - t;
			const left = Float64Array.from((tops(forward)[t] as CellStep).h);
			const right = Float64Array.from(n >= 0 ? (tops(backward)[n] as CellStep).h : new Float64Array(hidden));
			const [one, other] = [affine(own[0], "head", "none", left), affine(own[1], "head", "none", right)];
			const row = bias.map((value, s) => value + (one[s] as number) + (other[s] as number));
			logits.set(row, p * symbols);
			if (mask[p] === 0) continue;
			const most = Math.max(...row);
			const normalizer = most + Math.log(row.reduce((sum, value) => sum + Math.exp(value - most), 0));
			nats += normalizer - (row[targets[p] as number] as number);
			const dRow = row.map((value, s) => (Math.exp(value - normalizer) - (s === targets[p] ? 1 : 0)) / counted);
			for (const [s, value] of dRow.entries()) dBias[s] = (dBias[s] as number) + value;
			dForward[t] = Float64Array.from(affineBack(own[0], ownGradients[0], "head", "none", left, dRow));
			const dRight = affineBack(own[1], ownGradients[1], "head", "none", right, dRow);
			if (n >= 0) dBackward[n] = Float64Array.from(dRight);
		}
		readBack(shape, own[0], ownGradients[0], forward, dForward, 0);
		readBack(shape, own[1], ownGradients[1], backward, dBackward, Math.max(0, length - unroll));
	}
	const gradients: Map<string, Float64Array> = zeros(weights);
	for (const [direction, from] of ownGradients.entries()) {
		const isReverse = direction === 1;
		for (let layer = 0; layer < layers; layer++) {
			const names = layerNames(cell, layer, isReverse);
			const ih = from.get(`ih ${layer}`) as Float64Array;
			if (layer === 0) gradients.set(names.weightIh, ih);
			else setColumns(gradients.get(names.weightIh) as Float64Array, ih, hidden, isReverse);
			gradients.set(names.weightHh, from.get(`hh ${layer}`) as Float64Array);
			gradients.set(names.biasIh, from.get(`bi ${layer}`) as Float64Array);
			gradients.set(names.biasHh, from.get(`bh ${layer}`) as Float64Array);
		}
		setColumns(gradients.get("head.weight") as Float64Array, from.get("head") as Float64Array, hidden, isReverse);
	}
	gradients.set("head.bias", dBias);
	return { loss: counted === 0 ? 0 : nats / counted, logits, gradients, finalState };
}
