/**
 * Text from files, folders, settings and other processes, fit to be shown on one line: nothing in it can begin a line of its
 * own, reorder or hide what stands around it, or give orders to a terminal.
 */

/**
 * Control characters, halves of surrogate pairs, ends of lines, those that change the direction of what follows, and those
 * that nobody sees. The joiners of emoji and of Persian (U+200C and U+200D) are part of words.
 */
const unseen = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\u200b\u2060-\u2064\ufeff\u{e0000}-\u{e007f}]/gu;

/** Unseen characters become their code: a line end becomes `\u{a}`. */
export function visibleText(text: string): string {
	return text.replaceAll(unseen, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** At most `longest` UTF-16 units of that; of a text of any length only what can be among them is read. */
export function visibleStretch(text: string, longest: number): string {
	// No character becomes shorter.
	return shortened(visibleText(shortened(text, 2 * longest)), longest);
}

/** At most `longest` UTF-16 units of a text: its beginning and its end, which often say most. */
export function shortened(text: string, longest: number): string {
	if (text.length <= longest) return text;
	const head = Math.ceil((longest - 1) * 0.7);
	return `${headOf(text, head)}…${tailOf(text, longest - 1 - head)}`;
}

/** The first `most` UTF-16 units of a text, or one fewer where these would end with half a character. */
export function headOf(text: string, most: number): string {
	return text.slice(0, splitsPair(text, most) ? most - 1 : most);
}

/** The last `most` UTF-16 units of a text, or one fewer where these would begin with half a character. */
export function tailOf(text: string, most: number): string {
	const start = Math.max(0, text.length - most);
	return text.slice(splitsPair(text, start) ? start + 1 : start);
}

/** How many UTF-16 units two texts have in common from their beginnings on, in whole characters. */
export function commonStart(one: string, other: string): number {
	const most = Math.min(one.length, other.length);
	let length = 0;
	while (length < most && one[length] === other[length]) length++;
	return splitsPair(one, length) || splitsPair(other, length) ? length - 1 : length;
}

/** Whether an offset lies between the two halves of one character. */
export function splitsPair(text: string, offset: number): boolean {
	return /[\uD800-\uDBFF]/.test(text[offset - 1] ?? "") && /[\uDC00-\uDFFF]/.test(text[offset] ?? "");
}
