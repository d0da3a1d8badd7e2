/**
 * What suggestions are worth to the one who types: a calibration that goes on learning. It starts from the calibration to
 * whole files, corrected by how much harder edits are to predict, and moves with the outcomes of what was shown.
 */
import type { Calibration, LogisticCalibration } from "../completion/calibration.ts";
import { fitCalibration, type Outcome } from "./calibrationFit.ts";

/** Of outcomes: the last few days of typing count, and a fit to all of them takes about a millisecond. */
const capacity = 600;
/** Outcomes between two fits: one alone hardly moves it. */
const fitEvery = 16;

export class Experience {
	readonly #toEdits: LogisticCalibration;
	/** The oldest first. */
	#outcomes: Outcome[] = [];
	#sinceFit = 0;
	#fitted: { readonly base: LogisticCalibration; readonly calibration: LogisticCalibration } | null = null;

	/** @param toEdits from probabilities that hold for whole files to those that hold for edits */
	constructor(toEdits: LogisticCalibration) {
		this.#toEdits = toEdits;
	}

	/** @param base calibrates to whole files */
	calibration(base: LogisticCalibration): Calibration {
		if (this.#fitted?.base !== base || this.#sinceFit >= fitEvery) {
			this.#sinceFit = 0;
			this.#fitted = { base, calibration: fitCalibration(this.#outcomes, base.followedBy(this.#toEdits)) };
		}
		return this.#fitted.calibration;
	}

	add(outcome: Outcome): void {
		this.#outcomes.push(outcome);
		if (this.#outcomes.length > capacity) this.#outcomes.shift();
		this.#sinceFit++;
	}

	/** The last ones, the oldest first. */
	get outcomes(): readonly Outcome[] {
		return this.#outcomes;
	}

	/** @param outcomes of the same models, before those that were added since */
	recall(outcomes: readonly Outcome[]): void {
		this.#outcomes = [...outcomes, ...this.#outcomes].slice(-capacity);
		this.#fitted = null;
	}

	/** Other models state other probabilities: what was learned from the former ones is forgotten. */
	forget(): void {
		this.#outcomes = [];
		this.#fitted = null;
	}
}
