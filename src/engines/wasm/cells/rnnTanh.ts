/** Elman's simple recurrent network with tanh; formulas and sources in src/kernels/cells/rnnTanh.ts. */
import { kernel } from "../bindings.ts";
import type { CellDescription } from "./cell.ts";

export const rnnTanh: CellDescription = {
	gates: ["new"],
	stateVectors: 1,
	keptVectors: 0,
	outputs: "bounded",
	bind(exports) {
		const forward = kernel(exports, "rnnTanhForward");
		const backward = kernel(exports, "rnnTanhBackward");
		const advance = kernel(exports, "rnnTanhStep");
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
