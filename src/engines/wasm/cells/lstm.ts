/** Long short-term memory; formulas and sources in src/kernels/cells/lstm.ts. */
import { kernel } from "../bindings.ts";
import type { CellDescription } from "./cell.ts";

export const lstm: CellDescription = {
	gates: ["input", "forget", "cell", "output"],
	// h, and c.
	stateVectors: 2,
	// tanh c.
	keptVectors: 1,
	outputs: "bounded",
	bind(exports) {
		const forward = kernel(exports, "lstmForward");
		const backward = kernel(exports, "lstmBackward");
		const advance = kernel(exports, "lstmStep");
		return {
			forward(step) {
				const { gates, recurrent, kept, next, previous, vectorStride, inputBias, recurrentBias, units } = step;
				const { first, last } = step.panels;
				forward(gates, recurrent, kept, next, previous, vectorStride, inputBias, recurrentBias, units, first, last);
			},
			backward({ gates, kept, previous, previousGradient, nextGradient, vectorStride, panels }) {
				const { first, last } = panels;
				backward(gates, kept, previous, previousGradient, nextGradient, vectorStride, first, last);
			},
			step({ state, input, recurrent, recurrentBias, units }) {
				advance(state, input, recurrent, recurrentBias, units);
			},
		};
	},
};
