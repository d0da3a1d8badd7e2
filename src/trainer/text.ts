/** From the files of a workspace to what is trained on and what is held out. */
import {
	chooseValidation,
	heldOutFrom,
	isHeldOutWhole,
	textDigest,
	type UsedFiles,
	type ValidationSplit,
} from "../corpus/holdout.ts";
import type { Corpus, CorpusFile } from "../corpus/index.ts";
import type { CorpusReport, HeldOutTail } from "../domain/corpus.ts";
import { type EncodedDocument, encodeDocument } from "../model/document.ts";
import { Failure } from "../platform/failure.ts";
import type { TrainingText } from "./measures.ts";

/** Characters; less text teaches nothing that would help. */
const LEAST_CHARACTERS = 1000;

/** Which files, by their paths, are held out, as a whole or by their tail. */
export interface HeldOut {
	readonly paths: ReadonlySet<string>;
	readonly tail: HeldOutTail | null;
	readonly isUnseen: boolean;
}

/**
 * Documents of the files, the most recently edited last.
 *
 * @param used what the model that is trained on was trained on before
 * @throws {Failure} corpusTooSmall
 */
export function trainingText(
	files: readonly CorpusFile[],
	used: UsedFiles | null = null,
): { text: TrainingText; heldOut: HeldOut } {
	const characters = files.reduce((sum, file) => sum + file.text.length, 0);
	if (characters < LEAST_CHARACTERS) {
		throw new Failure("corpusTooSmall", `${characters} characters, and at least ${LEAST_CHARACTERS} are needed`);
	}
	const split = chooseValidation(files, used);
	const { training, validation, tail, isUnseen } = split;
	const isHeldOutAgain = used !== null && isAsBefore(files, split, used);
	return {
		text: { training: training.map(encode), validation: validation.map(encode), isHeldOutAgain },
		heldOut: { paths: new Set(validation.map(({ path }) => path)), tail, isUnseen },
	};
}

/**
 * Whether at least half of what is held out is what an earlier training held out. Files of the same names do not suffice: the
 * model may come from another folder.
 */
function isAsBefore(
	files: readonly CorpusFile[],
	{ validation, tail }: ValidationSplit<CorpusFile>,
	used: UsedFiles,
): boolean {
	const texts = new Map(files.map(({ path, text }) => [path, text]));
	const isSame = ({ path, text }: CorpusFile): boolean => {
		const before = used.get(path);
		if (tail !== null) return heldOutFrom(texts.get(path) ?? "", before) === tail.from;
		return isHeldOutWhole(before) && before?.digest === textDigest(text);
	};
	const lengthOf = (some: readonly CorpusFile[]) => some.reduce((sum, { text }) => sum + text.length, 0);
	return validation.length > 0 && 2 * lengthOf(validation.filter(isSame)) >= lengthOf(validation);
}

function encode({ name, text }: CorpusFile): EncodedDocument {
	return encodeDocument(name, text);
}

export function assertNotEmpty(corpus: Corpus): void {
	if (corpus.files.length > 0) return;
	const { leftOut } = corpus;
	throw new Failure(
		"emptyCorpus",
		leftOut.length === 0 ? "no files were found" : `all ${leftOut.length} files found were left out`,
	);
}

export function corpusReport(corpus: Corpus, heldOut: HeldOut): CorpusReport {
	return {
		used: corpus.files.map((file) => ({
			path: file.path,
			bytes: file.bytes,
			heldOut: heldOut.paths.has(file.path),
			...(heldOut.tail !== null && heldOut.paths.has(file.path) ? { tail: heldOut.tail } : {}),
			...(!heldOut.isUnseen && heldOut.paths.has(file.path) ? { seenBefore: true as const } : {}),
			digest: textDigest(file.text),
			masked: file.masked,
		})),
		leftOut: corpus.leftOut,
	};
}
