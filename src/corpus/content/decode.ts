/** Turns the bytes of a file into its text. */
import type { LeftOutReason } from "../../domain/corpus.ts";

/** This many bytes from the beginning of a file decide whether the rest is read. */
export const sniffedBytes = 8192;

/**
 * A text with a larger share of control characters is data. White space does not count, nor does escape, with which logs
 * begin their colours.
 */
const mostControls = 0.01;
const escapeByte = 0x1b;

type Encoding = "utf-8" | "utf-16le" | "utf-16be";

/** Whether the beginning of a file has a byte 0, which text in UTF-8 never has. */
export function looksBinary(beginning: Uint8Array): boolean {
	return encodingOf(beginning) === "utf-8" && beginning.includes(0);
}

/**
 * Decodes UTF-8, and UTF-16 that begins with a byte order mark.
 *
 * @returns the text without the mark and with `\n` as line end, or the reason why the file is left out
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
