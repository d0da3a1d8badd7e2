/** `train`: a model file from the files of a folder. */
import { perplexity, suggestionGain } from "../../domain/model.ts";
import type { TrainingEnd } from "../../domain/training.ts";
import { type Model, summarize, writeModel } from "../../model/checkpoint.ts";
import { writeAtomically } from "../../platform/atomicFile.ts";
import { halfTheCores } from "../../platform/cores.ts";
import { type Budget, cpuBudget, readText, wallBudget } from "../../trainer/composition.ts";
import { type Command, defineCommand } from "../command.ts";
import { count, decimals } from "../terminal/format.ts";
import { interruptible } from "../terminal/interruption.ts";
import { text, UsageError } from "../terminal/options.ts";
import { outputFile } from "../terminal/output.ts";
import { withProgress } from "../terminal/progress.ts";
import {
	budgetSeconds,
	directionOption,
	minutes,
	reportFileOf,
	startOf,
	trainingOptions,
	trainWith,
	usedBefore,
	wordOptions,
} from "../training.ts";
import { collectFolder, describeFiles, leftOutCounts } from "../workspace.ts";

const defaultFile = "inkling.safetensors";
const defaultMinutes = 3;

const endings: Readonly<Record<TrainingEnd, string>> = {
	budget: "the time was up",
	passes: "it has read the text as often as one training may; another may gain more",
	converged: "the last validations gained nothing",
	stopped: "stopped",
	diverged: "the network diverged, and the best one before that is kept",
};

export const trainCommand: Command = defineCommand({
	name: "train",
	summary: "train a model on the files of a folder",
	usage: "FOLDER",
	arity: { least: 1, most: 1 },
	options: {
		out: text("F", `model file to write (default: ${defaultFile})`),
		...trainingOptions,
		direction: directionOption,
		...wordOptions,
		"budget-seconds": budgetSeconds,
		minutes: minutes(defaultMinutes),
	},
	notes: [
		"Ctrl+C stops the training and keeps what is learned.",
		"Beside the model, F.corpus.json says which files were used; with --from F the same files are held out again.",
	].join("\n"),
	async run(terminal, values, [folder = ""]) {
		const budget = budgetOf(values["budget-seconds"], values.minutes);
		const start = await startOf(values, { both: true, words: true });
		const out = await outputFile(values.out ?? defaultFile, terminal.stderr);
		const reportFile = await outputFile(reportFileOf(out), terminal.stderr);
		const threads = values.threads ?? halfTheCores();
		const { corpus, outcome } = await interruptible(terminal, (goesOn) =>
			withProgress(terminal.stderr, async (display) => {
				const corpus = await collectFolder(folder, (files) => display.reading(files));
				display.note(describeFiles(corpus));
				const { text, report } = readText(corpus, await usedBefore(values));
				// A report belongs to a model that was trained on its files.
				const keep = async (model: Model) => {
					await writeAtomically(reportFile, [Buffer.from(JSON.stringify(report))]);
					await writeModel(out, model);
				};
				const outcome = await trainWith(
					text,
					start,
					{ values, threads, budget },
					{
						progress: (progress) => display.show(progress),
						proceed: goesOn,
						validating: goesOn,
						// At once, so that a crash or a second Ctrl+C costs only what was learned since.
						keep,
					},
				);
				// Not yet there if the model to start from was the best.
				if (!outcome.isKept) await keep(outcome.model);
				return { corpus, outcome };
			}),
		);
		const { end, model, hasImproved, cpuSeconds, epochs } = outcome;
		return {
			json: {
				model: out,
				end,
				improved: hasImproved,
				epochs,
				elapsedSeconds: performance.now() / 1000,
				leftOut: leftOutCounts(corpus),
				...summarize(model),
				cpuSeconds,
			},
			text: [
				`${out}: ${count(model.info.characters)} characters learned${gain(model)} (${endings[end]})\n`,
				hasImproved
					? ""
					: end === "stopped"
						? "It had not improved the model yet.\n"
						: "It did not improve the model, which stays as it was.\n",
			].join(""),
		};
	},
});

function gain({ shape, info }: Model): string {
	const { initialBpc, validationBpc } = info;
	if (initialBpc === null || validationBpc === null) return "";
	const measure = shape.direction === "both" ? "pseudo-perplexity" : "perplexity";
	const change = `, ${measure} ${decimals(perplexity(initialBpc))} → ${decimals(perplexity(validationBpc))} per character`;
	const share = suggestionGain(info);
	return share === null
		? change
		: `${change}; with the memory, held-out text takes ${(100 * share).toFixed(1)} % fewer bits`;
}

function budgetOf(cpuSeconds: number | undefined, wallMinutes: number | undefined): Budget {
	if (cpuSeconds === undefined) return wallBudget(wallMinutes ?? defaultMinutes);
	if (wallMinutes === undefined) return cpuBudget(cpuSeconds);
	throw new UsageError("--budget-seconds and --minutes exclude each other");
}
