/** Finds keys and certificates in PEM blocks (https://www.rfc-editor.org/rfc/rfc7468). */
import type { Span } from "../span.ts";

const beginMark = "-----BEGIN ";
const endMark = "-----END ";
const blockLabel = /[A-Z0-9 ]{1,40}-----/y;
/** Lines of base64, which may be escaped or put together from strings; and the header of an encrypted key. */
const blockBody = /^[A-Za-z0-9+/=\s\\"'`,.:()-]*$/;
const blockContent = /[A-Za-z0-9+/=]{24}/;
/** A line of a block that has no end yet, as while it is typed: base64 in quotes or without, or a header. */
const openLine =
	/^[ \t"'`+(]{0,40}(?:[A-Za-z0-9/=][A-Za-z0-9+/=]{0,200}|(?:Proc-Type|DEK-Info|Version|Comment): .{0,100})?(?:\\[nr]){0,2}["'`+,;) \t]{0,20}$/;
/** Of an open block; no line of base64 is as long. */
const longestLine = 400;
/** An RSA key of 16,384 bits takes about 13,000 characters. */
const maxBlock = 32_768;

export interface KeyBlock extends Span {
	readonly isPrivate: boolean;
}

/**
 * Finds the contents of the blocks. Each begin mark is compared with the next end mark only. A private key without an end
 * mark is masked as far as its lines go, so that each of its lines is masked as soon as it is there.
 */
export function keyBlocks(text: string): KeyBlock[] {
	const blocks: KeyBlock[] = [];
	let begin = text.indexOf(beginMark);
	let end = 0;
	while (begin >= 0) {
		const following = text.indexOf(beginMark, begin + 1);
		if (end >= 0 && end <= begin) end = text.indexOf(endMark, begin);
		blockLabel.lastIndex = begin + beginMark.length;
		const label = blockLabel.exec(text)?.[0];
		if (label) {
			const start = blockLabel.lastIndex;
			const isPrivate = label.includes("PRIVATE KEY");
			const isClosed = end > begin && (following < 0 || end < following) && end - begin < maxBlock;
			const body = isClosed ? text.slice(start, end) : "";
			if (isClosed && blockBody.test(body) && blockContent.test(body)) {
				blocks.push({ ...trimBlock(text, start, end), isPrivate });
			} else if (isPrivate) {
				const stop = Math.min(start + maxBlock, following < 0 ? text.length : following, isClosed ? end : text.length);
				const span = trimBlock(text, start, openEnd(text, start, stop));
				if (blockContent.test(text.slice(span.start, span.end))) blocks.push({ ...span, isPrivate });
			}
		}
		begin = following;
	}
	return blocks;
}

/** Where the lines end that begin a block without an end. */
function openEnd(text: string, start: number, stop: number): number {
	let from = start;
	while (from < stop) {
		const line = text.slice(from, Math.min(stop, from + longestLine + 1));
		const lineEnd = line.indexOf("\n");
		const to = from + (lineEnd < 0 ? line.length : lineEnd);
		if (to - from > longestLine || !openLine.test(text.slice(from, to).replace("\r", ""))) break;
		from = to + 1;
	}
	return Math.min(from, stop);
}

/** Takes the line ends around the content out of the span. */
function trimBlock(text: string, start: number, end: number): Span {
	const isContent = (index: number) => /[A-Za-z0-9+/=]/.test(text[index] ?? "") && text[index - 1] !== "\\";
	let from = start;
	let to = end;
	while (from < to && !isContent(from)) from++;
	while (to > from && !isContent(to - 1)) to--;
	return { start: from, end: to };
}
