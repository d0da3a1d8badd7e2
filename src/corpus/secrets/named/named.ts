/** Finds the values that belong to the names of secrets, by the structure that they stand in. */
import type { SearchedText } from "../searchedText.ts";
import type { Span } from "../span.ts";
import { isBarePassword, isMember, isPassword, isPlaceholder, isToken, isTypeName } from "../values.ts";
import { blockValue, siblingValue } from "./blocks.ts";
import { callValue, fieldText, followingArgument, listValues, pairedPassword, typedText } from "./calls.ts";
import { attributeValue, elementValue, nextElement } from "./elements.ts";
import { isSecretLiteral, takeIfSecret } from "./judgement.ts";
import { type Name, nameAt, serviceNameAt } from "./names.ts";
import { unquotedValue } from "./unquoted.ts";

/** Closes the text in which the name stands. */
const nameClose = /\\{0,3}(["'`])?\\{0,3}\)?(?:\[\w{0,20})?\]?[?!]?/y;
/** Between a name and its value: a type, an operator. */
const operator =
	/(?:[ \t]{0,20}:[ \t]{0,20}(?:&'static )?[&\w<>[\] .|?]{1,40}(?=[ \t]{1,8}:?=|=["'`])|[ \t]{1,4}(?:As[ \t]{1,4})?[*&]?[A-Za-z]\w{1,20}(?=[ \t]{1,8}:?=|=["'`]))?[ \t]{0,40}(?:[:?+|]{0,2}={1,3}>?|!={1,2}|::(?=[ \t]{0,4}["'])|:\*{0,2}|：|\|\||\?\?|or\b|\?:|<-)[ \t]{0,40}/y;
/** Behind a name in quotes: another name, as of the next attribute. */
const otherName = /^[ \t]{1,16}(?!or\b|as\b|is\b)[A-Za-z]/i;
const blanks = /[ \t]{0,40}/y;

/** Looks for values of the name whose telling word begins at `at`. */
export function secretsOfName(source: SearchedText, at: number, spans: Span[]): void {
	const name = nameAt(source.text, at);
	if (name?.isField) fieldText(source, name, spans);
	else if (name) valuesOf(source, name, spans);
}

/** As `secretsOfName`, for names with the name of a service. */
export function secretsOfService(source: SearchedText, at: number, spans: Span[]): void {
	const name = serviceNameAt(source.text, at);
	if (name) valuesOf(source, name, spans);
}

function valuesOf(source: SearchedText, name: Name, spans: Span[]): void {
	const { text } = source;
	const next = text[name.end];
	if (text[name.start - 1] === "{" && text[name.start - 2] === "$") {
		defaultOfReference(source, name, spans);
		return;
	}
	if (next === "(" || (next === "{" && /["']/.test(text[name.end + 1] ?? ""))) {
		callValue(source, name, name.end + 1, spans);
		return;
	}
	if (next === ">") {
		elementValue(source, name, name.end, spans);
		return;
	}
	if (next === "<") {
		nextElement(source, name, spans);
		return;
	}
	literalBefore(source, name, spans);
	nameClose.lastIndex = name.end;
	const close = nameClose.exec(text)?.[1];
	const after = nameClose.lastIndex;
	if (close && text[after] === ">") {
		elementValue(source, name, after, spans);
		return;
	}
	if (close && attributeValue(source, name, after, spans)) return;
	operator.lastIndex = after;
	if (!(close && otherName.test(text.slice(after, after + 24))) && operator.test(text)) {
		assignedValue(source, name, operator.lastIndex, close !== undefined, spans);
		return;
	}
	if (close && blockDefault(source, name, after, spans)) return;
	if (text[after] === "," && close) followingArgument(source, name, after + 1, spans);
	else if (close && text[after] === ".") typedText(source, name, after, spans);
	else if (text[after] === "{" || (close && /\s/.test(text[after] ?? ""))) blockValue(source, name, after, spans);
	if (!close) spacedValue(source, name, after, spans);
	siblingValue(source, name, after, spans);
}

const blockStart = /[ \t]{0,4}\{[ \t]{0,4}(?=["'])/y;

/** `ENV.fetch("DB_PASSWORD") { "x" }`. */
function blockDefault(source: SearchedText, name: Name, at: number, spans: Span[]): boolean {
	blockStart.lastIndex = at;
	if (source.text[at - 1] !== ")" || !blockStart.test(source.text)) return false;
	const literal = source.literal(blockStart.lastIndex);
	if (literal) takeIfSecret(source, name, literal, spans);
	return literal !== null;
}

const referenceDefault = /:[-=]?([^\s}"'`]{4,200})\}/dy;

/** `${DB_PASSWORD:-x}`. */
function defaultOfReference({ text }: SearchedText, name: Name, spans: Span[]): void {
	referenceDefault.lastIndex = name.end;
	const match = referenceDefault.exec(text);
	const value = match?.[1];
	if (!match || value === undefined) return;
	const isSecret = name.kind === "token" || name.kind === "key" ? isToken(value) : isPassword(value);
	const [start, end] = match.indices?.[1] ?? [0, 0];
	if (isSecret) spans.push({ start, end });
}

/** `name = value`, `name: value`, `"name" => value`, and a comparison or a fallback. */
function assignedValue(source: SearchedText, name: Name, at: number, isQuoted: boolean, spans: Span[]): void {
	const { text } = source;
	const first = text[at];
	if ((first === "(" || first === "[" || first === "{") && pairedPassword(source, name, at, spans)) return;
	// An attribute of JSX may have its text in braces.
	const braced = first === "{" ? source.literal(at + 1) : null;
	const literal = braced && text[braced.end] === "}" ? braced : source.literal(at);
	if (literal) {
		takeIfSecret(source, name, literal, spans);
		fallbackValue(source, name, literal.end, spans);
		return;
	}
	if (first === "[" || first === "(") {
		listValues(source, name, at, spans);
		return;
	}
	// A name in quotes is a member: its value without quotes is a variable, or a number.
	const mayBeBare = !isQuoted || source.kind !== "code" || !/[A-Za-z_]/.test(first ?? "");
	if (mayBeBare && unquotedValue(source, name, at, spans)) return;
	if (first !== "{") fallbackValue(source, name, at, spans);
	blockValue(source, name, at, spans);
}

const alternative = /(?:\|\||\?\?|\bor|\?:|\?|:|,|\belse|\bthen)[ \t]{0,8}[rbfuL@]{0,2}$/;
/** A call that is given a name and a default. */
const asksForValue =
	/(?:get|env|fetch|default|config|option|setting|param|prop|lookup|coalesce|null|nvl|pop)\w{0,20}[\])]{0,2}\([^()]{0,80}$/i;
const expressionUnits = 240;

/** What an expression falls back to: `process.env.DB_PASSWORD || "x"`, `os.environ.get("A", "x")`, `flag ? "x" : "y"`. */
function fallbackValue(source: SearchedText, name: Name, at: number, spans: Span[]): void {
	if (name.kind === "key" || name.kind === "phrase") return;
	const { text } = source;
	const end = Math.min(source.lineEnd(at), at + expressionUnits);
	let depth = 0;
	let hasCondition = false;
	for (let from = at; from < end; from++) {
		const character = text[from];
		if (character === "(") depth++;
		else if (character === ")" || character === "]" || character === "}") {
			if (--depth < 0) return;
		} else if (character === ";" || character === "{" || (character === "," && depth === 0)) return;
		else if (character === "?" && text[from + 1] !== ".") hasCondition = true;
		else if (character === "#" || (character === "/" && text[from + 1] === "/")) return;
		else if (character === '"' || character === "'" || character === "`") {
			const literal = source.literal(from);
			if (!literal) return;
			const before = alternative.exec(text.slice(Math.max(at - 4, from - 16), from))?.[0] ?? "";
			const isAlternative = before.startsWith(":")
				? hasCondition
				: before.startsWith(",")
					? depth > 0 && asksForValue.test(text.slice(Math.max(0, name.start - 40), from))
					: before !== "" && depth === 0;
			if (isAlternative) takeIfSecret(source, name, literal, spans);
			from = literal.end - 1;
		}
	}
}

const comparison = /(["'`])[ \t]{0,8}[!=]={1,2}[ \t]{0,8}$/;

/** `"x" == password`. */
function literalBefore(source: SearchedText, name: Name, spans: Span[]): void {
	const blank = source.text[name.start - 1] === " " ? 1 : 0;
	const sign = name.start - 1 - blank;
	if (source.text[sign] !== "=" || !/[!=]/.test(source.text[sign - 1] ?? "")) return;
	const prefix = source.linePrefix(name.start);
	const match = comparison.exec(prefix);
	const quote = match?.[1];
	if (!match || quote === undefined) return;
	const open = prefix.lastIndexOf(quote, match.index - 1);
	if (open < 0) return;
	const start = name.start - prefix.length + open + 1;
	const span = { start, end: start + match.index - open - 1 };
	const value = source.text.slice(span.start, span.end);
	if (value !== "" && isSecretLiteral(source, name, { value, pieces: [span], end: span.end })) spans.push(span);
}

const forUser = /[ \t]{1,4}for[ \t]{1,4}\S{1,80}[ \t]{0,4}=[ \t]{0,4}/iy;
/** Robot Framework: the field stands between the name of the keyword and the value. */
const fieldOfKeyword = /[ \t]{2,20}\S{1,60}[ \t]{2,20}/y;
const cell = /[ \t]{0,20}\|[ \t]{0,20}`?/y;
const settingCommand = /(?:^[ \t]*ENV|\bset|\bconfig:set|\bconfigure)[ \t]{1,4}$/i;
const userNames =
	/\b(?:login|user|username|account|machine|default|snmp-server|enable)[ \t]{1,4}(?:\S{1,80}[ \t]{1,4})?$/i;
/** Words between a name and its value in sentences; the kind of a password in the configuration of network devices. */
const isWord = /(?:[ \t]{1,4}(?:[05-9]|is|was|as|to|ist|est|es|é|är|er|with)|[ \t]{0,4}[-–])[ \t]{1,4}["'`(*_]{0,2}/y;
const word = /[^\s"'`<>()[\]{},]{4,200}/y;

/** `PASSWORD 'x'`, `--password x`, `the password is x`, `login me password x`. */
function spacedValue(source: SearchedText, name: Name, after: number, spans: Span[]): void {
	const { text } = source;
	if (!/[ \t]/.test(text[after] ?? "")) return;
	blanks.lastIndex = after;
	blanks.test(text);
	const at = blanks.lastIndex;
	const isPasswordName = name.kind === "password" || name.kind === "shortPassword" || name.kind === "secret";
	const literal = /["'`\\]/.test(text[at] ?? "") ? source.literal(at) : null;
	const isOption = text.startsWith("-", name.start);
	if (literal) {
		const isNamed = isPasswordName && (name.kind !== "shortPassword" || userNames.test(source.linePrefix(name.start)));
		const isFound = isOption || (isNamed && !/\s/.test(literal.value)) || name.kind === "token";
		if (isFound) takeIfSecret(source, name, literal, spans);
		return;
	}
	if (isOption && unquotedValue(source, name, at, spans)) return;
	forUser.lastIndex = after;
	const assigned = forUser.test(text) ? source.literal(forUser.lastIndex) : null;
	if (assigned) {
		takeIfSecret(source, name, assigned, spans);
		return;
	}
	fieldOfKeyword.lastIndex = cell.lastIndex = isWord.lastIndex = after;
	const isCell = source.kind === "prose" && cell.test(text);
	const isKeyword = text.startsWith("Input ", name.wordStart - 6) && fieldOfKeyword.test(text);
	const from = isKeyword
		? fieldOfKeyword.lastIndex
		: isCell
			? cell.lastIndex
			: isWord.test(text)
				? isWord.lastIndex
				: at;
	word.lastIndex = from;
	const value = word.exec(text)?.[0].replace(/[.;:]{1,4}$/, "");
	if (value === undefined || isPlaceholder(value) || isTypeName(value)) return;
	const span = { start: from, end: from + value.length };
	if (isSpacedSecret(source, name, value, from > at)) spans.push(span);
}

/** Names that begin a line of a server's settings. */
const directive = /^(?:bindpw|rootpw|masterauth)$/i;

/** @param isStated a word such as "is" stands before the value */
function isSpacedSecret(source: SearchedText, name: Name, value: string, isStated: boolean): boolean {
	const prefix = source.linePrefix(name.start);
	const isSet = source.kind !== "code" && settingCommand.test(prefix);
	if (name.kind === "token") return (isStated || isSet) && isToken(value);
	if (name.kind === "key" || name.kind === "service" || name.kind === "phrase") return false;
	const isOwnDirective = directive.test(source.text.slice(name.wordStart, name.end));
	const isDirective =
		source.kind === "settings" && prefix.trim() === "" && (name.start < name.wordStart || isOwnDirective);
	const isLogin = userNames.test(prefix);
	if (name.kind === "shortPassword" && !isDirective && !isLogin) return false;
	if (isMember(value.replace(/^[*&]/, "")) || /\/\d/.test(value)) return false;
	if (isBarePassword(value) && !/^\w+\(|=$/.test(value)) return true;
	if (isSet || isDirective) return isPassword(value);
	return isLogin && (source.kind !== "code" || /[^a-z]/.test(value)) && isPassword(value) && name.kind !== "secret";
}
