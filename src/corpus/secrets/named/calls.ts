/** Finds the values of the names of secrets in calls, lists and pairs. */
import type { Literal, SearchedText } from "../searchedText.ts";
import type { Span } from "../span.ts";
import { isBarePassword, isPassword, isToken } from "../values.ts";
import { isSecretLiteral, takeIfSecret, takePieces } from "./judgement.ts";
import type { Name } from "./names.ts";

/** A list of secrets, or of the pieces of one; a pair of a user and a password. */
export function listValues(source: SearchedText, name: Name, at: number, spans: Span[]): void {
	const { text } = source;
	const literals: Literal[] = [];
	let from = at + 1;
	for (let count = 0; count < 60; count++) {
		from = skipSpace(text, from);
		const literal = source.literal(from);
		if (!literal) break;
		literals.push(literal);
		from = skipSpace(text, literal.end);
		if (text[from] !== ",") break;
		from++;
	}
	if (literals.length === 0) return;
	const isClosed = text[from] === "]" || text[from] === ")" || text[from] === "}";
	const joined = literals.map(({ value }) => value).join("");
	const isJoined = isClosed && /^\s{0,40}\.join\b/.test(text.slice(from + 1, from + 48));
	for (const literal of literals) {
		const isSecret = isJoined
			? isSecretLiteral(source, name, { ...literal, value: joined })
			: name.kind === "password" || name.kind === "secret" || name.kind === "shortPassword"
				? isBarePassword(literal.value) && isPassword(literal.value)
				: isSecretLiteral(source, name, literal);
		if (isSecret) takePieces(literal, spans);
	}
	if (name.kind === "phrase" && literals.length >= 12) for (const literal of literals) takePieces(literal, spans);
}

function skipSpace(text: string, at: number): number {
	let from = at;
	while (from < at + 80 && /\s/.test(text[from] ?? "")) from++;
	return from;
}

const host = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,8}$/;
const credentialWords = /^(?:auth|login|creds?|credentials?)$/i;
const plainArgument = /[$@\w.]{1,60}(?:\[["']?\w{1,40}["']?\])?(?=[ \t]{0,8},)/y;

/** `auth=("user", "password")`. Returns whether there is such a pair. */
export function pairedPassword(source: SearchedText, name: Name, at: number, spans: Span[]): boolean {
	const { text } = source;
	if (!credentialWords.test(text.slice(name.wordStart, name.end))) return false;
	const from = skipSpace(text, at + 1);
	const first = source.literal(from);
	plainArgument.lastIndex = from;
	const end = first?.end ?? (plainArgument.test(text) ? plainArgument.lastIndex : -1);
	if (end < 0 || first?.value === "" || /\s/.test(first?.value ?? "") || text[skipSpace(text, end)] !== ",")
		return false;
	const second = source.literal(skipSpace(text, skipSpace(text, end) + 1));
	if (!second || !/[\])},]/.test(text[skipSpace(text, second.end)] ?? "")) return false;
	const isSure = text[at] === "(" || /[^a-z]/.test(second.value);
	if (isSure && isPassword(second.value) && !host.test(second.value)) takePieces(second, spans);
	return true;
}

const readers =
	/(?:^|[._])(?:get|read|fetch|find|prompt|ask|input|is|has|need|want|require|expect|locator|select|query|use|parse|test|describe|it|log|print|raise|throw|lookup|load|forgot|reset|label|message|match|by|on)[A-Za-z]{0,24}_?$/i;

/** `setPassword("x")`, `PASSWORD('x')`, `.password("x")`. */
export function callValue(source: SearchedText, name: Name, at: number, spans: Span[]): void {
	const { text } = source;
	if (readers.test(text.slice(name.start, name.wordStart))) return;
	if (pairedPassword(source, name, at - 1, spans)) return;
	if (name.kind === "key") return;
	const literal = source.literal(at);
	if (!literal || !isSecretLiteral(source, name, literal)) return;
	if (/[),}]/.test(text[literal.end] ?? "")) takePieces(literal, spans);
}

/** Functions that are given a name and its value. */
const namedArgument =
	/(?:define|getenv|env|putenv|setenv|get|getOrDefault|getProperty|setdefault|setProperty|put|set|set_option|setAttribute|append|add|addHeader|header|setHeader|setRequestHeader|set_header|environ|config|default|param|withEnv|addEnv|EnvVar|Setenv|LookupEnv|fetch|data|add_argument|option|field|update|insert|emplace|of|entry|pair|Pair|make_pair|SetEnvironmentVariable|const|const_set|constant|fill|type)[ \t]{0,4}\([ \t]{0,4}["'`][#.\w:[\]=-]{0,60}$/;
/** A pair of a name and a value that stands alone: `("password", "x")`, `["password", "x"]`. */
const loneArgument = /(?:^|[\s([{,=>])[([{][ \t]{0,4}["'`]-{0,2}[\w.-]{0,60}$/;

/** `define("DB_PASSWORD", "x")`, `["--password", "x"]`. */
export function followingArgument(source: SearchedText, name: Name, at: number, spans: Span[]): void {
	const { text } = source;
	const literal = source.literal(skipSpace(text, at));
	if (!literal) {
		defaultArgument(source, name, at, spans);
		return;
	}
	const prefix = source.linePrefix(name.wordStart);
	const isOption = /["'`]-{1,2}[\w.-]{0,40}$/.test(prefix);
	const isCall = namedArgument.test(prefix);
	if (!isOption && !isCall && !loneArgument.test(prefix)) return;
	const isLast = /[)\]},]/.test(text[skipSpace(text, literal.end)] ?? "");
	if (!isLast || !isSecretLiteral(source, name, literal)) return;
	if (
		(isCall && !/,/.test(text[literal.end] ?? "")) ||
		isOption ||
		isBarePassword(literal.value) ||
		isToken(literal.value)
	) {
		takePieces(literal, spans);
	}
}

const defaulted =
	/(?:[ \t]{0,8}\w{1,20}[ \t]{0,2}=[ \t]{0,2}[^,"'()\n]{1,40},){0,4}[ \t]{0,8}(?:default|value)[ \t]{0,4}[:=][ \t]{0,4}/y;

/** `add_argument("--password", default="x")`. */
function defaultArgument(source: SearchedText, name: Name, at: number, spans: Span[]): void {
	defaulted.lastIndex = at;
	if (!defaulted.test(source.text)) return;
	const literal = source.literal(defaulted.lastIndex);
	if (literal) takeIfSecret(source, name, literal, spans);
}

const comma = /,[ \t]{0,8}/y;
const typingInto = /\b(?:type|fill|change|set_?value|set_?text|send_?keys|input)\([ \t]{0,8}[\w.]{0,60}$/i;

/** `type(passwordField, "x")`. */
export function fieldText(source: SearchedText, name: Name, spans: Span[]): void {
	comma.lastIndex = name.end;
	if (!comma.test(source.text) || !typingInto.test(source.linePrefix(name.wordStart))) return;
	const literal = source.literal(comma.lastIndex);
	if (literal) takeIfSecret(source, name, literal, spans);
}

const typing =
	/\.(?:type|fill|send_?keys|sendKeys|setValue|val|enter_text|enterText|typeText|set|with|value|input)\([ \t]{0,8}/iy;

/** `get("#password").type("x")`. */
export function typedText(source: SearchedText, name: Name, at: number, spans: Span[]): void {
	typing.lastIndex = at;
	if (!typing.test(source.text)) return;
	const literal = source.literal(typing.lastIndex);
	if (literal) takeIfSecret(source, name, literal, spans);
}
