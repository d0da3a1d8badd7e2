/** Trains the Transformer on TensorFlow.js, on one thread. */
import { setImmediate as turn } from "node:timers/promises";
import type { Segment } from "../../src/engines/engine.ts";
import { backendOf } from "../../src/engines/tensorflow/backend.ts";
import { loadTensorFlow } from "../../src/engines/tensorflow/load.ts";
import { type Rows, Transformer } from "../../src/engines/tensorflow/transformer/transformer.ts";
import type { EncodedDocument } from "../../src/model/document.ts";
import { logFrequencies } from "../../src/model/initialize.ts";
import { cpuSeconds } from "../../src/trainer/composition.ts";
import { measure } from "../../src/trainer/measures.ts";
import { rateAt } from "../../src/trainer/recipe.ts";
import { RandomSource, Sampler } from "../../src/trainer/sampler.ts";
import { charactersOf, cpuMicroseconds, type Measured, meanNorms, placesIn } from "./measured.ts";
import { type TransformerRecipe, transformerRecipe } from "./members.ts";
import type { Text } from "./texts.ts";

/** @param folder where TensorFlow.js is installed */
export async function measureTransformer(
	folder: string,
	{ training, heldOut }: Text,
	seconds: number,
	seed: number,
): Promise<Measured> {
	const backend = backendOf(await loadTensorFlow({ folder, threads: 1 }));
	const recipe = transformerRecipe(seconds);
	const { symbolCounts, symbolsPerCharacter } = measure({ training, validation: [] });
	const places = placesIn(heldOut);
	const begin = () => {
		const bias = logFrequencies(symbolCounts);
		const transformer = new Transformer(backend, recipe.shape, recipe, bias, normalNumbers(seed));
		return { transformer, segments: new Sampler(training, samplingOf(recipe, training), seed) };
	};
	const reach = (of: Transformer) => meanNorms(places, ({ bytes, target }) => of.reach(bytes, target));
	const first = begin();
	first.transformer.update(rowsOf(first.segments.segment(), recipe), recipe.learningRate * rateAt(recipe, 0, 0));
	const gradientNormAtStart = reach(first.transformer);
	first.transformer.dispose();

	const { transformer, segments } = begin();
	const began = cpuSeconds();
	const elapsed = () => cpuSeconds() - began;
	let [updates, learned] = [0, 0];
	while (updates === 0 || elapsed() < seconds) {
		const segment = segments.segment();
		const rate = recipe.learningRate * rateAt(recipe, updates, elapsed() / seconds);
		transformer.update(rowsOf(segment, recipe), rate);
		learned += segment.learned;
		updates++;
		// Else memory that is no longer used is not given back.
		await turn();
	}
	const used = elapsed();
	let nats = 0;
	for (const rows of scoringRows(heldOut, recipe)) nats += transformer.score(rows);
	const measured = {
		bpc: nats / Math.LN2 / charactersOf(heldOut),
		characters: Math.round(learned / symbolsPerCharacter),
		cpuSeconds: used,
		updates,
		parameters: transformer.parameterCount,
		stepMicroseconds: stepTime(transformer, places[0]?.bytes ?? new Uint8Array(recipe.shape.context)),
		gradientNormAtStart,
		gradientNorm: reach(transformer),
		shape: recipe.shape,
	};
	transformer.dispose();
	return measured;
}

/** Box and Muller 1958. */
function normalNumbers(seed: number): () => number {
	const random = new RandomSource(seed);
	return () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** Segments that fill the context together with the header before them. */
function samplingOf({ batch, shape: { context } }: TransformerRecipe, documents: readonly EncodedDocument[]) {
	const longestHeader = Math.max(...documents.map(({ skip }) => skip));
	return { batch, unroll: context, segmentBytes: Math.max(context >> 1, context - longestHeader) };
}

interface RowsShape {
	readonly batch: number;
	readonly shape: { readonly context: number };
}

/** From time-major to row-major. */
function rowsOf({ inputs, targets, mask }: Segment, { batch, shape: { context } }: RowsShape): Rows {
	const turned = (from: Uint8Array) =>
		from.map((_, i) => from[(i % context) * batch + Math.floor(i / context)] as number);
	return { batch, inputs: turned(inputs), targets: turned(targets), mask: turned(mask) };
}

/**
 * Every byte of the documents is a target once, with at least half of the context before it, or all that
 * there is.
 */
export function* scoringRows(
	documents: readonly EncodedDocument[],
	{ batch, shape: { context } }: RowsShape,
): Generator<Rows> {
	const windows = documents.flatMap(({ bytes, skip }) => {
		const text = bytes.subarray(0, -1);
		const starts = Array.from({ length: Math.max(1, Math.ceil((2 * (text.length - 1)) / context) - 1) }, (_, i) => i);
		return starts.map((i) => {
			const from = (i * context) / 2;
			// What the window before has scored, or the header.
			return {
				read: text.subarray(from, from + context + 1),
				scored: Math.max(skip - from, i === 0 ? 1 : context / 2 + 1),
			};
		});
	});
	const size = batch * context;
	for (let at = 0; at < windows.length; at += batch) {
		const rows = { batch, inputs: new Uint8Array(size), targets: new Uint8Array(size), mask: new Uint8Array(size) };
		for (const [row, { read, scored }] of windows.slice(at, at + batch).entries()) {
			rows.inputs.set(read.subarray(0, -1), row * context);
			rows.targets.set(read.subarray(1), row * context);
			const first = row * context + scored - 1;
			if (scored < read.length) rows.mask.fill(1, first, row * context + read.length - 1);
		}
		yield rows;
	}
}

/** With a context that is full but for the byte that is read. */
function stepTime(transformer: Transformer, bytes: Uint8Array): number {
	const { past } = transformer.step(bytes.subarray(0, -1));
	const dispose = (all: typeof past) => {
		for (const { keys, values } of all) for (const tensor of [keys, values]) tensor.dispose();
	};
	try {
		return cpuMicroseconds(() => dispose(transformer.step(bytes.subarray(-1), past).past));
	} finally {
		dispose(past);
	}
}
