/**
 * The clusters of an adaptive softmax (Grave et al. 2017, "Efficient softmax approximation for GPUs"), as each of the threads computes
 * them. The output layer gives each cluster one probability; the cluster divides it among its symbols by a softmax of its own
 * over a projection of the state, and is computed only where the target is in it.
 */
import type { Range, RowOrder } from "../bindings.ts";
import type { LayerPlan, Plan } from "../plan.ts";
import type { ThreadContext } from "../threadContext.ts";
import { LOSS_BYTES, PANEL_ROWS, STREAMS, UNIT_GROUP } from "./blocks.ts";
import type { TailPlan, TailRoom } from "./wordPlan.ts";

/** Blocks computed at once: their logits stay in a cache between the products, unless the cluster is large. */
const chunk = 4;
/** Threads split parameters at multiples of a cache line, 16 floats. */
const floatGrain = 16;

export class Tails {
	readonly #context: ThreadContext;
	readonly #words: Uint32Array;

	constructor(context: ThreadContext) {
		this.#context = context;
		this.#words = new Uint32Array(context.floats.buffer);
	}

	/** Packs this thread's share of the weights; `all`: also those that the last segment has not changed. */
	pack(all: boolean): void {
		const { kernels, plan } = this.#context;
		for (const tail of plan.tails) {
			if (!all && this.#count(tail) === 0) continue;
			const { width, rows } = tail;
			const projection = { weights: plan.parameters + tail.projection, columns: plan.units, rows: orderOf(width) };
			kernels.packRows({ ...projection, to: tail.packedProjection, panels: this.#panels(width) });
			kernels.packColumns({
				...projection,
				to: tail.packedProjectionTransposed,
				panels: this.#panels(plan.units),
				rowCount: width,
			});
			const weight = { weights: plan.parameters + tail.weight, columns: width, rows: orderOf(rows) };
			kernels.packRows({ ...weight, to: tail.packedWeight, panels: this.#panels(rows) });
			kernels.packColumns({
				...weight,
				to: tail.packedWeightTransposed,
				panels: this.#panels(width),
				rowCount: rows,
			});
		}
	}

	/** Losses and, to learn, the gradients of the clusters' weights, and what the clusters add to those of the top states. */
	forward(top: LayerPlan, learn: boolean): void {
		const { plan } = this.#context;
		const { tailRoom } = plan;
		if (tailRoom === undefined) return;
		for (const tail of plan.tails) {
			if (this.#count(tail) === 0) continue;
			const blocks = Math.ceil(this.#count(tail) / STREAMS);
			const { first, last } = this.#context.share(blocks);
			for (let i = first; i < last; i += chunk)
				this.#multiply(tail, tailRoom, top, i, Math.min(last, i + chunk), learn);
			this.#context.barrier();
			if (learn) this.#gradients(tail, tailRoom, top, blocks);
		}
	}

	/** Floats of a parameter region that the segment changes: this thread's share. */
	ranges(): Range[] {
		const touched = this.#context.plan.tails.filter((tail) => this.#count(tail) > 0);
		return touched.map(({ projection, end }) => {
			const { first, last } = this.#context.share((end - projection) / 4, floatGrain);
			return { first: projection / 4 + first, last: projection / 4 + last };
		});
	}

	#count({ count }: TailPlan): number {
		return this.#words[count / 4] as number;
	}

	#panels(rows: number): Range {
		return this.#context.share(panelsOf(rows));
	}

	/** Blocks `first` to `last` of a cluster's targets. */
	#multiply(tail: TailPlan, room: TailRoom, top: LayerPlan, first: number, last: number, learn: boolean): void {
		const { kernels, plan } = this.#context;
		const { width, rows } = tail;
		for (let i = first; i < last; i++) this.#gather(tail, room, top, i);
		const states = { x: room.states + first * plan.stateStride, xStride: plan.stateStride };
		const projected = room.projected + first * room.projectedStride;
		const logits = room.logits + first * room.logitStride;
		const common = { blocks: last - first, accumulate: false };
		kernels.panelMultiply({
			...common,
			...states,
			to: projected,
			toStride: room.projectedStride,
			weights: tail.packedProjection,
			panels: panelsOf(width),
			k: plan.units,
		});
		kernels.panelMultiply({
			...common,
			to: logits,
			toStride: room.logitStride,
			weights: tail.packedWeight,
			x: projected,
			xStride: room.projectedStride,
			panels: panelsOf(rows),
			k: width,
		});
		for (let i = first; i < last; i++) {
			kernels.crossEntropy({
				logits: room.logits + i * room.logitStride,
				bias: room.bias,
				rows,
				rest: 0,
				targets: tail.targets + i * STREAMS * 4,
				mask: tail.mask + i * STREAMS,
				parts: tail.losses + i * LOSS_BYTES,
				scale: this.#context.scalar("gradientScale"),
				gradient: learn,
			});
		}
		if (!learn) return;
		const projectedGradients = room.projectedGradients + first * room.projectedStride;
		kernels.panelMultiply({
			...common,
			to: projectedGradients,
			toStride: room.projectedStride,
			weights: tail.packedWeightTransposed,
			x: logits,
			xStride: room.logitStride,
			panels: panelsOf(width),
			k: rows,
		});
		kernels.panelMultiply({
			...common,
			to: room.stateGradients + first * plan.stateStride,
			toStride: plan.stateStride,
			weights: tail.packedProjectionTransposed,
			x: projectedGradients,
			xStride: room.projectedStride,
			panels: plan.unitPanels,
			k: width,
		});
	}

	/** From blocks to the gradients of the weights, each thread those of its panels. */
	#gradients(tail: TailPlan, room: TailRoom, top: LayerPlan, blocks: number): void {
		const { kernels, plan } = this.#context;
		const { width, rows } = tail;
		const packed = { panelStride: room.panelStride, blocks };
		kernels.packStates({
			...packed,
			to: room.statePanels,
			states: room.states,
			stateStride: plan.stateStride,
			groups: this.#context.share(plan.units / UNIT_GROUP),
		});
		kernels.packStates({
			...packed,
			to: room.projectedPanels,
			states: room.projected,
			stateStride: room.projectedStride,
			groups: this.#context.share(width / UNIT_GROUP),
		});
		this.#scatter(tail, room, top);
		this.#context.barrier();
		const common = { statePanelStride: room.panelStride, blocks };
		kernels.gradientMultiply({
			...common,
			to: plan.gradients + tail.weight,
			columns: width,
			gradients: room.logits,
			gradientStride: room.logitStride,
			states: room.projectedPanels,
			panels: this.#panels(rows),
			columnPanels: width / UNIT_GROUP,
			rows: orderOf(rows),
		});
		kernels.gradientMultiply({
			...common,
			to: plan.gradients + tail.projection,
			columns: plan.units,
			gradients: room.projectedGradients,
			gradientStride: room.projectedStride,
			states: room.statePanels,
			panels: this.#panels(width),
			columnPanels: plan.units / UNIT_GROUP,
			rows: orderOf(width),
		});
		this.#context.barrier();
	}

	/** Gathers the top states of 8 targets of a cluster to block `i`; what is left of the last block becomes 0. */
	#gather(tail: TailPlan, room: TailRoom, top: LayerPlan, i: number): void {
		const { floats, plan } = this.#context;
		const count = this.#count(tail);
		const block = (room.states + i * plan.stateStride) / 4;
		for (let s = 0; s < STREAMS; s++) {
			const from = i * STREAMS + s < count ? placeOf(plan, top.states, this.#place(tail, i * STREAMS + s)) : -1;
			for (let at = 0; at < plan.units * STREAMS; at += STREAMS) {
				floats[block + at + s] = from < 0 ? 0 : (floats[from + at] as number);
			}
		}
	}

	/** Adds to the gradients of the top states at the steps of which this thread computes the output layer. */
	#scatter(tail: TailPlan, room: TailRoom, top: LayerPlan): void {
		const { floats, plan } = this.#context;
		const own = this.#context.share(plan.blocks);
		for (let index = 0; index < this.#count(tail); index++) {
			const place = this.#place(tail, index);
			const block = Math.floor(place / STREAMS);
			if (block < own.first || block >= own.last) continue;
			const from = (room.stateGradients + Math.floor(index / STREAMS) * plan.stateStride) / 4 + (index % STREAMS);
			const to = placeOf(plan, top.stateGradients, place);
			for (let at = 0; at < plan.units * STREAMS; at += STREAMS) {
				floats[to + at] = (floats[to + at] as number) + (floats[from + at] as number);
			}
		}
	}

	#place({ places }: TailPlan, index: number): number {
		return this.#words[places / 4 + index] as number;
	}
}

/** Where the column of a target stands in the states after each step, in floats. */
function placeOf({ groups, stateStride }: Plan, states: number, place: number): number {
	return (states + (Math.floor(place / STREAMS) + groups) * stateStride) / 4 + (place % STREAMS);
}

function panelsOf(rows: number): number {
	return Math.ceil(rows / PANEL_ROWS);
}

/** Of a matrix that has no gates. */
function orderOf(rows: number): RowOrder {
	return { gates: 1, groupUnits: PANEL_ROWS, units: rows };
}
