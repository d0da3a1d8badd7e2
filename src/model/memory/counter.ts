/** Entry of a thread that counts beside the one that a memory belongs to, until there has been nothing to count for a while. */
import { workerData } from "node:worker_threads";
import type { CounterKernels } from "./kernels.ts";

export interface CounterData {
	readonly module: WebAssembly.Module;
	readonly memory: WebAssembly.Memory;
	readonly slotBits: number;
	/** Addresses. */
	readonly table: number;
	readonly queue: number;
	/** Nanoseconds without work after which it ends. */
	readonly patience: bigint;
}

const { module, memory, slotBits, table, queue, patience }: CounterData = workerData;
const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as CounterKernels;
kernels.join(slotBits, table, queue);
kernels.countAlong(patience);
