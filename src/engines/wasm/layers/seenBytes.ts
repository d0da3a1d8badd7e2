/** Which bytes the updates of a network of bytes have met: the input weights of others stay as they are. */
import { type Segment, SYMBOLS, type Symbols } from "../../engine.ts";
import { TRACE } from "../../optimizers.ts";
import type { Plan } from "../plan.ts";

export class SeenBytes {
	readonly #plan: Plan;
	readonly #bytes: Uint8Array;
	readonly #floats: Float32Array;

	constructor(plan: Plan, buffer: ArrayBufferLike) {
		this.#plan = plan;
		this.#bytes = new Uint8Array(buffer);
		this.#floats = new Float32Array(buffer);
	}

	/**
	 * Sees to it that the second moments tell which bytes updates have met, also where all that followed a byte did not
	 * count, or the optimiser keeps no such moments: a trace is left that is too small to change a step.
	 */
	note(): void {
		for (const { byte, seen, row } of this.#secondMoments()) {
			if (this.#bytes[seen + byte] && row.every((moment) => moment === 0)) row[0] = TRACE;
		}
	}

	/** Marks the bytes that updates had met before the optimiser was saved. */
	restore(): void {
		for (const { byte, seen, row } of this.#secondMoments()) {
			if (row.some((moment) => moment !== 0)) this.#bytes[seen + byte] = 1;
		}
	}

	/** Marks the bytes that the networks read in an update. */
	read(
		{ inputs, targets, following }: Segment<Symbols>,
		{ batch, unroll }: { readonly batch: number; readonly unroll: number },
	): void {
		const [forward, backward] = this.#plan.stacks;
		for (const byte of inputs) this.#bytes[(forward?.seen ?? 0) + byte] = 1;
		if (backward === undefined) return;
		const mark = (bytes: Symbols, before: number) => {
			for (const [i, byte] of bytes.entries()) {
				const t = before + Math.floor(i / batch);
				if (t < (following?.lengths[i % batch] ?? unroll)) this.#bytes[backward.seen + byte] = 1;
			}
		};
		mark(targets, 0);
		mark(following?.bytes ?? new Uint8Array(0), unroll);
	}

	/** Of the input weights of each byte, in each direction; `seen` is where its network marks what it has read. */
	#secondMoments(): { readonly byte: number; readonly seen: number; readonly row: Float32Array }[] {
		const { rows, second, stacks } = this.#plan;
		return stacks.flatMap(({ layers, seen }) => {
			const table = (second + (layers[0]?.weightIh ?? 0)) / 4;
			return Array.from({ length: SYMBOLS }, (_, byte) => {
				return { byte, seen, row: this.#floats.subarray(table + byte * rows, table + (byte + 1) * rows) };
			});
		});
	}
}
