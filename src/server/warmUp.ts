/**
 * Answers made-up requests in idle time, so that V8 has compiled the code of an answer before the first real one. Without it
 * the first answer took 20 ms of processor time where later ones took 12.
 */
import { standardCalibration } from "../completion/calibration.ts";
import type { LanguageModel } from "../model/languageModel.ts";
import { OpenDocument } from "./documents/openDocument.ts";
import type { IdleWork } from "./idleWork.ts";

/** Beginnings of lines as many languages have them, with text right of the cursor in some. */
const lines = [
	"for (let i = 0; i < 10; i++) {",
	"    value = compute(first, second)",
	"The quick brown fox jumps over",
];
const text = lines.join("\n");

const wish = { explicit: false, count: 1, threshold: "eager", forced: "" } as const;

/** Requests; V8 compiles code that runs often, and the steps of their searches run hundreds of times. */
const requests = 24;

export class WarmUp implements IdleWork {
	readonly #now: () => number;
	/** Null when there is nothing to do. */
	#steps: Generator<undefined, void> | null = null;
	#isDone = false;

	/** @param now a clock in ms */
	constructor(now: () => number) {
		this.#now = now;
	}

	/** Warms up with the first model there is; compiled code serves the next ones, too. */
	use(model: LanguageModel | null): void {
		if (!this.#isDone) this.#steps = model && warming(model, this.#now);
	}

	work(isOver: () => boolean): boolean {
		if (this.#steps === null) return false;
		do {
			if (!this.#steps.next().done) continue;
			this.#isDone = true;
			this.#steps = null;
		} while (this.#steps !== null && !isOver());
		return true;
	}
}

/** Yields after each step of a millisecond or two. */
function* warming(model: LanguageModel, now: () => number): Generator<undefined, void> {
	const document = new OpenDocument("warm-up.txt", 1, text);
	const resources = { window: text.length, now, calibration: standardCalibration };
	for (let i = 0; i < requests; i++) {
		const line = i % lines.length;
		const character = (lines[line] as string).length - Math.floor(i / lines.length);
		yield* document.completing(model, { line, character }, wish, resources, { isOver: false });
		yield;
	}
}
