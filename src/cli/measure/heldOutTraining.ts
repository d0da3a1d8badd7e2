/** Learning from a part of a folder, within a budget, to be measured on the rest. */
import type { CorpusFile } from "../../corpus/index.ts";
import type { Direction } from "../../domain/cells.ts";
import type { Memory } from "../../model/memory/index.ts";
import { halfTheCores } from "../../platform/cores.ts";
import { cpuBudget, cpuSeconds } from "../../trainer/composition.ts";
import type { TrainingText } from "../../trainer/measures.ts";
import type { TrainingStart } from "../../trainer/position.ts";
import { trainingText } from "../../trainer/text.ts";
import { quantity } from "../terminal/format.ts";
import { number, required, UsageError, type Values } from "../terminal/options.ts";
import type { ProgressDisplay } from "../terminal/progress.ts";
import { type CommandPlan, startOf, type Trained, trainingOptions, trainWith } from "../training.ts";
import { remember } from "./components.ts";
import { holdOut, holdoutOption, type Parts } from "./holdOut.ts";

/** Options of every command that measures on files held out. */
export const heldOutOptions = {
	holdout: holdoutOption,
	"budget-seconds": number("S", "CPU-seconds of all threads, from the start of the process; 0: do not train", {
		min: 0,
		max: 1e6,
		whole: false,
	}),
	...trainingOptions,
};

export interface HeldOutPlan extends CommandPlan {
	readonly holdout: number;
	readonly start: TrainingStart;
}

/**
 * @param since CPU-seconds of this process at which the budget begins
 * @param takesBoth see `startOf`
 * @throws {Failure | UsageError} if an option is missing, or the start cannot be used
 */
export async function heldOutPlan(
	values: Values<typeof heldOutOptions> & { readonly direction?: Direction | undefined },
	since = 0,
	takesBoth = false,
): Promise<HeldOutPlan> {
	const budget = cpuBudget(required("budget-seconds", values["budget-seconds"]), since);
	const holdout = required("holdout", values.holdout);
	const start = await startOf(values, { both: takesBoth });
	if (budget.seconds === 0 && start.kind === "new") {
		throw new UsageError("--budget-seconds 0 needs a model: --from base or a file");
	}
	return { values, holdout, threads: values.threads ?? halfTheCores(), budget, start };
}

export interface LearnedPart extends Parts {
	readonly text: TrainingText;
	/** Of all of it. */
	readonly memory: Memory;
	readonly outcome: Trained;
}

/**
 * What is held out comes in the order of the paths, as what is learned while it is predicted depends on the order.
 *
 * @param secondsKept CPU-seconds of the budget that are left to the caller
 */
export async function learnPart(
	folder: string,
	plan: HeldOutPlan,
	secondsKept: (text: TrainingText) => number,
	display: ProgressDisplay,
): Promise<LearnedPart> {
	const parts = await holdOut(folder, plan.holdout, (files) => display.reading(files));
	display.note(`${quantity(parts.training.length, "file")} to learn from, ${parts.heldOut.length} held out`);
	const { text } = trainingText(parts.training);
	const memory = await remember(text);
	const { seconds } = plan.budget;
	const left = Math.max(seconds / 2, seconds - secondsKept(text));
	const outcome =
		seconds === 0 && plan.start.kind !== "new"
			? untrained(plan.start)
			: await trainWith(
					text,
					plan.start,
					{ ...plan, budget: { ...plan.budget, seconds: left, cpuSeconds: () => left } },
					{ progress: (progress) => display.show(progress) },
				);
	return { ...parts, heldOut: inPathOrder(parts.heldOut), text, memory, outcome };
}

function untrained(start: Exclude<TrainingStart, { kind: "new" }>): Trained {
	const model = start.kind === "state" ? start.state.model : start.model;
	return { end: "budget", model, hasImproved: false, cpuSeconds: cpuSeconds(), epochs: 0, updates: 0, isKept: false };
}

function inPathOrder(files: readonly CorpusFile[]): readonly CorpusFile[] {
	return files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
}
