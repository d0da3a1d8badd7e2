/** Lays the weights out for the products; to be done after any change of the parameters. */
import type { ThreadContext } from "./threadContext.ts";

/** Packs this thread's share of the weights, and waits for the others. */
export function packWeights(context: ThreadContext): void {
	const { kernels, plan } = context;
	const gates = { panels: context.share(plan.gatePanels), columns: plan.units, rows: plan.rowOrder };
	const transposed = { ...gates, panels: context.share(plan.unitPanels), rowCount: plan.rows };
	for (const { layers, headWeight, packedHead, packedHeadTransposed } of plan.stacks) {
		for (const [index, layer] of layers.entries()) {
			const recurrent = plan.parameters + layer.weightHh;
			kernels.packRows({ ...gates, to: layer.packedHh, weights: recurrent });
			kernels.packColumns({ ...transposed, to: layer.packedHhTransposed, weights: recurrent });
			if (index === 0) continue;
			const input = plan.parameters + layer.weightIh;
			kernels.packRows({ ...gates, to: layer.packedIh, weights: input });
			kernels.packColumns({ ...transposed, to: layer.packedIhTransposed, weights: input });
		}
		const head = { weights: plan.parameters + headWeight, columns: plan.units, rows: plan.outputRowOrder };
		kernels.packRows({ ...head, to: packedHead, panels: context.share(plan.outputPanels) });
		const { panels } = transposed;
		kernels.packColumns({ ...head, to: packedHeadTransposed, panels, rowCount: plan.outputRows });
	}
	context.barrier();
}
