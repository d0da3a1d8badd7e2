/**
 * Word models: what each softmax costs in training and what it gives, by the number of words. Each model is trained with as many
 * updates, on one thread, so that bits compare what the softmaxes learn from the same text. A byte model stands beside them.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { decimals, table } from "../src/cli/terminal/format.ts";
import { number, type Option, text, type Values } from "../src/cli/terminal/options.ts";
import { type Softmax, softmaxes } from "../src/domain/words.ts";
import type { Engine, Symbols } from "../src/engines/engine.ts";
import { createEngine } from "../src/engines/registry.ts";
import { type EncodedDocument, encodeDocument } from "../src/model/document.ts";
import { initialize } from "../src/model/initialize.ts";
import { Vocabulary, vocabularyOf } from "../src/model/words/vocabulary.ts";
import { cpuSeconds } from "../src/trainer/composition.ts";
import { measure, type TrainingText } from "../src/trainer/measures.ts";
import { rateAt, recipeOf } from "../src/trainer/recipe.ts";
import { RandomSource, Sampler } from "../src/trainer/sampler.ts";
import { inSymbols, newShape, sampledOf } from "../src/trainer/words.ts";
import { someOf } from "./choices.ts";
import { describeMachine } from "./machine.ts";
import { markdownTable, publish, resultOptions } from "./results.ts";

const defaults = { updates: 300, hidden: 192, megabytes: 12, words: [1000, 10_000, 50_000] };

const sizes: Option<readonly number[]> = {
	placeholder: "N,…",
	help: `sizes of vocabularies (default: ${defaults.words.join(",")})`,
	parse(given) {
		const numbers = given.split(",").map(Number);
		if (numbers.every((words) => Number.isInteger(words) && words >= 1)) return numbers;
		throw new Error(`is ${JSON.stringify(given)}, not whole numbers from 1`);
	},
};

export const wordsOptions = {
	updates: number("N", `updates of each model (default: ${defaults.updates})`, { min: 1, max: 1e6, whole: true }),
	hidden: number("H", `units (default: ${defaults.hidden})`, { min: 8, max: 2048, whole: true }),
	words: sizes,
	softmaxes: someOf(softmaxes, "which are trained"),
	folder: text("DIR", "whose .md, .ts and .js files are learned (default: node_modules of this project)"),
	megabytes: number("M", `of text, at most (default: ${defaults.megabytes})`, { min: 0.1, max: 1000, whole: false }),
	...resultOptions,
};

interface Row {
	readonly name: string;
	readonly symbols: number;
	readonly symbolsPerCharacter: number;
	readonly millisecondsPerUpdate: number;
	readonly charactersPerSecond: number;
	readonly bpc: number;
}

export async function words(values: Values<typeof wordsOptions>): Promise<void> {
	const folder = values.folder ?? join(import.meta.dirname, "../node_modules");
	const files = readFiles(folder, 1e6 * (values.megabytes ?? defaults.megabytes));
	const bytes: TrainingText = {
		training: files.filter((_, index) => index % heldOutOneIn !== 0),
		validation: someOfHeldOut(files.filter((_, index) => index % heldOutOneIn === 0)),
	};
	const engine = await createEngine();
	const plan = { updates: values.updates ?? defaults.updates, hidden: values.hidden ?? defaults.hidden };
	const rows: Row[] = [];
	const add = async (name: string, text: TrainingText<Symbols>, softmax: Softmax) => {
		rows.push(await train(engine, name, text, softmax, plan));
		process.stderr.write(`${tableRow(rows.at(-1) as Row).join("  ")}\n`);
	};
	await add("bytes", bytes, "full");
	for (const count of values.words ?? defaults.words) {
		const texts = bytes.training.map((document) => document.bytes.subarray(0, -1));
		// Words that occur once, too, as there must be enough of them.
		const text = inSymbols(bytes, filled(vocabularyOf(texts, count, 1), count));
		for (const softmax of values.softmaxes ?? softmaxes)
			await add(`${count} words, ${softmax}`, text, softmax as Softmax);
	}
	const lines = [header, ...rows.map(tableRow)];
	publish("words", await describeMachine(), { ...plan, folder: basename(folder), rows }, table(lines), values, {
		plots: {},
		markdown: markdownTable(lines),
	});
}

/**
 * As many words, where the text has fewer, by invented ones that never occur. They stand behind all that do, in the cluster that holds the
 * rarest of these, and cost what others cost.
 */
function filled({ words }: Vocabulary, count: number): Vocabulary {
	const letters = (index: number) =>
		Array.from(index.toString(26), (digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)));
	const invented = Array.from({ length: count - words.length }, (_, index) => `zqx${letters(index).join("")}`);
	return new Vocabulary([...words, ...invented]);
}

/** Of the files one in so many is held out. */
const heldOutOneIn = 10;
/** Bytes of the held-out text that are measured: a softmax over 50,000 words takes a second for each 5,000. */
const mostHeldOut = 40_000;
/** Bytes; longer files are mostly made by machines. */
const longestFile = 200_000;

/** The same files in the same order on every machine, as far as the folder is the same. */
function readFiles(folder: string, most: number): EncodedDocument[] {
	const documents: EncodedDocument[] = [];
	let bytes = 0;
	const read = (path: string): void => {
		const entries = readdirSync(path, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1));
		for (const entry of entries) {
			if (bytes >= most) return;
			const inner = join(path, entry.name);
			if (entry.isDirectory()) read(inner);
			else if (entry.isFile() && /\.(md|ts|js)$/.test(entry.name)) {
				const content = readFileSync(inner, "utf8");
				if (content.length > longestFile || content.includes("\0")) continue;
				documents.push(encodeDocument(entry.name, content));
				bytes += content.length;
			}
		}
	};
	read(folder);
	return documents;
}

function someOfHeldOut(documents: readonly EncodedDocument[]): EncodedDocument[] {
	let left = mostHeldOut;
	return documents.filter(({ bytes }) => {
		if (bytes.length > left) return false;
		left -= bytes.length;
		return true;
	});
}

async function train(
	engine: Engine,
	name: string,
	text: TrainingText<Symbols>,
	softmax: Softmax,
	{ updates, hidden }: { readonly updates: number; readonly hidden: number },
): Promise<Row> {
	const tokens = text.vocabulary === undefined ? "byte" : "word";
	const recipe = recipeOf({ tokens, softmax, hidden }, 60);
	const measures = measure(text);
	const shape = newShape(recipe, text);
	const random = new RandomSource(recipe.seed);
	const parameters = initialize(shape, measures.symbolCounts, recipe.initialization, () => random.next());
	const sampled = sampledOf(softmax, measures, recipe.seed);
	const { symbols } = measures;
	const trainer = await engine.createTrainer(shape, parameters, { ...recipe, threads: 1, symbols, ...sampled });
	const sampler = new Sampler(text.training, recipe, recipe.seed);
	let learned = 0;
	const began = cpuSeconds();
	for (let update = 0; update < updates; update++) {
		const segment = sampler.segment();
		learned += segment.learned;
		await trainer.update(segment, recipe.learningRate.cold * rateAt(recipe, update, update / updates));
	}
	const seconds = cpuSeconds() - began;
	const { nats } = await trainer.evaluate(
		text.validation.map(({ bytes }) => bytes.subarray(0, -1)),
		text.validation.map(({ skip }) => skip),
	);
	trainer.dispose();
	return {
		name,
		symbols: measures.symbolCounts.length,
		symbolsPerCharacter: measures.symbolsPerCharacter,
		millisecondsPerUpdate: (1000 * seconds) / updates,
		charactersPerSecond: learned / measures.symbolsPerCharacter / seconds,
		bpc: nats / Math.LN2 / measures.validationCharacters,
	};
}

const header = ["", "steps per character", "ms per update", "characters/s", "bits per character"];

function tableRow({ name, symbolsPerCharacter, millisecondsPerUpdate, charactersPerSecond, bpc }: Row): string[] {
	return [
		name,
		decimals(symbolsPerCharacter),
		millisecondsPerUpdate.toFixed(1),
		String(Math.round(charactersPerSecond)),
		bpc.toFixed(3),
	];
}
