/** Finds the values of the names of secrets on the lines below them: in blocks, mappings and lists of named values. */

import type { SearchedText } from "../searchedText.ts";
import type { Span } from "../span.ts";
import { hasUserBeside, isSecretLiteral } from "./judgement.ts";
import type { Name } from "./names.ts";
import { unquotedValue } from "./unquoted.ts";

/** How far below a name its value is sought, UTF-16 units. */
const blockUnits = 480;
/** The text of a scalar of YAML, such as a key, may be as long as this. */
const scalarUnits = 16_384;
const member =
	/(?:^|[\s{,;])["']?(?:value|val|default|default_?value|const|secret_string|plain_?text|cleartext|text)["']?[ \t]{0,20}(?:=>|[:=])[ \t]{0,20}/gi;

/** Looks behind the operator of a name at the end of a line: `variable "password" {`, `password:` above a mapping, `key: |`. */
export function blockValue(source: SearchedText, name: Name, at: number, spans: Span[]): void {
	const { text } = source;
	const lineEnd = source.lineEnd(at);
	const rest = text.slice(at, Math.min(lineEnd, at + blockUnits));
	if (/^[|>][+-]?\d?[ \t]*$/.test(rest)) {
		scalarLines(source, name, lineEnd, spans);
		return;
	}
	const brace = /^[\s"'`)]{0,8}[=:]?[ \t]{0,8}\{/.exec(rest);
	if (brace) {
		memberValue(source, name, at + brace[0].length, "}", spans);
		return;
	}
	if (rest.trim() !== "" && !/^\s*(?:#|\/\/)/.test(rest) && !/^[ \t]{0,8}\\$/.test(rest)) return;
	const next = /^\r?\n[ \t]{0,80}/.exec(text.slice(lineEnd, lineEnd + 84));
	if (!next) return;
	const from = lineEnd + next[0].length;
	const literal = /^[rbfuL@$]{0,2}["'`(]/.test(text.slice(from, from + 3)) ? source.literal(from) : null;
	if (literal) {
		if (
			!/^["'`]?[ \t]{0,8}[:=]/.test(text.slice(literal.end, literal.end + 10)) &&
			isSecretLiteral(source, name, literal)
		)
			spans.push(...literal.pieces);
		return;
	}
	if (text[at - 1] === ":" || /:[ \t]{0,7}$/.test(text.slice(Math.max(0, at - 8), at)))
		memberValue(source, name, lineEnd, "", spans);
}

/** The lines of a scalar that are indented further than the line of the name. */
function scalarLines(source: SearchedText, name: Name, from: number, spans: Span[]): void {
	if (name.kind === "key") return;
	const { text } = source;
	const indent = indentOf(source.linePrefix(name.start));
	const part = text.slice(from, from + scalarUnits);
	let end = 0;
	let start = -1;
	for (let line = part.indexOf("\n"); line >= 0; line = part.indexOf("\n", line + 1)) {
		const next = part.indexOf("\n", line + 1);
		const content = part.slice(line + 1, next < 0 ? part.length : next).trimEnd();
		if (content !== "" && indentOf(content) <= indent) break;
		if (content.trim() === "") continue;
		if (start < 0) start = line + 1 + indentOf(content);
		end = line + 1 + content.length;
	}
	if (start < 0) return;
	const value = part.slice(start, end);
	if (/^(?:-----BEGIN|\$ANSIBLE_VAULT)/.test(value) || /[{}();]/.test(value) || value.length < 4) return;
	if (name.kind === "token" && !/^[A-Za-z0-9+/=_.\s-]{16,}$/.test(value)) return;
	spans.push({ start: from + start, end: from + end });
}

function indentOf(line: string): number {
	return line.length - line.trimStart().length;
}

/** The value of a member such as `default` or `value` of the mapping that begins at `at`. */
function memberValue(source: SearchedText, name: Name, at: number, close: string, spans: Span[]): void {
	const { text } = source;
	let part = text.slice(at, at + blockUnits);
	if (close === "") part = withinIndent(part, indentOf(source.linePrefix(name.start)));
	else if (part.includes(close)) part = part.slice(0, part.indexOf(close) + 1);
	takeMember(source, name, at, part, spans);
}

/** The lines that are indented further. */
function withinIndent(part: string, indent: number): string {
	let start = 0;
	while (start < part.length) {
		const next = part.indexOf("\n", start);
		const end = next < 0 ? part.length : next;
		const line = part.slice(start, end);
		if (line.trim() !== "" && indentOf(line) <= indent) break;
		start = end + 1;
	}
	return part.slice(0, start);
}

function takeMember(source: SearchedText, name: Name, at: number, part: string, spans: Span[]): void {
	member.lastIndex = 0;
	for (let match = member.exec(part); match; match = member.exec(part)) {
		const from = at + member.lastIndex;
		const start = at + match.index + match[0].search(/[a-z]/i);
		const kind = name.kind === "shortPassword" && hasUserBeside(source, name) ? "password" : name.kind;
		const alias: Name = { ...name, kind, start, wordStart: start, end: from };
		const literal = source.literal(from);
		if (literal) {
			if (isSecretLiteral(source, { ...name, kind }, literal)) spans.push(...literal.pieces);
		} else if (!/[[{]/.test(source.text[from] ?? "")) unquotedValue(source, alias, from, spans);
	}
}

/** What `namePosition` looks at is shorter, UTF-16 units. */
const namePositionUnits = 128;
const namePosition =
	/(?:^|[\s{,("'-])(?:name|key|variable|var|env|id|field|label)["']?[ \t]{0,20}(?:=>|[:=])[ \t]{0,20}["'`]?[\w.-]{0,60}$/i;

/** The value that stands beside a name in a list of named values: `- name: DB_PASSWORD` above `value: x`. */
export function siblingValue(source: SearchedText, name: Name, after: number, spans: Span[]): void {
	const prefix = source.linePrefix(name.wordStart).slice(-namePositionUnits);
	if (!/[:=]/.test(prefix) || !namePosition.test(prefix)) return;
	let part = source.text.slice(after, after + blockUnits);
	const stop = part.search(/\}|\n[ \t]*\r?\n|\n[ \t]*-[ \t]/);
	if (stop >= 0) part = part.slice(0, stop);
	takeMember(source, name, after, part, spans);
}
