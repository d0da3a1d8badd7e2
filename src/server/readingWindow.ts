/** How much text before the cursor the session reads for one answer, measured on this machine with the present model. */
import type { LanguageModel } from "../model/languageModel.ts";

/** Reading text for contexts after a jump may take this long, ms; with the search an answer stays below 80 ms. */
const windowMs = 45;
const leastWindow = 512;
/** More text hardly changes what a recurrent network of this size predicts. */
const greatestWindow = 2560;
const probeBytes = 256;
/** Measured first: the fastest counts, as other work on the machine only ever slows a probe down. */
const firstProbes = 3;
/** The machine may have been busy all that time: a window that is not the greatest is measured again, but not for ever. */
const mostProbes = 10;
const probePauseMs = 2_000;

const probe = new Uint8Array(probeBytes).fill(32);

export class ReadingWindow {
	readonly #now: () => number;
	#model: LanguageModel | null = null;
	#perByte = Number.POSITIVE_INFINITY;
	/** Whether the model has read once, which compiles. */
	#isCompiled = false;
	#probes = 0;
	#probedAt = 0;

	/** @param now a clock in ms */
	constructor(now: () => number) {
		this.#now = now;
	}

	/** Bytes. Measured once at least, so that it does not depend on when it is asked for. */
	get size(): number {
		while (this.#model !== null && this.#probes === 0) this.measure();
		return Math.min(greatestWindow, Math.max(leastWindow, Math.floor(windowMs / this.#perByte)));
	}

	/** Measures with this model from now on. */
	use(model: LanguageModel | null): void {
		if (model === this.#model) return;
		this.#model = model;
		this.#perByte = Number.POSITIVE_INFINITY;
		this.#isCompiled = false;
		this.#probes = 0;
	}

	/** One of the first measurements, some milliseconds long; to be called in idle time. Returns whether it has measured. */
	measure(): boolean {
		if (this.#model === null || this.#probes >= firstProbes) return false;
		if (this.#isCompiled) this.#probe(this.#model);
		else this.#model.read(this.#model.start(), probe);
		this.#isCompiled = true;
		return true;
	}

	/** Measures again if the machine may have been busy before; likewise. */
	measureAgain(): boolean {
		const isDue = this.#now() - this.#probedAt >= probePauseMs;
		if (this.#model === null || this.size === greatestWindow || this.#probes >= mostProbes || !isDue) return false;
		this.#probe(this.#model);
		return true;
	}

	#probe(model: LanguageModel): void {
		this.#probes++;
		const begun = this.#now();
		model.read(model.start(), probe);
		this.#probedAt = this.#now();
		this.#perByte = Math.min(this.#perByte, (this.#probedAt - begun) / probeBytes);
	}
}
