/**
 * How a document is laid out for the model: a header line with its path, its text with `\n` line ends, then byte 0.
 * The header tells the model the language and the place; it is read, never scored.
 */
import { Buffer } from "node:buffer";
import type { Symbols } from "../engines/symbols.ts";

/** Ends every document; never part of one (files with NUL are binary and left out). */
export const DOCUMENT_END = 0;

/** The byte that ends a line. */
export const LINE_END = 10;

/** `path` is relative to its workspace folder, with "/". */
export function documentHeader(path: string): Uint8Array {
	return Buffer.from(`${path.replaceAll("\\", "/").replaceAll(/[\0\n\r]/g, "_")}\n`, "utf8");
}

export function normalizeLineEnds(text: string): string {
	return text.replaceAll(/\r\n?/g, "\n");
}

/** A document as the model reads it, in bytes or, for a word model, in symbols; the first `skip` are its header. */
export interface EncodedDocument<S extends Symbols = Uint8Array> {
	readonly bytes: S;
	readonly skip: number;
}

/** Header, text, end mark. */
export function encodeDocument(path: string, text: string): EncodedDocument {
	const header = documentHeader(path);
	const body = Buffer.from(normalizeLineEnds(text), "utf8");
	const bytes = new Uint8Array(header.length + body.length + 1);
	bytes.set(header);
	bytes.set(body, header.length);
	bytes[bytes.length - 1] = DOCUMENT_END;
	return { bytes, skip: header.length };
}

/** Unicode scalar values in UTF-8 text: bytes that do not continue a character. */
export function countCharacters(utf8: Uint8Array): number {
	let count = 0;
	for (const byte of utf8) if ((byte & 0xc0) !== 0x80) count++;
	return count;
}
