/** `complete`: what the editor would suggest at a place in a file. */

import { type Silence, thresholds } from "../../domain/suggestions.ts";
import { createEngine } from "../../engines/registry.ts";
import { readModel } from "../../model/checkpoint.ts";
import { type Command, defineCommand } from "../command.ts";
import { LocalSession } from "../localSession.ts";
import { memoryMebibytes } from "../measure/components.ts";
import { percent, visible } from "../terminal/format.ts";
import { choice, number, required, text, UsageError } from "../terminal/options.ts";
import { readDocument } from "../terminal/textFile.ts";
import { readBase } from "../training.ts";
import { documentPath } from "../workspace.ts";

const from1 = { min: 1, max: 2 ** 31, whole: true };

const silences: Readonly<Record<Silence, string>> = {
	noModel: "there is no model",
	unknownDocument: "the document is not open",
	secret: "the text of files that may hold secrets is never used",
	stale: "there is no such place in the file",
	longLine: "the line is too long",
	unsure: "nothing is likely enough",
	cancelled: "the request was cancelled",
};

export const completeCommand: Command = defineCommand({
	name: "complete",
	summary: "suggest what to insert at a place in a file",
	usage: "[--model F] --file PATH --line L --column C",
	arity: { least: 0, most: 0 },
	options: {
		model: text("F", "model file (default: the base model and a memory of the files in --folder)"),
		file: text("PATH", "the file, as it is on the disk"),
		line: number("L", "line of the cursor, from 1", from1),
		column: number("C", "column of the cursor, from 1: 1 stands before the first character", from1),
		count: number("N", "most suggestions (default: 1)", { min: 1, max: 5, whole: true }),
		threshold: choice(thresholds, "suggest only what the editor would show by itself with this setting"),
		folder: text("DIR", "workspace folder of the file (default: the present one)"),
	},
	notes:
		"Without --threshold, the answer is the one to an explicit request in the editor.\n" +
		"The lines of a notebook are those of its cells, first the cells of its own language, with a blank line after each.",
	async run(terminal, values) {
		const file = required("file", values.file);
		const line = required("line", values.line);
		const column = required("column", values.column);
		const { path, text } = await readDocument(file, documentPath(file, values.folder));
		assertPlace(text, line, column);
		const session = await sessionOf(values.model, values.folder);
		const position = { line: line - 1, character: column - 1 };
		const { suggestions, silence, milliseconds } = await session.complete(path, text, position, {
			count: values.count ?? 1,
			explicit: values.threshold === undefined,
			threshold: values.threshold ?? "balanced",
		});
		await session.close();
		if (silence !== undefined) terminal.stderr.write(`Nothing is suggested: ${silences[silence]}.\n`);
		return {
			json: { suggestions, ...(silence === undefined ? {} : { silence }), milliseconds },
			text: suggestions.map(({ text, probability }) => `${percent(probability)}  ${visible(text)}\n`).join(""),
		};
	},
});

async function sessionOf(model: string | undefined, folder: string | undefined): Promise<LocalSession> {
	const engine = await createEngine();
	if (model !== undefined) return await LocalSession.open(engine, await readModel(model));
	return await LocalSession.remember(engine, await readBase(), folder ?? ".", memoryMebibytes);
}

/** @throws {UsageError} */
function assertPlace(text: string, line: number, column: number): void {
	const lines = text.split(/\r\n?|\n/);
	const content = lines[line - 1];
	if (content === undefined) throw new UsageError(`--line is ${line}, and the file has ${lines.length} lines`);
	if (column > content.length + 1) {
		throw new UsageError(`--column is ${column}, and line ${line} ends at column ${content.length + 1}`);
	}
}
