/** The machine and the program that a benchmark ran on: without them its figures say nothing. */
import { availableParallelism, cpus, totalmem, type } from "node:os";
import { createEngine } from "../src/engines/registry.ts";

export interface Machine {
	readonly processor: string;
	readonly cores: number;
	readonly memoryGiB: number;
	readonly system: string;
	readonly node: string;
	/** Which build of the kernels runs here. */
	readonly kernels: string;
}

export async function describeMachine(): Promise<Machine> {
	return {
		processor: cpus()[0]?.model.trim() ?? "unknown",
		cores: availableParallelism(),
		memoryGiB: Math.round(totalmem() / 2 ** 30),
		system: `${type()} ${process.arch}`,
		node: process.version,
		kernels: (await createEngine()).description,
	};
}

export function machineLine({ processor, cores, memoryGiB, system, node, kernels }: Machine): string {
	return `${processor}, ${cores} cores, ${memoryGiB} GiB; ${system}, Node ${node.slice(1)}, ${kernels}\n`;
}
