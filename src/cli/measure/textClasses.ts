/** What each byte of a document is, so that it can be told where a model predicts well. */
import { Buffer } from "node:buffer";
import { type EncodedDocument, encodeDocument, normalizeLineEnds } from "../../model/document.ts";
import { isProsePath } from "../../spelling/words/prose.ts";
import { languageOf } from "../../tuning/typist/languages.ts";
import { Lexer } from "../../tuning/typist/lexer.ts";

/**
 * Names and keywords of code by their uses in the document; all other signs of code, with blanks, are `signs`. Of a mark of
 * several signs only the last is part of the comment or string that it begins.
 */
export const textClasses = ["firstUse", "secondUse", "laterUse", "signs", "string", "comment", "prose"] as const;
export type TextClass = (typeof textClasses)[number];

export const classNames: Readonly<Record<TextClass, string>> = {
	firstUse: "names, first use in the file",
	secondUse: "second use",
	laterUse: "later uses",
	signs: "signs and blanks",
	string: "strings",
	comment: "comments",
	prose: "prose",
};

export interface ClassedDocument extends EncodedDocument {
	/** `[bytes.length - skip - 1]`, of each byte of the text: an index into `textClasses`. */
	readonly classes: Uint8Array;
}

export function classedDocument(path: string, text: string): ClassedDocument {
	return { ...encodeDocument(path, text), classes: classesOf(path, normalizeLineEnds(text)) };
}

/** Runs of the same class, as long as possible. `end` is exclusive and counts from the beginning of the text. */
export function* runsOf(classes: Uint8Array): Generator<{ readonly kind: number; readonly end: number }> {
	for (let end = 1; end <= classes.length; end++) {
		const kind = classes[end - 1] as number;
		if (classes[end] !== kind) yield { kind, end };
	}
}

const name = /[\p{L}_$][\p{L}\p{M}\p{N}_$]*/gu;
const uses: readonly TextClass[] = ["firstUse", "secondUse", "laterUse"];

function classesOf(path: string, text: string): Uint8Array {
	const length = Buffer.byteLength(text);
	if (isProsePath(path)) return new Uint8Array(length).fill(textClasses.indexOf("prose"));
	const units = regionsOf(path, text);
	const used = new Map<string, number>();
	for (const { 0: found, index } of text.matchAll(name)) {
		if (units[index] !== "signs") continue;
		const before = used.get(found) ?? 0;
		used.set(found, before + 1);
		units.fill(uses[Math.min(before, uses.length - 1)] as TextClass, index, index + found.length);
	}
	const classes = new Uint8Array(length);
	let at = 0;
	let unit = 0;
	for (const character of text) {
		const end = at + Buffer.byteLength(character);
		classes.fill(textClasses.indexOf(units[unit] as TextClass), at, end);
		at = end;
		unit += character.length;
	}
	return classes;
}

/** `[text.length]`: by UTF-16 units, before names are looked for. */
function regionsOf(path: string, text: string): TextClass[] {
	const lexer = new Lexer(languageOf(path));
	const regions: TextClass[] = [];
	for (const character of text) {
		lexer.read(character);
		const region = lexer.last ?? lexer.region;
		const one = region === "code" ? "signs" : region;
		regions.push(...new Array<TextClass>(character.length).fill(one));
	}
	return regions;
}
