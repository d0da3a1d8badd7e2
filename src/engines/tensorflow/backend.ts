/** What differs between TensorFlow.js's back ends, and what the engine asks of each. */
import { Failure } from "../../platform/failure.ts";
import type { TensorFlow, TfTensor } from "./api.ts";

/** The operations behind which back ends differ. */
export interface Operations {
	/** Rows of a matrix, `[indices.length, columns]`. */
	rows(matrix: TfTensor, indices: Int32Array): TfTensor;
	/** The parts of a tensor along its first axis. */
	parts(x: TfTensor): TfTensor[];
}

export interface Backend {
	readonly tf: TensorFlow;
	readonly name: string;
	/** With gradients, as TensorFlow.js differentiates them. */
	readonly differentiable: Operations;
	/** Faster where no gradient is wanted. */
	readonly direct: Operations;
}

/** The kernels behind the operations in api.ts and their gradients. */
const kernels = [
	"Add",
	"BatchMatMul",
	"Cast",
	"Concat",
	"Exp",
	"Greater",
	"Log",
	"Max",
	"Multiply",
	"Pack",
	"RealDiv",
	"Relu",
	"Reshape",
	"Sigmoid",
	"Slice",
	"SplitV",
	"Sqrt",
	"Square",
	"Step",
	"Sub",
	"Sum",
	"Tanh",
	"Transpose",
	"Unpack",
];

/** The back end of @tensorflow/tfjs-node and its GPU edition. */
const native = "tensorflow";

/** @throws {Failure} engineUnavailable if the present back end lacks a kernel or computes wrongly */
export function backendOf(tf: TensorFlow): Backend {
	const name = tf.getBackend();
	const missing = kernels.filter((kernel) => tf.getKernel(kernel, name) === undefined);
	if (missing.length > 0) {
		throw new Failure("engineUnavailable", `its back end ${name} lacks the kernels ${missing.join(", ")}`);
	}
	// A library that is damaged, or built for another processor, shows here rather than in a model that learns nothing.
	const product = tf.tidy(() => {
		const row = tf.tensor(Float32Array.of(1, 2, 3), [1, 3], "float32");
		return tf.matMul(row, tf.transpose(row)).dataSync()[0];
	});
	if (product !== 14) {
		throw new Failure("engineUnavailable", `its back end ${name} computes 1·1 + 2·2 + 3·3 as ${product}`);
	}
	return name === native
		? { tf, name, differentiable: nativeOperations(tf), direct: nativeOperations(tf) }
		: { tf, name, differentiable: productOperations(tf), direct: copyOperations(tf) };
}

function nativeOperations(tf: TensorFlow): Operations {
	return {
		rows: (matrix, indices) => tf.gather(matrix, tf.tensor(indices, [indices.length], "int32")),
		parts: (x) => unstack(tf, x),
	};
}

/** Of a single part TensorFlow.js has no gradient: it hands the part's to `stack`, which wants a list. */
function unstack(tf: TensorFlow, x: TfTensor): TfTensor[] {
	return x.shape[0] === 1 ? [tf.reshape(x, x.shape.slice(1))] : tf.unstack(x);
}

/** The gradient of `gather` needs a kernel that the wasm back end lacks; that of a product needs none. */
function productOperations(tf: TensorFlow): Operations {
	return {
		rows: (matrix, indices) => tf.matMul(oneHot(tf, indices, matrix.shape[0] as number), matrix),
		parts: (x) => unstack(tf, x),
	};
}

/** These back ends read a whole tensor for each of its parts: one copy to JavaScript is many times as fast. */
function copyOperations(tf: TensorFlow): Operations {
	return {
		rows(matrix, indices) {
			const width = matrix.shape[1] as number;
			const from = matrix.dataSync();
			const to = new Float32Array(indices.length * width);
			for (const [row, index] of indices.entries()) {
				to.set(from.subarray(index * width, (index + 1) * width), row * width);
			}
			return tf.tensor(to, [indices.length, width], "float32");
		},
		parts(x) {
			const [count = 0, ...shape] = x.shape;
			const data = x.dataSync();
			const size = data.length / count;
			return Array.from({ length: count }, (_, i) =>
				tf.tensor(data.subarray(i * size, (i + 1) * size), shape, "float32"),
			);
		},
	};
}

/** `[indices.length, width]` with a single 1 in each row. Made here, as kernels of this name differ in the type they give. */
export function oneHot(tf: TensorFlow, indices: ArrayLike<number>, width: number): TfTensor {
	const data = new Float32Array(indices.length * width);
	for (let row = 0; row < indices.length; row++) data[row * width + (indices[row] as number)] = 1;
	return tf.tensor(data, [indices.length, width], "float32");
}
