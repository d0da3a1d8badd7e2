/** `split`: the two parts that `evaluate` uses, as two files, for other programs to be measured on the same bytes. */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import type { CorpusFile } from "../../corpus/index.ts";
import { countCharacters, DOCUMENT_END, normalizeLineEnds } from "../../model/document.ts";
import { writeAtomically } from "../../platform/atomicFile.ts";
import { type Command, defineCommand } from "../command.ts";
import { holdOut, holdoutOption } from "../measure/holdOut.ts";
import { count, table } from "../terminal/format.ts";
import { required, text } from "../terminal/options.ts";
import { outputFile, outputFolder } from "../terminal/output.ts";
import { withProgress } from "../terminal/progress.ts";

export const splitCommand: Command = defineCommand({
	name: "split",
	summary: "write the two parts that evaluate uses, for other programs",
	usage: "FOLDER --holdout N --out DIR",
	arity: { least: 1, most: 1 },
	options: { holdout: holdoutOption, out: text("DIR", "folder for train.txt and test.txt") },
	notes: "The texts of a part stand in the order of their paths, joined by byte 0.",
	async run(terminal, values, [from = ""]) {
		const holdout = required("holdout", values.holdout);
		const out = await outputFolder(required("out", values.out));
		for (const name of Object.values(names)) await outputFile(join(out, name), terminal.stderr);
		const { training, heldOut, leftOut } = await withProgress(terminal.stderr, (display) =>
			holdOut(from, holdout, (files) => display.reading(files)),
		);
		const train = await write(join(out, names.train), training);
		const test = await write(join(out, names.test), heldOut);
		const row = ({ file, files, characters }: Part) => [file, count(files), count(characters)];
		return {
			json: { train, test, leftOut },
			text: table([["", "files", "characters"], row(train), row(test)]),
		};
	},
});

const names = { train: "train.txt", test: "test.txt" } as const;

interface Part {
	readonly file: string;
	readonly files: number;
	/** Without the bytes that join. */
	readonly characters: number;
	readonly bytes: number;
}

async function write(file: string, files: readonly CorpusFile[]): Promise<Part> {
	const texts = inOrder(files).map(({ text }) => Buffer.from(normalizeLineEnds(text)));
	const joined = texts.flatMap((text, index) => (index === 0 ? [text] : [Buffer.of(DOCUMENT_END), text]));
	await writeAtomically(file, joined);
	return {
		file,
		files: files.length,
		characters: texts.reduce((sum, text) => sum + countCharacters(text), 0),
		bytes: joined.reduce((sum, chunk) => sum + chunk.length, 0),
	};
}

/** By the code units of their paths: the same on every machine. */
function inOrder(files: readonly CorpusFile[]): CorpusFile[] {
	return files.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
