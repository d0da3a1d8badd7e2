/** Words and signs of a line, as far as telling places that are alike needs them. */

const wordCharacter = /[\p{L}\p{N}\p{M}_$]/u;

/** Whether the UTF-16 unit at an index belongs to a word. Surrogates do: half a letter never stands alone. */
export function isWordAt(text: string, index: number): boolean {
	const unit = text[index];
	return unit !== undefined && (wordCharacter.test(unit) || (unit >= "\ud800" && unit <= "\udfff"));
}

/** Whether a text is one word. */
export function isWord(text: string): boolean {
	for (let at = 0; at < text.length; at++) if (!isWordAt(text, at)) return false;
	return text !== "";
}

/** The begin and the end of a line, which are as good a context as a word. No token is empty or a blank. */
const edge = "";

/** Up to `most` words and signs that begin a text; blanks are left out, and the end of the text counts as one. */
export function tokensAfter(text: string, most: number): string[] {
	const tokens: string[] = [];
	for (let at = 0; at < text.length && tokens.length < most; ) {
		let end = at + 1;
		if (isWordAt(text, at)) while (isWordAt(text, end)) end++;
		const token = text.slice(at, end);
		if (token.trim() !== "") tokens.push(token);
		at = end;
	}
	if (tokens.length < most) tokens.push(edge);
	return tokens;
}

/** Up to `most` words and signs that end a text, the last one first; the begin of the text counts as one. */
export function tokensBefore(text: string, most: number): string[] {
	const tokens: string[] = [];
	for (let end = text.length; end > 0 && tokens.length < most; ) {
		let at = end - 1;
		if (isWordAt(text, at)) while (isWordAt(text, at - 1)) at--;
		const token = text.slice(at, end);
		if (token.trim() !== "") tokens.push(token);
		end = at;
	}
	if (tokens.length < most) tokens.push(edge);
	return tokens;
}

/** How many tokens two lists have in common from their beginnings on. */
export function agreement(one: readonly string[], other: readonly string[]): number {
	let count = 0;
	while (count < one.length && count < other.length && one[count] === other[count]) count++;
	return count;
}

/** The parts of a name, in small letters: "buffers" and "mem" of "buffersMem". */
export function partsOf(name: string): string[] {
	return (name.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}\p{M}]+|\p{N}+/gu) ?? []).map((part) => part.toLowerCase());
}
