/** `score`: how well a model predicts files. */
import { createWasmEngine } from "../engines/wasm/index.ts";
import { readModel } from "../model/checkpoint.ts";
import { createGru } from "../model/gru.ts";
import { bitsPerCharacter, type Score, scoreDocument } from "../model/score.ts";
import { type Command, defineCommand } from "./command.ts";
import { count, decimals, perplexity, table, visible } from "./format.ts";
import { flag, required, text } from "./options.ts";
import { readText } from "./textFile.ts";
import { documentPath } from "./workspace.ts";

export const scoreCommand: Command = defineCommand({
	name: "score",
	summary: "bits per character and perplexity of files under a model",
	usage: "--model F FILE…",
	arity: { least: 1, most: Number.POSITIVE_INFINITY },
	options: {
		model: text("F", "model file"),
		lines: flag("also say it for each line"),
		int8: flag("with weights of 8 bits, as suggestions are computed"),
		folder: text("DIR", "workspace folder of the files (default: the present one)"),
	},
	async run(_terminal, values, files) {
		const { shape, parameters } = await readModel(required("model", values.model));
		const texts = await Promise.all(
			files.map(async (file) => ({ file, path: documentPath(file, values.folder), text: await readText(file) })),
		);
		const engine = await createWasmEngine();
		const predictor = await engine.createPredictor(shape, parameters, values.int8 ? "int8" : "float32", 1);
		const model = createGru(predictor, 1);
		const scores = texts.map(({ file, path, text }) => ({ file, text, ...scoreDocument(model, path, text) }));
		predictor.dispose();
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
						["", "characters", "bits per character", "perplexity"],
						...scores.map(({ file, total }) => row(visible(file), total)),
						...(scores.length > 1 ? [row("all", all)] : []),
					]),
		};
	},
});

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
