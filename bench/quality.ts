/** Held-out bits per character of workspaces over CPU budgets, each by a process of its own. */
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { decimals, table } from "../src/cli/format.ts";
import { flag, number, type Option, text, UsageError, type Values } from "../src/cli/options.ts";
import { trainingOptions } from "../src/cli/training.ts";
import { describeMachine } from "./machine.ts";
import { publish } from "./results.ts";

const defaultBudgets = [5, 15, 60, 300];

/** Numbers with commas between them. */
const budgets: Option<readonly number[]> = {
	placeholder: "S,S,…",
	help: `CPU-seconds (default: ${defaultBudgets.join(",")})`,
	parse(given) {
		const list = given.split(",").map(Number);
		if (!list.every((seconds) => seconds > 0)) throw new Error(`is ${JSON.stringify(given)}, not seconds`);
		return list;
	},
};

export const qualityOptions = {
	workspaces: text(
		"DIR",
		"a folder with one folder for each workspace (default: bench/workspaces, fetched if missing)",
	),
	budgets,
	...trainingOptions,
	threads: number("N", "threads to train on (default: 1)", { min: 1, max: 64, whole: true }),
	json: flag("print JSON instead of a table"),
};

/** What `evaluate --json` prints, as far as it is used here. */
interface Evaluation {
	readonly characters: number;
	readonly files: number;
	readonly cpuSeconds: number;
	readonly frozen: { readonly gru: number | null; readonly memory: number | null; readonly mixture: number | null };
	readonly prequential: Evaluation["frozen"];
}

interface Measurement {
	readonly workspace: string;
	readonly budgetSeconds: number;
	readonly evaluation: Evaluation;
}

export async function quality(values: Values<typeof qualityOptions>, given: readonly string[]): Promise<void> {
	const folders = await workspacesOf(values.workspaces, given);
	const budgets = values.budgets ?? defaultBudgets;
	const measurements: Measurement[] = [];
	for (const folder of folders) {
		for (const budgetSeconds of budgets) {
			process.stderr.write(`${basename(folder)}, ${budgetSeconds} CPU-seconds\n`);
			const evaluation = await evaluate(folder, budgetSeconds, passedOn(values));
			measurements.push({ workspace: basename(folder), budgetSeconds, evaluation });
		}
	}
	publish(
		"quality",
		await describeMachine(),
		{ threads: values.threads ?? 1, measurements },
		`Bits per character on held-out files, GRU alone, frozen\n\n${tableOf(
			measurements,
			folders.map((f) => basename(f)),
			budgets,
		)}`,
		values.json === true,
	);
}

function tableOf(
	measurements: readonly Measurement[],
	workspaces: readonly string[],
	budgets: readonly number[],
): string {
	const bpc = (workspace: string, seconds: number) =>
		measurements.find((one) => one.workspace === workspace && one.budgetSeconds === seconds)?.evaluation.frozen.gru ??
		null;
	return table([
		["", ...budgets.map((seconds) => `${seconds} s`)],
		...workspaces.map((workspace) => [workspace, ...budgets.map((seconds) => decimals(bpc(workspace, seconds)))]),
	]);
}

async function workspacesOf(parent: string | undefined, given: readonly string[]): Promise<readonly string[]> {
	if (given.length > 0) {
		if (parent !== undefined) throw new UsageError("Name workspaces or give --workspaces, not both");
		return given;
	}
	const folder = parent ?? join(import.meta.dirname, "workspaces");
	if (parent === undefined && !existsSync(folder)) {
		process.stderr.write("Fetching the workspaces\n");
		await promisify(execFile)("bash", [join(import.meta.dirname, "workspaces.sh"), folder]);
	}
	if (!existsSync(folder)) throw new UsageError(`There is no folder ${folder}`);
	const entries = await readdir(folder, { withFileTypes: true });
	return entries
		.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
		.map((entry) => join(folder, entry.name))
		.sort();
}

/** The options that `evaluate` shares with this benchmark, as it takes them. */
function passedOn(values: Values<typeof qualityOptions>): string[] {
	const { threads = 1, ...others } = values;
	const shared = Object.keys(trainingOptions) as (keyof typeof trainingOptions)[];
	return shared.flatMap((name) => {
		const value = name === "threads" ? threads : others[name];
		return value === undefined ? [] : [`--${name}`, String(value)];
	});
}

async function evaluate(folder: string, seconds: number, options: readonly string[]): Promise<Evaluation> {
	const cli = join(import.meta.dirname, "../dist/cli.cjs");
	const args = [cli, "evaluate", folder, "--holdout", "10", "--budget-seconds", String(seconds), ...options, "--json"];
	const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
	let output = "";
	child.stdout.setEncoding("utf8").on("data", (chunk) => {
		output += chunk;
	});
	const code = await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
	if (code !== 0) throw new Error(`evaluate ${folder} ended with ${code}`);
	return JSON.parse(output);
}
