/**
 * One step of the optimiser, with the gradient clipped to a global norm (Pascanu et al. 2013). Every thread updates its
 * share of the parameters; all compute the same norm. The formulas of the optimisers stand in src/kernels/optimizer.ts.
 */
import type { Range } from "./bindings.ts";
import type { LayerPlan } from "./plan.ts";
import type { ThreadContext } from "./threadContext.ts";

/** Threads split the dense parameters at multiples of a cache line, 16 floats. */
const floatGrain = 16;

/** Applies the gradient that `backward` left. A gradient that is not finite changes nothing. */
export function optimizerStep(context: ThreadContext): void {
	const { kernels, plan } = context;
	const ranges = parameterRanges(context);
	let squares = 0;
	for (const { first, last } of ranges) squares += kernels.sumSquares(plan.gradients + first * 4, last - first);
	context.leaveSquares(squares);
	context.barrier();
	const norm = context.gradientNorm();
	if (!Number.isFinite(norm)) ranges.length = 0;
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
	for (const { first, last } of ranges) {
		const part = {
			parameters: plan.parameters + first * 4,
			gradients: plan.gradients + first * 4,
			first: plan.first + first * 4,
			count: last - first,
		};
		if (isAdaptive) kernels.adam({ ...part, ...adaptive, second: plan.second + first * 4 });
		else kernels.sgd({ ...part, ...common, momentum: beta1 });
	}
	context.barrier();
}

/** Floats of a parameter region: this thread's part of the dense ones, and its rows of the input tables. */
function parameterRanges(context: ThreadContext): Range[] {
	const { plan, thread, threads } = context;
	const ranges = [context.share(plan.denseFloats, floatGrain)];
	for (const stack of plan.stacks) {
		const table = (stack.layers[0] as LayerPlan).weightIh / 4;
		for (const [index, byte] of context.seenBytes(stack).entries()) {
			const row = table + byte * plan.rows;
			if (index % threads === thread) ranges.push({ first: row, last: row + plan.rows });
		}
	}
	return ranges;
}
