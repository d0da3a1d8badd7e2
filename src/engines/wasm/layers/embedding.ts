/** The embeddings of a network of words, as each of the threads computes with them: every thread owns a range of their columns. */
import type { Range } from "../bindings.ts";
import type { StackPlan } from "../plan.ts";
import type { ThreadContext } from "../threadContext.ts";
import { STREAMS } from "./blocks.ts";
import type { EmbeddingPlan } from "./wordPlan.ts";

/** Threads split columns at multiples of a cache line, 16 floats. */
const columnGrain = 16;

export class Embedding {
	readonly #context: ThreadContext;
	readonly #plan: EmbeddingPlan;
	readonly #symbols: number;
	readonly #inputs: Uint32Array;
	readonly #columns: Range;

	constructor(context: ThreadContext, embedding: EmbeddingPlan, { inputs }: StackPlan) {
		this.#context = context;
		this.#plan = embedding;
		this.#symbols = inputs;
		const { buffer } = context.floats;
		this.#inputs = new Uint32Array(buffer, inputs, context.plan.blocks * STREAMS);
		this.#columns = context.share(context.plan.units, columnGrain);
	}

	/** Has the first layer read the embeddings of the segment. */
	forward(): void {
		const { kernels, plan } = this.#context;
		for (let i = 0; i < plan.blocks; i++) kernels.gatherEmbeddings(this.#rows(plan.parameters, this.#plan.states, i));
		this.#context.barrier();
	}

	/** The gradients of the rows that the segment has read, from those that the first layer has left. */
	backward(): void {
		const { kernels, plan, floats } = this.#context;
		this.#context.barrier();
		const table = (plan.gradients + this.#plan.table) / 4;
		for (const symbol of this.#read()) {
			const row = table + symbol * plan.units;
			floats.fill(0, row + this.#columns.first, row + this.#columns.last);
		}
		for (let i = 0; i < plan.blocks; i++) {
			kernels.scatterEmbeddings(this.#rows(plan.gradients, this.#plan.stateGradients, i));
		}
	}

	/** Floats of a parameter region that the segment changes: this thread's share of the rows that it has read. */
	ranges(): Range[] {
		const { plan, thread, threads } = this.#context;
		return this.#read()
			.filter((_, index) => index % threads === thread)
			.map((symbol) => {
				const first = this.#plan.table / 4 + symbol * plan.units;
				return { first, last: first + plan.units };
			});
	}

	#read(): number[] {
		return [...new Set(this.#inputs)];
	}

	#rows(region: number, states: number, i: number) {
		const { units, groups, stateStride } = this.#context.plan;
		return {
			table: region + this.#plan.table,
			block: states + (i + groups) * stateStride,
			symbols: this.#symbols + i * STREAMS * 4,
			range: this.#columns,
			units,
		};
	}
}
