/**
 * Jupyter notebooks: what a person wrote in their cells, without outputs and metadata. The format is nbformat 4
 * (https://nbformat.readthedocs.io/en/latest/format_description.html).
 */
import type { CorpusRules } from "../../domain/corpus.ts";
import { cellPath, cellText } from "../../domain/notebook.ts";
import { parseShallowJson } from "../../platform/shallowJson.ts";

/** Outputs hold pictures: on the disk a notebook may be so many times as large as its text may be. */
const sizeFactor = 16;

/** `path` with "/". */
export function isNotebook(path: string): boolean {
	return path.toLowerCase().endsWith(".ipynb");
}

/**
 * The name under which a model reads a text: its path, and for a notebook that of a file of its language.
 *
 * @param language of a notebook, see `NotebookText`
 */
export function modelPath(path: string, language: string | undefined): string {
	return language === undefined ? path : cellPath(path, language);
}

/** Bytes that a file may have on the disk whose text may have `maxBytes`. */
export function mostOnDisk(path: string, maxBytes: number): number {
	return isNotebook(path) ? sizeFactor * maxBytes : maxBytes;
}

/** Bytes of text that a file of `size` on the disk has at most; most text takes as many here as there. */
export function mostText(path: string, size: number, { maxFileKiB }: Pick<CorpusRules, "maxFileKiB">): number {
	return isNotebook(path) ? Math.min(size, maxFileKiB * 1024) : size;
}

export interface NotebookText {
	/** The cells of the notebook's own language, then those of the other languages in the order of their first cells. */
	readonly text: string;
	/** The editor's identifier of the first language. */
	readonly language: string;
}

/** Null: the JSON is none of a notebook of this format. */
export function readNotebook(json: string): NotebookText | null {
	const notebook = parse(json);
	if (!isObject(notebook) || !Array.isArray(notebook.cells)) return null;
	const own = kernelLanguage(notebook.metadata);
	const texts = new Map([[own, ""]]);
	for (const cell of notebook.cells as readonly unknown[]) {
		const source = isObject(cell) ? sourceOf(cell.source) : null;
		if (!isObject(cell) || source === null) return null;
		const language = cellLanguage(cell, own);
		texts.set(language, (texts.get(language) ?? "") + cellText(source));
	}
	if (texts.get(own) === "") texts.delete(own);
	const [language = own] = texts.keys();
	return { text: [...texts.values()].join(""), language };
}

/** Objects and arrays in one another; outputs of plots have dozens. */
const deepestNotebook = 200;

function parse(json: string): unknown {
	try {
		return parseShallowJson(json, deepestNotebook);
	} catch {
		return null;
	}
}

/**
 * A string, or a list of its pieces. They are joined as they are: Python's `splitlines(True)` cut them, which also cuts at
 * form feeds, U+2028 and others.
 */
function sourceOf(source: unknown): string | null {
	if (typeof source === "string") return source;
	const isList = Array.isArray(source) && source.every((piece) => typeof piece === "string");
	return isList ? source.join("") : null;
}

/** As editors name the languages of code cells. */
const otherNames: ReadonlyMap<string, string> = new Map([
	["c#", "csharp"],
	["f#", "fsharp"],
	["bash", "shellscript"],
	["ipython", "python"],
]);

function kernelLanguage(metadata: unknown): string {
	if (!isObject(metadata)) return "python";
	const { language_info: info, kernelspec } = metadata;
	const names = [isObject(info) ? info.name : "", isObject(kernelspec) ? kernelspec.language : "", "python"];
	const lower = names.find((name): name is string => typeof name === "string" && name !== "")?.toLowerCase() ?? "";
	return otherNames.get(lower) ?? lower.replace(/^c\+\+\d+$/, "c++");
}

function cellLanguage({ cell_type: type, metadata }: Members, kernel: string): string {
	if (type !== "code") return type === "markdown" ? "markdown" : "raw";
	// VS Code's note of a language other than the kernel's.
	const vscode = isObject(metadata) ? metadata.vscode : undefined;
	const language = isObject(vscode) ? vscode.languageId : undefined;
	return typeof language === "string" ? language : kernel;
}

/** The members of a notebook's objects that are read here. */
type Members = Readonly<
	Partial<
		Record<
			| "cells"
			| "cell_type"
			| "kernelspec"
			| "language"
			| "language_info"
			| "languageId"
			| "metadata"
			| "name"
			| "source"
			| "vscode",
			unknown
		>
	>
>;

function isObject(value: unknown): value is Members {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
