/** What a text goes on from, as commands that write or predict are told it. */
import { Buffer } from "node:buffer";
import { documentHeader, normalizeLineEnds } from "../model/document.ts";
import { anyText, required, text, UsageError, type Values } from "./terminal/options.ts";
import { filePlace, splitAt } from "./terminal/place.ts";
import { readDocument } from "./terminal/textFile.ts";
import { documentPath } from "./workspace.ts";

const defaultPath = "README.md";

/** What the text goes on from. */
export const beginnings = {
	prompt: anyText("TEXT", "what the text begins with"),
	path: text("PATH", `with --prompt: path of the imagined file (default: ${defaultPath})`),
	context: filePlace("instead of --prompt: a place in a file, from which the text goes on"),
	folder: text("DIR", "with --context: workspace folder of the file (default: the present one)"),
};

export interface Beginning {
	/** What a model reads of it: the header of the document, and the text before. */
	readonly read: Uint8Array;
	/** What is printed of the text before. A file is not printed again. */
	readonly shown: string;
}

/** @throws {UsageError | Failure} if the options do not go together, or the file cannot be read */
export async function beginningOf(values: Partial<Values<typeof beginnings>>): Promise<Beginning> {
	const { context, path, folder } = values;
	if (context === undefined) {
		if (folder !== undefined) throw new UsageError("--folder goes with --context");
		const before = required("prompt", values.prompt);
		return { read: asRead(path ?? defaultPath, before), shown: before };
	}
	if (values.prompt !== undefined || path !== undefined)
		throw new UsageError("--prompt and --path do not go with --context");
	const document = await readDocument(context.file, documentPath(context.file, folder));
	return { read: asRead(document.path, splitAt(document.text, context).before), shown: "" };
}

function asRead(path: string, before: string): Uint8Array {
	return Buffer.concat([documentHeader(path), Buffer.from(normalizeLineEnds(before))]);
}
