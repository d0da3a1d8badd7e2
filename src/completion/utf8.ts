/**
 * UTF-8 taken byte by byte, so that what is generated is valid at every step, can be cut between characters, and holds
 * nothing that would not be seen where it is shown. The ranges are those of well-formed byte sequences in the Unicode
 * standard (section 3.9): no overlong forms, no surrogates, nothing above U+10FFFF. Left out of them are the characters
 * that `visibleText` replaces: what reorders or hides the text around it can make source code read unlike it runs
 * (CVE-2021-42574), and a model that somebody else has trained may want to write it.
 */

/** What may follow: `characterBorder`, or one of the states inside a character. */
export type Utf8State = number;

/** A character has just ended, or none has begun. */
export const characterBorder: Utf8State = 0;

/** The byte cannot follow: no character that may be shown goes on like this. */
export const unfit = -1;

const oneMore = 1;
const twoMore = 2;
const threeMore = 3;
/** Characters of which some are left out: their first bytes. */
const afterC2 = 4;
const afterD8 = 5;
const afterE0 = 6;
const afterE2 = 7;
const afterE280 = 8;
const afterE281 = 9;
const afterED = 10;
const afterEF = 11;
const afterEFBB = 12;
const afterF0 = 13;
const afterF3 = 14;
const afterF3A0 = 15;
const afterF4 = 16;

/** By state: from which byte to which, and the state that follows. */
const ranges: readonly (readonly (readonly [first: number, last: number, next: Utf8State])[])[] = [
	// characterBorder: no control signs but tab and line end, which documents have.
	[
		[0x09, 0x0a, characterBorder],
		[0x20, 0x7e, characterBorder],
		[0xc2, 0xc2, afterC2],
		[0xc3, 0xd7, oneMore],
		[0xd8, 0xd8, afterD8],
		[0xd9, 0xdf, oneMore],
		[0xe0, 0xe0, afterE0],
		[0xe1, 0xe1, twoMore],
		[0xe2, 0xe2, afterE2],
		[0xe3, 0xec, twoMore],
		[0xed, 0xed, afterED],
		[0xee, 0xee, twoMore],
		[0xef, 0xef, afterEF],
		[0xf0, 0xf0, afterF0],
		[0xf1, 0xf2, threeMore],
		[0xf3, 0xf3, afterF3],
		[0xf4, 0xf4, afterF4],
	],
	[[0x80, 0xbf, characterBorder]],
	[[0x80, 0xbf, oneMore]],
	[[0x80, 0xbf, twoMore]],
	// afterC2: no control signs of ISO 6429.
	[[0xa0, 0xbf, characterBorder]],
	// afterD8: no Arabic letter mark.
	[
		[0x80, 0x9b, characterBorder],
		[0x9d, 0xbf, characterBorder],
	],
	// afterE0
	[[0xa0, 0xbf, oneMore]],
	// afterE2
	[
		[0x80, 0x80, afterE280],
		[0x81, 0x81, afterE281],
		[0x82, 0xbf, oneMore],
	],
	// afterE280: no blank of no width, no marks, embeddings or overrides of direction, no separators of lines.
	[
		[0x80, 0x8a, characterBorder],
		[0x8c, 0x8d, characterBorder],
		[0x90, 0xa7, characterBorder],
		[0xaf, 0xbf, characterBorder],
	],
	// afterE281: no word joiner, no unseen operators, no isolates.
	[
		[0x80, 0x9f, characterBorder],
		[0xa5, 0xa5, characterBorder],
		[0xaa, 0xbf, characterBorder],
	],
	// afterED
	[[0x80, 0x9f, oneMore]],
	// afterEF
	[
		[0x80, 0xba, oneMore],
		[0xbb, 0xbb, afterEFBB],
		[0xbc, 0xbf, oneMore],
	],
	// afterEFBB: no byte order mark.
	[[0x80, 0xbe, characterBorder]],
	// afterF0
	[[0x90, 0xbf, twoMore]],
	// afterF3
	[
		[0x80, 0x9f, twoMore],
		[0xa0, 0xa0, afterF3A0],
		[0xa1, 0xbf, twoMore],
	],
	// afterF3A0: no tags.
	[[0x82, 0xbf, oneMore]],
	// afterF4
	[[0x80, 0x8f, twoMore]],
];

const byteValues = 256;
/** Of each state and byte, the state that follows. */
const nexts = Int8Array.from({ length: ranges.length * byteValues }, (_, i) => {
	const byte = i % byteValues;
	const range = ranges[Math.floor(i / byteValues)]?.find(([first, last]) => byte >= first && byte <= last);
	return range?.[2] ?? unfit;
});

/** The state after `byte` (0–255), or `unfit`. */
export function nextUtf8State(state: Utf8State, byte: number): Utf8State {
	return nexts[state * byteValues + byte] ?? unfit;
}
