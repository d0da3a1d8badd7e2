/** From the files of a workspace to what is trained on and what is held out. */
import { chooseValidation } from "../corpus/holdout.ts";
import type { Corpus, CorpusFile } from "../corpus/index.ts";
import type { CorpusReport } from "../domain/corpus.ts";
import { type EncodedDocument, encodeDocument } from "../model/document.ts";
import { Failure } from "../platform/failure.ts";
import type { TrainingText } from "./train.ts";

/** Less than this teaches nothing that would help. */
const LEAST_CHARACTERS = 1000;

/** Documents of the files, which come with the most recently edited last. Throws if there is too little text. */
export function trainingText(files: readonly CorpusFile[]): { text: TrainingText; heldOut: ReadonlySet<string> } {
	const characters = files.reduce((sum, file) => sum + file.text.length, 0);
	if (characters < LEAST_CHARACTERS) {
		throw new Failure("corpusTooSmall", `${characters} characters, and at least ${LEAST_CHARACTERS} are needed`);
	}
	const { training, validation } = chooseValidation(files);
	return {
		text: { training: training.map(encode), validation: validation.map(encode) },
		heldOut: new Set(validation.map(({ path }) => path)),
	};
}

function encode({ path, text }: CorpusFile): EncodedDocument {
	return encodeDocument(path, text);
}

export function assertNotEmpty(corpus: Corpus): void {
	if (corpus.files.length > 0) return;
	const { leftOut } = corpus;
	throw new Failure(
		"emptyCorpus",
		leftOut.length === 0 ? "no files were found" : `all ${leftOut.length} files found were left out`,
	);
}

export function corpusReport(corpus: Corpus, heldOut: ReadonlySet<string>): CorpusReport {
	return {
		used: corpus.files.map((file) => ({
			path: file.path,
			bytes: file.bytes,
			heldOut: heldOut.has(file.path),
			masked: file.masked,
		})),
		leftOut: corpus.leftOut,
	};
}
