/** Where the results of benchmarks go: a table to standard output, figures to bench/results. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Machine, machineLine } from "./machine.ts";

/** With `json`, the figures take the place of the table. */
export function publish(name: string, machine: Machine, figures: object, table: string, json: boolean): void {
	const folder = join(import.meta.dirname, "results");
	const file = join(folder, `${name}.json`);
	const text = `${JSON.stringify({ date: new Date().toISOString(), machine, ...figures }, null, "\t")}\n`;
	mkdirSync(folder, { recursive: true });
	writeFileSync(file, text);
	process.stdout.write(json ? text : `${machineLine(machine)}\n${table}`);
	process.stderr.write(`Written to ${file}\n`);
}
