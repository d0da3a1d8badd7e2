/**
 * What the probability that the model states for a suggestion is worth. Logistic recalibration (Cox 1958, as in Platt
 * scaling): ln q / (1 − q) = intercept + slope · ln p / (1 − p), with p the stated probability that all of it is right and
 * q the share of such suggestions that are.
 */

/** From the joint probability that the model states to the one that is found on text it does not know; increasing. */
export interface Calibration {
	calibrated(stated: number): number;
	/** The inverse. */
	stated(calibrated: number): number;
}

/** Probabilities are kept this far from 0 and 1. */
const margin = 1e-6;

/** Of slopes: more probable must never mean less. */
export const leastSlope = 0.05;

export class LogisticCalibration implements Calibration {
	readonly intercept: number;
	readonly slope: number;

	/** `slope` is positive. */
	constructor(intercept: number, slope: number) {
		this.intercept = intercept;
		this.slope = slope;
	}

	/** This calibration, and `next` of what it gives. */
	followedBy(next: LogisticCalibration): LogisticCalibration {
		return new LogisticCalibration(next.intercept + next.slope * this.intercept, next.slope * this.slope);
	}

	/** What was kept as JSON; null if that is none. */
	static read(json: unknown): LogisticCalibration | null {
		if (typeof json !== "object" || json === null) return null;
		const { intercept, slope } = json as Partial<Record<"intercept" | "slope", unknown>>;
		const isSound = Number.isFinite(intercept) && Number.isFinite(slope) && (slope as number) >= leastSlope;
		return isSound ? new LogisticCalibration(intercept as number, slope as number) : null;
	}

	calibrated(stated: number): number {
		return logistic(this.intercept + this.slope * logOdds(stated));
	}

	stated(calibrated: number): number {
		return logistic((logOdds(calibrated) - this.intercept) / this.slope);
	}
}

/**
 * Where nothing better is known. Fitted to suggestions in held-out files of eight projects (none of those that are
 * reported on): with a network or without, and whatever the display setting, the model is a little too modest. It is by
 * 0.07 less so once the rule chooses by what is calibrated, and so shows more; that is taken into account.
 */
export const standardCalibration = new LogisticCalibration(0.25, 0.94);

/**
 * Edits are harder to predict than whole files typed from top to bottom. Fitted to 1,799 suggestions in the last 60 commits of
 * three repositories that no figure is reported on (ky, ninja, httpie).
 */
export const toEdits = new LogisticCalibration(-0.3, 0.9);

export function logOdds(probability: number): number {
	const p = Math.min(1 - margin, Math.max(margin, probability));
	return Math.log(p / (1 - p));
}

export function logistic(z: number): number {
	return 1 / (1 + Math.exp(-z));
}
