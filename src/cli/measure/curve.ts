/** What a training brings, by its length: one training for each budget, all measured on the same files. */
import { createEngine } from "../../engines/registry.ts";
import { encodeDocument } from "../../model/document.ts";
import { cpuSeconds } from "../../trainer/composition.ts";
import { decimals, quantity, table } from "../terminal/format.ts";
import type { Option, Values } from "../terminal/options.ts";
import type { ProgressDisplay } from "../terminal/progress.ts";
import { type Evaluation, evaluateComponents, tuningSeconds } from "./components.ts";
import { type heldOutOptions, heldOutPlan, learnPart } from "./heldOutTraining.ts";

/** As of `--budget-seconds`. */
const mostSeconds = 1e6;

/** Comma-separated CPU-seconds, ascending. */
export const curveOption: Option<readonly number[]> = {
	placeholder: "S,S,…",
	help: "instead of --budget-seconds: one training for each of these, in a table",
	parse(given) {
		const budgets = given.split(",").map((one) => (/^(?:\d*\.)?\d+$/.test(one) ? Number(one) : Number.NaN));
		if (!budgets.every((seconds, i) => seconds <= mostSeconds && seconds > (budgets[i - 1] ?? -1))) {
			throw new Error(`is ${JSON.stringify(given)}, not ascending seconds`);
		}
		return budgets;
	},
};

export interface CurvePoint extends Pick<Evaluation, "frozen" | "prequential"> {
	readonly budgetSeconds: number;
	/** Used, until the training was over. */
	readonly cpuSeconds: number;
	/** Read by the training, with repetition. */
	readonly characters: number;
}

export interface Curve {
	readonly files: number;
	/** Held out. */
	readonly characters: number;
	readonly points: readonly CurvePoint[];
}

/** @throws {Failure | UsageError} as `heldOutPlan` and `learnPart` */
export async function measureCurve(
	folder: string,
	values: Values<typeof heldOutOptions>,
	budgets: readonly number[],
	display: ProgressDisplay,
): Promise<Curve> {
	const engine = await createEngine();
	const points: CurvePoint[] = [];
	let files = 0;
	let characters = 0;
	for (const seconds of budgets) {
		const began = cpuSeconds();
		const plan = await heldOutPlan({ ...values, "budget-seconds": seconds }, began);
		const { heldOut, text, memory, outcome } = await learnPart(folder, plan, tuningSeconds, display);
		const documents = heldOut.map((file) => encodeDocument(file.name, file.text));
		const evaluation = await evaluateComponents(engine, outcome.model, memory, text, documents, plan.threads);
		files = heldOut.length;
		characters = evaluation.characters;
		points.push({
			budgetSeconds: seconds,
			cpuSeconds: outcome.cpuSeconds - began,
			characters: seconds === 0 ? 0 : outcome.model.info.characters,
			frozen: evaluation.frozen,
			prequential: evaluation.prequential,
		});
	}
	return { files, characters, points };
}

/** Bits per character, and the mixture's beside that of the first budget. */
export function curveText({ files, characters, points }: Curve): string {
	const first = points[0]?.prequential.mixture ?? null;
	const change = ({ prequential: { mixture } }: CurvePoint) =>
		mixture === null || first === null ? "–" : `${((mixture / first - 1) * 100).toFixed(1)} %`;
	return [
		`${quantity(files, "file")} held out, ${quantity(characters, "character")}; bits per character\n\n`,
		table([
			["CPU-seconds", "network, frozen", "mixture, frozen", "memory, prequential", "mixture, prequential", "change"],
			...points.map((point) => [
				String(point.budgetSeconds),
				decimals(point.frozen.gru),
				decimals(point.frozen.mixture),
				decimals(point.prequential.memory),
				point.prequential.mixture?.toFixed(4) ?? "–",
				change(point),
			]),
		]),
	].join("");
}
