/**
 * Where everything lies in the trainer's shared memory; all threads get the same plan.
 *
 * The trainer works on 8 streams at a time, as the columns of *blocks* (see src/kernels/gemm.ts). A batch of B streams
 * has G = ⌈B / 8⌉ groups, and a segment of T steps has N = T·G blocks in each array, in the order of time. Blocks are one
 * cache line longer than their content, so that blocks of neighbouring steps do not fall into the same cache sets.
 *
 * H stands for the units, rounded up; g for the gates of the cell.
 */
import { type Cell, type NetworkShape, type OptimizerName, SYMBOLS, type TrainerOptions } from "../engine.ts";
import { clustersOf, directionCount } from "../shapes.ts";
import { Arena, CACHE_LINE, roundUp } from "./arena.ts";
import type { Range, RowOrder } from "./bindings.ts";
import type { CellDescription } from "./cells/cell.ts";
import {
	BITS,
	LOSS_BYTES,
	MIXING_BYTES,
	PACKED_BYTES,
	PANEL_BYTES,
	PANEL_ROWS,
	STREAMS,
	TRANSPOSED_BYTES,
	UNIT_GROUP,
} from "./layers/blocks.ts";
import {
	type BelowPlan,
	type CandidatePlan,
	type EmbeddingPlan,
	planCandidates,
	planEmbedding,
	planTail,
	planTailRoom,
	type TailPlan,
	type TailRoom,
} from "./layers/wordPlan.ts";

export { BITS, LOSS_BYTES, MIXING_BYTES, PACKED_BYTES, PANEL_BYTES, PANEL_ROWS, STREAMS, TRANSPOSED_BYTES, UNIT_GROUP };

/** Addresses of one layer's parameters, relative to the start of a parameter region. */
export interface LayerOffsets {
	/** Layer 0 of bytes: `[256][gH]` in panel order; others: `[gH][H]`, the columns of its own direction. */
	readonly weightIh: number;
	readonly weightHh: number;
	readonly biasIh: number;
	readonly biasHh: number;
}

export interface LayerPlan extends LayerOffsets, BelowPlan {
	readonly packedHh: number;
	readonly packedHhTransposed: number;
	/** Not in layer 0 of bytes. */
	readonly packedIh: number;
	readonly packedIhTransposed: number;
	/** A block `[gH, 8]` for each step and group. */
	readonly gates: number;
	/** As many blocks of what the cell keeps for the way back. */
	readonly kept: number;
}

/**
 * The layers of the network that reads in one direction. Blocks of both directions stand in the order of the text, so that what
 * is known of target t is the state t + 1 in both: forward, the state after t + 1 inputs; backward, that after all targets
 * behind t. The forward network comes from state t to t + 1 by reading input t, the backward one from t + 1 to t by target t.
 */
export interface StackPlan {
	readonly isReverse: boolean;
	readonly layers: readonly LayerPlan[];
	/** Steps at most: T, and for the backward network as many more as it may read behind the targets. */
	readonly steps: number;
	/** What it reads, `[steps][G][8]`: bytes, or the symbols of a network of words as uint32. */
	readonly inputs: number;
	/** Blocks from a step's gates to the state before it and after it: 0 and G, backward G and 0. */
	readonly before: number;
	readonly after: number;
	/** `[outputRows][H]`, in a parameter region: the columns of the output layer that belong to its states. */
	readonly headWeight: number;
	readonly packedHead: number;
	readonly packedHeadTransposed: number;
	/** Not of words. 256 bytes: 1 for a byte value that it has read in an update; the table rows of others have no gradient. */
	readonly seen: number;
}

export interface Plan {
	readonly cell: Cell;
	readonly optimizer: OptimizerName;
	/** Units, rounded up to whole groups of `UNIT_GROUP`; the extra ones stay exactly 0, with all their weights. */
	readonly units: number;
	readonly gates: number;
	/**
	 * Rows of the gates in panels: gates · units, and what fills the last pair of panels. The padding rows have no weights;
	 * what the cell computes there is never read.
	 */
	readonly rows: number;
	/** The order of the gates' rows in panels, and that of the output layer's, which is as one gate. */
	readonly rowOrder: RowOrder;
	readonly outputRowOrder: RowOrder;
	readonly stateVectors: number;
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
	readonly keptStride: number;
	/** From one state vector to the next, in `states` and in `stateGradients` of a layer. */
	readonly vectorStride: number;
	readonly logitStride: number;
	readonly statePanelStride: number;
	/** Regions of the same layout: parameters, gradients, and what the optimiser remembers: see `OptimizerState`. */
	readonly parameters: number;
	readonly gradients: number;
	readonly first: number;
	readonly second: number;
	/**
	 * Floats that every update changes. Behind them stand those of which an update changes a part: input tables or embeddings,
	 * clusters, and an output layer that is sampled.
	 */
	readonly denseFloats: number;
	/** The network that reads forward, and with both directions the one that reads backward; each of `depth` layers. */
	readonly stacks: readonly StackPlan[];
	readonly depth: number;
	readonly embedding: EmbeddingPlan | undefined;
	readonly tails: readonly TailPlan[];
	readonly tailRoom: TailRoom | undefined;
	readonly candidates: CandidatePlan | undefined;
	readonly headBias: number;
	readonly recurrent: number;
	readonly logits: number;
	/** `[steps of the backward network][G][8]` bytes: 1 where a stream has no text, and the backward state stays zero. */
	readonly absent: number;
	/** `[T][G][8]` uint32: rows of the output layer. */
	readonly targets: number;
	readonly mask: number;
	/** `LOSS_BYTES` for each block: see `crossEntropy`. */
	readonly losses: number;
	/** `MIXING_BYTES` for each block, if the network is trained as a part of a mixture. */
	readonly mixing: number;
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
	decay: 9,
	/** 1 if the targets of the segment are mixed with what another model says, else 0. */
	isMixed: 10,
	/** Steps of the backward network: those at the targets, and as many more as a stream has text for. */
	behind: 11,
} as const;

export const SCALARS = Object.keys(scalar).length;

/** Indices into `Plan.control`. The barrier takes three words (see src/kernels/sync.ts), the last is `abandoned`. */
export const control = { round: 0, command: 1, barrier: 2, abandoned: 4 } as const;
export const CONTROL_WORDS = 16;

/** Units of each gate in the smallest group of rows that is of whole panels: one panel, or two for four gates. */
export function groupUnits(gates: number): number {
	return PANEL_ROWS % gates === 0 ? PANEL_ROWS / gates : (2 * PANEL_ROWS) / gates;
}

/** Units rounded up to whole pairs of gate panels: `gatherInputs` transposes 12 rows at a time. */
function paddedUnits(units: number, gates: number): number {
	return roundUp(units, (2 * PANEL_ROWS) / gates);
}

export function planTrainer(
	shape: NetworkShape,
	{ gates, stateVectors, keptVectors }: Pick<CellDescription, "gates" | "stateVectors" | "keptVectors">,
	options: Pick<TrainerOptions, "batch" | "unroll" | "threads" | "optimizer" | "mixture" | "lookahead" | "sampled">,
	outputRows: number,
): Plan {
	const arena = new Arena();
	const units = roundUp(shape.hidden, UNIT_GROUP);
	const padded = paddedUnits(units, gates.length);
	const groups = Math.ceil(options.batch / STREAMS);
	const { unroll, lookahead = 0 } = options;
	const blocks = unroll * groups;
	const directions = directionCount(shape);
	const stepsOf = (isReverse: boolean) => unroll + (isReverse ? lookahead : 0);
	const mostBlocks = stepsOf(directions > 1) * groups;
	const unitPanels = Math.ceil(units / PANEL_ROWS);
	const outputPanels = Math.ceil(outputRows / PANEL_ROWS);
	const rows = gates.length * padded;
	const weightRows = gates.length * units;
	const rowBytes = STREAMS * 4;
	const gateStride = rows * rowBytes + CACHE_LINE;
	const keptStride = keptVectors * padded * rowBytes + CACHE_LINE;
	const stateStride = Math.max(unitPanels * PANEL_ROWS, padded) * rowBytes + CACHE_LINE;
	const logitStride = outputPanels * PANEL_ROWS * rowBytes + CACHE_LINE;
	const vectorStride = (mostBlocks + groups) * stateStride;
	const statePanelStride = (blocks + groups) * TRANSPOSED_BYTES;

	const region = new Arena();
	const { words } = shape;
	const takeHead = () => ({
		bias: region.floats(outputRows),
		weights: Array.from({ length: directions }, () => region.floats(outputRows * units)),
	});
	const denseHead = options.sampled === undefined ? takeHead() : undefined;
	const dense = Array.from({ length: directions }, () =>
		Array.from({ length: shape.layers }, (_, layer) => ({
			weightHh: region.floats(weightRows * units),
			biasIh: region.floats(weightRows),
			biasHh: region.floats(weightRows),
			weightIh: layer === 0 && words === undefined ? -1 : region.floats(weightRows * units),
		})),
	);
	const denseFloats = region.bytes / 4;
	const head = denseHead ?? takeHead();
	const clusters = clustersOf(shape).map(({ first, last, width: plain }) => {
		const width = roundUp(plain, UNIT_GROUP);
		const projection = region.floats(width * units);
		const weight = region.floats((last - first) * width);
		return { first, rows: last - first, width, projection, weight, end: region.bytes };
	});
	const embeddings = words === undefined ? -1 : region.floats(words.symbols * units);
	const offsets = dense.map(([first, ...above], direction) => {
		const table = words === undefined ? { weightIh: region.floats(SYMBOLS * rows) } : {};
		const layers = [{ ...(first as LayerOffsets), ...table }, ...above];
		return { headWeight: head.weights[direction] as number, layers };
	});
	const [parameters, gradients, first, second] = [0, 0, 0, 0].map(() => arena.take(region.bytes)) as [
		number,
		number,
		number,
		number,
	];
	const layerPlan = (offset: LayerOffsets, steps: number): LayerPlan => ({
		...offset,
		packedHh: arena.floats(rows * units),
		packedHhTransposed: arena.floats(unitPanels * PANEL_ROWS * rows),
		packedIh: offset.weightIh >= denseFloats * 4 ? -1 : arena.floats(rows * units),
		packedIhTransposed: offset.weightIh >= denseFloats * 4 ? -1 : arena.floats(unitPanels * PANEL_ROWS * rows),
		gates: arena.take(steps * groups * gateStride),
		kept: arena.take(steps * groups * keptStride),
		states: arena.take(stateVectors * vectorStride),
		stateGradients: arena.take(stateVectors * vectorStride),
		statePanels: arena.take((units / UNIT_GROUP) * statePanelStride),
	});
	const stacks = offsets.map(({ headWeight, layers }, direction): StackPlan => {
		const isReverse = direction === 1;
		const steps = stepsOf(isReverse);
		return {
			isReverse,
			layers: layers.map((offset) => layerPlan(offset, steps)),
			steps,
			inputs: arena.take(steps * groups * STREAMS * (words === undefined ? 1 : 4)),
			before: isReverse ? groups : 0,
			after: isReverse ? 0 : groups,
			headWeight,
			packedHead: arena.floats(outputPanels * PANEL_ROWS * units),
			packedHeadTransposed: arena.floats(unitPanels * PANEL_ROWS * outputRows),
			seen: arena.take(SYMBOLS),
		};
	});
	const stateSizes = { units, unitPanels, blocks, groups, stateStride, statePanelStride };
	return {
		cell: shape.cell,
		optimizer: options.optimizer ?? "adamw",
		units,
		gates: gates.length,
		rows,
		rowOrder: { gates: gates.length, groupUnits: groupUnits(gates.length), units },
		outputRowOrder: { gates: 1, groupUnits: PANEL_ROWS, units: outputRows },
		stateVectors,
		groups,
		unroll,
		blocks,
		gatePanels: rows / PANEL_ROWS,
		unitPanels,
		outputRows,
		outputPanels,
		gateStride,
		stateStride,
		keptStride,
		vectorStride,
		logitStride,
		statePanelStride,
		parameters,
		gradients,
		first,
		second,
		denseFloats,
		stacks,
		depth: shape.layers,
		embedding: words === undefined ? undefined : planEmbedding(arena, embeddings, stateSizes),
		tails: clusters.map((cluster) => planTail(arena, cluster, stateSizes)),
		tailRoom: clusters.length === 0 ? undefined : planTailRoom(arena, clusters, stateSizes),
		candidates:
			options.sampled === undefined ? undefined : planCandidates(arena, options.sampled.draws, outputRows, stateSizes),
		headBias: head.bias,
		recurrent: arena.take(groups * gateStride),
		logits: arena.take(blocks * logitStride),
		absent: arena.take(directions > 1 ? mostBlocks * STREAMS : 0),
		targets: arena.take(blocks * STREAMS * 4),
		mask: arena.take(blocks * STREAMS),
		losses: arena.take(blocks * LOSS_BYTES),
		mixing: arena.take(options.mixture === undefined ? 0 : blocks * MIXING_BYTES),
		partials: arena.take(options.threads * 8),
		scalars: arena.take(SCALARS * 8),
		control: arena.take(CONTROL_WORDS * 4),
		bytes: arena.bytes,
	};
}

/** The part `[first, last)` of `count` items that a thread owns, in multiples of `grain`. */
export function share(count: number, thread: number, threads: number, grain = 1): Range {
	const grains = Math.ceil(count / grain);
	const first = Math.floor((grains * thread) / threads) * grain;
	const last = Math.floor((grains * (thread + 1)) / threads) * grain;
	return { first: Math.min(first, count), last: Math.min(last, count) };
}
