/** The gated recurrent unit; formulas and sources in src/kernels/cells/gru.ts. */
import { kernel } from "../bindings.ts";
import type { CellDescription } from "./cell.ts";

export const gru: CellDescription = {
	gates: ["reset", "update", "new"],
	stateVectors: 1,
	// The recurrent product of the new gate, which the reset gate multiplies.
	keptVectors: 1,
	outputs: "bounded",
	bind(exports) {
		const forward = kernel(exports, "gruForward");
		const backward = kernel(exports, "gruBackward");
		const inputGradient = kernel(exports, "gruInputGradient");
		const advance = kernel(exports, "gruStep");
		return {
			forward({ gates, recurrent, kept, next, previous, inputBias, recurrentBias, units, panels }) {
				forward(gates, recurrent, kept, next, previous, inputBias, recurrentBias, units, panels.first, panels.last);
			},
			backward({ gates, kept, nextGradient, previous, previousGradient, panels }) {
				backward(gates, kept, nextGradient, previous, previousGradient, panels.first, panels.last);
			},
			inputGradient(gates, kept, panels) {
				inputGradient(gates, kept, panels.first, panels.last);
			},
			step({ state, input, recurrent, recurrentBias, units }) {
				advance(state, input, recurrent, recurrentBias, units);
			},
		};
	},
};
