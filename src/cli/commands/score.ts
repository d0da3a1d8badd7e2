/** `score`: how well a model predicts files. */
import { Buffer } from "node:buffer";
import { perplexity } from "../../domain/model.ts";
import type { Engine, Precision } from "../../engines/engine.ts";
import { scoreFromBothSides } from "../../model/bothSides/score.ts";
import { type Model, readModel } from "../../model/checkpoint.ts";
import { bitsPerCharacter, type Score, scoreDocument, scoreInWords } from "../../model/score.ts";
import { createTriedBothSides, createTriedNetwork, createTriedWords } from "../../model/triedNetwork.ts";
import { type Language, readPretrainingCorpus } from "../../trainer/pretrainingCorpus.ts";
import { type Command, defineCommand, type Result } from "../command.ts";
import { engineOf, engineOptions } from "../engine.ts";
import { type SurprisingLine, surprisingLines } from "../measure/surprisingLines.ts";
import { count, decimals, table, visible } from "../terminal/format.ts";
import { flag, number, required, text, UsageError } from "../terminal/options.ts";
import { readDocuments } from "../terminal/textFile.ts";
import { assertForward } from "../training.ts";
import { documentPath } from "../workspace.ts";

export const scoreCommand: Command = defineCommand({
	name: "score",
	summary: "bits per character and perplexity of files under a model",
	usage: "--model F FILE… | --model F --corpus DIR",
	arity: { least: 0, most: Number.POSITIVE_INFINITY },
	options: {
		model: text("F", "model file"),
		both: flag("pseudo-perplexity under a model of both directions: each character given all others"),
		lines: flag("also say it for each line"),
		top: number("N", "with --lines: the N most surprising only; a memory learns them as they are read", {
			min: 1,
			max: 1e6,
			whole: true,
		}),
		int8: flag("with weights of 8 bits, as suggestions are computed"),
		folder: text("DIR", "workspace folder of the files (default: the present one)"),
		corpus: text("DIR", "instead of files: what a corpus for pretraining holds out of each language"),
		...engineOptions,
	},
	async run(_terminal, values, files) {
		if ((values.corpus === undefined) === (files.length === 0)) throw new UsageError("Name files, or a --corpus");
		if (values.corpus !== undefined && values.lines) throw new UsageError("--lines goes with files");
		if (values.top !== undefined) {
			if (!values.lines) throw new UsageError("--top goes with --lines");
			if (values.both || values.int8) throw new UsageError("--top does not go with --both or --int8");
		}
		const stored = await readModel(required("model", values.model));
		const texts = await readDocuments(files, (file) => documentPath(file, values.folder));
		const engine = await engineOf(values);
		if (values.top !== undefined) {
			assertForward(stored);
			return topResult(await surprisingLines(engine, stored, texts, values.folder, values.top));
		}
		if (values.int8 && !engine.capabilities.precisions.has("int8"))
			throw new UsageError("--int8 needs --engine inkling");
		const { score, dispose } = await documentScorer(engine, stored, values.int8 ? "int8" : "float32", values.both);
		const scores =
			values.corpus === undefined
				? texts.map(({ file, path, text }) => ({ file, text, ...score(path, text) }))
				: (await readPretrainingCorpus(values.corpus)).languages.map((language) => scoreLanguage(score, language));
		dispose();
		const all = sum(scores.map(({ total }) => total));
		return {
			json: {
				files: scores.map(({ file, total, lines }) => ({
					file,
					...figures(total),
					...(values.lines ? { lines: lines.map(figures) } : {}),
				})),
				...figures(all),
			},
			text: values.lines
				? scores.map(({ file, text, lines }) => `${visible(file)}\n${lineTable(text, lines)}`).join("\n")
				: table([
						["", "characters", "bits per character", values.both ? "pseudo-perplexity" : "perplexity"],
						...scores.map(({ file, total }) => row(visible(file), total)),
						...(scores.length > 1 ? [row("all", all)] : []),
					]),
		};
	},
});

function topResult(lines: readonly SurprisingLine[]): Result {
	const rows = lines.map(({ file, line, excess, text }) => [
		`${visible(file)}:${line}`,
		decimals(excess),
		visible(text.trim()),
	]);
	return {
		json: { lines },
		text: rows.map(([place, excess, text]) => `${excess?.padStart(8)}  ${place}  ${text}\n`).join(""),
	};
}

type ScoreDocument = (path: string, text: string) => { readonly total: Score; readonly lines: readonly Score[] };

/** Scores documents from the left or, with a model of both directions, from both sides. */
async function documentScorer(
	engine: Engine,
	stored: Model,
	precision: Precision,
	isBoth = false,
): Promise<{ readonly score: ScoreDocument; dispose(): void }> {
	if (isBoth) {
		const network = await createTriedBothSides(engine, stored, precision);
		return { score: (path, text) => scoreFromBothSides(network, path, text), dispose: () => network.dispose() };
	}
	assertForward(stored);
	if (stored.vocabulary !== undefined) {
		const words = await createTriedWords(engine, stored, precision, 1);
		return { score: (path, text) => scoreInWords(words, path, text), dispose: () => words.dispose() };
	}
	const { model, dispose } = await createTriedNetwork(engine, stored, precision, 1);
	return { score: (path, text) => scoreDocument(model, path, text), dispose };
}

/** All that is held out of a language, as if it were one file. */
function scoreLanguage(score: ScoreDocument, { name, heldOut: { bytes, starts, skips } }: Language) {
	const decode = (from: number, to: number) => Buffer.from(bytes.subarray(from, to)).toString();
	const scores = Array.from(starts, (start, index) => {
		const begin = start + (skips[index] as number);
		const end = (starts[index + 1] ?? bytes.length) - 1;
		return score(decode(start, begin - 1), decode(begin, end)).total;
	});
	return { file: name, text: "", total: sum(scores), lines: [] };
}

interface Figures {
	readonly characters: number;
	/** Null for an empty text, as is the perplexity. */
	readonly bpc: number | null;
	readonly perplexity: number | null;
}

function figures(score: Score): Figures {
	const bpc = bitsPerCharacter(score);
	return { characters: score.characters, bpc, perplexity: bpc === null ? null : perplexity(bpc) };
}

function row(name: string, score: Score): string[] {
	const { characters, bpc, perplexity } = figures(score);
	return [name, count(characters), decimals(bpc), decimals(perplexity)];
}

function lineTable(text: string, scores: readonly Score[]): string {
	const lines = text.split(/\r\n?|\n/);
	return scores
		.map((score, index) => `${decimals(figures(score).bpc).padStart(6)}  ${visible(lines[index] ?? "")}\n`)
		.join("");
}

function sum(scores: readonly Score[]): Score {
	return scores.reduce(
		(all, { bits, characters }) => ({ bits: all.bits + bits, characters: all.characters + characters }),
		{ bits: 0, characters: 0 },
	);
}
