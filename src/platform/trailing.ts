/** `text` without those of `signs` that stand at its end. A pattern for this would try again at each of them. */
export function withoutTrailing(text: string, signs: string): string {
	let end = text.length;
	while (end > 0 && signs.includes(text[end - 1] as string)) end--;
	return text.slice(0, end);
}
