/** The kernels on a memory of their own size, shared between threads. */
import { Failure } from "../../platform/failure.ts";
import { type KernelExports, Kernels } from "./bindings.ts";

/** Bytes in a page of a WebAssembly memory. */
const PAGE = 65536;

/** Memory of at least `bytes`, shared so that worker threads can work on it. Throws `badArgument` if there is too little. */
export function createMemory(bytes: number): WebAssembly.Memory {
	const pages = Math.ceil(bytes / PAGE);
	try {
		return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
	} catch (error) {
		throw outOfMemory(bytes, error);
	}
}

function outOfMemory(bytes: number, cause: unknown): Failure {
	const size = Math.ceil(bytes / 2 ** 20);
	const message = `The network, its batch and its unroll do not fit into memory: they take ${size} MiB`;
	return new Failure("badArgument", message, { cause });
}

export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
	return new Kernels(new WebAssembly.Instance(module, { env: { memory } }).exports as KernelExports);
}
