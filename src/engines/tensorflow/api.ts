/**
 * The part of TensorFlow.js's API that the engine uses, as of version 4.22.0. No package declares it here: the engine is
 * given the namespace of whatever the user has installed.
 */

export interface TfTensor {
	readonly shape: readonly number[];
	/** Some back ends give a copy, others the array of the tensor itself: never write to it. */
	dataSync(): Float32Array;
	dispose(): void;
}

export interface TfVariable extends TfTensor {
	readonly name: string;
	assign(value: TfTensor): void;
}

type Operand = TfTensor | number;
type Binary = (a: Operand, b: Operand) => TfTensor;
type Unary = (x: TfTensor) => TfTensor;

export interface TensorFlow {
	readonly version_core: string;
	getBackend(): string;
	/** Resolves with false where the back end cannot start. */
	setBackend(name: string): Promise<boolean>;
	ready(): Promise<void>;
	backend(): object;
	/** Undefined where the back end lacks the kernel. */
	getKernel(kernel: string, backend: string): object | undefined;
	/** Leaves out checks of every result, and advice on the console. */
	enableProdMode(): void;
	memory(): { readonly numTensors: number };

	/** Disposes of every tensor that `work` makes, but for variables and those that are returned or kept. */
	tidy<T>(work: () => T): T;
	keep<T extends TfTensor>(tensor: T): T;
	/** Back ends may hold on to `values`: never write to them afterwards. */
	tensor(values: Float32Array | Int32Array, shape: readonly number[], type: "float32" | "int32"): TfTensor;
	variable(initial: TfTensor): TfVariable;
	variableGrads(
		loss: () => TfTensor,
		variables: TfVariable[],
	): { readonly value: TfTensor; readonly grads: Readonly<Record<string, TfTensor>> };
	/** A function of two tensors with a gradient of its own, which may use nothing but what was saved. */
	customGrad(
		work: (
			a: TfTensor,
			b: TfTensor,
			save: (tensors: TfTensor[]) => void,
		) => {
			readonly value: TfTensor;
			readonly gradFunc: (gradient: TfTensor, saved: TfTensor[]) => TfTensor[];
		},
	): (a: TfTensor, b: TfTensor) => TfTensor;

	readonly add: Binary;
	readonly sub: Binary;
	readonly mul: Binary;
	readonly div: Binary;
	readonly greater: Binary;
	readonly exp: Unary;
	readonly relu: Unary;
	readonly sigmoid: Unary;
	readonly sqrt: Unary;
	readonly square: Unary;
	readonly tanh: Unary;
	/** Of the last axis. */
	readonly softmax: Unary;
	readonly logSoftmax: Unary;
	/** Puts the axes into this order; reverses them if none is given. */
	transpose(x: TfTensor, axes?: readonly number[]): TfTensor;
	/** Of the last two axes; those before are as many products side by side. */
	matMul(a: TfTensor, b: TfTensor): TfTensor;
	sum(x: TfTensor, axis?: number, keepAxis?: boolean): TfTensor;
	cast(x: TfTensor, type: "float32"): TfTensor;
	/** Indices must be of type int32. */
	gather(rows: TfTensor, indices: TfTensor): TfTensor;
	concat(tensors: TfTensor[], axis: number): TfTensor;
	stack(tensors: TfTensor[], axis: number): TfTensor;
	unstack(x: TfTensor): TfTensor[];
	split(x: TfTensor, sizes: number | number[], axis: number): TfTensor[];
	reshape(x: TfTensor, shape: readonly number[]): TfTensor;
}
