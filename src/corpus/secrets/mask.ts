/**
 * Finds and masks the secrets in a text, as a model can repeat what it has read. One pass over the characters finds the
 * places that are worth a look: the beginnings of telling words, signs that addresses and options have, long runs of the
 * characters that tokens are made of. At each place a bounded part of the text is looked at, so the time is linear in the
 * length of the text. What makes a line secret stands on it or above it, so that a text is masked the same while its lines
 * are typed one after the other.
 */
import { authorizationHeader, passwordInAddress, passwordOfOracle, signatureInAddress } from "./forms/addresses.ts";
import {
	callArgument,
	callBeginnings,
	changedPassword,
	optionSecrets,
	passwordBeforeProtocol,
	pipedPassword,
	positionalPassword,
	secureStringArgument,
} from "./forms/commands.ts";
import { keyBlocks } from "./forms/keyBlocks.ts";
import { pairedLogin, securityKey, sentPassword, statedLogin } from "./forms/logins.ts";
import { clusterSecret } from "./forms/manifests.ts";
import { phraseInQuotes } from "./forms/phrases.ts";
import { encrypted, identifiedBy, insertedRows } from "./forms/statements.ts";
import { leastToken, tokensInRun } from "./forms/tokens.ts";
import { secretsOfName, secretsOfService } from "./named/named.ts";
import { serviceBeginnings, wordBeginnings } from "./named/names.ts";
import { kindOfPath, SearchedText } from "./searchedText.ts";
import type { Span } from "./span.ts";

/** Replaces a secret. People write this placeholder too, so it does no harm where it is suggested. */
export const secretMask = "xxxxxxxx";

/**
 * Replaces each secret in the text by `secretMask`. `masked` is the number of secrets.
 *
 * @param path of the file: in settings a value needs no quotes. Without one the text is read as code.
 */
export function maskSecrets(text: string, path?: string): { text: string; masked: number } {
	const spans = findSecrets(text, path);
	return { text: maskSpans(text, spans), masked: spans.length };
}

/** Replaces what `findSecrets` found. */
export function maskSpans(text: string, spans: readonly Span[]): string {
	if (spans.length === 0) return text;
	const pieces: string[] = [];
	let end = 0;
	for (const span of spans) {
		pieces.push(text.slice(end, span.start), secretMask);
		end = span.end;
	}
	pieces.push(text.slice(end));
	return pieces.join("");
}

/** Finds the secrets in a text. The spans are in order, and no two touch. `path` as for `maskSecrets`. */
export function findSecrets(text: string, path?: string): Span[] {
	const blocks = keyBlocks(text);
	const outside: Span[] = [];
	lookAtAll(new SearchedText(text, kindOfPath(path)), outside);
	if (outside.length === 0 && blocks.length === 0) return outside;
	outside.sort(byStart);
	// A span inside a block is a part of the key, or of something public, such as a certificate.
	let block = 0;
	const spans = outside.filter(({ start, end }) => {
		while ((blocks[block]?.end ?? text.length) <= start) block++;
		return (blocks[block]?.start ?? text.length) >= end;
	});
	for (const one of blocks) if (one.isPrivate) spans.push(one);

	const merged: { start: number; end: number }[] = [];
	for (const { start, end } of spans.sort(byStart)) {
		// The value of a name may turn out to be empty once its last signs are taken off.
		if (end <= start) continue;
		const last = merged.at(-1);
		if (last && start <= last.end) last.end = Math.max(last.end, end);
		else merged.push({ start, end });
	}
	return merged;
}

function byStart(one: Span, other: Span): number {
	return one.start - other.start;
}

type Look = (source: SearchedText, at: number, spans: Span[]) => void;

/** Where to look, by the first three letters of a word. */
const looks: readonly (readonly [beginnings: readonly string[], look: Look])[] = [
	[wordBeginnings, secretsOfName],
	[serviceBeginnings, secretsOfService],
	[["ide"], identifiedBy],
	[["ins"], insertedRows],
	[["cry", "pgp", "aes", "enc", "has", "sha"], encrypted],
	[["bea", "bas", "tok", "api"], authorizationHeader],
	[["dbc"], passwordOfOracle],
	[["chp"], changedPassword],
	[["con"], secureStringArgument],
	[["hta", "htp", "net"], positionalPassword],
	[callBeginnings, callArgument],
	[["tcp", "uni"], passwordBeforeProtocol],
	[["kin"], clusterSecret],
	[["log", "sig", "wif", "wla", "cre", "acc"], statedLogin],
	[["use", "adm", "roo", "log"], pairedLogin],
	[["sen"], sentPassword],
	[["sec"], securityKey],
];

/** The low five bits of the codes of letters, which small letters and capitals share; 0 for all else. */
const letterBits = new Uint8Array(128);
/** By character code. */
const signs = new Uint8Array(128);
const tokenSign = 1;
const telling = 2;
for (let code = 0; code < 128; code++) {
	const character = String.fromCharCode(code);
	if (/[A-Za-z]/.test(character)) letterBits[code] = code & 31;
	if (/[\w$+./:=~-]/.test(character)) signs[code] = tokenSign;
	if (/[:?&\-"'`\n]/.test(character)) signs[code] = (signs[code] ?? 0) | telling;
}

/** The first letters of words in other scripts, in any case. */
const foreignLetters = new Set([..."пП密口暗パ비암κΚסكşŞöÖ"].map((letter) => letter.charCodeAt(0)));

/** Which looks to take, one bit each, by the low bits of three letters. */
const looksOf = new Uint32Array(2 ** 15);
for (const [bit, [beginnings]] of looks.entries()) {
	for (const [one = "", two = "", three = ""] of beginnings) {
		const hash = (bitsOf(one) << 10) | (bitsOf(two) << 5) | bitsOf(three);
		looksOf[hash] = (looksOf[hash] ?? 0) | (1 << bit);
	}
}

function bitsOf(letter: string): number {
	return letterBits[letter.charCodeAt(0)] ?? 0;
}

/** Words of two letters, which have no beginning to be looked up by: a name, and the first half of "Wi-Fi". */
const pw = (bitsOf("p") << 5) | bitsOf("w");
const wi = (bitsOf("w") << 5) | bitsOf("i");

function lookAtAll(source: SearchedText, spans: Span[]): void {
	const { text } = source;
	const { length } = text;
	let letters = 0;
	let run = 0;
	if (length > 0) phraseInQuotes(source, -1, spans);
	for (let at = 0; at < length; at++) {
		const code = text.charCodeAt(at);
		if (code >= 128) {
			if (letters === pw) secretsOfName(source, at - 2, spans);
			letters = 0;
			if (at - run >= leastToken) tokensInRun(text, run, at, spans);
			run = at + 1;
			if (foreignLetters.has(code)) secretsOfName(source, at, spans);
			continue;
		}
		const bits = letterBits[code] as number;
		if (bits !== 0) {
			letters = ((letters << 5) | bits) & 0x7fff;
			const wanted = looksOf[letters] as number;
			if (wanted !== 0) lookAtWord(source, at - 2, wanted, spans);
			continue;
		}
		if (letters === pw) secretsOfName(source, at - 2, spans);
		else if (letters === wi && code === dash) statedLogin(source, at - 2, spans);
		letters = 0;
		const sign = signs[code] as number;
		if ((sign & telling) !== 0) lookAtSign(source, at, code, spans);
		if ((sign & tokenSign) === 0) {
			if (at - run >= leastToken) tokensInRun(text, run, at, spans);
			run = at + 1;
		}
	}
	if (length - run >= leastToken) tokensInRun(text, run, length, spans);
}

function lookAtWord(source: SearchedText, at: number, wanted: number, spans: Span[]): void {
	for (let bit = 0; wanted >> bit !== 0; bit++) if (((wanted >> bit) & 1) !== 0) looks[bit]?.[1](source, at, spans);
}

const colon = 58;
const slash = 47;
const question = 63;
const ampersand = 38;
const dash = 45;

function lookAtSign(source: SearchedText, at: number, code: number, spans: Span[]): void {
	const { text } = source;
	const next = text.charCodeAt(at + 1);
	if (code === colon) {
		if (next === slash && text.charCodeAt(at + 2) === slash) passwordInAddress(source, at, spans);
	} else if (code === question || code === ampersand) {
		signatureInAddress(source, at, spans);
	} else if (code === dash) {
		const before = text.charCodeAt(at - 1);
		// A blank or a quote before it, a letter or another dash behind it.
		if ((before === 32 || before === 34 || before === 39) && (next === dash || next > 64)) {
			optionSecrets(source, at, spans);
			pipedPassword(source, at, spans);
		}
	} else if (next >= 97 && next <= 122) {
		phraseInQuotes(source, at, spans);
	}
}
