/**
 * The text that an ensemble is tuned on. The files are chosen by their paths and sizes, and only those that are needed
 * are read, one after another: the workspace may hold more text than the process has room for.
 */
import { chooseHeldOut, heldOutFrom, isHeldOutWhole, splitTail, type UsedFiles } from "../../corpus/holdout.ts";
import { type EncodedDocument, encodeDocument } from "../../model/document.ts";
import { leastExpectedBytes } from "../../model/memory/sizes.ts";

/** Documents, and the options of a memory for them. */
export interface TuningSample {
	/** Text that the network was trained on, the most recently edited last. */
	readonly seen: readonly EncodedDocument[];
	/** Text that it was not trained on. */
	readonly unseen: readonly EncodedDocument[];
	/** `[unseen.length]` The files that they are of, or are the ends of; empty where that is not known. */
	readonly unseenPaths: readonly string[];
	readonly mebibytes: number;
	readonly expectedBytes: number;
}

export interface SampleFile {
	/** Relative to the workspace folder, with "/"; the folder's name in front if there are several. */
	readonly path: string;
	readonly absolutePath: string;
	/** Of the text, in UTF-8. */
	readonly length: number;
}

export interface SampleText {
	/** The name under which a model reads it; see `modelPath`. */
	readonly name: string;
	readonly text: string;
}

/** Bytes of training text to learn. For the effect of less and more of it see bench/NOTES.md, "Memory and mixture". */
export const mostBytes = 2 ** 20;
/** Enough for a memory of so much text. */
const mostMebibytes = 24;

/**
 * @param files all that the memory knows, the most recently edited last
 * @param used files that the network was trained on or that were held out; null: it was trained on other text only
 * @param memoryMiB ceiling of the memory in use
 * @param read the text of a file; null: it has none any more
 */
export async function readSample(
	files: readonly SampleFile[],
	used: UsedFiles | null,
	memoryMiB: number,
	read: (file: SampleFile) => Promise<SampleText | null>,
): Promise<TuningSample> {
	const { whole, tailOf, cut } = choose(files, used);
	const unseen: EncodedDocument[] = [];
	const unseenPaths: string[] = [];
	let head: EncodedDocument | null = null;
	for (const file of files) {
		if (!whole.has(file) && file !== tailOf) continue;
		const content = await read(file);
		if (content === null) continue;
		const { name, text } = content;
		if (whole.has(file)) {
			unseen.push(encodeDocument(name, text));
			unseenPaths.push(file.path);
			continue;
		}
		const at = cut(text);
		head = encodeDocument(name, text.slice(0, at));
		if (at === text.length) continue;
		unseen.push(encodeDocument(name, text.slice(at)));
		unseenPaths.push(file.path);
	}
	const recent: EncodedDocument[] = [];
	let bytes = 0;
	for (const file of files.toReversed()) {
		if (bytes > mostBytes) break;
		if (whole.has(file)) continue;
		const content = file === tailOf ? null : await read(file);
		const document = file === tailOf ? head : content && encodeDocument(content.name, content.text);
		if (document === null) continue;
		bytes += document.bytes.length;
		recent.push(document);
	}
	return sampleOf(recent, unseen, memoryMiB, unseenPaths);
}

/**
 * @param trained documents that the network was trained on, the most recently edited first
 * @param unseen documents that it was not trained on
 * @param memoryMiB ceiling of the memory in use
 * @param unseenPaths the files that the documents of `unseen` are of
 */
export function sampleOf(
	trained: Iterable<EncodedDocument>,
	unseen: readonly EncodedDocument[],
	memoryMiB: number,
	unseenPaths: readonly string[] = [],
): TuningSample {
	const seen: EncodedDocument[] = [];
	let bytes = 0;
	for (const document of trained) {
		bytes += document.bytes.length;
		if (bytes > mostBytes && seen.length > 0) break;
		seen.unshift(document);
	}
	const total = [...seen, ...unseen].reduce((sum, document) => sum + document.bytes.length, 0);
	return {
		seen,
		unseen,
		unseenPaths,
		mebibytes: Math.min(memoryMiB, mostMebibytes),
		expectedBytes: Math.max(leastExpectedBytes, total),
	};
}

interface Choice {
	readonly whole: ReadonlySet<SampleFile>;
	readonly tailOf: SampleFile | null;
	/** Where the tail begins in the text of `tailOf`. */
	cut(text: string): number;
}

/** The files that the last training held out, as far as they are still there; without one, those that it would hold out. */
function choose(files: readonly SampleFile[], used: UsedFiles | null): Choice {
	if (used === null) {
		const { wanted, ...chosen } = chooseHeldOut(files);
		return { ...chosen, cut: (text) => splitTail(text, wanted)[0].length };
	}
	const isUnseen = ({ path }: SampleFile) => used.get(path)?.seenBefore !== true;
	const tailOf = files.find((file) => used.get(file.path)?.tail !== undefined && isUnseen(file)) ?? null;
	return {
		whole: new Set(files.filter((file) => isHeldOutWhole(used.get(file.path)) && isUnseen(file))),
		tailOf,
		// A file that has changed before its tail may hold anything there that was trained on.
		cut: (text) => heldOutFrom(text, used.get(tailOf?.path ?? "")) ?? text.length,
	};
}
