/** Finds the values of the names of secrets that stand without quotes. */

import type { SearchedText } from "../searchedText.ts";
import type { Span } from "../span.ts";
import {
	isBarePassword,
	isMember,
	isMixed,
	isMnemonic,
	isPassword,
	isPhrase,
	isPlaceholder,
	isSurelyRandom,
	isToken,
	isTypeName,
} from "../values.ts";
import { hasUserBeside } from "./judgement.ts";
import type { Name } from "./names.ts";

/** UTF-16 units that are looked at to judge a value. */
const longestWord = 1024;
/** The rest of a longer key. */
const rest = /[A-Za-z0-9+/=_.-]{1,8192}/y;
/** A value in code, an address or a connection string. */
const bare = /[^\s"'`(){}[\],;&<>$#]{4,1024}/y;
const mnemonic = /[a-z]{3,8}(?: [a-z]{3,8}){11,23}/y;
/** What follows a bare value without a blank. */
const further = /[#&][^\s"'`;,()<>[\]{}]{0,200}/y;
const parameter = /[^\s"'`<>&#)\]}]{4,1024}/y;
const field = /[^\s"'`;]{4,1024}/y;
const word = /[^\s"'`]{3,1024}/y;

/** Before the name of a field that has its line for itself. */
const fieldStart =
	/^[ \t>*|#;/-]{0,40}(?:(?:export|set|setx|local|readonly|declare(?: -\w)?|typeset|env|ENV|ARG|SET|let|\d{1,3}[.)])[ \t]{1,4}){0,2}["'`*_]{0,3}$/;
const comment = /[ \t](?:#|\/\/|--|;|<!--)/;

/** Looks at the value that begins at `at`; returns whether one was found. */
export function unquotedValue(source: SearchedText, name: Name, at: number, spans: Span[]): boolean {
	const value = valueAt(source, name, at);
	if (value === null) return false;
	let end = at + value.length;
	if (value.length >= longestWord) {
		rest.lastIndex = end;
		if (rest.test(source.text)) end = rest.lastIndex;
	}
	spans.push({ start: at, end });
	return true;
}

function valueAt(source: SearchedText, name: Name, at: number): string | null {
	const { text } = source;
	if (name.kind === "phrase") {
		mnemonic.lastIndex = at;
		const phrase = mnemonic.exec(text)?.[0];
		if (phrase !== undefined && isMnemonic(phrase)) return phrase;
	}
	const before = text[name.start - 1] ?? "\n";
	const isTight = text[at - 1] === "=" && !/\s/.test(text[at - 2] ?? "");
	const isPlainFile = source.kind === "settings" || source.kind === "shell";
	if (name.kind === "shortPassword" && !(isTight && isPlainFile) && !hasUserBeside(source, name)) {
		return source.kind !== "code" && fieldStart.test(source.linePrefix(name.start)) ? fieldOf(source, name, at) : null;
	}
	if (before === "?" || before === "&") return wordBy(parameter, source, name, at, isTight);
	if (text.startsWith("-", name.start)) return optionValue(source, name, at);
	if (before === ";" || (isTight && isInConnectionString(source, name, at)))
		return wordBy(field, source, name, at, true);
	const prefix = source.linePrefix(name.start);
	const isField = fieldStart.test(prefix);
	if (isField && source.kind !== "code") {
		const whole = fieldValue(source, name, at);
		if (whole !== null) return whole;
	}
	if (isTight && before === "," && source.kind !== "code" && /=[^,\s=]{0,80},$/.test(prefix)) {
		return wordBy(bare, source, name, at, true);
	}
	if (source.kind === "settings" && /\{[^{}]{0,120}$/.test(prefix) && /[ {,]/.test(before)) {
		const value = wordBy(bare, source, name, at, true);
		if (value !== null) return value;
	}
	if (isTight && (isPlainFile ? /(?:^|[\s=])$/ : /(?:^|\s)$/).test(prefix)) {
		const isShell =
			source.kind !== "code" ||
			/^[A-Z][A-Z0-9_]*$/.test(text.slice(name.start, name.end)) ||
			(isField && prefix === "");
		const value = isShell || isAmongFields(text, at, prefix) ? wordBy(word, source, name, at, true) : null;
		if (value !== null) return value;
	}
	return codeValue(source, name, at);
}

/** A word with digits that has the rest of a line for itself. */
function fieldOf(source: SearchedText, name: Name, at: number): string | null {
	const value = fieldValue(source, name, at);
	return value !== null && isBarePassword(value) ? value : null;
}

/** The rest of a line that consists of a name and its value. */
function fieldValue(source: SearchedText, name: Name, at: number): string | null {
	const { text } = source;
	let line = text.slice(at, source.lineEnd(at));
	const remark = comment.exec(line);
	if (remark) line = line.slice(0, remark.index);
	line = line.trimEnd();
	// The name and its value stand in quotes or marks together.
	const mark = /["'`*_]{1,4}$/.exec(source.linePrefix(name.start))?.[0];
	if (mark && line.endsWith(mark)) line = line.slice(0, -mark.length);
	const isSimple = !/\s/.test(line);
	// Code in a document, and values that tell where the secret is.
	if (line.length < 3 || /^[[({<|>&*!@%$"'`]/.test(line) || /^[\w.:]+\(.*\)?;?$/.test(line) || /[;,{(]$/.test(line))
		return null;
	if (isPlaceholder(line)) return null;
	if (!isSimple) {
		if (name.kind === "phrase" || name.kind === "password" ? isPhrase(line, name.kind === "phrase") : false)
			return line;
		const first = line.slice(0, line.search(/\s/));
		return isSecretWord(name, first, isBarePassword(first) || /[^\w.-]/.test(first)) ? first : null;
	}
	return isSecretWord(name, line, source.kind !== "prose" || /[^A-Za-z]/.test(line)) ? line : null;
}

/** Whether a word is the secret that its name announces. `isLiteral`: it is no name of a variable. */
function isSecretWord(name: Name, value: string, isLiteral: boolean): boolean {
	if (isPlaceholder(value) || isTypeName(value)) return false;
	switch (name.kind) {
		case "password":
		case "shortPassword":
		case "secret":
			if (/^(?:0x)?\d+$/.test(value)) return isLiteral && value.length >= 4 && name.kind !== "secret";
			if (isLiteral) return isPassword(value) && !(name.kind === "secret" && isPlainName(name, value));
			return isBarePassword(value);
		case "phrase":
			return isSurelyRandom(value);
		case "key":
			return isSurelyRandom(value);
		case "service":
			return value.length >= 15 && /^[\w=.:+/-]+$/.test(value) && isToken(value) && !isMember(value);
		default:
			return isToken(value) && !isMember(value);
	}
}

/** Secrets are named, too: `secret: tls-certificate`. */
function isPlainName(name: Name, value: string): boolean {
	return /^[a-z]+(?:-[a-z]+)*$/.test(value) && name.start === name.wordStart;
}

function wordBy(pattern: RegExp, source: SearchedText, name: Name, at: number, isLiteral: boolean): string | null {
	const value = source.value(pattern, at)?.replace(/(?:\\[nr]|[\\,.]){1,4}$/, "");
	return value !== undefined && !/^[\w.:]+\(/.test(value) && isSecretWord(name, value, isLiteral) ? value : null;
}

/** What `connection` looks at. */
const connectionUnits = 64;
const connection = /[;"'`(][^\n;"'`(]{0,60}$/;

/** Whether `name=value` is a part of a text such as `Server=x;Password=y`, which a quote or a semicolon ends. */
function isInConnectionString(source: SearchedText, name: Name, at: number): boolean {
	const prefix = source.linePrefix(name.start);
	if (!connection.test(prefix.slice(-connectionUnits))) return false;
	const value = source.value(field, at);
	if (value === null || /[()]/.test(value)) return false;
	const end = source.text[at + value.length];
	return end === ";"
		? prefix.slice(0, Math.max(0, prefix.lastIndexOf(";"))).includes("=")
		: end === '"' || end === "'" || end === "`";
}

/** Whether fields without quotes stand on both sides, as in `user=app password=x host=db`. */
function isAmongFields(text: string, at: number, prefix: string): boolean {
	return (
		/(?:^|[\s"'`])\w{1,40}=[^\s"'`=(),]{1,80}[ \t]{1,4}$/.test(prefix) ||
		/^[^\s"'`=(),]{4,200}[ \t]{1,4}\w{1,40}=[^\s=(),]/.test(text.slice(at, at + 260))
	);
}

/** Words that follow the name of an option in its description. */
const described =
	/^(?:option|options|flag|flags|argument|parameter|string|value|is|and|or|to|for|from|with|will|can|the|a|an|if|when|must|as|in|on|of|instead|only|file|path|stdin|prompt|was|are|has|not|may|should|means|sets?|specifies|which)$/i;

function optionValue(source: SearchedText, name: Name, at: number): string | null {
	const value = source.value(word, at)?.replace(/[`'",;)\]]{1,4}$/, "");
	if (value === undefined || value.startsWith("-") || described.test(value) || isPlaceholder(value)) return null;
	const isSpaced = source.text[at - 1] !== "=";
	if (isSpaced && /^[A-Z]+$/.test(value)) return null;
	if (name.kind === "token")
		return isToken(value) || (value.length >= 8 && /\d/.test(value) && /[a-zA-Z]/.test(value)) ? value : null;
	const isSure =
		!isSpaced ||
		source.kind === "shell" ||
		/\d/.test(value) ||
		(source.kind !== "code" &&
			/[ \t]--?\w|^[\s-]{0,40}(?:command|run|cmd|args|entrypoint|exec|script):/.test(source.linePrefix(name.start)));
	return isSecretWord(name, value, isSure) ? value : null;
}

/** A value in code: the end of a line, of a field or of a parameter follows it. */
function codeValue(source: SearchedText, name: Name, at: number): string | null {
	const { text } = source;
	const value = source.value(bare, at);
	if (value === null || isPlaceholder(value) || isTypeName(value)) return null;
	const end = at + value.length;
	const following = text.slice(end, end + 24);
	further.lastIndex = end;
	const whole = value + (further.exec(text)?.[0] ?? "");
	const ends = /^[ \t]{0,20}(?:\r?\n|$|[#;&"'`])/.test(following);
	const isPasswordName = name.kind === "password" || name.kind === "shortPassword";
	if (isPasswordName) {
		if (source.kind === "prose" && isBarePassword(value) && /^[),]/.test(following)) return whole;
		if (isBarePassword(value)) return ends || /^[ \t]\(?[A-Za-z]/.test(following) ? whole : null;
		return ends && isSetting(text, name, value, following) ? value : null;
	}
	if (!ends || isMember(value)) return null;
	if (name.kind === "token" || name.kind === "secret") return isMixed(value) ? value : null;
	return isSecretWord(name, value, false) ? value : null;
}

/** Whether the value ends a line that begins with a NAME_IN_CAPITALS, as in a file of settings, where values need no quotes. */
function isSetting(text: string, { start, end }: Name, value: string, rest: string): boolean {
	return (
		/^(?:[\r\n]|$)/.test(rest) && /^[A-Z][A-Z0-9_]*$/.test(text.slice(start, end)) && !/^(?:0x)?[\d_]{1,6}$/.test(value)
	);
}
