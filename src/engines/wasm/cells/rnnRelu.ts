/** Elman's simple recurrent network with rectified linear units; formulas and sources in src/kernels/cells/rnnRelu.ts. */
import { kernel } from "../bindings.ts";
import type { CellDescription } from "./cell.ts";

export const rnnRelu: CellDescription = {
	gates: ["new"],
	stateVectors: 1,
	keptVectors: 0,
	outputs: "positive",
	bind(exports) {
		const forward = kernel(exports, "rnnReluForward");
		const backward = kernel(exports, "rnnReluBackward");
		const advance = kernel(exports, "rnnReluStep");
		return {
			forward({ gates, recurrent, next, inputBias, recurrentBias, panels }) {
				forward(gates, recurrent, next, inputBias, recurrentBias, panels.first, panels.last);
			},
			backward({ gates, nextGradient, panels }) {
				backward(gates, nextGradient, panels.first, panels.last);
			},
			step({ state, input, recurrent, recurrentBias, units }) {
				advance(state, input, recurrent, recurrentBias, units);
			},
		};
	},
};
