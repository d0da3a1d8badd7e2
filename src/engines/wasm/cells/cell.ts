/**
 * What the engine must know of a recurrent cell. The matrix products, the input table, the output layer and the optimiser are
 * the same for all cells; a cell has its own elementwise half, and the counts from which the memory is laid out.
 */
import type { KernelExports, Range } from "../bindings.ts";

export interface CellDescription {
	/**
	 * PyTorch's order of the gates in the rows of the weights. Their number must divide 12, so that a panel of 6 rows
	 * or a pair of panels holds all gates of its units: r, r, z, z, n, n for three, i, i, i, f, f, f, g, g, g, o, o, o for
	 * four (see `rowOf` in src/kernels/gemm.ts). A thread owns whole pairs of panels.
	 */
	readonly gates: readonly string[];
	/** Vectors of a unit's state: 1 (h), or more where the cell carries others beside h, which is the first. */
	readonly stateVectors: number;
	/** Vectors that a step's forward pass keeps for the way back, beside the gates and the states. */
	readonly keptVectors: number;
	/**
	 * Where h lies: "bounded" in [−1, 1], "positive" anywhere from 0 on. A predictor with int8 weights rounds h, and must
	 * know where it can be (src/kernels/inference.ts).
	 */
	readonly outputs: "bounded" | "positive";
	/** Finds the cell's kernels; done once for each thread. */
	bind(exports: KernelExports): CellKernels;
}

/**
 * One block of 8 streams in one time step. Addresses and strides are in bytes; `panels` are those of the gates that this
 * thread owns. Where a cell has more than one state vector, the next lies `vectorStride` bytes behind the first, in
 * states and in their gradients.
 */
export interface CellStep {
	/** Forward: the input products, to be replaced by the gates. Backward: the gates, to be replaced as `backward` says. */
	gates: number;
	/** The block of kept vectors, `[keptVectors · units, 8]`. */
	kept: number;
	/** The state before the step, `[units, 8]`, and after it. */
	previous: number;
	next: number;
	readonly vectorStride: number;
	readonly units: number;
	readonly panels: Range;
}

export interface ForwardStep extends CellStep {
	/** The recurrent products; like the input products, without bias. */
	recurrent: number;
	readonly inputBias: number;
	readonly recurrentBias: number;
}

export interface BackwardStep extends CellStep {
	/** Gradients with respect to the states before and after the step. */
	previousGradient: number;
	nextGradient: number;
}

/** One hypothesis of a predictor: plain vectors, `units` a multiple of 4. */
export interface PredictorStep {
	/** `[stateVectors][units]`, to be replaced by the next state. */
	readonly state: number;
	/** The input products, `[gates · units]`, with their bias. */
	readonly input: number;
	/** The recurrent products, without bias. */
	readonly recurrent: number;
	readonly recurrentBias: number;
	readonly units: number;
}

export interface CellKernels {
	forward(step: ForwardStep): void;
	/**
	 * Replaces the gates by the gradient of the recurrent products, and adds to `previousGradient` what reaches the
	 * earlier h without going through these products. Gradients of further state vectors come from nowhere else: they are
	 * set, and are 0 after the last step.
	 */
	backward(step: BackwardStep): void;
	/** Turns what `backward` left in the gates into the gradient of the input products; absent where they are the same. */
	inputGradient?(gates: number, kept: number, panels: Range): void;
	step(step: PredictorStep): void;
}
