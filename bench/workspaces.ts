/** Folders of text to measure on, and the command line that measures, each time in a process of its own. */
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { number, type Options, text, UsageError, type Values } from "../src/cli/terminal/options.ts";
import { trainingOptions } from "../src/cli/training.ts";

/** Options of benchmarks that train on workspaces. */
export const workspaceOptions = {
	workspaces: text(
		"DIR",
		"a folder with one folder for each workspace (default: bench/workspaces, fetched if missing)",
	),
	...trainingOptions,
	// One thread, so that a CPU-second is worth the same on any number of cores.
	threads: number("N", "threads to train on (default: 1)", { min: 1, max: 64, whole: true }),
};

export async function workspacesOf(parent: string | undefined, given: readonly string[]): Promise<readonly string[]> {
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

/** The training options among `values` as command line arguments. */
export function trainingArguments({ threads = 1, ...others }: Values<typeof workspaceOptions>): string[] {
	const shared = Object.keys(trainingOptions) as (keyof typeof trainingOptions)[];
	return argumentsOf(
		trainingOptions,
		Object.fromEntries(shared.map((name) => [name, name === "threads" ? threads : others[name]])),
	);
}

/** Options with values as command line arguments, without those that are undefined. */
export function argumentsOf(options: Options, values: Readonly<Record<string, unknown>>): string[] {
	return Object.keys(options).flatMap((name) => {
		const value = values[name];
		if (value === undefined) return [];
		return value === true ? [`--${name}`] : [`--${name}`, String(value)];
	});
}

/** Runs a command of the command line with `--json` and parses its output. Its progress goes to our standard error. */
export async function inkling<T>(...args: readonly string[]): Promise<T> {
	const cli = join(import.meta.dirname, "../dist/cli.cjs");
	const child = spawn(process.execPath, [cli, ...args, "--json"], { stdio: ["ignore", "pipe", "inherit"] });
	let output = "";
	child.stdout.setEncoding("utf8").on("data", (chunk) => {
		output += chunk;
	});
	const code = await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
	if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}`);
	return JSON.parse(output);
}
