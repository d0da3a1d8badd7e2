/** The text of one file, if it is text that a person wrote. */
import { createHash } from "node:crypto";
import type { LeftOutReason } from "../../domain/corpus.ts";
import { type CorpusFileSystem, openFlags, reasonOf } from "../fileSystem.ts";
import { maskSecrets } from "../secrets/mask.ts";
import { decode, looksBinary, sniffedBytes } from "./decode.ts";
import { isProgramsWork } from "./kinds.ts";
import { isNotebook, mostOnDisk, readNotebook } from "./notebook.ts";

export interface Content {
	/** Without byte order mark, with `\n` line ends, secrets masked. */
	readonly text: string;
	/** Of the text, in UTF-8. */
	readonly bytes: number;
	/** Number of masked places. */
	readonly masked: number;
	/** Of a notebook; see `NotebookText`. */
	readonly language?: string;
	/** Files of the same digest have the same text. */
	readonly digest: string;
}

interface DecodedText {
	readonly text: string;
	/** Of a notebook. */
	readonly language?: string;
}

export type ReadResult = Content | { readonly reason: LeftOutReason };

/**
 * Of a notebook only the cells.
 *
 * @param path absolute
 * @param maxBytes most that the text may take; a notebook may hold as much again several times in outputs
 */
export async function readText(path: string, maxBytes: number, fileSystem: CorpusFileSystem): Promise<ReadResult> {
	try {
		const bytes = await readBytes(path, mostOnDisk(path, maxBytes), fileSystem);
		if ("reason" in bytes) return bytes;
		const decoded: DecodedText | { readonly reason: LeftOutReason } = isNotebook(path)
			? decodeNotebook(bytes, maxBytes)
			: decode(bytes);
		if ("reason" in decoded) return decoded;
		if (isProgramsWork(decoded.text)) return { reason: "generated" };
		const { text, masked } = maskSecrets(decoded.text, path);
		const digest = createHash("sha256").update(text).digest("base64");
		const { language } = decoded;
		return { text, bytes: Buffer.byteLength(text), masked, digest, ...(language === undefined ? {} : { language }) };
	} catch (error) {
		return { reason: reasonOf(error) };
	}
}

function decodeNotebook(bytes: Uint8Array, maxBytes: number): DecodedText | { readonly reason: LeftOutReason } {
	const json = decode(bytes);
	if ("reason" in json) return json;
	const notebook = readNotebook(json.text);
	if (notebook === null) return { reason: "malformed" };
	if (notebook.text === "") return { reason: "empty" };
	return Buffer.byteLength(notebook.text) > maxBytes ? { reason: "tooLarge" } : notebook;
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
