/** Everything that the WebAssembly engine calls. All addresses are byte offsets into the imported memory. */
export { gradientMultiply, panelMultiply } from "./gemm";
export { gruBackward, gruForward, gruInputGradient, gruStep } from "./gru";
export {
	activationScale,
	activationZero,
	addF32,
	multiplyF32,
	multiplyI8,
	quantize,
} from "./inference";
export { adam, sumRows, sumSquares } from "./optimizer";
export { crossEntropy } from "./output";
export { gatherInputs, packColumns, packRows, packStates, scatterInputs } from "./pack";
export { barrier } from "./sync";
