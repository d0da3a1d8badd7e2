/** What "Accept Next Word Of Inline Suggestion" takes. */

/** A word as VS Code has it in languages that define none: a number with its point, or a run of anything but signs. */
const word = /-?\d*\.\d\w*|[^`~!@#$%^&*()\-=+[{\]}\\|;:'",.<>/?\s]+/;

/** UTF-16 length: up to the end of the word that `text` begins with, or to the next word, but not beyond blanks. */
export function nextWordLength(text: string): number {
	const found = word.exec(text);
	const length = found === null ? text.length : found.index === 0 ? found[0].length : found.index;
	const blanks = /\s+/.exec(text);
	return blanks === null ? length : Math.min(length, blanks.index + blanks[0].length);
}
