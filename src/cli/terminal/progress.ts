/** The progress of a training: a bar that moves on a terminal, now and then a line elsewhere. */

import { perplexity } from "../../domain/model.ts";
import type { TrainingProgress } from "../../domain/training.ts";
import { count, decimals, duration, percent, quantity } from "./format.ts";
import type { Output } from "./terminal.ts";

/** Between two lines where nobody watches. */
const LINE_SECONDS = 10;
const BAR_CELLS = 24;

const phases: Readonly<Record<TrainingProgress["phase"], string>> = {
	starting: "Starting",
	collecting: "Reading files",
	training: "Training",
	validating: "Validating",
	saving: "Saving",
	pausing: "Pausing",
	paused: "Paused",
	stopping: "Stopping",
};

/** Does `work` with a display that is taken away at the end, however it ends. */
export async function withProgress<T>(output: Output, work: (display: ProgressDisplay) => Promise<T>): Promise<T> {
	const display = new ProgressDisplay(output, () => performance.now() / 1000);
	try {
		return await work(display);
	} finally {
		display.end();
	}
}

export class ProgressDisplay {
	readonly #output: Output;
	readonly #now: () => number;
	#nextLine = Number.NEGATIVE_INFINITY;
	#drawn = false;

	/** `now`: a clock in seconds. */
	constructor(output: Output, now: () => number) {
		this.#output = output;
		this.#now = now;
	}

	show(progress: TrainingProgress): void {
		this.#show(progress.fraction, facts(progress));
	}

	/** While text is typed for a measurement, of which there are `total` characters. */
	typing(typed: number, total: number): void {
		this.#show(typed / total, [`Typing ${percent(typed / total)}`, `${count(typed)} of ${count(total)} characters`]);
	}

	/** While the edits of commits are typed for a measurement. */
	commits(typed: number, total: number): void {
		this.#show(typed / total, [`Typing ${percent(typed / total)}`, `${count(typed)} of ${count(total)} commits`]);
	}

	/** While commits are looked for. */
	finding(commits: number): void {
		if (this.#output.isTerminal) this.#redraw(`Reading the history: ${quantity(commits, "commit")}`);
	}

	/** While files are read. */
	reading(files: number): void {
		if (this.#output.isTerminal) this.#redraw(`Reading files: ${count(files)}`);
	}

	/** A line that stays. */
	note(line: string): void {
		this.end();
		this.#output.write(`${line}\n`);
	}

	/** Takes the bar away. */
	end(): void {
		if (this.#drawn) this.#output.write("\r\x1b[K");
		this.#drawn = false;
	}

	/** A bar and facts, the most important first. */
	#show(fraction: number, facts: readonly string[]): void {
		if (this.#output.isTerminal) {
			this.#redraw(fitting([bar(fraction), ...facts], this.#output.columns - 1));
		} else if (this.#now() >= this.#nextLine) {
			this.#nextLine = this.#now() + LINE_SECONDS;
			this.#output.write(`${facts.join(", ")}\n`);
		}
	}

	#redraw(line: string): void {
		this.#output.write(`\r\x1b[K${line}`);
		this.#drawn = true;
	}
}

/** What matters most comes first: a short line has room for no more. */
function facts(progress: TrainingProgress): string[] {
	const { phase, fraction, leftSeconds, validationBpc, trainBpc, charactersPerSecond } = progress;
	const list = [`${phases[phase]} ${percent(fraction)}`, `${duration(leftSeconds)} left`];
	if (validationBpc !== null) list.push(`perplexity ${decimals(perplexity(validationBpc))}`);
	if (trainBpc !== null) list.push(`in training ${decimals(perplexity(trainBpc))}`);
	if (charactersPerSecond > 0) list.push(`${count(charactersPerSecond)} characters/s`);
	return list;
}

/** As many parts, from the first on, as have room. */
function fitting(parts: readonly string[], columns: number): string {
	let line = "";
	for (const part of parts) {
		const longer = line === "" ? part : `${line}  ${part}`;
		if (longer.length > columns) break;
		line = longer;
	}
	return line;
}

function bar(fraction: number): string {
	const full = Math.round(fraction * BAR_CELLS);
	return "█".repeat(full) + "░".repeat(BAR_CELLS - full);
}
