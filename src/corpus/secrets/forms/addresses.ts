/** Finds the secrets in addresses and in the headers of requests. */
import type { SearchedText } from "../searchedText.ts";
import type { Span } from "../span.ts";
import { isMixed, isPassword, isPlaceholder, isToken } from "../values.ts";

/** ://user:password@host; the password may have an "@" that nobody escaped. */
const login = /:\/\/(?:[^\s:/@"'`<>]{0,80}:([^\s/"'`<>]{3,200})@(?=[\w[{$])|([A-Za-z0-9_-]{20,200})@(?=\w))/dy;
/** Who knows the address of a hook may use it. */
const hook = /:\/\/[\w.-]{1,80}\.webhook\.office\.com\/(webhookb2\/[\w@/-]{40,400})/dy;
/** Oracle's form: jdbc:oracle:thin:user/password@host. */
const oracle = /dbc:oracle:\w{2,8}:\w{1,60}\/([^\s@"'`<>]{3,200})@/dy;
/** A signed address works like a password until it expires. */
const signature =
	/[?&](?:sig|signature|X-Amz-Signature|X-Goog-Signature|X-Amz-Security-Token|code)=([\w%+/=-]{20,2000})/diy;
const authorization = /(?:Bearer|Basic|bearer|basic|Token|ApiKey)\\?["']?[, ]{1,2}\\?["']?([\w.~+/=-]{8,4096})/dy;

/** Looks at an address whose "://" stands at `at`. */
export function passwordInAddress({ text }: SearchedText, at: number, spans: Span[]): void {
	hook.lastIndex = login.lastIndex = at;
	const address = hook.exec(text);
	if (address) spans.push(groupSpan(address, 1));
	const match = login.exec(text);
	if (!match) return;
	const [password, token] = [match[1], match[2]];
	const isSecret = password === undefined ? token !== undefined && isMixed(token) : !isPlaceholder(password);
	if (isSecret) spans.push(groupSpan(match, password === undefined ? 2 : 1));
}

export function passwordOfOracle({ text }: SearchedText, at: number, spans: Span[]): void {
	oracle.lastIndex = at;
	const match = oracle.exec(text);
	if (match && isPassword(match[1] ?? "")) spans.push(groupSpan(match, 1));
}

/** Looks at the parameter of an address whose "?" or "&" stands at `at`. */
export function signatureInAddress({ text }: SearchedText, at: number, spans: Span[]): void {
	signature.lastIndex = at;
	const match = signature.exec(text);
	if (match && /\d/.test(match[1] ?? "")) spans.push(groupSpan(match, 1));
}

/** `Bearer x`, `Basic x`. */
export function authorizationHeader({ text }: SearchedText, at: number, spans: Span[]): void {
	authorization.lastIndex = at;
	const match = authorization.exec(text);
	const value = match?.[1];
	if (!match || value === undefined) return;
	const isBasic = /^basic/i.test(match[0]) && isLogin(value);
	if (isBasic || (value.length >= 16 && (isMixed(value) || isToken(value)))) spans.push(groupSpan(match, 1));
}

/** Whether base64 holds a user and a password. */
function isLogin(value: string): boolean {
	if (!/^[A-Za-z0-9+/]{8,400}={0,2}$/.test(value)) return false;
	return /^[\x20-\x7e]{1,80}:[\x20-\x7e]{1,300}$/.test(Buffer.from(value, "base64").toString("latin1"));
}

function groupSpan(match: RegExpExecArray, group: number): Span {
	const [start, end] = match.indices?.[group] ?? [0, 0];
	return { start, end };
}
