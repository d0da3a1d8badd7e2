/** `spell`: misspelt words of files. */
import { basename, resolve } from "node:path";
import { collect } from "../../corpus/index.ts";
import { defaultRules } from "../../domain/corpus.ts";
import type { Misspelling } from "../../domain/spelling.ts";
import { createEngine } from "../../engines/registry.ts";
import { readModel } from "../../model/checkpoint.ts";
import { createTriedNetwork } from "../../model/triedNetwork.ts";
import { SpellingChecker } from "../../spelling/check.ts";
import { WordCounts } from "../../spelling/counts.ts";
import { shippedLexicon } from "../../spelling/shipped.ts";
import { kindsIn, wordsOf } from "../../spelling/words/finder.ts";
import { type Command, defineCommand } from "../command.ts";
import { count, quantity, visible } from "../terminal/format.ts";
import { flag, text } from "../terminal/options.ts";
import { readDocument, readDocuments, type TextDocument } from "../terminal/textFile.ts";
import { readBase } from "../training.ts";
import { documentPath } from "../workspace.ts";

/** Texts are advanced together: a word and the words that may have been meant. */
const maxBatch = 8;

export const spellCommand: Command = defineCommand({
	name: "spell",
	summary: "find misspelt words in prose, comments and strings; the exit code is 1 if there are any",
	usage: "FILE…",
	arity: { least: 1, most: Number.POSITIVE_INFINITY },
	options: {
		model: text("F", "model file (default: the base model)"),
		folder: text(
			"DIR",
			"workspace folder of the files, whose other files tell which words are used (default: the files alone)",
		),
		words: text("FILE", "words that are spelt right, one in a line"),
		identifiers: flag("also check the words in names of code"),
	},
	notes: "Only English is checked. What the check says of a word depends on the words around it.",
	async run(terminal, values, files) {
		const documents = await readDocuments(files, (file) => documentPath(file, values.folder));
		const allowed = new Set(values.words === undefined ? [] : await wordsIn(values.words));
		const counts = await countsOf(documents, values.folder);
		const stored = values.model === undefined ? await readBase() : await readModel(values.model);
		const { model, dispose } = await createTriedNetwork(await createEngine(), stored, "int8", maxBatch);
		const checker = new SpellingChecker(await shippedLexicon(), model);
		const findings: (Misspelling & { readonly file: string })[] = [];
		let words = 0;
		for (const { file, path, text } of documents) {
			const lines = text.split("\n");
			const own = countsIn([{ path, text }]);
			const checking = checker.check(
				{ path, lines },
				{
					kinds: kindsIn(values.identifiers ? "everything" : "text"),
					mostBytes: Number.POSITIVE_INFINITY,
					elsewhere: (word) => counts.of(word) - own.of(word),
				},
			);
			let step = checking.next();
			while (!step.done) step = checking.next();
			words += step.value.words;
			for (const one of step.value.misspellings)
				if (!allowed.has(one.word.toLowerCase())) findings.push({ file, ...one });
		}
		dispose();
		const found = findings.length === 0 ? "no misspelling" : quantity(findings.length, "probable misspelling");
		terminal.stderr.write(`${found} in ${count(words)} words of ${quantity(documents.length, "file")}\n`);
		return {
			json: {
				findings: findings.map(({ file, line, start, word, suggestions }) => ({
					file,
					line: line + 1,
					column: start + 1,
					word,
					suggestions,
				})),
			},
			text: findings
				.map(
					({ file, line, start, word, suggestions }) =>
						`${visible(file)}:${line + 1}:${start + 1}: ${word} → ${suggestions.join(", ")}\n`,
				)
				.join(""),
			isFault: findings.length > 0,
		};
	},
});

async function wordsIn(file: string): Promise<string[]> {
	const { text } = await readDocument(file, basename(file));
	return text.split("\n").map((line) => line.trim().toLowerCase());
}

/** The words of the folder and of the files, each file once. */
async function countsOf(documents: readonly TextDocument[], folder: string | undefined): Promise<WordCounts> {
	if (folder === undefined) return countsIn(documents);
	const path = resolve(folder);
	const { files } = await collect([{ path, name: basename(path) }], defaultRules);
	const given = new Set(documents.map(({ path: own }) => own));
	return countsIn([...documents, ...files.filter(({ path: other }) => !given.has(other))]);
}

function countsIn(texts: Iterable<{ readonly path: string; readonly text: string }>): WordCounts {
	const counts = new WordCounts();
	for (const { path, text } of texts) for (const word of wordsOf(path, text)) counts.add(word);
	return counts;
}
