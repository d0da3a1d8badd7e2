/** Copyright notices at the beginning of files. */
import { isWriting, languageOf } from "./languages.ts";

/** Lines that may stand before the notice. */
const opening = /^(?:#![^\n]*\n|<\?(?:php|xml)[^\n]*\n|\s*\n)*/;
/** A block comment, or line comments without a gap. Rust's documentation comments do not match. */
const comment = /^(?:\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|(?:[ \t]*(?:\/\/(?![/!])|#(?![![])|--|;)[^\n]*(?:\n|$))+)/;
const notice = /\b(?:copyright|licen[cs]ed?|all rights reserved)\b|\(c\) *(?:19|20)\d\d|SPDX-/i;

/** Characters; longer comments say more than whose file it is. */
const longestNotice = 5000;

/**
 * Removes the copyright notice at the beginning of a file. Notices make up a tenth of the code of some projects, and are the same
 * in all of their files.
 */
export function withoutNotice(path: string, text: string): string {
	if (isWriting(languageOf(path))) return text;
	const [before = ""] = opening.exec(text) ?? [];
	const rest = text.slice(before.length);
	const [first = ""] = comment.exec(rest) ?? [];
	if (first === "" || first.length > longestNotice || !notice.test(first)) return text;
	return before.trimEnd() + (before.trim() === "" ? "" : "\n") + rest.slice(first.length).replace(/^\s*\n/, "");
}
