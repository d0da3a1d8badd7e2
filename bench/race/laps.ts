/** The side of a contestant written for Node: see bench/race.ts. */
import { createInterface } from "node:readline";
import { rateOf } from "../statistics.ts";

export interface Task {
	readonly hidden: number;
	readonly batch: number;
	readonly unroll: number;
	/** Of a lap, at least. */
	readonly seconds: number;
	readonly more: readonly string[];
}

export function taskOf(args: readonly string[]): Task {
	const [hidden = 0, batch = 0, unroll = 0, seconds = 0] = args.slice(0, 4).map(Number);
	return { hidden, batch, unroll, seconds, more: args.slice(4) };
}

/** @param update learns `batch · unroll` characters */
export async function runLaps({ batch, unroll, seconds }: Task, about: string, update: () => unknown): Promise<void> {
	const lap = () => rateOf(update, seconds, batch * unroll);
	// Code is compiled and memory is taken during the first.
	await lap();
	process.stdout.write(`${JSON.stringify({ about })}\n`);
	for await (const _line of createInterface({ input: process.stdin })) {
		process.stdout.write(`${JSON.stringify(await lap())}\n`);
	}
}
