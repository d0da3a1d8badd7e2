/** `evaluate`: trains on most of a folder within a budget, and says how well the model predicts the rest. */
import { createWasmEngine } from "../engines/wasm/index.ts";
import { encodeDocument } from "../model/document.ts";
import type { TrainingProgress } from "../protocol.ts";
import { cpuSeconds } from "../trainer/run.ts";
import { trainingText } from "../trainer/text.ts";
import { type Command, defineCommand } from "./command.ts";
import { count, decimals, perplexity, quantity, table } from "./format.ts";
import { frozenScore } from "./frozenScore.ts";
import { holdOut, holdoutOption } from "./holdOut.ts";
import { required } from "./options.ts";
import { withProgress } from "./progress.ts";
import { budgetSeconds, cpuBudget, halfTheCores, startOf, trainingOptions, trainWith } from "./training.ts";

/** Bits per character by the parts of the language model; null for a part that does not exist. */
interface Components {
	readonly gru: number | null;
	readonly memory: number | null;
	readonly mixture: number | null;
}

const none: Components = { gru: null, memory: null, mixture: null };

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
		const { training, heldOut, leftOut, outcome } = await withProgress(terminal.stderr, async (display) => {
			const parts = await holdOut(folder, values.holdout, (files) => display.reading(files));
			display.note(`${quantity(parts.training.length, "file")} to learn from, ${parts.heldOut.length} held out`);
			const { text } = trainingText(parts.training);
			const progress = (progress: TrainingProgress) => display.show(progress);
			return { ...parts, outcome: await trainWith(text, start, { values, threads, budget }, { progress }) };
		});
		const documents = heldOut.map((file) => encodeDocument(file.path, file.text));
		const { bpc, characters } = await frozenScore(await createWasmEngine(), outcome.model, documents, threads);
		const frozen: Components = { ...none, gru: bpc };
		// Training while predicting is the memory's way; the GRU's figure is the frozen one.
		const prequential: Components = none;
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
					["perplexity per character, frozen", ...row({ ...frozen, gru: perplexity(bpc) })],
				]),
			].join(""),
		};
	},
});

function row({ gru, memory, mixture }: Components): string[] {
	return [decimals(gru), decimals(memory), decimals(mixture)];
}

function describe(leftOut: Readonly<Record<string, number>>): string {
	const parts = Object.entries(leftOut).filter(([, files]) => files > 0);
	return parts.length === 0 ? "none" : parts.map(([reason, files]) => `${files} ${reason}`).join(", ");
}
