/**
 * AdamW (Kingma and Ba 2015; Loshchilov and Hutter 2019), with the gradient clipped to a global norm (Pascanu et al.
 * 2013). Every thread updates its share of the parameters; all compute the same norm.
 */
import type { Range } from "./bindings.ts";
import type { LayerPlan } from "./plan.ts";
import type { ThreadContext } from "./threadContext.ts";

/** Threads split the dense parameters at multiples of a cache line, 16 floats. */
const floatGrain = 16;

/** Applies the gradient that `backward` left. A gradient that is not finite changes nothing. */
export function adamStep(context: ThreadContext): void {
	const { kernels, plan } = context;
	const ranges = parameterRanges(context);
	let squares = 0;
	for (const { first, last } of ranges) squares += kernels.sumSquares(plan.gradients + first * 4, last - first);
	context.leaveSquares(squares);
	context.barrier();
	const norm = context.gradientNorm();
	if (!Number.isFinite(norm)) ranges.length = 0;
	const clip = context.scalar("clip");
	const scalars = {
		scale: norm > clip ? clip / norm : 1,
		keep: context.scalar("keep"),
		rate: context.scalar("rate"),
		beta1: context.scalar("beta1"),
		beta2: context.scalar("beta2"),
		rootCorrection: context.scalar("rootCorrection"),
		epsilon: context.scalar("epsilon"),
	};
	for (const { first, last } of ranges) {
		kernels.adam({
			parameters: plan.parameters + first * 4,
			gradients: plan.gradients + first * 4,
			first: plan.first + first * 4,
			second: plan.second + first * 4,
			count: last - first,
			...scalars,
		});
	}
	context.barrier();
}

/** Floats of a parameter region: this thread's part of the dense ones, and its rows of the input table. */
function parameterRanges(context: ThreadContext): Range[] {
	const { plan, thread, threads } = context;
	const ranges = [context.share(plan.denseFloats, floatGrain)];
	const table = (plan.layers[0] as LayerPlan).weightIh / 4;
	for (const [index, byte] of context.seenBytes().entries()) {
		const row = table + byte * plan.rows;
		if (index % threads === thread) ranges.push({ first: row, last: row + plan.rows });
	}
	return ranges;
}
