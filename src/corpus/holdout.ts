/** Which files are kept away from training, to measure on. */
import { createHash } from "node:crypto";
import type { HeldOutTail, UsedFile } from "../domain/corpus.ts";

/** The part of a file that a choice by path and text needs. */
export interface HoldoutFile {
	/** Relative to the workspace, with "/". */
	readonly path: string;
	readonly text: string;
}

/** Whether SHA-1(path), taken as a big-endian integer, is a multiple of `modulus`. */
export function isHeldOut(path: string, modulus = 10): boolean {
	const digest = createHash("sha1").update(path.replaceAll("\\", "/")).digest();
	let remainder = 0;
	for (const byte of digest) remainder = (remainder * 256 + byte) % modulus;
	return remainder === 0;
}

export interface CorpusSplit<File> {
	readonly train: readonly File[];
	readonly heldOut: readonly File[];
	/** Files that their path would hold out, but that nearly repeat a training file. They are used for neither. */
	readonly nearDuplicates: readonly File[];
}

/** Holds out one file in `holdout`, chosen by path. Keeps the order of the files. */
export function splitCorpus<File extends HoldoutFile>(files: readonly File[], holdout = 10): CorpusSplit<File> {
	const train = files.filter(({ path }) => !isHeldOut(path, holdout));
	const candidates = files.filter(({ path }) => isHeldOut(path, holdout));
	const isNearDuplicate = nearDuplicateOf(train.map(({ text }) => text));
	const heldOut: File[] = [];
	const nearDuplicates: File[] = [];
	for (const file of candidates) (isNearDuplicate(file.text) ? nearDuplicates : heldOut).push(file);
	return { train, heldOut, nearDuplicates };
}

/**
 * Two texts nearly repeat each other if the Jaccard similarity of their sets of lines is at least this. A copy in which
 * one line in ten was changed has 0.9 / 1.1 = 0.82.
 */
const nearDuplicateSimilarity = 0.8;

/**
 * Returns a function that tells whether a text nearly repeats one of `texts`: whether their sets of lines have a Jaccard
 * similarity of at least 0.8.
 *
 * The function compares a text only with those that share one of its rarest lines. That misses none: a set of n lines
 * shares at least 0.8 n of them with a set so similar, so any ⌊0.2 n⌋ + 1 of its lines include a shared one.
 */
export function nearDuplicateOf(texts: readonly string[]): (text: string) => boolean {
	const sets = texts.map(lineSet);
	const textsWithLine = new Map<string, number[]>();
	for (const [index, lines] of sets.entries()) {
		for (const line of lines) {
			const indices = textsWithLine.get(line);
			if (indices) indices.push(index);
			else textsWithLine.set(line, [index]);
		}
	}
	return (text) => {
		const lines = lineSet(text);
		const frequency = (line: string) => textsWithLine.get(line)?.length ?? 0;
		const rarest = [...lines].sort((one, other) => frequency(one) - frequency(other));
		const candidates = new Set<number>();
		const enough = Math.floor((1 - nearDuplicateSimilarity) * lines.size + 1e-9) + 1;
		for (const line of rarest.slice(0, enough)) {
			for (const index of textsWithLine.get(line) ?? []) candidates.add(index);
		}
		return [...candidates].some((index) => jaccard(lines, sets[index] ?? new Set()) >= nearDuplicateSimilarity);
	};
}

function lineSet(text: string): Set<string> {
	return new Set(text.split("\n"));
}

function jaccard(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
	let shared = 0;
	for (const line of one) if (other.has(line)) shared++;
	return shared / (one.size + other.size - shared);
}

/** This much text tells models apart to a hundredth of a bit, and is measured quickly enough to be measured often. */
const maxValidationBytes = 32 * 1024;
/** Held out of all text: training keeps nineteen parts of twenty. */
const validationShare = 0.05;
/** With fewer files than this, no file is held out as a whole: each may be the only one of its kind. */
const fewFiles = 8;

export interface ValidationSplit<File> {
	readonly training: readonly File[];
	readonly validation: readonly File[];
	/** Where the tail begins if the tail of one file is held out; null if whole files or nothing are held out. */
	readonly tail: HeldOutTail | null;
	/** False if an earlier training of the model may have learned from what is held out. */
	readonly isUnseen: boolean;
}

/** The files that a training of the model used, by path. They may have been changed, renamed or deleted since. */
export type UsedFiles = ReadonlyMap<string, Pick<UsedFile, "heldOut" | "tail" | "seenBefore" | "digest">>;

type Used = ReturnType<UsedFiles["get"]>;

/** SHA-256 of a text in hexadecimal digits. It recognises a file that was renamed. */
export function textDigest(text: string): string {
	return createHash("sha256").update(text).digest("hex");
}

/** The part of a file that is known before the file is read. */
export interface SizedFile {
	readonly path: string;
	/** Length of the text in characters, or in bytes, which are about as many. */
	readonly length: number;
}

export interface HeldOutChoice<File> {
	readonly whole: ReadonlySet<File>;
	/** The file whose tail is held out. Null if whole files or nothing are held out. */
	readonly tailOf: File | null;
	/** Length of the text to hold out. What is chosen has about this length. */
	readonly wanted: number;
}

/** The files held out together may exceed the length wanted by a quarter; a file that would make them longer is passed over. */
const mostOfWanted = 1.25;

function wantedOf(total: number): number {
	return Math.min(maxValidationBytes, Math.floor(validationShare * total));
}

/** Takes files of about `wanted` characters together, in an order that depends on their paths alone. */
function takeWhole<File extends SizedFile>(files: readonly File[], wanted: number): File[] {
	const byDigest = files
		.map((file) => ({ file, digest: createHash("sha1").update(`validation:${file.path}`).digest("hex") }))
		.sort((one, other) => (one.digest < other.digest ? -1 : 1));
	const taken: File[] = [];
	let bytes = 0;
	for (const { file } of byDigest) {
		if (bytes >= wanted) break;
		if (bytes + file.length > wanted * mostOfWanted) continue;
		taken.push(file);
		bytes += file.length;
	}
	return taken;
}

/** Chooses what `chooseValidation` holds out before anything was trained, by paths and sizes alone. */
export function chooseHeldOut<File extends SizedFile>(files: readonly File[]): HeldOutChoice<File> {
	const wanted = wantedOf(files.reduce((sum, { length }) => sum + length, 0));
	const whole = new Set(files.length >= fewFiles ? takeWhole(files, wanted) : []);
	const bytes = [...whole].reduce((sum, { length }) => sum + length, 0);
	// Whole files do not add up where there are few, or where a few large ones hold most of the text.
	if (files.length >= fewFiles && bytes >= wanted / 2) return { whole, tailOf: null, wanted };
	const largest = files.reduce<File | null>((best, file) => (best && best.length >= file.length ? best : file), null);
	return { whole: new Set(), tailOf: wanted === 0 ? null : largest, wanted };
}

/**
 * Keeps a twentieth of the text, at most 32 KiB, away from training, so that the best checkpoint can be chosen by it:
 * whole files where there are many, else the tail of the largest. The choice depends on the paths and sizes alone. Keeps
 * the order of the files.
 *
 * @param used the files that the model was trained on before; what was held out then is held out again
 */
export function chooseValidation<File extends HoldoutFile>(
	files: readonly File[],
	used: UsedFiles | null = null,
): ValidationSplit<File> {
	const again = used && holdOutAgain(files, used);
	if (again) return again;
	const sized = files.map((file) => ({ file, path: file.path, length: file.text.length }));
	const { whole, tailOf, wanted } = chooseHeldOut(sized);
	// A model that was trained before has learned from everything that is left to choose from.
	const isUnseen = used === null;
	if (tailOf !== null) return withTail(files, tailOf.file, splitTail(tailOf.file.text, wanted)[0].length, isUnseen);
	return withWhole(files, new Set([...whole].map(({ file }) => file)), isUnseen);
}

/**
 * Holds out what the earlier training of the model held out, so that nothing that the model has learned counts as unseen.
 * Where none of that is left, holds out files that the training did not have. Undefined if there is too little of either.
 */
function holdOutAgain<File extends HoldoutFile>(
	files: readonly File[],
	used: UsedFiles,
): ValidationSplit<File> | undefined {
	const wholeAgain = files.filter(({ path }) => isHeldOutWhole(used.get(path)));
	const isSeen = ({ path }: File) => used.get(path)?.seenBefore === true;
	if (wholeAgain.length > 0) return withWhole(files, new Set(wholeAgain), !wholeAgain.some(isSeen));
	for (const file of files) {
		const from = heldOutFrom(file.text, used.get(file.path));
		if (from !== null && from < file.text.length) return withTail(files, file, from, !isSeen(file));
	}
	const learned = new Set([...used.values()].map(({ digest }) => digest));
	const unknown = files.filter(({ path, text }) => !used.has(path) && !learned.has(textDigest(text)));
	const wanted = wantedOf(files.reduce((sum, { text }) => sum + text.length, 0));
	const whole = takeWhole(
		unknown.map((file) => ({ file, path: file.path, length: file.text.length })),
		wanted,
	);
	const length = whole.reduce((sum, one) => sum + one.length, 0);
	return length >= wanted / 2 && wanted > 0
		? withWhole(files, new Set(whole.map(({ file }) => file)), true)
		: undefined;
}

/** Whether the training held the whole file out. */
export function isHeldOutWhole(used: Used): boolean {
	return used?.heldOut === true && used.tail === undefined;
}

/** Where the tail begins that the training held out; null if it held out none, or the text before the tail was changed since. */
export function heldOutFrom(text: string, used: Used): number | null {
	if (used?.tail === undefined || !used.heldOut) return null;
	const { from, headDigest } = used.tail;
	return textDigest(text.slice(0, from)) === headDigest ? from : null;
}

function withWhole<File extends HoldoutFile>(
	files: readonly File[],
	whole: ReadonlySet<File>,
	isUnseen: boolean,
): ValidationSplit<File> {
	return {
		training: files.filter((file) => !whole.has(file)),
		validation: files.filter((file) => whole.has(file)),
		tail: null,
		isUnseen,
	};
}

function withTail<File extends HoldoutFile>(
	files: readonly File[],
	cut: File,
	from: number,
	isUnseen: boolean,
): ValidationSplit<File> {
	return {
		training: files.map((file) => (file === cut ? { ...cut, text: cut.text.slice(0, from) } : file)),
		validation: [{ ...cut, text: cut.text.slice(from) }],
		tail: { from, headDigest: textDigest(cut.text.slice(0, from)) },
		isUnseen,
	};
}

/** Cuts about `wanted` characters from the end of a text: whole lines, unless the lines are too long for that. */
export function splitTail(text: string, wanted: number): readonly [head: string, tail: string] {
	const lineStart = text.indexOf("\n", text.length - wanted) + 1;
	const isLong = lineStart === 0 || text.length - lineStart < wanted / 2;
	const at = isLong ? text.length - wanted : lineStart;
	// Never between the halves of a surrogate pair.
	const cut = /[\udc00-\udfff]/.test(text[at] ?? "") ? at + 1 : at;
	return [text.slice(0, cut), text.slice(cut)];
}
