/** The inputs that are kept in the repository: a text file for each reader, an input in base64 on each line. */
import { Buffer } from "node:buffer";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Reader } from "./readers/reader.ts";

const folder = join(import.meta.dirname, "corpus");

/** The repository is no place for more. */
const mostBytes = 1024;
const mostInputs = 60;

function fileOf({ name }: Pick<Reader, "name">, what: string): string {
	return join(folder, `${name.replaceAll(" ", "-")}.${what}.txt`);
}

function readInputs(file: string): Buffer[] {
	if (!existsSync(file)) return [];
	const lines = readFileSync(file, "utf8").split("\n");
	return lines.filter((line) => line !== "").map((line) => Buffer.from(line, "base64"));
}

/** Inputs that reach much of the code, and inputs that led to a fault before it was mended. */
export function readCorpus(reader: Reader): Buffer[] {
	return [...readInputs(fileOf(reader, "mended")), ...readInputs(fileOf(reader, "found"))];
}

/** Replaces the inputs that reach much of the code. */
export function writeCorpus(reader: Reader, inputs: readonly Buffer[]): void {
	const small = inputs.filter(({ length }) => length > 0 && length <= mostBytes).slice(0, mostInputs);
	if (small.length === 0) return;
	mkdirSync(folder, { recursive: true });
	writeFileSync(fileOf(reader, "found"), `${small.map((input) => input.toString("base64")).join("\n")}\n`);
}
