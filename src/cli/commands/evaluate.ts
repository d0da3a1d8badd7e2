/** `evaluate`: trains on most of a folder within a budget, and says how well the model predicts the rest. */

import { cellName } from "../../domain/cells.ts";
import { perplexity } from "../../domain/model.ts";
import { createEngine } from "../../engines/registry.ts";
import { cpuSeconds } from "../../trainer/composition.ts";
import { type Command, defineCommand } from "../command.ts";
import { type BothEvaluation, evaluateBoth } from "../measure/bothSides.ts";
import { type Components, type Evaluation, evaluateComponents, tuningSeconds } from "../measure/components.ts";
import { curveOption, curveText, measureCurve } from "../measure/curve.ts";
import { type HeldOutPlan, heldOutOptions, heldOutPlan, learnPart } from "../measure/heldOutTraining.ts";
import { classedDocument, classNames, textClasses } from "../measure/textClasses.ts";
import { count, decimals, percent, quantity, table } from "../terminal/format.ts";
import { UsageError } from "../terminal/options.ts";
import { withProgress } from "../terminal/progress.ts";
import { directionOption } from "../training.ts";

export const evaluateCommand: Command = defineCommand({
	name: "evaluate",
	summary: "train on a part of a folder, measure on the rest (bits per character)",
	usage: "FOLDER --holdout N --budget-seconds S",
	arity: { least: 1, most: 1 },
	options: { ...heldOutOptions, direction: directionOption, curve: curveOption },
	notes: [
		"--engine trains; what it has learned is measured on Inkling's own engine, from which suggestions come.",
		"With --direction both each character is scored given all others; there is no memory then, and no mixture.",
	].join("\n"),
	async run(terminal, values, [folder = ""]) {
		const { curve: budgets, direction } = values;
		if (budgets !== undefined && direction === "both")
			throw new UsageError("--curve measures --direction forward only");
		if (budgets !== undefined && values["budget-seconds"] !== undefined)
			throw new UsageError("--curve and --budget-seconds exclude each other");
		if (budgets !== undefined) {
			const curve = await withProgress(terminal.stderr, (display) => measureCurve(folder, values, budgets, display));
			return { json: curve, text: curveText(curve) };
		}
		const plan = await heldOutPlan(values, 0, true);
		const secondsKept = isOfBoth(plan) ? () => 0 : tuningSeconds;
		const { training, heldOut, leftOut, text, memory, outcome } = await withProgress(terminal.stderr, (display) =>
			learnPart(folder, plan, secondsKept, display),
		);
		const { threads } = plan;
		const engine = await createEngine();
		const documents = heldOut.map((file) => classedDocument(file.name, file.text));
		const { end, model, updates, epochs } = outcome;
		const facts = {
			files: heldOut.length,
			leftOut,
			cpuSeconds: outcome.cpuSeconds,
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
		};
		const lines = (characters: number) => [
			`${quantity(heldOut.length, "file")} held out, ${count(characters)} characters; left out: ${describe(leftOut)}\n`,
			`${decimals(outcome.cpuSeconds)} CPU-seconds, ${count(model.info.characters)} characters learned\n\n`,
		];
		if (model.shape.direction === "both") {
			const both = await evaluateBoth(engine, model, documents);
			return { json: { ...facts, ...both }, text: [...lines(both.characters), bothTable(both)].join("") };
		}
		const { characters, gruInt8, frozen, prequential, classes } = await evaluateComponents(
			engine,
			model,
			memory,
			text,
			documents,
			threads,
		);
		return {
			json: {
				characters,
				...facts,
				frozen,
				prequential,
				gruInt8,
				classes,
				scoringCpuSeconds: cpuSeconds() - outcome.cpuSeconds,
			},
			text: [
				...lines(characters),
				table([
					["", cellName(model.shape.cell), "memory", "mixture"],
					["bits per character, frozen", ...row(frozen)],
					["the same with weights of 8 bits", decimals(gruInt8), "", ""],
					["bits per character, prequential", ...row(prequential)],
					["perplexity per character, frozen", ...row(perplexities(frozen))],
					["perplexity per character, prequential", ...row(perplexities(prequential))],
				]),
				"\n",
				classTable(classes, characters, cellName(model.shape.cell)),
			].join(""),
		};
	},
});

function isOfBoth({ start, values }: HeldOutPlan): boolean {
	const model = start.kind === "new" ? undefined : start.kind === "state" ? start.state.model : start.model;
	return (model?.shape ?? values).direction === "both";
}

function bothTable({ bpc, bpcInt8, charactersPerSecond, charactersPerSecondInt8 }: BothEvaluation): string {
	return table([
		["", "float32", "8 bits"],
		["bits per character, given all others", decimals(bpc), decimals(bpcInt8)],
		["pseudo-perplexity per character", decimals(perplexity(bpc)), decimals(perplexity(bpcInt8))],
		[
			"characters scored in a CPU-second",
			count(Math.round(charactersPerSecond)),
			count(Math.round(charactersPerSecondInt8)),
		],
	]);
}

/** The network frozen, with weights of 8 bits; the others prequential. */
function classTable(classes: Evaluation["classes"], characters: number, network: string): string {
	return table([
		["bits per character", "characters", network, "memory", "mixture"],
		...textClasses.flatMap((one) => {
			const bits = classes[one];
			if (bits === undefined) return [];
			const { gruInt8, memory, mixture } = bits;
			return [[classNames[one], percent(bits.characters / characters), ...[gruInt8, memory, mixture].map(decimals)]];
		}),
	]);
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
