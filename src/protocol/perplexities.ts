/** The shape of what was measured of files, and reading it from a file that may be damaged. */
import type { FilePerplexity, Measurement, Measurements } from "../domain/perplexities.ts";
import { parseShallowJson } from "../platform/shallowJson.ts";
import { count, list, nullable, number, object, text } from "./shape.ts";

export const filePerplexities = list(
	object<FilePerplexity>({ path: text, characters: count, network: number, memory: number, mixture: number }),
);

const measurement = object<Measurement>({ trainedAt: text, files: filePerplexities });

const measurements = object<Measurements>({ now: measurement, before: nullable(measurement) });

/** Objects and arrays in one another: both measurements, one of them, its files, one of these. */
const deepestMeasurements = 4;

/** Null if the file holds anything else. */
export function readMeasurements(json: string): Measurements | null {
	try {
		const value = parseShallowJson(json, deepestMeasurements);
		return measurements.fault(value) === undefined ? (value as Measurements) : null;
	} catch {
		return null;
	}
}
