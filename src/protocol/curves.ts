/** The file of learning curves: its shape, and reading what may be damaged. */
import type { CurvePoint, TrainingCurve } from "../domain/curve.ts";
import { parseShallowJson } from "../platform/shallowJson.ts";
import { trainingEnd } from "./domainShapes.ts";
import { count, list, nullable, number, object, text } from "./shape.ts";

export const points = list(object<CurvePoint>({ seconds: number, characters: count, bpc: number }));

export const trainingCurve = object<TrainingCurve>({
	begunAt: text,
	end: nullable(trainingEnd),
	train: points,
	heldOut: points,
});

/** Objects and arrays in one another: the file, its list, a curve, its points, one of them. */
const deepestCurves = 5;

/** The curves in a file, the oldest first. What is no curve is left out; what is no JSON holds none. */
export function readCurves(json: string): readonly TrainingCurve[] {
	let curves: unknown;
	try {
		curves = (parseShallowJson(json, deepestCurves) as { readonly curves?: unknown } | null)?.curves;
	} catch {
		return [];
	}
	return Array.isArray(curves) ? curves.filter((curve) => trainingCurve.fault(curve) === undefined) : [];
}

export function curvesJson(curves: readonly TrainingCurve[]): string {
	return JSON.stringify({ curves });
}
