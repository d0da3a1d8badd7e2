/** Where the results of benchmarks go: a table to standard output, figures to bench/results. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Machine, machineLine } from "./machine.ts";

/** Beside the figures. */
export interface Presentation {
	/** Plots by file name without ".svg". */
	readonly plots: Readonly<Record<string, string>>;
	readonly markdown: string;
}

/** Publishes a result; with `json` the figures are printed instead of the table. */
export function publish(
	name: string,
	machine: Machine,
	figures: object,
	table: string,
	json: boolean,
	presentation?: Presentation,
): void {
	const folder = join(import.meta.dirname, "results");
	mkdirSync(folder, { recursive: true });
	const write = (file: string, text: string): void => {
		writeFileSync(join(folder, file), text);
		process.stderr.write(`Written to ${join(folder, file)}\n`);
	};
	const text = `${JSON.stringify({ date: new Date().toISOString(), machine, ...figures }, null, "\t")}\n`;
	write(`${name}.json`, text);
	if (presentation !== undefined) {
		write(`${name}.md`, `${machineLine(machine)}\n${presentation.markdown}`);
		for (const [plot, svg] of Object.entries(presentation.plots)) write(`${plot}.svg`, svg);
	}
	process.stdout.write(json ? text : `${machineLine(machine)}\n${table}`);
}

/** A table in Markdown; the first row is its head, columns but the first are aligned to the right. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
	const [head = [], ...body] = rows;
	const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
	return [head, head.map((_, column) => (column === 0 ? "---" : "---:")), ...body].map(line).join("");
}

/** The geometric mean; null without values, or if one is missing. */
export function geometricMean(values: readonly (number | null)[]): number | null {
	if (values.length === 0 || values.includes(null)) return null;
	return Math.exp(values.reduce<number>((sum, value) => sum + Math.log(value as number), 0) / values.length);
}
