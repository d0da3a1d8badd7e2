/**
 * The language models of the family side by side: each learns the same text for the same CPU-seconds on one thread, with several
 * seeds, and is measured on text held out. What was measured already is taken over with --resume.
 */
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { table } from "../src/cli/terminal/format.ts";
import { flag, number, text, type Values } from "../src/cli/terminal/options.ts";
import { someOf } from "./choices.ts";
import type { Measured } from "./family/measured.ts";
import { members } from "./family/members.ts";
import { bitsPlot, reachPlot } from "./family/plots.ts";
import { type Row, rowOf, tablesOf } from "./family/report.ts";
import type { Task } from "./family/run.ts";
import { nameOf, type TextSource } from "./family/texts.ts";
import { installedTensorFlow } from "./installed.ts";
import { describeMachine } from "./machine.ts";
import { markdownTable, publish, resultFolder, resultOptions } from "./results.ts";

export const familyOptions = {
	minutes: number("M", "CPU time of each training (default: 1)", { min: 1e-3, max: 1000, whole: false }),
	seeds: number("N", "trainings of each model (default: 3)", { min: 1, max: 100, whole: true }),
	text: text("FILE", "text whose last tenth is held out (default: none)"),
	workspace: text("FOLDER", "of whose files one in ten is held out (default: this project's sources)"),
	models: someOf(Object.keys(members), "which are trained"),
	tensorflow: text(
		"DIR",
		"where TensorFlow.js is installed, for the Transformer (default: where the tests install it)",
	),
	resume: flag("take over what an earlier run into the same folder has measured with the same options"),
	...resultOptions,
};

export async function family(values: Values<typeof familyOptions>): Promise<void> {
	const seconds = 60 * (values.minutes ?? 1);
	const workspace = values.workspace ?? join(import.meta.dirname, "../src");
	const texts: readonly TextSource[] = [
		...(values.text === undefined ? [] : [{ kind: "file", path: resolve(values.text) } as const]),
		{ kind: "workspace", path: resolve(workspace) },
	];
	const tensorflow = values.tensorflow ?? installedTensorFlow("native") ?? null;
	const names = (values.models ?? Object.keys(members)).filter((name) => {
		if (tensorflow !== null || members[name]?.kind !== "transformer") return true;
		process.stderr.write("The Transformer is left out: TensorFlow.js is not installed (--tensorflow DIR)\n");
		return false;
	});
	const runs = new Runs(join(resultFolder(values), "family.runs.jsonl"), values.resume === true);
	// Seeds outermost: a run that is broken off has measured every model.
	for (let seed = 1; seed <= (values.seeds ?? 3); seed++) {
		for (const source of texts) {
			for (const model of names) await runs.add({ model, text: source, seconds, seed, tensorflow });
		}
	}
	const rows = texts.flatMap((source) =>
		names.map((model): Row => {
			const own = runs.all.filter(({ task }) => task.model === model && task.text.path === source.path);
			return rowOf(
				model,
				nameOf(source),
				own.map(({ measured }) => measured),
			);
		}),
	);
	const tables = tablesOf(rows);
	publish(
		"family",
		await describeMachine(),
		{ seconds, seeds: values.seeds ?? 3, rows },
		tables.map(([title, rows]) => `${title}\n\n${table(rows)}`).join("\n"),
		values,
		{
			markdown: tables.map(([title, rows]) => `${title}\n\n${markdownTable(rows)}`).join("\n"),
			plots: { "family-gradient": reachPlot(rows), "family-bits": bitsPlot(rows) },
		},
	);
}

interface Run {
	readonly task: Task;
	readonly measured: Measured;
}

/** Trainings, each made in a process of its own, kept in a file as soon as it is made. */
class Runs {
	readonly #file: string;
	readonly #before: readonly Run[];
	readonly all: Run[] = [];

	/** @param resume whether to take over what the file holds */
	constructor(file: string, resume: boolean) {
		this.#file = file;
		mkdirSync(dirname(file), { recursive: true });
		if (!resume) rmSync(file, { force: true });
		const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
		this.#before = lines.filter((line) => line !== "").map((line) => JSON.parse(line));
	}

	async add(task: Task): Promise<void> {
		const made = this.#before.find((run) => JSON.stringify(run.task) === JSON.stringify(task));
		const title = `${task.model}, ${nameOf(task.text)}, seed ${task.seed}`;
		if (made === undefined) process.stderr.write(`${title}\n`);
		const run = made ?? { task, measured: await measuredApart(task) };
		process.stderr.write(`${title}: ${run.measured.bpc.toFixed(3)} bits\n`);
		if (made === undefined) appendFileSync(this.#file, `${JSON.stringify(run)}\n`);
		this.all.push(run);
	}
}

async function measuredApart(task: Task): Promise<Measured> {
	const program = join(import.meta.dirname, "family/run.ts");
	const child = spawn(process.execPath, [program, JSON.stringify(task)], { stdio: ["ignore", "pipe", "inherit"] });
	let output = "";
	child.stdout.setEncoding("utf8").on("data", (chunk) => {
		output += chunk;
	});
	const code = await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
	if (code !== 0) throw new Error(`The training of ${task.model} ended with ${code}`);
	return JSON.parse(output);
}
