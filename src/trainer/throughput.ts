/** The speed of a training, as it is shown. */

/** Characters per second over the last seconds. */
export class Throughput {
	static readonly #WINDOW_MS = 3000;
	readonly #now: () => number;
	#samples: { readonly at: number; readonly characters: number }[] = [];
	#total = 0;

	constructor(now: () => number) {
		this.#now = now;
	}

	add(characters: number): void {
		this.#total += characters;
		const at = this.#now();
		// The clock was set back.
		if (at < (this.#samples.at(-1)?.at ?? at)) this.#samples = [];
		this.#samples.push({ at, characters: this.#total });
		while (this.#samples.length > 2 && at - (this.#samples[0]?.at ?? at) > Throughput.#WINDOW_MS) this.#samples.shift();
	}

	perSecond(): number {
		const [first, last] = [this.#samples[0], this.#samples.at(-1)];
		if (first === undefined || last === undefined || last.at === first.at) return 0;
		return ((last.characters - first.characters) / (last.at - first.at)) * 1000;
	}
}
