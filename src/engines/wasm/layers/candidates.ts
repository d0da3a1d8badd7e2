/**
 * The rows of the output layer that take part in a sampled softmax, as each of the threads computes with them: copied to a small
 * output layer, and its gradients copied back. Which symbols these are is the trainer's to say: see `drawCandidates`.
 */
import type { Range } from "../bindings.ts";
import type { StackPlan } from "../plan.ts";
import type { ThreadContext } from "../threadContext.ts";
import { PANEL_ROWS } from "./blocks.ts";
import type { CandidatePlan } from "./wordPlan.ts";

export class Candidates {
	readonly #context: ThreadContext;
	readonly #plan: CandidatePlan;
	readonly #headWeight: number;
	readonly #words: Uint32Array;

	constructor(context: ThreadContext, candidates: CandidatePlan, { headWeight }: StackPlan) {
		this.#context = context;
		this.#plan = candidates;
		this.#headWeight = headWeight;
		this.#words = new Uint32Array(context.floats.buffer);
	}

	get count(): number {
		return this.#words[this.#plan.count / 4] as number;
	}

	/** Copies the rows, and waits for the other threads. */
	load(): void {
		const { floats, plan } = this.#context;
		const { first, last } = this.#context.share(this.count);
		for (let row = first; row < last; row++) {
			const from = this.#row(row) + plan.parameters / 4;
			floats.copyWithin(this.#plan.weights / 4 + row * plan.units, from, from + plan.units);
		}
		this.#context.barrier();
	}

	/** Copies the gradients of the rows in these panels to where the optimiser looks for them. */
	storeGradients(panels: Range): void {
		const { floats, plan } = this.#context;
		const last = Math.min(this.count, panels.last * PANEL_ROWS);
		for (let row = panels.first * PANEL_ROWS; row < last; row++) {
			const from = this.#plan.gradients / 4 + row * plan.units;
			floats.copyWithin(this.#row(row) + plan.gradients / 4, from, from + plan.units);
		}
	}

	/** Floats of a parameter region that the segment changes: this thread's share of the rows. */
	ranges(): Range[] {
		const { first, last } = this.#context.share(this.count);
		return Array.from({ length: last - first }, (_, index) => {
			const at = this.#row(first + index);
			return { first: at, last: at + this.#context.plan.units };
		});
	}

	/** What the optimiser remembers of the biases, gathered for its kernels. */
	loadBiases(): void {
		this.#eachBias((compact, at) => {
			const { floats, plan } = this.#context;
			floats[this.#plan.biasFirst / 4 + compact] = floats[plan.first / 4 + at] as number;
			floats[this.#plan.biasSecond / 4 + compact] = floats[plan.second / 4 + at] as number;
		});
		// The kernels take four at a time.
		for (let i = this.count; i % 4 !== 0; i++) this.#context.floats[this.#plan.biasGradient / 4 + i] = 0;
	}

	/** Puts the biases and what the optimiser remembers of them back. */
	storeBiases(): void {
		this.#eachBias((compact, at) => {
			const { floats, plan } = this.#context;
			floats[plan.parameters / 4 + at] = floats[this.#plan.bias / 4 + compact] as number;
			floats[plan.first / 4 + at] = floats[this.#plan.biasFirst / 4 + compact] as number;
			floats[plan.second / 4 + at] = floats[this.#plan.biasSecond / 4 + compact] as number;
		});
	}

	#eachBias(visit: (compact: number, at: number) => void): void {
		const { headBias } = this.#context.plan;
		for (let row = 0; row < this.count; row++) visit(row, headBias / 4 + this.#symbol(row));
	}

	#symbol(row: number): number {
		return this.#words[this.#plan.symbols / 4 + row] as number;
	}

	/** Where a row begins in a parameter region, in floats. */
	#row(row: number): number {
		return this.#headWeight / 4 + this.#symbol(row) * this.#context.plan.units;
	}
}
