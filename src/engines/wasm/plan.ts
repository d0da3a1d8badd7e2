/**
 * Where everything lies in the trainer's shared memory. Every thread derives the same plan from the same numbers.
 *
 * Streams are trained 8 at a time, as the columns of *blocks* (see src/kernels/gemm.ts); a batch of B has
 * G = ⌈B / 8⌉ groups, and a segment of T steps has N = T·G blocks per array, time-major. Blocks are one cache line
 * longer than their content, so that blocks of neighbouring steps do not fall into the same cache sets.
 */
import type { NetworkShape, TrainerOptions } from "../engine.ts";
import { SYMBOLS } from "../engine.ts";
import { Arena, roundUp } from "./arena.ts";

export const STREAMS = 8;
const PANEL_ROWS = 6;
export const GATES = 3;
/** Units in one panel of gates: 6 rows of 3 gates. */
export const UNITS_PER_PANEL = PANEL_ROWS / GATES;
const PADDING = 64;

/** Bytes that `crossEntropy` writes for a block, padded. */
export const LOSS_BYTES = 128;

/** Addresses of one layer's parameters, relative to the start of a parameter region. */
export interface LayerOffsets {
	/** Layer 0: `[256][3H]` in panel order; above: `[3H][H]`. */
	readonly weightIh: number;
	readonly weightHh: number;
	readonly biasIh: number;
	readonly biasHh: number;
}

export interface LayerPlan extends LayerOffsets {
	readonly packedHh: number;
	readonly packedHhTransposed: number;
	/** Only above layer 0. */
	readonly packedIh: number;
	readonly packedIhTransposed: number;
	readonly gates: number;
	readonly candidate: number;
	/** (T + 1)·G blocks; the first G are the state before the segment. */
	readonly states: number;
	/** Gradient with respect to `states`, in the same order. */
	readonly stateGradients: number;
	/** The states transposed, as `[H/8][(T + 1)·G][8][8]`. */
	readonly statePanels: number;
}

export interface Plan {
	/** Units, rounded up to a multiple of 8; the extra ones stay exactly 0, with all their weights. */
	readonly units: number;
	readonly groups: number;
	readonly unroll: number;
	readonly blocks: number;
	readonly gatePanels: number;
	readonly unitPanels: number;
	/** Rows of the output layer: one for each symbol that is learned. */
	readonly outputRows: number;
	readonly outputPanels: number;
	readonly gateStride: number;
	readonly stateStride: number;
	readonly candidateStride: number;
	readonly logitStride: number;
	readonly statePanelStride: number;
	/** Regions of the same layout: parameters, gradients, Adam's moments. */
	readonly parameters: number;
	readonly gradients: number;
	readonly first: number;
	readonly second: number;
	/** Floats before the first layer's input table, which is the last thing in a region: all of them dense. */
	readonly denseFloats: number;
	readonly layers: readonly LayerPlan[];
	readonly headWeight: number;
	readonly headBias: number;
	readonly packedHead: number;
	readonly packedHeadTransposed: number;
	readonly recurrent: number;
	readonly logits: number;
	readonly inputs: number;
	readonly targets: number;
	readonly mask: number;
	readonly reset: number;
	/** 96 bytes a block: see `crossEntropy`. */
	readonly losses: number;
	/** 256 bytes: 1 for a byte value that has ever been an input; the table rows of others have no gradient. */
	readonly seen: number;
	/** A float64 per thread: partial sums of the squared gradient. */
	readonly partials: number;
	/** Float64 scalars of the present command, see `scalar`. */
	readonly scalars: number;
	/** Int32: see `control`. */
	readonly control: number;
	readonly bytes: number;
}

/** Indices into `Plan.scalars`. */
export const scalar = {
	gradientScale: 0,
	rate: 1,
	beta1: 2,
	beta2: 3,
	rootCorrection: 4,
	epsilon: 5,
	clip: 6,
	rest: 7,
	keep: 8,
} as const;

export const SCALARS = Object.keys(scalar).length;

/** Indices into `Plan.control`. */
export const control = { round: 0, command: 1, barrier: 2 } as const;

export function planTrainer(
	shape: NetworkShape,
	options: Pick<TrainerOptions, "batch" | "unroll" | "threads">,
	outputRows: number,
): Plan {
	const arena = new Arena();
	const units = roundUp(shape.hidden, 8);
	const groups = Math.ceil(options.batch / STREAMS);
	const { unroll } = options;
	const blocks = unroll * groups;
	const gatePanels = units / UNITS_PER_PANEL;
	const unitPanels = Math.ceil(units / PANEL_ROWS);
	const outputPanels = Math.ceil(outputRows / PANEL_ROWS);
	const rows = GATES * units;
	const rowBytes = STREAMS * 4;
	const gateStride = rows * rowBytes + PADDING;
	const candidateStride = units * rowBytes + PADDING;
	const stateStride = unitPanels * PANEL_ROWS * rowBytes + PADDING;
	const logitStride = outputPanels * PANEL_ROWS * rowBytes + PADDING;
	const stateBlocks = blocks + groups;
	const statePanelStride = stateBlocks * STREAMS * STREAMS * 4;

	const region = new Arena();
	const headWeight = region.floats(outputRows * units);
	const headBias = region.floats(outputRows);
	const offsets: LayerOffsets[] = [];
	for (let layer = 0; layer < shape.layers; layer++) {
		offsets.push({
			weightHh: region.floats(rows * units),
			biasIh: region.floats(rows),
			biasHh: region.floats(rows),
			weightIh: layer === 0 ? -1 : region.floats(rows * units),
		});
	}
	const denseFloats = region.bytes / 4;
	const table = region.floats(SYMBOLS * rows);
	const [parameters, gradients, first, second] = [0, 0, 0, 0].map(() => arena.take(region.bytes)) as [
		number,
		number,
		number,
		number,
	];
	const layers = offsets.map(
		(offset, layer): LayerPlan => ({
			...offset,
			weightIh: layer === 0 ? table : offset.weightIh,
			packedHh: arena.floats(rows * units),
			packedHhTransposed: arena.floats(unitPanels * PANEL_ROWS * rows),
			packedIh: layer === 0 ? -1 : arena.floats(rows * units),
			packedIhTransposed: layer === 0 ? -1 : arena.floats(unitPanels * PANEL_ROWS * rows),
			gates: arena.take(blocks * gateStride),
			candidate: arena.take(blocks * candidateStride),
			states: arena.take(stateBlocks * stateStride),
			stateGradients: arena.take(stateBlocks * stateStride),
			statePanels: arena.take((units / 8) * statePanelStride),
		}),
	);
	return {
		units,
		groups,
		unroll,
		blocks,
		gatePanels,
		unitPanels,
		outputRows,
		outputPanels,
		gateStride,
		stateStride,
		candidateStride,
		logitStride,
		statePanelStride,
		parameters,
		gradients,
		first,
		second,
		denseFloats,
		layers,
		headWeight,
		headBias,
		packedHead: arena.floats(outputPanels * PANEL_ROWS * units),
		packedHeadTransposed: arena.floats(unitPanels * PANEL_ROWS * outputRows),
		recurrent: arena.take(groups * gateStride),
		logits: arena.take(blocks * logitStride),
		inputs: arena.take(blocks * STREAMS),
		targets: arena.take(blocks * STREAMS),
		mask: arena.take(blocks * STREAMS),
		reset: arena.take(groups * STREAMS),
		losses: arena.take(blocks * LOSS_BYTES),
		seen: arena.take(SYMBOLS),
		partials: arena.take(options.threads * 8),
		scalars: arena.take(SCALARS * 8),
		control: arena.take(64),
		bytes: arena.bytes,
	};
}

/** The part `[first, last)` of `count` items that a thread owns, in multiples of `grain`. */
export function share(count: number, thread: number, threads: number, grain = 1): readonly [number, number] {
	const grains = Math.ceil(count / grain);
	const first = Math.floor((grains * thread) / threads) * grain;
	const last = Math.floor((grains * (thread + 1)) / threads) * grain;
	return [Math.min(first, count), Math.min(last, count)];
}
