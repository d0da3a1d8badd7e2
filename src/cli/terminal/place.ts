/** A place in a file, as the command line names it. */
import { type Option, UsageError } from "./options.ts";

export interface FilePlace {
	readonly file: string;
	/** Both from 1. */
	readonly line: number;
	readonly column: number;
}

export function filePlace(help: string): Option<FilePlace> {
	return {
		placeholder: "FILE:LINE:COLUMN",
		help,
		parse(given) {
			const [, file, line, column] = /^(.+):([1-9]\d{0,8}):([1-9]\d{0,8})$/s.exec(given) ?? [];
			if (file === undefined) throw new Error(`is ${JSON.stringify(given)}, not FILE:LINE:COLUMN, both from 1`);
			return { file, line: Number(line), column: Number(column) };
		},
	};
}

/**
 * The text before and after a place.
 *
 * @param text of the file, with "\n" line ends
 * @throws {UsageError} if there is no such place
 */
export function splitAt(
	text: string,
	{ line, column }: Pick<FilePlace, "line" | "column">,
): { readonly before: string; readonly after: string } {
	const lines = text.split("\n");
	const content = lines[line - 1];
	if (content === undefined) throw new UsageError(`The line is ${line}, and the file has ${lines.length} lines`);
	if (column > content.length + 1)
		throw new UsageError(`The column is ${column}, and line ${line} ends at column ${content.length + 1}`);
	const at = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0) + column - 1;
	return { before: text.slice(0, at), after: text.slice(at) };
}
