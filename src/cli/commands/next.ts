/** `next`: the most probable words that come next. */
import { readModel } from "../../model/checkpoint.ts";
import { DOCUMENT_END } from "../../model/document.ts";
import { createTriedWords } from "../../model/triedNetwork.ts";
import { beginningOf, beginnings } from "../beginning.ts";
import { type Command, defineCommand } from "../command.ts";
import { engineOf, engineOptions } from "../engine.ts";
import { table, visible } from "../terminal/format.ts";
import { number, required, text } from "../terminal/options.ts";

const defaultCount = 10;

export const nextCommand: Command = defineCommand({
	name: "next",
	summary: "list the most probable next words under a word model",
	usage: "--model F --prompt TEXT | --model F --context FILE:LINE:COLUMN",
	arity: { least: 0, most: 0 },
	options: {
		model: text("F", "model file, trained with --tokens word"),
		...beginnings,
		count: number("N", `how many (default: ${defaultCount})`, { min: 1, max: 1000, whole: true }),
		...engineOptions,
	},
	notes:
		"Words, blanks and signs are listed as JSON writes them; a word that the model does not know begins with a single byte.",
	async run(_terminal, values) {
		const { read, shown } = await beginningOf(values);
		const stored = await readModel(required("model", values.model));
		const { model, vocabulary, dispose } = await createTriedWords(await engineOf(values), stored, "float32", 1);
		const { logProbabilities } = model.read(model.start(), vocabulary.encode(read));
		dispose();
		const words = [...logProbabilities.entries()]
			.sort(([, one], [, other]) => other - one)
			.slice(0, values.count ?? defaultCount)
			.map(([symbol, logProbability]) => ({
				word: nameOf(symbol, vocabulary.bytesOf(symbol)),
				bytes: [...vocabulary.bytesOf(symbol)],
				probability: Math.exp(logProbability),
			}));
		return {
			json: { prompt: shown, next: words },
			text: table([
				["", "probability"],
				...words.map(({ word, probability }) => [
					word === null ? "(end of the file)" : visible(JSON.stringify(word)),
					`${(100 * probability).toFixed(2)} %`,
				]),
			]),
		};
	},
});

/** Null for the end of the document. A byte of a longer character is shown as the replacement character. */
function nameOf(symbol: number, bytes: Uint8Array): string | null {
	return symbol === DOCUMENT_END ? null : Buffer.from(bytes).toString();
}
