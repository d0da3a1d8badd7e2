/** Which files are kept away from training, to measure on. */
import { createHash } from "node:crypto";

/** What is asked of a file here. */
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
	/** Would be held out, but nearly repeat a training file. */
	readonly nearDuplicates: readonly File[];
}

/** Splits by path, one file in `holdout`; the order of the files is kept. */
export function splitCorpus<File extends HoldoutFile>(files: readonly File[], holdout = 10): CorpusSplit<File> {
	const train = files.filter(({ path }) => !isHeldOut(path, holdout));
	const candidates = files.filter(({ path }) => isHeldOut(path, holdout));
	const isNearDuplicate = nearDuplicateOf(train.map(({ text }) => text));
	const heldOut: File[] = [];
	const nearDuplicates: File[] = [];
	for (const file of candidates) (isNearDuplicate(file.text) ? nearDuplicates : heldOut).push(file);
	return { train, heldOut, nearDuplicates };
}

/** From this Jaccard similarity of two line sets on, one text nearly repeats the other. */
const nearDuplicateSimilarity = 0.8;

/**
 * A test for texts whose set of lines has a Jaccard similarity of at least 0.8 with that of one of `texts`.
 *
 * Only texts that share one of its rarest lines are compared: a set of n lines that is so similar to another shares at
 * least 0.8 n with it, so any ⌊0.2 n⌋ + 1 lines include a shared one.
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

/** Enough to tell models apart to a hundredth of a bit, few enough to be read often. */
const maxValidationBytes = 32 * 1024;
/** Of all text. */
const validationShare = 0.05;
/** Of files that are not validated on as a whole, the tail. */
const fewFiles = 8;

export interface ValidationSplit<File> {
	readonly training: readonly File[];
	readonly validation: readonly File[];
}

/**
 * Keeps a twentieth of the text, at most 32 KiB, away from training, to choose the best checkpoint by: whole files
 * where there are many, else the tail of the largest. The choice depends on the paths and sizes alone, and training
 * keeps most of the text in any case. The order of the files is kept.
 */
export function chooseValidation<File extends HoldoutFile>(files: readonly File[]): ValidationSplit<File> {
	const total = files.reduce((sum, { text }) => sum + text.length, 0);
	const wanted = Math.min(maxValidationBytes, Math.floor(validationShare * total));
	if (files.length < fewFiles) return splitTail(files, wanted);
	const byDigest = files
		.map((file) => ({ file, digest: createHash("sha1").update(`validation:${file.path}`).digest("hex") }))
		.sort((one, other) => (one.digest < other.digest ? -1 : 1));
	const chosen = new Set<File>();
	let bytes = 0;
	for (const { file } of byDigest) {
		if (bytes + file.text.length > wanted * 1.25) continue;
		chosen.add(file);
		bytes += file.text.length;
		if (bytes >= wanted) break;
	}
	// A few large files among small ones.
	if (bytes < wanted / 2) return splitTail(files, wanted);
	return { training: files.filter((file) => !chosen.has(file)), validation: files.filter((file) => chosen.has(file)) };
}

/** Cuts whole lines, about `wanted` characters, from the end of the largest file. */
function splitTail<File extends HoldoutFile>(files: readonly File[], wanted: number): ValidationSplit<File> {
	const largest = files.reduce<File | undefined>(
		(best, file) => (best && best.text.length >= file.text.length ? best : file),
		undefined,
	);
	if (!largest || wanted === 0) return { training: files, validation: [] };
	const { text } = largest;
	const lineStart = text.indexOf("\n", text.length - wanted) + 1;
	const isLong = lineStart === 0 || text.length - lineStart < wanted / 2;
	const at = isLong ? text.length - wanted : lineStart;
	// Never between the halves of a surrogate pair.
	const cut = /[\udc00-\udfff]/.test(text[at] ?? "") ? at + 1 : at;
	const head = { ...largest, text: text.slice(0, cut) };
	return {
		training: files.map((file) => (file === largest ? head : file)),
		validation: [{ ...largest, text: text.slice(cut) }],
	};
}
