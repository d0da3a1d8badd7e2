/** Lays the weights of the recurrent layers out for the products; to be done after any change of the parameters. */
import type { ThreadContext } from "./threadContext.ts";

/** Packs this thread's share of the weights, and waits for the others. */
export function packWeights(context: ThreadContext): void {
	const { kernels, plan } = context;
	const gates = { panels: context.share(plan.gatePanels), columns: plan.units, rows: plan.rowOrder };
	const transposed = { ...gates, panels: context.share(plan.unitPanels), rowCount: plan.rows };
	for (const { layers } of plan.stacks) {
		for (const layer of layers) {
			const recurrent = plan.parameters + layer.weightHh;
			kernels.packRows({ ...gates, to: layer.packedHh, weights: recurrent });
			kernels.packColumns({ ...transposed, to: layer.packedHhTransposed, weights: recurrent });
			if (layer.packedIh < 0) continue;
			const input = plan.parameters + layer.weightIh;
			kernels.packRows({ ...gates, to: layer.packedIh, weights: input });
			kernels.packColumns({ ...transposed, to: layer.packedIhTransposed, weights: input });
		}
	}
	context.barrier();
}
