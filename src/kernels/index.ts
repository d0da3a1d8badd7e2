/**
 * The kernels that all cells share. Those of one cell are in `cells`: build.ts compiles each file there as an entry of
 * its own, so its exports need no line here. All addresses are byte offsets into the imported memory.
 */
export { gradientMultiply, panelMultiply } from "./gemm";
export {
	activationScale,
	activationZero,
	addF32,
	multiplyF32,
	multiplyI8,
	quantize,
	quantizePositive,
	roundWeights,
	scaleF32,
} from "./inference";
export { mixtureCrossEntropy } from "./mixtureLoss";
export { adam, sgd, sumRows, sumSquares } from "./optimizer";
export { crossEntropy } from "./output";
export {
	gatherEmbeddings,
	gatherInputs,
	packColumns,
	packRows,
	packStates,
	scatterEmbeddings,
	scatterInputs,
} from "./pack";
export { barrier } from "./sync";
