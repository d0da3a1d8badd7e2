/** A text file named on the command line, and a notebook. */
import { readFile, realpath, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { decode } from "../../corpus/content/decode.ts";
import { isNotebook, modelPath, readNotebook } from "../../corpus/content/notebook.ts";
import { errorCode } from "../../platform/atomicFile.ts";
import { Failure } from "../../platform/failure.ts";

/** A document as the models read it. */
export interface TextDocument {
	/** Relative to the workspace folder, with "/"; of a notebook that of a file of its language. */
	readonly path: string;
	/** With `\n` line ends; of a notebook that of its cells, one after the other. */
	readonly text: string;
}

/** A file as it was named on the command line, and its text. */
export interface NamedDocument extends TextDocument {
	readonly file: string;
}

/**
 * Reads files, each once, however often and in whichever spellings it is named; the first name stays.
 *
 * @param pathOf the path of a file for the model; see `TextDocument`
 * @throws {Failure} as `readDocument`
 */
export async function readDocuments(
	files: readonly string[],
	pathOf: (file: string) => string,
): Promise<NamedDocument[]> {
	const named = new Map<string, string>();
	for (const file of files) {
		// A file that is missing is named in the failure to read it.
		const place = await realpath(file).catch(() => resolve(file));
		if (!named.has(place)) named.set(place, file);
	}
	return await Promise.all(
		[...named.values()].map(async (file) => ({ file, ...(await readDocument(file, pathOf(file))) })),
	);
}

/**
 * @param path relative to the workspace folder, with "/"
 * @throws {Failure} if the file cannot be read, or is neither text nor a notebook
 */
export async function readDocument(file: string, path: string): Promise<TextDocument> {
	const text = await readText(file);
	if (!isNotebook(file)) return { path, text };
	const notebook = readNotebook(text);
	if (notebook === null) throw new Failure("badArgument", `The file ${file} is no notebook of nbformat 4`);
	return { path: modelPath(path, notebook.language), text: notebook.text };
}

/**
 * Without byte order mark, with `\n` line ends.
 *
 * @throws {Failure} if the file cannot be read or is not text
 */
async function readText(file: string): Promise<string> {
	const decoded = decode(await readBytes(file));
	if ("text" in decoded) return decoded.text;
	if (decoded.reason === "empty") return "";
	throw new Failure("badArgument", `The file ${file} is not text in UTF-8 or UTF-16`);
}

async function readBytes(file: string): Promise<Uint8Array> {
	const unreadable = (error: unknown): never => {
		throw new Failure("badArgument", `The file ${file} cannot be read (${errorCode(error)})`, { cause: error });
	};
	// A pipe or a device would never end.
	const status = await stat(file).catch(unreadable);
	if (!status.isFile()) throw new Failure("badArgument", `${file} is not a file`);
	return await readFile(file).catch(unreadable);
}
