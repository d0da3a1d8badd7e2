/** Where the parts of a network of words lie in the trainer's memory: embeddings, clusters, candidates. See `Plan`. */
import { type Arena, CACHE_LINE, roundUp } from "../arena.ts";
import { LOSS_BYTES, PANEL_ROWS, STREAMS, TRANSPOSED_BYTES, UNIT_GROUP } from "./blocks.ts";

/** What a layer reads: the layer below it, or the embeddings of the words. */
export interface BelowPlan {
	/**
	 * G blocks `[H, 8]` more than there are of gates, and room for padding units behind each: see `StackPlan`. So for each
	 * state vector of the cell.
	 */
	readonly states: number;
	/** Gradients with respect to `states`, in the same order. */
	readonly stateGradients: number;
	/** The first state vector at the segment, transposed, as `[H/8][(T + 1)·G][8][8]`. */
	readonly statePanels: number;
}

/** The embeddings of a network of words; as the states of a layer they stand at the step after which layer 0 has read them. */
export interface EmbeddingPlan extends BelowPlan {
	/** `[symbols][H]`, in a parameter region. */
	readonly table: number;
}

/**
 * A cluster of an adaptive softmax. The states of the targets in it are gathered to blocks, as many as they fill, projected to
 * `width` numbers, and multiplied with the output weights. All clusters use the same room for that, one after another.
 */
export interface TailPlan {
	readonly first: number;
	/** Symbols, and numbers of the projection, rounded up to a whole group of `UNIT_GROUP`. */
	readonly rows: number;
	readonly width: number;
	/** `[width][H]` and `[rows][width]`, one after the other in a parameter region; then the end of the second. */
	readonly projection: number;
	readonly weight: number;
	readonly end: number;
	readonly packedProjection: number;
	readonly packedProjectionTransposed: number;
	readonly packedWeight: number;
	readonly packedWeightTransposed: number;
	/** Int32: how many targets of the segment are in the cluster. */
	readonly count: number;
	/** For each of them where it stands among the targets, and its row in the cluster; uint32. */
	readonly places: number;
	readonly targets: number;
	/** A byte for each: 1, and 0 in what is left of the last block. */
	readonly mask: number;
	/** As `Plan.losses`. */
	readonly losses: number;
}

/** Room that the clusters share. */
export interface TailRoom {
	/** Blocks `[H, 8]` of states and of their gradients; the states transposed. */
	readonly states: number;
	readonly stateGradients: number;
	readonly statePanels: number;
	/** The same of what they are projected to. */
	readonly projected: number;
	readonly projectedGradients: number;
	readonly projectedPanels: number;
	readonly projectedStride: number;
	readonly panelStride: number;
	readonly logits: number;
	readonly logitStride: number;
	/** As many zeros as a cluster has rows at most: it has no bias. */
	readonly bias: number;
}

/** The symbols that take part in a sampled softmax: the rows of a small output layer. */
export interface CandidatePlan {
	/** The most rows. */
	readonly most: number;
	/** Int32: their present number. */
	readonly count: number;
	/** Uint32: the symbol of each. */
	readonly symbols: number;
	/** Floats: the bias of each with its correction, then, for the optimiser, its bias, gradient, first and second moment. */
	readonly corrected: number;
	readonly bias: number;
	readonly biasGradient: number;
	readonly biasFirst: number;
	readonly biasSecond: number;
	/** `[most][H]`: weights and gradients. */
	readonly weights: number;
	readonly gradients: number;
}

/** As in `Plan`. */
export interface StateSizes {
	readonly units: number;
	readonly unitPanels: number;
	readonly blocks: number;
	readonly groups: number;
	readonly stateStride: number;
	readonly statePanelStride: number;
}

/** Of a cluster, before it has room for its work. */
export type ClusterOffsets = Pick<TailPlan, "first" | "rows" | "width" | "projection" | "weight" | "end">;

export function planEmbedding(arena: Arena, table: number, sizes: StateSizes): EmbeddingPlan {
	const { units, blocks, groups, stateStride, statePanelStride } = sizes;
	return {
		table,
		states: arena.take((blocks + groups) * stateStride),
		stateGradients: arena.take((blocks + groups) * stateStride),
		statePanels: arena.take((units / UNIT_GROUP) * statePanelStride),
	};
}

export function planTail(arena: Arena, cluster: ClusterOffsets, { units, unitPanels, blocks }: StateSizes): TailPlan {
	const { width, rows } = cluster;
	const padded = (count: number) => roundUp(count, PANEL_ROWS);
	return {
		...cluster,
		packedProjection: arena.floats(padded(width) * units),
		packedProjectionTransposed: arena.floats(unitPanels * PANEL_ROWS * width),
		packedWeight: arena.floats(padded(rows) * width),
		packedWeightTransposed: arena.floats(padded(width) * rows),
		count: arena.take(4),
		places: arena.take(blocks * STREAMS * 4),
		targets: arena.take(blocks * STREAMS * 4),
		mask: arena.take(blocks * STREAMS),
		losses: arena.take(blocks * LOSS_BYTES),
	};
}

export function planTailRoom(arena: Arena, clusters: readonly ClusterOffsets[], sizes: StateSizes): TailRoom {
	const { units, blocks, stateStride } = sizes;
	const width = Math.max(...clusters.map((cluster) => cluster.width));
	const rows = Math.max(...clusters.map((cluster) => cluster.rows));
	const blockBytes = (count: number) => roundUp(count, PANEL_ROWS) * STREAMS * 4 + CACHE_LINE;
	const panelStride = blocks * TRANSPOSED_BYTES;
	return {
		states: arena.take(blocks * stateStride),
		stateGradients: arena.take(blocks * stateStride),
		statePanels: arena.take((units / UNIT_GROUP) * panelStride),
		projected: arena.take(blocks * blockBytes(width)),
		projectedGradients: arena.take(blocks * blockBytes(width)),
		projectedPanels: arena.take((width / UNIT_GROUP) * panelStride),
		projectedStride: blockBytes(width),
		panelStride,
		logits: arena.take(blocks * blockBytes(rows)),
		logitStride: blockBytes(rows),
		bias: arena.floats(rows),
	};
}

export function planCandidates(
	arena: Arena,
	draws: number,
	outputRows: number,
	{ units, blocks }: StateSizes,
): CandidatePlan {
	// The optimiser takes four at a time.
	const most = roundUp(Math.min(outputRows, draws + blocks * STREAMS), 4);
	return {
		most,
		count: arena.take(4),
		symbols: arena.take(most * 4),
		corrected: arena.floats(most),
		bias: arena.floats(most),
		biasGradient: arena.floats(most),
		biasFirst: arena.floats(most),
		biasSecond: arena.floats(most),
		weights: arena.floats(most * units),
		gradients: arena.floats(most * units),
	};
}
