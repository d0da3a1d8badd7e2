/** `pretrain`: a base model from a corpus of many languages. */
import { extname } from "node:path";
import { type Model, readTrainingState, summarize, writeModel, writeTrainingState } from "../../model/checkpoint.ts";
import { removeAtomic } from "../../platform/atomicFile.ts";
import { halfTheCores } from "../../platform/cores.ts";
import { cpuSeconds } from "../../trainer/composition.ts";
import {
	type HeldOutScore,
	type PretrainingBudget,
	type PretrainingTask,
	positionOf,
	pretrain,
} from "../../trainer/pretraining.ts";
import { readPretrainingCorpus } from "../../trainer/pretrainingCorpus.ts";
import { pretrainingRecipe } from "../../trainer/recipe.ts";
import { type Command, defineCommand } from "../command.ts";
import { assertEngineOptions, engineOf } from "../engine.ts";
import { count, decimals, quantity, table } from "../terminal/format.ts";
import { interruptible } from "../terminal/interruption.ts";
import { number, required, text, UsageError } from "../terminal/options.ts";
import { outputFile } from "../terminal/output.ts";
import { withProgress } from "../terminal/progress.ts";
import { assertStorable, becameUnstable, minutes, trainingOptions } from "../training.ts";

const { from: _, ...networkOptions } = trainingOptions;

/** Updates between two saved states: some minutes. */
const SAVE_UPDATES = 4000;

export const pretrainCommand: Command = defineCommand({
	name: "pretrain",
	summary: "train a base model on a corpus of many languages",
	usage: "CORPUS --out F",
	arity: { least: 1, most: 1 },
	options: {
		out: text("F", "model file to write; the state to go on from is written beside it, as F.training"),
		characters: number("N", "characters to learn, with repetition", { min: 1000, max: 1e12, whole: true }),
		minutes: minutes(60),
		rate: number("R", "highest learning rate (default: 0.0035)", { min: 0, max: 1, whole: false }),
		...networkOptions,
		resume: text("F", "state to go on from, with its recipe and, unless another is given, its budget"),
	},
	notes: "Ctrl+C stops the training and keeps what is learned.",
	async run(terminal, values, [folder = ""]) {
		const wanted = required("out", values.out);
		const { resume, threads = halfTheCores(), ...chosen } = values;
		const state = resume === undefined ? undefined : await readTrainingState(resume);
		const position = state && positionOf(state);
		const fixed = ["rate", "cell", "optimizer", "hidden", "layers", "batch", "unroll", "seed"] as const;
		const surplus = fixed.find((name) => state !== undefined && values[name] !== undefined);
		if (surplus !== undefined) throw new UsageError(`--resume and --${surplus} exclude each other`);
		assertStorable(values);
		assertEngineOptions(values);
		const recipe = position?.recipe ?? pretrainingRecipe(chosen);
		const budget = budgetOf(values.characters, values.minutes) ?? position?.budget ?? hour;
		const out = await outputFile(wanted, terminal.stderr);
		const stateFile = await outputFile(stateFileOf(out), terminal.stderr);
		const corpus = await readPretrainingCorpus(folder);
		const remarked = (model: Model): Model => ({
			...model,
			remarks: {
				corpus: corpus.digest,
				languages: corpus.languages.map(({ name }) => name).join(),
				recipe: JSON.stringify({ ...recipe, shape: undefined, budget: model.info.characters }),
			},
		});
		let saved: { readonly model: Model; readonly heldOut: readonly HeldOutScore[] } | undefined;
		return await interruptible(terminal, (goesOn) =>
			withProgress(terminal.stderr, async (display) => {
				const task: PretrainingTask = {
					corpus,
					recipe,
					budget,
					threads,
					state,
					saveUpdates: SAVE_UPDATES,
					clock: () => performance.now() / 1000,
					cpuSeconds,
					now: Date.now,
				};
				const outcome = await pretrain(await engineOf(values, threads), task, {
					progress: (progress) => display.show(progress),
					proceed: goesOn,
					validating: goesOn,
					async save(state, heldOut) {
						await writeModel(out, remarked(state.model));
						await writeTrainingState(stateFile, state);
						saved = { model: state.model, heldOut };
						display.note(
							`${count(state.model.info.characters)} characters, held out ${heldOut.map(scoreText).join(", ")}; ` +
								`mean ${decimals(state.model.info.validationBpc)}`,
						);
					},
				});
				const { end } = outcome;
				if (outcome.model !== null) await writeModel(out, remarked(outcome.model));
				const kept = outcome.model === null ? saved : { model: outcome.model, heldOut: outcome.heldOut };
				if (kept === undefined) throw becameUnstable();
				const { model, heldOut } = kept;
				// A training that was stopped, or diverged, can be gone on with; another has nothing left to do.
				if (end === "budget") await removeAtomic(stateFile);
				return {
					json: {
						model: out,
						end,
						...summarize(model),
						seconds: outcome.seconds,
						cpuSeconds: outcome.cpuSeconds,
						heldOut,
					},
					text: [
						`${out}: ${count(model.info.characters)} characters learned in ${quantity(Math.round(outcome.cpuSeconds), "CPU-second")}\n\n`,
						table([
							["bits per character, held out", "", "characters"],
							...heldOut.map(({ name, bpc, characters }) => [name, decimals(bpc), count(characters)]),
							["all, by their shares", decimals(model.info.validationBpc), ""],
						]),
						...(end === "diverged"
							? ["\nThe network became unstable. The model is the one that was saved last before that.\n"]
							: []),
						...(end === "budget" ? [] : [`\nTo go on: --resume ${stateFile}\n`]),
					].join(""),
				};
			}),
		);
	},
});

const hour: PretrainingBudget = { characters: null, seconds: 3600 };

/** None if no limit is given. */
function budgetOf(characters?: number, minutes?: number): PretrainingBudget | undefined {
	if (characters === undefined && minutes === undefined) return undefined;
	return { characters: characters ?? null, seconds: minutes === undefined ? null : minutes * 60 };
}

/** `base.safetensors` → `base.training.safetensors`. */
function stateFileOf(model: string): string {
	const extension = extname(model);
	return `${model.slice(0, model.length - extension.length)}.training${extension}`;
}

function scoreText({ name, bpc }: HeldOutScore): string {
	return `${name} ${decimals(bpc)}`;
}
