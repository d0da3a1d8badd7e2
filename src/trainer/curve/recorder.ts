/** Records the learning curve of a training from its reports of progress. */
import type { CurvePoint, TrainingCurve } from "../../domain/curve.ts";
import type { TrainingEnd, TrainingProgress } from "../../domain/training.ts";
import { Series } from "./series.ts";

/** Points closer than this look like one while the curve is short. */
const firstSpacingSeconds = 1;

export class CurveRecorder {
	readonly #begunAt: string;
	readonly #train: Series;
	readonly #heldOut: Series;
	#end: TrainingEnd | null = null;
	#measuredBpc: number | null = null;

	/** @param before the curve of the training that this one continues */
	constructor(begunAt: string, before?: TrainingCurve) {
		this.#begunAt = before?.begunAt ?? begunAt;
		this.#train = new Series(before?.train, firstSpacingSeconds);
		this.#heldOut = new Series(before?.heldOut);
		this.#measuredBpc = before?.heldOut.at(-1)?.bpc ?? null;
	}

	get curve(): TrainingCurve {
		return {
			begunAt: this.#begunAt,
			end: this.#end,
			train: this.#train.points,
			heldOut: this.#heldOut.points,
		};
	}

	/** Nothing was trained on yet. */
	get isEmpty(): boolean {
		return this.#train.points.length === 0;
	}

	/** Returns whether the curve has a new point. */
	add({ elapsedSeconds, characters, trainBpc, measuredBpc }: TrainingProgress): boolean {
		const at = { seconds: round(elapsedSeconds), characters };
		const pointAt = (bpc: number): CurvePoint => ({ ...at, bpc: round(bpc) });
		const hasTrained = trainBpc !== null && this.#train.add(pointAt(trainBpc));
		if (measuredBpc === null || measuredBpc === this.#measuredBpc) return hasTrained;
		this.#measuredBpc = measuredBpc;
		return this.#heldOut.add(pointAt(measuredBpc)) || hasTrained;
	}

	end(end: TrainingEnd): void {
		this.#end = end;
	}
}

/** Thousandths are more than anyone can tell apart, and a tenth of the digits. */
function round(value: number): number {
	return Math.round(value * 1000) / 1000;
}
