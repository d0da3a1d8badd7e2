/**
 * One step of the optimiser, with the gradient clipped to a global norm (Pascanu et al. 2013). Every thread updates its
 * share of the parameters; all compute the same norm. The formulas of the optimisers stand in src/kernels/optimizer.ts.
 */
import { roundUp } from "./arena.ts";
import type { Adam, Range } from "./bindings.ts";
import type { Embedding } from "./layers/embedding.ts";
import type { OutputLayer } from "./layers/output.ts";
import type { LayerPlan } from "./plan.ts";
import type { ThreadContext } from "./threadContext.ts";

/** Threads split the dense parameters at multiples of a cache line, 16 floats. */
const floatGrain = 16;

/** Applies the gradient that `backward` left. A gradient that is not finite changes nothing. */
export function optimizerStep(context: ThreadContext, output: OutputLayer, embedding: Embedding | undefined): void {
	const { kernels, plan } = context;
	const ranges = [...parameterRanges(context), ...output.ranges(), ...(embedding?.ranges() ?? [])];
	// Few enough for one thread.
	const biases = context.thread === 0 ? biasesOf(context, output) : undefined;
	let squares = biases === undefined ? 0 : kernels.sumSquares(biases.gradients, biases.count);
	for (const { first, last } of ranges) squares += kernels.sumSquares(plan.gradients + first * 4, last - first);
	context.leaveSquares(squares);
	context.barrier();
	const norm = context.gradientNorm();
	const clip = context.scalar("clip");
	const common = {
		scale: norm > clip ? clip / norm : 1,
		decay: context.scalar("decay"),
		rate: context.scalar("rate"),
	};
	const beta1 = context.scalar("beta1");
	const adaptive = {
		...common,
		keep: context.scalar("keep"),
		beta1,
		beta2: context.scalar("beta2"),
		rootCorrection: context.scalar("rootCorrection"),
		epsilon: context.scalar("epsilon"),
	};
	const isAdaptive = plan.optimizer !== "sgd" && plan.optimizer !== "momentum";
	const step = ({ second, ...part }: Part) => {
		if (isAdaptive) kernels.adam({ ...part, ...adaptive, second });
		else kernels.sgd({ ...part, ...common, momentum: beta1 });
	};
	if (Number.isFinite(norm)) {
		for (const { first, last } of ranges) {
			step({
				parameters: plan.parameters + first * 4,
				gradients: plan.gradients + first * 4,
				first: plan.first + first * 4,
				second: plan.second + first * 4,
				count: last - first,
			});
		}
		if (biases !== undefined) {
			step(biases);
			output.candidates?.storeBiases();
		}
	}
	context.barrier();
}

/** What is changed: addresses, and the number of floats. */
type Part = Pick<Adam, "parameters" | "gradients" | "first" | "second" | "count">;

/** The biases of a sampled output layer, gathered: a single one is too small for the kernels. */
function biasesOf({ plan }: ThreadContext, { candidates }: OutputLayer): Part | undefined {
	if (plan.candidates === undefined || candidates === undefined) return undefined;
	candidates.loadBiases();
	const { bias, biasGradient, biasFirst, biasSecond } = plan.candidates;
	return {
		parameters: bias,
		gradients: biasGradient,
		first: biasFirst,
		second: biasSecond,
		count: roundUp(candidates.count, 4),
	};
}

/** Floats of a parameter region: this thread's part of the dense ones, and of bytes its rows of the input tables. */
function parameterRanges(context: ThreadContext): Range[] {
	const { plan, thread, threads } = context;
	const ranges = [context.share(plan.denseFloats, floatGrain)];
	for (const stack of plan.embedding === undefined ? plan.stacks : []) {
		const table = (stack.layers[0] as LayerPlan).weightIh / 4;
		for (const [index, byte] of context.seenBytes(stack).entries()) {
			const row = table + byte * plan.rows;
			if (index % threads === thread) ranges.push({ first: row, last: row + plan.rows });
		}
	}
	return ranges;
}
