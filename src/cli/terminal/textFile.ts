/** A text file named on the command line, and a notebook. */
import { readFile, stat } from "node:fs/promises";
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
