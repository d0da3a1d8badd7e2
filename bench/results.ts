/** Where the results of benchmarks go: a table to standard output, figures to a folder. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { flag, text, type Values } from "../src/cli/terminal/options.ts";
import { type Machine, machineLine } from "./machine.ts";

/** Of each benchmark. */
export const resultOptions = {
	json: flag("print JSON instead of a table"),
	out: text("FOLDER", "for the files of results (default: bench/results)"),
};

/** Beside the figures. */
export interface Presentation {
	/** Plots by file name without ".svg". */
	readonly plots: Readonly<Record<string, string>>;
	readonly markdown: string;
}

export function resultFolder({ out }: Pick<Values<typeof resultOptions>, "out">): string {
	return out ?? join(import.meta.dirname, "results");
}

/** Publishes a result. */
export function publish(
	name: string,
	machine: Machine,
	figures: object,
	table: string,
	{ json, ...values }: Values<typeof resultOptions>,
	presentation?: Presentation,
): void {
	const out = resultFolder(values);
	mkdirSync(out, { recursive: true });
	const write = (file: string, text: string): void => {
		writeFileSync(join(out, file), text);
		process.stderr.write(`Written to ${join(out, file)}\n`);
	};
	const record = `${JSON.stringify({ date: new Date().toISOString(), machine, ...figures }, null, "\t")}\n`;
	write(`${name}.json`, record);
	if (presentation !== undefined) {
		write(`${name}.md`, `${machineLine(machine)}\n${presentation.markdown}`);
		for (const [plot, svg] of Object.entries(presentation.plots)) write(`${plot}.svg`, svg);
	}
	process.stdout.write(json ? record : `${machineLine(machine)}\n${table}`);
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
