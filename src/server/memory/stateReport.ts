/** Reports the state of the memory when it changes, but no more often than is worth showing. */
import type { MemoryState } from "../../domain/memory.ts";
import type { MemoryHost, MemoryOutput } from "./memoryHost.ts";

/** Counts are reported at most this often, ms. */
const pauseMs = 250;

export class StateReport {
	readonly #parts: Pick<MemoryHost, "after"> & Pick<MemoryOutput, "state">;
	#sent: MemoryState | null = null;
	#latest: MemoryState | null = null;
	#cancelTimer: (() => void) | null = null;

	constructor(parts: Pick<MemoryHost, "after"> & Pick<MemoryOutput, "state">) {
		this.#parts = parts;
	}

	/** Reports at once whether there is a memory and whether it is reading, and counts a little later. */
	update(state: MemoryState | null): void {
		this.#latest = state;
		const sent = this.#sent;
		if ((state === null) !== (sent === null) || state?.reading !== sent?.reading) this.now(state);
		else if (state?.characters !== sent?.characters || state?.files !== sent?.files)
			this.#cancelTimer ??= this.#parts.after(pauseMs, () => this.now(this.#latest));
	}

	now(state: MemoryState | null): void {
		this.#cancelTimer?.();
		this.#cancelTimer = null;
		this.#latest = state;
		this.#sent = state;
		this.#parts.state(state);
	}
}
