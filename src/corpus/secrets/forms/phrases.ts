/** Finds the phrases that the keys of wallets are made from, which no name has to announce. */
import type { SearchedText } from "../searchedText.ts";
import type { Span } from "../span.ts";
import { isMnemonic } from "../values.ts";

const shortestWord = 3;
const longestWord = 8;
const phrase = /[a-z]{3,8}(?: [a-z]{3,8}){11,23}/y;

/** Looks behind the quote, or the end of a line, that stands at `at`. */
export function phraseInQuotes({ text }: SearchedText, at: number, spans: Span[]): void {
	// Most texts in quotes have something else in these places. A blank is not searched for: the next one may be far.
	let blank = at + 1;
	while (blank - at <= longestWord && isSmall(text.charCodeAt(blank))) blank++;
	if (blank - at <= shortestWord || text[blank] !== " ") return;
	if (!isSmall(text.charCodeAt(blank + 1)) || !isSmall(text.charCodeAt(blank + 3))) return;
	phrase.lastIndex = at + 1;
	const match = phrase.exec(text)?.[0];
	if (match === undefined || !isMnemonic(match)) return;
	const after = text[at + 1 + match.length] ?? "\n";
	const before = text[at] ?? "\n";
	if (before === "\n" ? /[\r\n]/.test(after) : after === before)
		spans.push({ start: at + 1, end: at + 1 + match.length });
}

function isSmall(code: number): boolean {
	return code >= 97 && code <= 122;
}
