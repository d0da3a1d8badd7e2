/** Copyright notices at the beginning of files. */
import { isWriting, languageOf } from "./languages.ts";

/** What may stand before the notice. */
const opening = /^(?:#![^\n]*\n|<\?(?:php|xml)[^\n]*\n|\s*\n)*/;
/** A comment, or the lines of one without a gap. Rust's documentation is not taken for one. */
const comment = /^(?:\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|(?:[ \t]*(?:\/\/(?![/!])|#(?![![])|--|;)[^\n]*(?:\n|$))+)/;
const notice = /\b(?:copyright|licen[cs]ed?|all rights reserved)\b|\(c\) *(?:19|20)\d\d|SPDX-/i;

/** Longer ones do more than to tell whose a file is. */
const longestNotice = 5000;

/**
 * The text of a file without the notice that it begins with. Such notices are a tenth of the code of some projects, and
 * the same in all of their files.
 */
export function withoutNotice(path: string, text: string): string {
	if (isWriting(languageOf(path))) return text;
	const [before = ""] = opening.exec(text) ?? [];
	const rest = text.slice(before.length);
	const [first = ""] = comment.exec(rest) ?? [];
	if (first === "" || first.length > longestNotice || !notice.test(first)) return text;
	return before.trimEnd() + (before.trim() === "" ? "" : "\n") + rest.slice(first.length).replace(/^\s*\n/, "");
}
