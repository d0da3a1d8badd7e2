/** `evaluate`: trains on most of a folder within a budget, and says how well the model predicts the rest. */

import { cellName } from "../../domain/cells.ts";
import { perplexity } from "../../domain/model.ts";
import { createEngine } from "../../engines/registry.ts";
import { encodeDocument } from "../../model/document.ts";
import { cpuSeconds } from "../../trainer/composition.ts";
import { type Command, defineCommand } from "../command.ts";
import { type Components, evaluateComponents, tuningSeconds } from "../measure/components.ts";
import { curveOption, curveText, measureCurve } from "../measure/curve.ts";
import { heldOutOptions, heldOutPlan, learnPart } from "../measure/heldOutTraining.ts";
import { count, decimals, quantity, table } from "../terminal/format.ts";
import { withProgress } from "../terminal/progress.ts";

export const evaluateCommand: Command = defineCommand({
	name: "evaluate",
	summary: "train on a part of a folder, measure on the rest (bits per character)",
	usage: "FOLDER --holdout N --budget-seconds S",
	arity: { least: 1, most: 1 },
	options: { ...heldOutOptions, curve: curveOption },
	notes: "--engine trains; what it has learned is measured on Inkling's own engine, from which suggestions come.",
	async run(terminal, values, [folder = ""]) {
		const { curve: budgets } = values;
		if (budgets !== undefined) {
			const curve = await withProgress(terminal.stderr, (display) => measureCurve(folder, values, budgets, display));
			return { json: curve, text: curveText(curve) };
		}
		const plan = await heldOutPlan(values);
		const { training, heldOut, leftOut, text, memory, outcome } = await withProgress(terminal.stderr, (display) =>
			learnPart(folder, plan, tuningSeconds, display),
		);
		const { threads } = plan;
		const { characters, gruInt8, frozen, prequential } = await evaluateComponents(
			await createEngine(),
			outcome.model,
			memory,
			text,
			heldOut.map((file) => encodeDocument(file.name, file.text)),
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
				gruInt8,
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
					["", cellName(model.shape.cell), "memory", "mixture"],
					["bits per character, frozen", ...row(frozen)],
					["the same with weights of 8 bits", decimals(gruInt8), "", ""],
					["bits per character, prequential", ...row(prequential)],
					["perplexity per character, frozen", ...row(perplexities(frozen))],
					["perplexity per character, prequential", ...row(perplexities(prequential))],
				]),
			].join(""),
		};
	},
});

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
