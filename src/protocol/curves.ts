/** The file of learning curves: its shape, and reading what may be damaged. */
import type { CurvePoint, TrainingCurve } from "../domain/curve.ts";
import { trainingEnd } from "./domainShapes.ts";
import { list, nullable, number, object, text } from "./shape.ts";

export const points = list(object<CurvePoint>({ seconds: number, characters: number, bpc: number }));

export const trainingCurve = object<TrainingCurve>({
	begunAt: text,
	end: nullable(trainingEnd),
	train: points,
	heldOut: points,
});

/** The curves in a file, the oldest first. What is no curve is left out; what is no JSON holds none. */
export function readCurves(json: string): readonly TrainingCurve[] {
	let curves: unknown;
	try {
		curves = JSON.parse(json)?.curves;
	} catch {
		return [];
	}
	return Array.isArray(curves) ? curves.filter((curve) => trainingCurve.fault(curve) === undefined) : [];
}

export function curvesJson(curves: readonly TrainingCurve[]): string {
	return JSON.stringify({ curves });
}
