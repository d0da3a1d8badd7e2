/**
 * A cursor holds what the contexts need to know of the text before it. It is advanced byte by byte, and copied to branch.
 */
export const CURSOR_BYTES: i32 = 416;

/** Offsets. */
export const LAST4: usize = 0;
export const LAST8: usize = 4;
export const WORD: usize = 8;
export const WORD1: usize = 12;
export const WORD2: usize = 16;
export const PART: usize = 20;
export const SKELETON: usize = 24;
export const COLUMN: usize = 28;
export const INDENT: usize = 30;
/** 1 behind the first byte of the line that is no blank. */
const BEGUN: usize = 32;
export const WORD_LENGTH: usize = 33;
export const ABOVE_LENGTH: usize = 34;
export const BEFORE_WORD: usize = 35;
/** Hash of the document's first line, which names its path (src/model/document.ts), as far as it was read. */
export const DOCUMENT: usize = 36;
/** 1 behind the first line. */
export const IN_TEXT: usize = 40;
/** Brackets that are open, 255 at most. */
export const DEPTH: usize = 41;
export const KEYWORD: usize = 44;
/** `[MATCHES]` of pointer u32, length u16, misses u16. */
export const MATCH: usize = 48;
/** The last 32 bytes, the newest at the end. */
export const RECENT: usize = 96;
export const LINE: usize = 128;
export const ABOVE: usize = 256;
export const LINE_BYTES: u32 = 120;
/** `[NESTED]` u8: commas in each open bracket; `[NESTED]` u32: what stands before it. The innermost ones; older ones are overwritten. */
export const COMMAS: usize = 376;
export const OPENERS: usize = 384;
const NESTED: u32 = 8;
/** Arguments behind so many commas are much alike. */
const MOST_COMMAS: u8 = 7;

// @ts-ignore: decorator
@inline
export function isWordByte(b: u32): bool {
	return (b | 32) - 97 < 26 || b - 48 < 10 || b == 95 || b >= 128;
}

/** Class of a byte: 0 end of line, 1 blank, 2 letter, 3 digit, 4 bracket, 5 quote, 6 other, 7 non-ASCII. */
// @ts-ignore: decorator
@inline
export function classOf(b: u32): u32 {
	if ((b | 32) - 97 < 26 || b == 95) return 2;
	if (b == 32 || b == 9) return 1;
	if (b == 10 || b == 0) return 0;
	if (b - 48 < 10) return 3;
	if (b >= 128) return 7;
	if (b == 40 || b == 41 || b == 91 || b == 93 || b == 123 || b == 125) return 4;
	if (b == 34 || b == 39 || b == 96) return 5;
	return 6;
}

/** Advances everything but the match candidates (see matchFinder.ts). */
export function advanceCursor(c: usize, b: u32): void {
	const recent = v128.load(c + RECENT);
	const newest = v128.load(c + RECENT, 16);
	v128.store(
		c + RECENT,
		v128.shuffle<u8>(recent, newest, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16),
	);
	v128.store(
		c + RECENT,
		v128.shuffle<u8>(newest, i8x16.splat(<i8>b), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16),
		16,
	);
	const last4 = load<u32>(c + LAST4);
	store<u32>(c + LAST8, (load<u32>(c + LAST8) << 8) | (last4 >>> 24));
	store<u32>(c + LAST4, (last4 << 8) | b);

	const previous = last4 & 255;
	const word = load<u32>(c + WORD);
	const length = <u32>load<u8>(c + WORD_LENGTH);
	let token: u32;
	if (isWordByte(b)) {
		const upper = b - 65 < 26;
		const lower = upper ? b + 32 : b;
		// A part of an identifier begins at a capital after a small letter, and behind an underscore.
		const starts = (upper && !(previous - 65 < 26)) || previous == 95 || length == 0;
		store<u32>(c + PART, ((starts ? 0 : load<u32>(c + PART)) + lower + 1) * 0x2c9277b5);
		if (length == 0) store<u8>(c + BEFORE_WORD, previous);
		store<u32>(c + WORD, (word + lower + 1) * 0x9e3779b1);
		store<u8>(c + WORD_LENGTH, length < 255 ? length + 1 : 255);
		token = length == 0 ? (b - 48 < 10 ? 2 : 1) : 0;
	} else {
		if (length > 0) {
			store<u32>(c + WORD2, load<u32>(c + WORD1));
			store<u32>(c + WORD1, word);
			store<u32>(c + WORD, 0);
			store<u32>(c + PART, 0);
			store<u8>(c + WORD_LENGTH, 0);
			if (load<u16>(c + COLUMN) - load<u16>(c + INDENT) == length) store<u32>(c + KEYWORD, word);
		}
		token = b == 32 || b == 9 ? 0 : b == 10 ? 3 : b & 63 | 64;
	}
	followBrackets(c, b, length > 0 ? word : load<u32>(c + WORD1));
	followHeader(c, b);
	if (token != 0) store<u32>(c + SKELETON, (load<u32>(c + SKELETON) << 7) ^ token);

	if (b == 10 || b == 0) {
		memory.copy(c + ABOVE, c + LINE, LINE_BYTES);
		const column = <u32>load<u16>(c + COLUMN);
		store<u8>(c + ABOVE_LENGTH, column < LINE_BYTES ? column : LINE_BYTES);
		store<u16>(c + COLUMN, 0);
		store<u16>(c + INDENT, 0);
		store<u8>(c + BEGUN, 0);
		if (b == 0) store<u8>(c + ABOVE_LENGTH, 0);
	} else {
		const column = <u32>load<u16>(c + COLUMN);
		if (column < LINE_BYTES) store<u8>(c + LINE + column, b);
		if (column < 65535) store<u16>(c + COLUMN, column + 1);
		if (load<u8>(c + BEGUN) == 0 && b != 32 && b != 9) {
			store<u8>(c + BEGUN, 1);
			store<u16>(c + INDENT, column);
			// Brackets in prose and strings need not match. A word at the left edge begins something new.
			if (column == 0 && isWordByte(b)) store<u8>(c + DEPTH, 0);
		}
	}
}

/** @param word the word that ends before `b`, or the last one */
// @ts-ignore: decorator
@inline
function followBrackets(c: usize, b: u32, word: u32): void {
	if (b - 40 > 85) return;
	const depth = <u32>load<u8>(c + DEPTH);
	if (b == 40 || b == 91 || b == 123) {
		const at = <usize>(depth & (NESTED - 1));
		store<u32>(c + OPENERS + (at << 2), b == 40 ? word : load<u32>(c + KEYWORD) + b);
		store<u8>(c + COMMAS + at, 0);
		if (depth < 255) store<u8>(c + DEPTH, depth + 1);
	} else if (depth == 0) return;
	else if (b == 41 || b == 93 || b == 125) store<u8>(c + DEPTH, depth - 1);
	else if (b == 44) {
		const at = c + COMMAS + <usize>((depth - 1) & (NESTED - 1));
		const commas = load<u8>(at);
		if (commas < MOST_COMMAS) store<u8>(at, commas + 1);
	}
}

/** The innermost open bracket: what stands before it, and how many commas (7 at most) stand in it; 0 if none is open. */
// @ts-ignore: decorator
@inline
export function openBracket(c: usize): u32 {
	const depth = <u32>load<u8>(c + DEPTH);
	if (depth == 0) return 0;
	const at = <usize>((depth - 1) & (NESTED - 1));
	return load<u32>(c + OPENERS + (at << 2)) * (MOST_COMMAS + 1) + load<u8>(c + COMMAS + at);
}

// @ts-ignore: decorator
@inline
function followHeader(c: usize, b: u32): void {
	if (b == 0) {
		store<u32>(c + DOCUMENT, 0);
		store<u8>(c + IN_TEXT, 0);
		store<u8>(c + DEPTH, 0);
	} else if (load<u8>(c + IN_TEXT) == 0) {
		if (b == 10) store<u8>(c + IN_TEXT, 1);
		else store<u32>(c + DOCUMENT, (load<u32>(c + DOCUMENT) + b + 1) * 0x9e3779b1);
	}
}
