/** The files that are to be read, and those that are being read or learned. */
import type { Candidate } from "../../corpus/judge.ts";

export class ReadingQueue {
	/** The next one last. Of a file that is in it twice, only the later place counts. */
	#stack: Candidate[] = [];
	/** By absolute path, the place that counts. */
	#places = new Map<string, Candidate>();
	/** How many times a file is being read or learned. */
	readonly #underWay = new Map<string, number>();

	get isEmpty(): boolean {
		return this.#places.size === 0 && this.#underWay.size === 0;
	}

	/** Whether the file is to be read or learned. */
	has(file: string): boolean {
		return this.#places.has(file) || this.#underWay.has(file);
	}

	/** Puts a file first. */
	add(candidate: Candidate): void {
		this.#stack.push(candidate);
		this.#places.set(candidate.absolutePath, candidate);
	}

	/** Replaces all that wait. @param candidates the next one first */
	replace(candidates: readonly Candidate[]): void {
		this.#stack = candidates.toReversed();
		this.#places = new Map(candidates.map((candidate) => [candidate.absolutePath, candidate]));
	}

	/** The next one, which is under way until it is `done`. */
	take(): Candidate | undefined {
		for (let candidate = this.#stack.pop(); candidate !== undefined; candidate = this.#stack.pop()) {
			const file = candidate.absolutePath;
			if (this.#places.get(file) !== candidate) continue;
			this.#places.delete(file);
			this.#underWay.set(file, (this.#underWay.get(file) ?? 0) + 1);
			return candidate;
		}
		return undefined;
	}

	done(file: string): void {
		const times = (this.#underWay.get(file) ?? 0) - 1;
		if (times > 0) this.#underWay.set(file, times);
		else this.#underWay.delete(file);
	}

	clear(): void {
		this.#stack = [];
		this.#places.clear();
		this.#underWay.clear();
	}
}
