/** The text of a workspace that is learned from. */
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import * as nodeFileSystem from "node:fs/promises";
import { Failure } from "../failure.ts";
import type { CorpusFolder, CorpusRules, LeftOutReason } from "../protocol.ts";
import { mapConcurrently } from "./concurrency.ts";
import { decode, looksBinary, sniffedBytes } from "./decode.ts";
import { isMarkedGenerated, isMinified } from "./kinds.ts";
import { maskSecrets } from "./secrets.ts";
import { type Candidate, type CorpusFileSystem, concurrency, type LeftOut, reasonOf, walk } from "./walk.ts";

export interface CorpusFile {
	/** Relative to its workspace folder, with "/"; the folder's name in front if there are several. */
	readonly path: string;
	readonly absolutePath: string;
	/** Last edit, milliseconds since 1970. */
	readonly modified: number;
	/** Without byte order mark, with `\n` line ends, secrets masked. */
	readonly text: string;
	/** Of the text, in UTF-8. */
	readonly bytes: number;
	/** Number of masked places. */
	readonly masked: number;
}

export interface Corpus {
	/** The most recently edited come last, files of the same time in the order of their paths. */
	readonly files: readonly CorpusFile[];
	/** By path. A folder left out as a whole stands for all that is in it, with "/" at its end. */
	readonly leftOut: readonly LeftOut[];
}

/**
 * Reads all text of the folders that the ignore files, the rules and good sense let be learned from. What cannot be
 * read is left out; a file that is changed meanwhile is taken as it is found.
 *
 * @param onProgress told the number of files looked at, now and then
 * @throws {Failure} folderMissing if none of the folders can be read
 * @throws the signal's reason once it is aborted
 */
export async function collect(
	folders: readonly CorpusFolder[],
	rules: CorpusRules,
	signal?: AbortSignal,
	onProgress?: (files: number) => void,
	fileSystem: CorpusFileSystem = nodeFileSystem,
): Promise<Corpus> {
	const candidates: Candidate[] = [];
	const leftOut: LeftOut[] = [];
	let missing = 0;
	for (const { path: root, prefix } of withPrefixes(folders)) {
		try {
			const found = await walk(root, rules, fileSystem, signal);
			for (const one of found.candidates) candidates.push({ ...one, path: prefix + one.path });
			for (const one of found.leftOut) leftOut.push({ ...one, path: prefix + one.path });
		} catch (error) {
			signal?.throwIfAborted();
			missing++;
			if (missing === folders.length) throw folderMissing(folders, error);
			leftOut.push({ path: prefix, reason: reasonOf(error) });
		}
	}
	const files = await readAll(candidates, rules, leftOut, fileSystem, signal, onProgress);
	files.sort((one, other) => one.modified - other.modified || byPath(one, other));
	return { files, leftOut: leftOut.sort(byPath) };
}

/** Folders of the same name get a number. */
function withPrefixes(folders: readonly CorpusFolder[]): { path: string; prefix: string }[] {
	const taken = new Set<string>();
	return folders.map(({ path, name }) => {
		if (folders.length === 1) return { path, prefix: "" };
		const plain = name.replaceAll(/[\\/]/g, "_");
		let unique = plain;
		for (let number = 2; taken.has(unique); number++) unique = `${plain} ${number}`;
		taken.add(unique);
		return { path, prefix: `${unique}/` };
	});
}

function folderMissing(folders: readonly CorpusFolder[], cause: unknown): Failure {
	return new Failure("folderMissing", folders[0]?.path, { cause });
}

/** Reads from the most recently edited on, until the total is reached. */
async function readAll(
	candidates: Candidate[],
	rules: CorpusRules,
	leftOut: LeftOut[],
	fileSystem: CorpusFileSystem,
	signal: AbortSignal | undefined,
	onProgress: ((files: number) => void) | undefined,
): Promise<CorpusFile[]> {
	candidates.sort((one, other) => other.modified - one.modified || byPath(one, other));
	const byContent = new Map<string, CorpusFile>();
	let left = rules.maxTotalMiB * 2 ** 20;
	for (let from = 0; from < candidates.length; from += concurrency) {
		const batch = candidates.slice(from, from + concurrency);
		const read = await mapConcurrently(
			batch,
			concurrency,
			// Most text takes as many bytes here as on the disk: what cannot fit is not read.
			({ absolutePath, size }) =>
				size > left ? overTotal : readText(absolutePath, rules.maxFileKiB * 1024, fileSystem),
			signal,
		);
		for (const [k, { path, absolutePath, modified }] of batch.entries()) {
			const result = read[k];
			if (result === undefined) continue;
			if ("reason" in result) {
				leftOut.push({ path, reason: result.reason });
				continue;
			}
			const { digest, ...content } = result;
			const file: CorpusFile = { path, absolutePath, modified, ...content };
			const twin = byContent.get(digest);
			if (twin) {
				// Copies go by the name that comes first, as recent as the latest of them: no check-out changes that.
				const [first, second] = byPath(twin, file) < 0 ? [twin, file] : [file, twin];
				byContent.set(digest, { ...first, modified: twin.modified });
				leftOut.push({ path: second.path, reason: "duplicate" });
			} else if (file.bytes > left) {
				leftOut.push({ path, reason: "overTotal" });
			} else {
				left -= file.bytes;
				byContent.set(digest, file);
			}
		}
		onProgress?.(from + batch.length);
	}
	return [...byContent.values()];
}

type Content = Pick<CorpusFile, "text" | "bytes" | "masked"> & { readonly digest: string };
type ReadResult = Content | { readonly reason: LeftOutReason };

const overTotal: Promise<ReadResult> = Promise.resolve({ reason: "overTotal" });

/** Never waits for a FIFO, never follows a link, should the file have become one since it was found. */
const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

async function readText(path: string, maxBytes: number, fileSystem: CorpusFileSystem): Promise<ReadResult> {
	try {
		const bytes = await readBytes(path, maxBytes, fileSystem);
		if ("reason" in bytes) return bytes;
		const decoded = decode(bytes);
		if ("reason" in decoded) return decoded;
		if (isMarkedGenerated(decoded.text) || isMinified(decoded.text)) return { reason: "generated" };
		const { text, masked } = maskSecrets(decoded.text);
		const digest = createHash("sha256").update(text).digest("base64");
		return { text, bytes: Buffer.byteLength(text), masked, digest };
	} catch (error) {
		return { reason: reasonOf(error) };
	}
}

async function readBytes(
	path: string,
	maxBytes: number,
	fileSystem: CorpusFileSystem,
): Promise<Uint8Array | { readonly reason: LeftOutReason }> {
	const handle = await fileSystem.open(path, openFlags);
	try {
		const status = await handle.stat();
		if (!status.isFile()) return { reason: "notAFile" };
		if (status.size > maxBytes) return { reason: "tooLarge" };
		const buffer = Buffer.allocUnsafeSlow(status.size);
		let filled = 0;
		while (filled < buffer.length) {
			const wanted = filled < sniffedBytes ? Math.min(sniffedBytes, buffer.length) - filled : buffer.length - filled;
			const { bytesRead } = await handle.read(buffer, filled, wanted);
			if (bytesRead === 0) break;
			filled += bytesRead;
			if (filled <= sniffedBytes && looksBinary(buffer.subarray(0, filled))) return { reason: "binary" };
		}
		return buffer.subarray(0, filled);
	} finally {
		await handle.close();
	}
}

/** By UTF-16 code units, which no language setting changes. */
function byPath(one: { readonly path: string }, other: { readonly path: string }): number {
	return one.path < other.path ? -1 : Number(one.path > other.path);
}
