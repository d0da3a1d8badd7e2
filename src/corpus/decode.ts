/** From the bytes of a file to its text. */
import type { LeftOutReason } from "../domain/corpus.ts";

/** Bytes that are looked at before the rest of a file is read. */
export const sniffedBytes = 8192;

/** Of control characters in text; those for white space and, in logs, for colours are not counted. */
const mostControls = 0.01;
const escapeByte = 0x1b;

type Encoding = "utf-8" | "utf-16le" | "utf-16be";

/** Whether the beginning of a file shows that it is not text. */
export function looksBinary(beginning: Uint8Array): boolean {
	return encodingOf(beginning) === "utf-8" && beginning.includes(0);
}

/**
 * Text in UTF-8, or in UTF-16 with a byte order mark, without that mark and with `\n` line ends.
 *
 * @returns the text, or why there is none
 */
export function decode(bytes: Uint8Array): { text: string } | { reason: LeftOutReason } {
	let text: string;
	try {
		text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
	} catch {
		return { reason: looksBinary(bytes) || hasControls(bytes) ? "binary" : "encoding" };
	}
	if (text.includes("\0") || hasControls(bytes)) return { reason: "binary" };
	if (text.trim() === "") return { reason: "empty" };
	return { text: text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text };
}

function encodingOf(bytes: Uint8Array): Encoding {
	if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
	if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
	return "utf-8";
}

function hasControls(bytes: Uint8Array): boolean {
	if (encodingOf(bytes) !== "utf-8") return false;
	let controls = 0;
	// biome-ignore lint/style/useForOf: an iterator takes four times as long, and this looks at all of a workspace
	for (let i = 0; i < bytes.length; i++) {
		const byte = bytes[i] as number;
		if (byte < 0x20 && (byte < 0x09 || byte > 0x0d) && byte !== escapeByte) controls++;
	}
	return controls > mostControls * bytes.length;
}
