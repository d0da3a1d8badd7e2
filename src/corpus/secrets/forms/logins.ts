/** Finds passwords that stand behind the name of a user, or behind words of logging in, without a name of their own. */
import type { SearchedText } from "../searchedText.ts";
import type { Span } from "../span.ts";
import { isBarePassword, isPassword } from "../values.ts";

/** `log in with admin / x`, `wifi: home / x`, `credentials: admin:x`. */
const stated =
	/(?:log(?:ged)?[ -]?in|sign(?:ed)?[ -]?in|logon|wi-?fi|wlan|credentials?|account)s?\b[^\n/:]{0,40}[ :][ \t]{0,4}["'`*]{0,2}[\w.@+-]{2,40}(?:[ \t]\/[ \t]|:)["'`*]{0,2}([^\s"'`<>()[\]{},/]{7,64})/diy;

/** In documents only: in code these words are names. */
export function statedLogin({ text, kind }: SearchedText, at: number, spans: Span[]): void {
	if (kind !== "prose") return;
	stated.lastIndex = at;
	const match = stated.exec(text);
	const value = match?.[1]?.replace(/[.;:!?*]{1,4}$/, "");
	const start = match?.indices?.[1]?.[0];
	if (value === undefined || start === undefined || value.length < shortestStated || !isBarePassword(value)) return;
	spans.push({ start, end: start + value.length });
}

const shortestStated = 7;

/** `("admin", "x")`, as a test is given a login. */
const pair =
	/(?:user(?:name)?|admin|root|login)(["'])[ \t]{0,4},[ \t]{0,4}["']([^"'\s/\\]{7,64})["'][ \t]{0,4}[)\]},]/dy;

export function pairedLogin({ text }: SearchedText, at: number, spans: Span[]): void {
	pair.lastIndex = at;
	const match = pair.exec(text);
	const value = match?.[2];
	if (!match || value === undefined || text[at - 1] !== match[1]) return;
	// Users are numbered: one digit is not enough.
	if (!/\d.*\d/.test(value) || /user|admin|root|login/i.test(value) || !isBarePassword(value)) return;
	spans.push(groupSpan(match, 2));
}

/** What a script types for a person: `send "x\r"` of expect. */
const sent = /send(?:[ \t]{1,4}--)?[ \t]{1,4}"([^"\s\\$]{6,64})\\[rn]"/dy;

export function sentPassword({ text }: SearchedText, at: number, spans: Span[]): void {
	sent.lastIndex = at;
	const match = sent.exec(text);
	if (match && isBarePassword(match[1] ?? "")) spans.push(groupSpan(match, 1));
}

/** A key in code that is made of a text: `new SymmetricSecurityKey(Encoding.UTF8.GetBytes("x"))`. */
const keyOfText = /SecurityKey\([\w.]{0,40}\(?[ \t]{0,4}"([^"\s\\]{16,200})"/dy;

export function securityKey({ text }: SearchedText, at: number, spans: Span[]): void {
	keyOfText.lastIndex = at;
	const match = keyOfText.exec(text);
	if (match && isPassword(match[1] ?? "")) spans.push(groupSpan(match, 1));
}

function groupSpan(match: RegExpExecArray, group: number): Span {
	const [start, end] = match.indices?.[group] ?? [0, 0];
	return { start, end };
}
