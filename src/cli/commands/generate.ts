/** `generate`: text sampled from a model. */
import { Buffer } from "node:buffer";
import { generateText } from "../../completion/generate.ts";
import { readModel } from "../../model/checkpoint.ts";
import { documentHeader, normalizeLineEnds } from "../../model/document.ts";
import { createTriedNetwork } from "../../model/triedNetwork.ts";
import { type Command, defineCommand } from "../command.ts";
import { engineOf, engineOptions } from "../engine.ts";
import { anyText, number, required, text, UsageError, type Values } from "../terminal/options.ts";
import { filePlace, splitAt } from "../terminal/place.ts";
import { readDocument } from "../terminal/textFile.ts";
import { documentPath } from "../workspace.ts";

const defaults = { path: "README.md", characters: 500, temperature: 0.8, topP: 0.95, seed: 1 };

/** What the text goes on from. */
const beginnings = {
	prompt: anyText("TEXT", "what the text begins with"),
	path: text("PATH", `with --prompt: path of the imagined file (default: ${defaults.path})`),
	context: filePlace("instead of --prompt: a place in a file, from which the text goes on"),
	folder: text("DIR", "with --context: workspace folder of the file (default: the present one)"),
};

export const generateCommand: Command = defineCommand({
	name: "generate",
	summary: "write text as the model would go on",
	usage: "--model F --prompt TEXT | --model F --context FILE:LINE:COLUMN",
	arity: { least: 0, most: 0 },
	options: {
		model: text("F", "model file"),
		...beginnings,
		characters: number("N", `most characters (default: ${defaults.characters})`, { min: 1, max: 1e6, whole: true }),
		temperature: number("T", `0 takes the likeliest, 1 samples as the model says (default: ${defaults.temperature})`, {
			min: 0,
			max: 10,
			whole: false,
		}),
		"top-p": number("P", `sample from the likeliest that have this share (default: ${defaults.topP})`, {
			min: 0,
			max: 1,
			whole: false,
		}),
		stop: text("TEXT", "end before this text"),
		seed: number("K", `seed of the random numbers (default: ${defaults.seed})`, {
			min: 0,
			max: 2 ** 32 - 1,
			whole: true,
		}),
		...engineOptions,
	},
	async run(_terminal, values) {
		const { path, before, shown } = await beginningOf(values);
		const stored = await readModel(required("model", values.model));
		const { model, dispose } = await createTriedNetwork(await engineOf(values), stored, "float32", 1);
		const beginning = Buffer.concat([documentHeader(path), Buffer.from(normalizeLineEnds(before))]);
		const seed = values.seed ?? defaults.seed;
		const continuation = generateText(model, model.read(model.start(), beginning), {
			characters: values.characters ?? defaults.characters,
			temperature: values.temperature ?? defaults.temperature,
			topP: values["top-p"] ?? defaults.topP,
			stop: values.stop,
			seed,
		});
		dispose();
		return { json: { prompt: shown, text: continuation, seed }, text: `${shown}${continuation}\n` };
	},
});

/** `shown`: what is printed of the text before. A file is not printed again. */
async function beginningOf(
	values: Partial<Values<typeof beginnings>>,
): Promise<{ readonly path: string; readonly before: string; readonly shown: string }> {
	const { context, path, folder } = values;
	if (context === undefined) {
		if (folder !== undefined) throw new UsageError("--folder goes with --context");
		const before = required("prompt", values.prompt);
		return { path: path ?? defaults.path, before, shown: before };
	}
	if (values.prompt !== undefined || path !== undefined)
		throw new UsageError("--prompt and --path do not go with --context");
	const document = await readDocument(context.file, documentPath(context.file, folder));
	return { path: document.path, before: splitAt(document.text, context).before, shown: "" };
}
