/** `evaluate`: trains on most of a folder within a budget, and says how well the model predicts the rest. */
import type { CorpusFile } from "../corpus/index.ts";
import { createWasmEngine } from "../engines/wasm/index.ts";
import { encodeDocument } from "../model/document.ts";
import type { TrainingProgress } from "../protocol.ts";
import { cpuSeconds } from "../trainer/run.ts";
import { trainingText } from "../trainer/text.ts";
import { type Command, defineCommand } from "./command.ts";
import { type Components, evaluateComponents, mixerSeconds, remember } from "./components.ts";
import { count, decimals, perplexity, quantity, table } from "./format.ts";
import { holdOut, holdoutOption } from "./holdOut.ts";
import { required } from "./options.ts";
import { withProgress } from "./progress.ts";
import { budgetSeconds, cpuBudget, halfTheCores, startOf, trainingOptions, trainWith } from "./training.ts";

export const evaluateCommand: Command = defineCommand({
	name: "evaluate",
	summary: "train on a part of a folder, measure on the rest (bits per character)",
	usage: "FOLDER --holdout N --budget-seconds S",
	arity: { least: 1, most: 1 },
	options: { holdout: holdoutOption, "budget-seconds": budgetSeconds, ...trainingOptions },
	async run(terminal, values, [folder = ""]) {
		const budget = cpuBudget(required("budget-seconds", values["budget-seconds"]));
		const threads = values.threads ?? halfTheCores();
		const start = await startOf(values);
		const { training, heldOut, leftOut, text, memory, outcome } = await withProgress(
			terminal.stderr,
			async (display) => {
				const parts = await holdOut(folder, values.holdout, (files) => display.reading(files));
				display.note(`${quantity(parts.training.length, "file")} to learn from, ${parts.heldOut.length} held out`);
				const { text } = trainingText(parts.training);
				const memory = await remember(text);
				const progress = (progress: TrainingProgress) => display.show(progress);
				const left = cpuBudget(Math.max(budget.seconds / 2, budget.seconds - mixerSeconds(text)));
				const outcome = await trainWith(text, start, { values, threads, budget: left }, { progress });
				return { ...parts, text, memory, outcome };
			},
		);
		const { characters, frozen, prequential } = await evaluateComponents(
			await createWasmEngine(),
			outcome.model,
			memory,
			text,
			inPathOrder(heldOut).map((file) => encodeDocument(file.path, file.text)),
			threads,
		);
		const { end, model, updates, epochs } = outcome;
		return {
			json: {
				characters,
				files: heldOut.length,
				leftOut,
				cpuSeconds: outcome.cpuSeconds,
				frozen,
				prequential,
				training: {
					files: training.length,
					characters: model.info.characters,
					end,
					updates,
					epochs,
					threads,
					...model.shape,
					initialBpc: model.info.initialBpc,
					validationBpc: model.info.validationBpc,
				},
				scoringCpuSeconds: cpuSeconds() - outcome.cpuSeconds,
			},
			text: [
				`${quantity(heldOut.length, "file")} held out, ${count(characters)} characters; left out: ${describe(leftOut)}\n`,
				`${decimals(outcome.cpuSeconds)} CPU-seconds, ${count(model.info.characters)} characters learned\n\n`,
				table([
					["", "GRU", "memory", "mixture"],
					["bits per character, frozen", ...row(frozen)],
					["bits per character, prequential", ...row(prequential)],
					["perplexity per character, frozen", ...row(perplexities(frozen))],
					["perplexity per character, prequential", ...row(perplexities(prequential))],
				]),
			].join(""),
		};
	},
});

/** What is learned while predicting depends on the order. */
function inPathOrder(files: readonly CorpusFile[]): readonly CorpusFile[] {
	return files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

function perplexities({ gru, memory, mixture }: Components): Components {
	const of = (bpc: number | null) => (bpc === null ? null : perplexity(bpc));
	return { gru: of(gru), memory: of(memory), mixture: of(mixture) };
}

function row({ gru, memory, mixture }: Components): string[] {
	return [decimals(gru), decimals(memory), decimals(mixture)];
}

function describe(leftOut: Readonly<Record<string, number>>): string {
	const parts = Object.entries(leftOut).filter(([, files]) => files > 0);
	return parts.length === 0 ? "none" : parts.map(([reason, files]) => `${files} ${reason}`).join(", ");
}
