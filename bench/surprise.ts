/**
 * Whether lines with a mistake of one token are among the most surprising of their file: held-out files of git repositories
 * are mutated and then read by a model that knows the other files, beside lines in an arbitrary order and by their length.
 */
import { basename, resolve } from "node:path";
import { engineOf } from "../src/cli/engine.ts";
import { memoryMebibytes, tune } from "../src/cli/measure/components.ts";
import { heldOutOptions, heldOutPlan, learnPart } from "../src/cli/measure/heldOutTraining.ts";
import { sampleOf } from "../src/cli/measure/replay/sample.ts";
import { percent, table } from "../src/cli/terminal/format.ts";
import { number, UsageError, type Values } from "../src/cli/terminal/options.ts";
import { ProgressDisplay } from "../src/cli/terminal/progress.ts";
import { processTerminal } from "../src/cli/terminal/terminal.ts";
import { normalizeLineEnds } from "../src/model/document.ts";
import { restoreMemory } from "../src/model/memory/index.ts";
import { createMixture } from "../src/model/mixture.ts";
import { surpriseOf } from "../src/model/surprise/reader.ts";
import { levelOf, linesOf, wordsOf } from "../src/model/surprise/words.ts";
import { createTriedNetwork } from "../src/model/triedNetwork.ts";
import { describeMachine } from "./machine.ts";
import { markdownTable, publish, resultOptions } from "./results.ts";
import { type Mutation, type MutationKind, mutate, mutationKinds } from "./surprise/mutations.ts";
import { randomNumbers } from "./surprise/random.ts";

export const surpriseOptions = {
	"budget-seconds": number("S", "CPU-seconds of training before (default: 0, the base model)", {
		min: 0,
		max: 1e6,
		whole: false,
	}),
	seeds: number("N", "rounds of mutations, each of other lines (default: 3)", { min: 1, max: 100, whole: true }),
	characters: number("N", "most text of each repository that is read (default: 120000)", {
		min: 1000,
		max: 1e8,
		whole: true,
	}),
	...resultOptions,
};

/** Parts of the lines of a file that a reader looks at. */
const shares = [0.05, 0.2] as const;

/** In which order a reader looks through the lines of a file. */
const orders = ["surprise", "length"] as const;
type Order = (typeof orders)[number];

/** A mutated line, and before how large a part of the lines of its file it comes. */
interface Found {
	readonly repository: string;
	readonly kind: MutationKind;
	readonly rank: Readonly<Record<Order, number>>;
}

/** `given`: folders of repositories. */
export async function surprise(values: Values<typeof surpriseOptions>, given: readonly string[]): Promise<void> {
	if (given.length === 0) throw new UsageError("Name the folders of git repositories");
	const found: Found[] = [];
	for (const folder of given) found.push(...(await measure(folder, values)));
	if (found.length === 0) throw new UsageError("The files held out are too short to be mutated");
	const rows = rowsOf(found);
	publish("surprise", await describeMachine(), { found, rows }, table(rows), values, {
		markdown: markdownTable(rows),
		plots: {},
	});
}

async function measure(folder: string, values: Values<typeof surpriseOptions>): Promise<Found[]> {
	const repository = basename(resolve(folder));
	const budget = values["budget-seconds"] ?? 0;
	const options = Object.fromEntries(Object.keys(heldOutOptions).map((name) => [name, undefined]));
	const plan = await heldOutPlan({
		...(options as Values<typeof heldOutOptions>),
		from: "base",
		holdout: 10,
		"budget-seconds": budget,
		threads: 1,
	});
	const display = new ProgressDisplay(processTerminal().stderr, () => performance.now() / 1000);
	const { heldOut, text, memory, outcome } = await learnPart(folder, plan, () => 0, display);
	const { model: network, dispose } = await createTriedNetwork(await engineOf({}), outcome.model, "int8", 1);
	await tune(memory, network, text);
	const { files } = sampleOf(
		heldOut.map(({ path, text }) => ({ path, text: normalizeLineEnds(text) })),
		values.characters ?? 120_000,
	);
	const found: Found[] = [];
	for (let seed = 1; seed <= (values.seeds ?? 3); seed++) {
		const random = randomNumbers(seed);
		for (const { path, text } of files) {
			const mutated = mutate(text, random);
			if (mutated.mutations.length === 0) continue;
			// Each file is read as the editor reads it: the memory knows the other files only.
			const own = await restoreMemory(memory.snapshot(), { mebibytes: memoryMebibytes });
			const measured = surpriseOf(createMixture(network, own), { path, before: "", text: mutated.text });
			const level = levelOf(measured);
			const lines = linesOf(wordsOf(mutated.text, measured, level), level);
			const contents = mutated.text.split("\n");
			const ranks = {
				surprise: ranksBy(lines, ({ excess }) => excess),
				length: ranksBy(lines, ({ line }) => contents[line]?.length ?? 0),
			};
			found.push(...mutated.mutations.map((mutation) => foundAt(repository, mutation, ranks)));
		}
	}
	dispose();
	return found;
}

function foundAt(
	repository: string,
	{ kind, line }: Mutation,
	ranks: Readonly<Record<Order, ReadonlyMap<number, number>>>,
): Found {
	return {
		repository,
		kind,
		rank: { surprise: ranks.surprise.get(line) ?? 1, length: ranks.length.get(line) ?? 1 },
	};
}

/** By the number of the line: the part of the lines that a reader has looked at with it, in (0, 1]. */
function ranksBy<Line extends { readonly line: number }>(
	lines: readonly Line[],
	value: (line: Line) => number,
): Map<number, number> {
	const inOrder = lines.toSorted((one, other) => value(other) - value(one));
	return new Map(inOrder.map(({ line }, rank) => [line, (rank + 1) / lines.length]));
}

function rowsOf(found: readonly Found[]): string[][] {
	const repositories = [...new Set(found.map(({ repository }) => repository))];
	const groups: readonly (readonly [string, readonly Found[]])[] = [
		...repositories.map((name) => [name, found.filter(({ repository }) => repository === name)] as const),
		...mutationKinds.map((name) => [`all, ${name}`, found.filter(({ kind }) => kind === name)] as const),
		["all", found],
	];
	const head = shares.flatMap((share) => [`in the first ${percent(share)}: surprise`, ...orders.slice(1), "by chance"]);
	return [
		["", "mutated lines", ...head],
		...groups.map(([name, some]) => [
			name,
			`${some.length}`,
			...shares.flatMap((share) => [...orders.map((order) => shareWithin(some, order, share)), percent(share)]),
		]),
	];
}

function shareWithin(found: readonly Found[], order: Order, share: number): string {
	const within = found.filter(({ rank }) => rank[order] <= share).length;
	return found.length === 0 ? "–" : percent(within / found.length);
}
