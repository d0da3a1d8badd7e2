/**
 * UTF-8 taken byte by byte, so that what is generated is valid at every step and can be cut between characters. The
 * table is the one of well-formed byte sequences in the Unicode standard (section 3.9): no overlong forms, no
 * surrogates, nothing above U+10FFFF.
 */

/** What may follow: `characterBorder`, or one of the states inside a character. */
export type Utf8State = number;

/** A character has just ended, or none has begun. */
export const characterBorder: Utf8State = 0;

/** The byte cannot follow. */
export const malformed = -1;

const oneMore = 1;
const twoMore = 2;
const threeMore = 3;
/** First continuation bytes with a narrower range than 80–BF. */
const afterE0 = 4;
const afterED = 5;
const afterF0 = 6;
const afterF4 = 7;

/** By state: least and greatest byte allowed, and the state that follows. */
const continuations: readonly (readonly [low: number, high: number, next: Utf8State])[] = [
	[0, -1, malformed],
	[0x80, 0xbf, characterBorder],
	[0x80, 0xbf, oneMore],
	[0x80, 0xbf, twoMore],
	[0xa0, 0xbf, oneMore],
	[0x80, 0x9f, oneMore],
	[0x90, 0xbf, twoMore],
	[0x80, 0x8f, twoMore],
];

/** The state after `byte`, or `malformed`. */
export function nextUtf8State(state: Utf8State, byte: number): Utf8State {
	if (state === characterBorder) return firstByte(byte);
	const [low, high, next] = continuations[state] ?? [0, -1, malformed];
	return byte >= low && byte <= high ? next : malformed;
}

function firstByte(byte: number): Utf8State {
	if (byte < 0x80) return characterBorder;
	if (byte < 0xc2) return malformed;
	if (byte < 0xe0) return oneMore;
	if (byte === 0xe0) return afterE0;
	if (byte === 0xed) return afterED;
	if (byte < 0xf0) return twoMore;
	if (byte === 0xf0) return afterF0;
	if (byte < 0xf4) return threeMore;
	return byte === 0xf4 ? afterF4 : malformed;
}

const tab = 9;
const firstPrintable = 32;
const del = 127;

/** Control signs that no editor shows; a tab is text, a line end is the caller's matter. */
export function isControl(byte: number): boolean {
	return (byte < firstPrintable && byte !== tab) || byte === del;
}
