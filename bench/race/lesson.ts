/** What all contestants learn that take text: this project's own sources. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Segment, TrainerOptions } from "../../src/engines/engine.ts";
import { segmentsOf } from "../arithmetic.ts";
import type { Task } from "./laps.ts";

/** The values that are trained do not matter here. */
export const rate = 1e-3;

/** Of all byte values, not only of those that occur: the others cannot leave any out. */
export function optionsOf({ batch, unroll }: Task): TrainerOptions {
	return {
		batch,
		unroll,
		threads: 1,
		optimizer: "adam",
		beta1: 0.9,
		beta2: 0.999,
		epsilon: 1e-8,
		weightDecay: 0,
		clip: 1,
	};
}

export function raceText(): Uint8Array {
	const folder = join(import.meta.dirname, "../../src/engines/wasm");
	const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));
	return Buffer.concat(files.map((name) => readFileSync(join(folder, name))));
}

export function raceSegments(text: Uint8Array, { batch, unroll }: Task): readonly Segment[] {
	return segmentsOf(text, batch, unroll);
}
