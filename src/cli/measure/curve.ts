/** What a training brings, by its length: one training for each budget, all measured on the same files. */
import { createEngine } from "../../engines/registry.ts";
import { cpuSeconds } from "../../trainer/composition.ts";
import { decimals, percent, quantity, table } from "../terminal/format.ts";
import type { Option, Values } from "../terminal/options.ts";
import type { ProgressDisplay } from "../terminal/progress.ts";
import { type Evaluation, evaluateComponents, tuningSeconds } from "./components.ts";
import { type heldOutOptions, heldOutPlan, learnPart } from "./heldOutTraining.ts";
import { classedDocument, classNames, type TextClass, textClasses } from "./textClasses.ts";

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

export interface CurvePoint extends Pick<Evaluation, "frozen" | "prequential" | "classes"> {
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
		const documents = heldOut.map((file) => classedDocument(file.name, file.text));
		const evaluation = await evaluateComponents(engine, outcome.model, memory, text, documents, plan.threads);
		files = heldOut.length;
		characters = evaluation.characters;
		points.push({
			budgetSeconds: seconds,
			cpuSeconds: outcome.cpuSeconds - began,
			characters: seconds === 0 ? 0 : outcome.model.info.characters,
			frozen: evaluation.frozen,
			prequential: evaluation.prequential,
			classes: evaluation.classes,
		});
	}
	return { files, characters, points };
}

/** Bits per character, and the mixture's beside that of the first budget; then by class of text. */
export function curveText({ files, characters, points }: Curve): string {
	const first = points[0]?.prequential.mixture ?? null;
	return [
		`${quantity(files, "file")} held out, ${quantity(characters, "character")}; bits per character\n\n`,
		table([
			["CPU-seconds", "network, frozen", "mixture, frozen", "memory, prequential", "mixture, prequential", "change"],
			...points.map(({ budgetSeconds, frozen, prequential: { memory, mixture } }) => [
				String(budgetSeconds),
				decimals(frozen.gru),
				decimals(frozen.mixture),
				decimals(memory),
				mixture?.toFixed(4) ?? "–",
				change(mixture, first),
			]),
		]),
		"\n",
		table([
			["mixture, prequential", "characters", "bits", ...points.map((point) => String(point.budgetSeconds)), "change"],
			...textClasses.flatMap((one) => classRow(one, points, characters)),
		]),
	].join("");
}

/** Shares of characters and of the first budget's bits, the mixture's bits per character after each budget, and what changed. */
function classRow(one: TextClass, points: readonly CurvePoint[], characters: number): string[][] {
	const bits = points.map(({ classes }) => classes[one]?.mixture ?? null);
	const found = points[0]?.classes[one];
	const all = points[0]?.prequential.mixture;
	if (found === undefined || all === undefined || all === null) return [];
	return [
		[
			classNames[one],
			percent(found.characters / characters),
			percent((found.mixture * found.characters) / (all * characters)),
			...bits.map((value) => value?.toFixed(3) ?? "–"),
			change(bits.at(-1) ?? null, found.mixture),
		],
	];
}

function change(now: number | null, first: number | null): string {
	return now === null || first === null ? "–" : `${((now / first - 1) * 100).toFixed(1)} %`;
}
