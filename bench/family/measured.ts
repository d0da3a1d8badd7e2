/** What is measured of one model that was trained once, and how, the same for every kind of model. */
import { countCharacters, type EncodedDocument } from "../../src/model/document.ts";
import { cpuSeconds } from "../../src/trainer/composition.ts";
import { distances, readBytes } from "./gradientReach.ts";

export interface Measured {
	/** Bits per character of the text held out. */
	readonly bpc: number;
	/** Learned within the budget, repetitions counted, and the CPU-seconds that it took. */
	readonly characters: number;
	readonly cpuSeconds: number;
	readonly updates: number;
	readonly parameters: number;
	/** CPU time to read one byte, or word, and predict the next. */
	readonly stepMicroseconds: number;
	readonly gradientNormAtStart: GradientNorms;
	readonly gradientNorm: GradientNorms;
	/** The size of the network. */
	readonly shape: object;
}

/** By the steps back, means over some places of the text held out; empty if no place has so much text before it, or not measured. */
export type GradientNorms = Readonly<Record<string, number>>;

/** Enough for two seeds to differ by a tenth at most. */
const places = 16;

export interface Place {
	readonly bytes: Uint8Array;
	readonly target: number;
}

/** Places spread evenly over the documents, each with the bytes before it. */
export function placesIn(documents: readonly EncodedDocument[]): readonly Place[] {
	const starts = documents.map(({ bytes }) => Math.max(0, bytes.length - 1 - readBytes));
	const total = starts.reduce((sum, count) => sum + count, 0);
	const chosen = Array.from({ length: Math.min(places, total) }, (_, i) => Math.floor(((i + 0.5) * total) / places));
	return chosen.map((number) => {
		let start = number;
		let document = 0;
		while (start >= (starts[document] as number)) start -= starts[document++] as number;
		const { bytes } = documents[document] as EncodedDocument;
		return { bytes: bytes.subarray(start, start + readBytes), target: bytes[start + readBytes] as number };
	});
}

/** @param normsOf the norms of a place; that of k steps back is the k-th from the end */
export function meanNorms(places: readonly Place[], normsOf: (place: Place) => ArrayLike<number>): GradientNorms {
	if (places.length === 0) return {};
	const all = places.map(normsOf);
	const mean = (distance: number) =>
		all.reduce((sum, norms) => sum + (norms[norms.length - 1 - distance] as number), 0) / all.length;
	return Object.fromEntries(distances.map((distance) => [distance, mean(distance)]));
}

/** Without headers and end marks. */
export function charactersOf(documents: readonly EncodedDocument[]): number {
	return documents.reduce((sum, { bytes, skip }) => sum + countCharacters(bytes.subarray(skip, -1)), 0);
}

/** V8 compiles meanwhile. */
const warmUpSeconds = 0.2;
const stepSeconds = 0.5;

/** CPU time of one call, in microseconds. */
export function cpuMicroseconds(work: () => void): number {
	const repeat = (seconds: number) => {
		const began = cpuSeconds();
		let times = 0;
		let used = 0;
		do {
			work();
			times++;
			used = cpuSeconds() - began;
		} while (used < seconds);
		return (1e6 * used) / times;
	};
	repeat(warmUpSeconds);
	return repeat(stepSeconds);
}
