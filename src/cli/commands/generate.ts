/** `generate`: text sampled from a model. */
import { Buffer } from "node:buffer";
import { generate } from "../../completion/generate.ts";
import { readModel } from "../../model/checkpoint.ts";
import { documentHeader, normalizeLineEnds } from "../../model/document.ts";
import { createNetwork } from "../../model/network.ts";
import { type Command, defineCommand } from "../command.ts";
import { engineOf, engineOptions } from "../engine.ts";
import { number, type Option, required, text } from "../terminal/options.ts";

const defaults = { path: "README.md", characters: 500, temperature: 0.8, topP: 0.95, seed: 1 };

/** Unlike other texts, a prompt may be empty. */
const prompt: Option<string> = { placeholder: "TEXT", help: "what the text begins with", parse: (given) => given };

export const generateCommand: Command = defineCommand({
	name: "generate",
	summary: "write text as the model would go on",
	usage: "--model F --prompt TEXT",
	arity: { least: 0, most: 0 },
	options: {
		model: text("F", "model file"),
		prompt,
		path: text("PATH", `path of the imagined file, which tells the kind of text (default: ${defaults.path})`),
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
		seed: number("K", `seed of the random numbers (default: ${defaults.seed})`, {
			min: 0,
			max: 2 ** 32 - 1,
			whole: true,
		}),
		...engineOptions,
	},
	async run(_terminal, values) {
		const prompt = required("prompt", values.prompt);
		const { shape, parameters } = await readModel(required("model", values.model));
		const predictor = await (await engineOf(values)).createPredictor(shape, parameters, "float32", 1);
		const model = createNetwork(predictor);
		const beginning = Buffer.concat([
			documentHeader(values.path ?? defaults.path),
			Buffer.from(normalizeLineEnds(prompt)),
		]);
		const seed = values.seed ?? defaults.seed;
		const continuation = [
			...generate(model, model.read(model.start(), beginning), {
				characters: values.characters ?? defaults.characters,
				temperature: values.temperature ?? defaults.temperature,
				topP: values["top-p"] ?? defaults.topP,
				seed,
			}),
		].join("");
		predictor.dispose();
		return { json: { prompt, text: continuation, seed }, text: `${prompt}${continuation}\n` };
	},
});
