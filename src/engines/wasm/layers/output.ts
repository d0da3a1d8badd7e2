/**
 * The output layer of a network, as each of the threads computes it: logits of the states at all steps, cross-entropy, gradients.
 * A network of words may have an adaptive softmax, whose clusters follow the output layer, or learn by a sampled one.
 */
import type { Range, RowOrder } from "../bindings.ts";
import type { LayerPlan, StackPlan } from "../plan.ts";
import type { ThreadContext } from "../threadContext.ts";
import { LOSS_BYTES, MIXING_BYTES, PANEL_ROWS, STREAMS, TRANSPOSED_BYTES, UNIT_GROUP } from "./blocks.ts";
import { Candidates } from "./candidates.ts";
import { Tails } from "./tails.ts";

/**
 * Blocks of the output layer worked on at once. Their logits (16 blocks of 256 rows of 8 streams: 128 KiB) stay in the
 * second-level cache between product, softmax and gradient.
 */
const outputChunk = 16;

/** The rows that are computed: all, or those of the candidates. */
interface Rows {
	readonly count: number;
	readonly order: RowOrder;
	/** Addresses; `weights` for each stack. */
	readonly bias: number;
	readonly weights: (stack: StackPlan) => number;
	readonly gradients: (stack: StackPlan) => number;
	readonly biasGradients: number;
}

export class OutputLayer {
	readonly #context: ThreadContext;
	readonly #tails: Tails;
	readonly candidates: Candidates | undefined;
	/** Whether what is packed are all rows, as they are now. */
	#isPacked = false;

	constructor(context: ThreadContext) {
		const { candidates, stacks } = context.plan;
		this.#context = context;
		this.#tails = new Tails(context);
		this.candidates = candidates && new Candidates(context, candidates, stacks[0] as StackPlan);
	}

	/**
	 * Packs this thread's share of the weights. If the layer is sampled, that waits until all are needed.
	 *
	 * @param all whether weights may have changed of which the last segment knows nothing
	 */
	pack(all: boolean): void {
		this.#isPacked = this.candidates === undefined;
		if (this.#isPacked) this.#pack(this.#all());
		this.#tails.pack(all);
	}

	/** Logits, losses and, to learn, their gradients and those of the top layers' states: split by time. */
	forward(learn: boolean): void {
		const { plan } = this.#context;
		const rows = this.#prepare(learn);
		const { first, last } = this.#context.share(plan.blocks);
		for (let i = first; i < last; i += outputChunk) this.#chunk(rows, i, Math.min(outputChunk, last - i), learn);
		if (plan.tails.length > 0) this.#tails.forward(topOf(plan.stacks[0] as StackPlan), learn);
	}

	/** Gradients of the weights and biases, split by rows. */
	gradients(): void {
		const { kernels, plan } = this.#context;
		const rows = this.candidates === undefined ? this.#all() : this.#sampled(this.candidates);
		const panels = this.#context.share(panelsOf(rows.count));
		const own = {
			gradients: plan.logits,
			gradientStride: plan.logitStride,
			panels,
			blocks: plan.blocks,
			rows: rows.order,
		};
		for (const stack of plan.stacks) {
			kernels.gradientMultiply({
				...own,
				to: rows.gradients(stack),
				columns: plan.units,
				states: topOf(stack).statePanels + plan.groups * TRANSPOSED_BYTES,
				statePanelStride: plan.statePanelStride,
				columnPanels: plan.units / UNIT_GROUP,
			});
		}
		kernels.sumRows({ ...own, to: rows.biasGradients });
		this.candidates?.storeGradients(panels);
	}

	/** Floats of a parameter region that the segment changes, beside the dense ones: this thread's share. */
	ranges(): Range[] {
		return [...this.#tails.ranges(), ...(this.candidates?.ranges() ?? [])];
	}

	/** Has the rows that are needed packed. */
	#prepare(learn: boolean): Rows {
		if (this.candidates !== undefined && learn) {
			this.candidates.load();
			const rows = this.#sampled(this.candidates);
			this.#pack(rows);
			this.#isPacked = false;
			this.#context.barrier();
			return rows;
		}
		const rows = this.#all();
		if (!this.#isPacked) {
			this.#pack(rows);
			this.#isPacked = true;
			this.#context.barrier();
		}
		return rows;
	}

	#all(): Rows {
		const { plan } = this.#context;
		return {
			count: plan.outputRows,
			order: plan.outputRowOrder,
			bias: plan.parameters + plan.headBias,
			weights: ({ headWeight }) => plan.parameters + headWeight,
			gradients: ({ headWeight }) => plan.gradients + headWeight,
			biasGradients: plan.gradients + plan.headBias,
		};
	}

	#sampled({ count }: Candidates): Rows {
		const { candidates, outputRowOrder } = this.#context.plan;
		const { corrected = 0, weights = 0, gradients = 0, biasGradient = 0 } = candidates ?? {};
		return {
			count,
			order: { ...outputRowOrder, units: count },
			bias: corrected,
			weights: () => weights,
			gradients: () => gradients,
			biasGradients: biasGradient,
		};
	}

	#pack(rows: Rows): void {
		const { kernels, plan } = this.#context;
		for (const stack of plan.stacks) {
			const weights = { weights: rows.weights(stack), columns: plan.units, rows: rows.order };
			kernels.packRows({
				...weights,
				to: stack.packedHead,
				panels: this.#context.share(panelsOf(rows.count)),
			});
			kernels.packColumns({
				...weights,
				to: stack.packedHeadTransposed,
				panels: this.#context.share(plan.unitPanels),
				rowCount: rows.count,
			});
		}
	}

	/** Blocks `i` to `i + blocks`. */
	#chunk(rows: Rows, i: number, blocks: number, learn: boolean): void {
		const { kernels, plan } = this.#context;
		const { logitStride, stateStride } = plan;
		const scale = this.#context.scalar("gradientScale");
		const rest = this.#context.scalar("rest");
		const isMixed = this.#context.scalar("isMixed") === 1;
		const logits = plan.logits + i * logitStride;
		const at = (i + plan.groups) * stateStride;
		for (const stack of plan.stacks) {
			kernels.panelMultiply({
				to: logits,
				toStride: logitStride,
				weights: stack.packedHead,
				x: topOf(stack).states + at,
				xStride: stateStride,
				panels: panelsOf(rows.count),
				k: plan.units,
				blocks,
				accumulate: stack.isReverse,
			});
		}
		for (let j = 0; j < blocks; j++) {
			const block = {
				targets: plan.targets + (i + j) * STREAMS * 4,
				mask: plan.mask + (i + j) * STREAMS,
				parts: plan.losses + (i + j) * LOSS_BYTES,
				scale,
			};
			kernels.crossEntropy({
				...block,
				logits: logits + j * logitStride,
				bias: rows.bias,
				rows: rows.count,
				rest,
				gradient: learn && !isMixed,
			});
			if (!isMixed) continue;
			kernels.mixtureCrossEntropy({
				...block,
				exps: logits + j * logitStride,
				mixing: plan.mixing + (i + j) * MIXING_BYTES,
				gradient: learn,
			});
		}
		if (!learn) return;
		for (const stack of plan.stacks) {
			kernels.panelMultiply({
				to: topOf(stack).stateGradients + at,
				toStride: stateStride,
				weights: stack.packedHeadTransposed,
				x: logits,
				xStride: logitStride,
				panels: plan.unitPanels,
				k: rows.count,
				blocks,
				accumulate: false,
			});
		}
	}
}

function topOf({ layers }: StackPlan): LayerPlan {
	return layers.at(-1) as LayerPlan;
}

function panelsOf(rows: number): number {
	return Math.ceil(rows / PANEL_ROWS);
}
