/** `generate`: text sampled from a model. */
import { generateText, type SamplingOptions } from "../../completion/generate.ts";
import type { Engine } from "../../engines/engine.ts";
import { type Model, readModel } from "../../model/checkpoint.ts";
import { createTriedNetwork, createTriedWords } from "../../model/triedNetwork.ts";
import { type Beginning, beginningOf, beginnings } from "../beginning.ts";
import { type Command, defineCommand } from "../command.ts";
import { engineOf, engineOptions } from "../engine.ts";
import { number, required, text } from "../terminal/options.ts";

const defaults = { characters: 500, temperature: 0.8, topP: 0.95, seed: 1 };

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
		const beginning = await beginningOf(values);
		const stored = await readModel(required("model", values.model));
		const engine = await engineOf(values);
		const seed = values.seed ?? defaults.seed;
		const options = {
			characters: values.characters ?? defaults.characters,
			temperature: values.temperature ?? defaults.temperature,
			topP: values["top-p"] ?? defaults.topP,
			stop: values.stop,
			seed,
		};
		const continuation = await (stored.vocabulary === undefined ? inBytes : inWords)(
			engine,
			stored,
			beginning,
			options,
		);
		const { shown } = beginning;
		return { json: { prompt: shown, text: continuation, seed }, text: `${shown}${continuation}\n` };
	},
});

type Options = SamplingOptions & { readonly stop: string | undefined };

async function inBytes(engine: Engine, stored: Model, { read }: Beginning, options: Options): Promise<string> {
	const { model, dispose } = await createTriedNetwork(engine, stored, "float32", 1);
	const text = generateText(model, model.read(model.start(), read), options);
	dispose();
	return text;
}

async function inWords(engine: Engine, stored: Model, { read }: Beginning, options: Options): Promise<string> {
	const { model, vocabulary, dispose } = await createTriedWords(engine, stored, "float32", 1);
	const start = model.read(model.start(), vocabulary.encode(read));
	const text = generateText(model, start, options, (symbol) => vocabulary.bytesOf(symbol));
	dispose();
	return text;
}
