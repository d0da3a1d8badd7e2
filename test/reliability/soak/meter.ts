/**
 * What each answer of the completion process costs it. The time until an answer arrives tells how busy the machine is as much as how slow
 * the process is; CPU time and the bytes that the models read do not.
 */
import childProcess from "node:child_process";
import { existsSync, readFileSync, truncateSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { meteredFile } from "./meteredProcess.ts";

/** One answer for which the models were asked. */
export interface MeasuredAnswer {
	/** CPU time of the main thread, ms. */
	readonly cpu: number;
	/** Bytes that the models read. */
	readonly bytes: number;
}

export interface Meter {
	/** The answers since the last call; the newest may come with the next. */
	take(): MeasuredAnswer[];
	/** Completion processes are started as before. */
	end(): void;
}

/** Has each completion process that this one starts from now on write down what its answers cost, in a file. */
export function meterAnswers(file: string): Meter {
	const { fork } = childProcess;
	const meter = pathToFileURL(join(import.meta.dirname, "meteredProcess.ts")).href;
	childProcess.fork = ((script: string, args: readonly string[], options: childProcess.ForkOptions) => {
		if (!/server\.cjs$/.test(script)) return fork(script, args, options);
		const execArgv = [...(options.execArgv ?? []), "--import", meter];
		return fork(script, args, { ...options, execArgv, env: { ...options.env, [meteredFile]: file } });
	}) as typeof fork;
	syncBuiltinESMExports();
	return {
		take() {
			if (!existsSync(file)) return [];
			const lines = readFileSync(file, "utf8").split("\n");
			truncateSync(file);
			return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as MeasuredAnswer);
		},
		end() {
			childProcess.fork = fork;
			syncBuiltinESMExports();
		},
	};
}
