/** Two ways in which a model degenerates: it goes round in a loop, or it writes a line once more. */

/**
 * A tail of `window` bytes that repeats every `period` bytes or fewer is a loop. The ladder allows short words to occur
 * a few times (`0, 0, 0, `) but not on and on, and longer units fewer times: ten, three, two and a quarter, and two.
 */
const loops: readonly { readonly period: number; readonly window: number }[] = [
	{ period: 4, window: 40 },
	{ period: 40, window: 120 },
	{ period: 80, window: 180 },
	{ period: 120, window: 240 },
];
const shortestLoop = 40;
const longestLoop = 240;

/**
 * How many bytes to take back when `bytes` end in a loop, so that its first round remains; 0 when they do not. A ruler
 * drawn with one sign (`-----`, `=====`) is no loop.
 */
export function loopLength(bytes: Uint8Array): number {
	if (bytes.length < shortestLoop) return 0;
	const tail = bytes.subarray(-longestLoop).toReversed();
	const borders = borderTable(tail);
	let excess = 0;
	for (const { period, window } of loops) {
		if (tail.length < window) break;
		const found = window - (borders[window - 1] as number);
		if (found <= period && !(found === 1 && isSign(tail[0] as number))) excess = window - found;
	}
	return excess;
}

/** `[i]`: length of the longest proper prefix of `text[0..i]` that is also its suffix (Knuth, Morris and Pratt 1977). */
function borderTable(text: Uint8Array): Int32Array {
	const borders = new Int32Array(text.length);
	let border = 0;
	for (let i = 1; i < text.length; i++) {
		while (border > 0 && text[i] !== text[border]) border = borders[border - 1] as number;
		if (text[i] === text[border]) border++;
		borders[i] = border;
	}
	return borders;
}

/** ASCII that is neither letter nor digit. */
function isSign(byte: number): boolean {
	return byte < 0x80 && !/[A-Za-z0-9]/.test(String.fromCharCode(byte));
}

/** Length of `text`, which goes on after `before`, as far as none of its lines says what the line before it says. */
export function lengthWithoutRepetition(before: string, text: string): number {
	const lines = (before + text).split("\n");
	let length = -before.length;
	for (const [i, line] of lines.entries()) {
		if (i > 0 && repeatsLine(line, lines[i - 1] as string)) return length - 1;
		length += line.length + 1;
	}
	return text.length;
}

/**
 * Whether `line` says what `other` says, indentation included: an `end` further out is another. Lines of signs alone (`}`,
 * `);`, `---`) may well follow each other.
 */
export function repeatsLine(line: string, other: string): boolean {
	return /[\p{L}\p{N}]/u.test(line) && line.trimEnd() === other.trimEnd();
}
