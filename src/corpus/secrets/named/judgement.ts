/** Whether a quoted value is a secret, by what its name says. */
import type { Literal, SearchedText } from "../searchedText.ts";
import type { Span } from "../span.ts";
import { isMnemonic, isPassword, isPhrase, isPlaceholder, isSaltText, isSurelyRandom, isToken } from "../values.ts";
import type { Name } from "./names.ts";

const phraseName = /^pass[_-]?phrase/i;
const shortest = 4;
/** Short words with other uses. */
const common = /^(?:pass|community)$/i;
const signing = /session|jwt|sign|cookie|hmac|crypt/i;

export function isSecretLiteral(source: SearchedText, name: Name, { value }: Literal): boolean {
	if (value.length < shortest) return false;
	switch (name.kind) {
		case "password": {
			const isNamedPhrase = phraseName.test(source.text.slice(name.wordStart, name.end));
			return isPassword(value) || isPhrase(value, isNamedPhrase);
		}
		case "shortPassword":
			if (
				!hasUserBeside(source, name) &&
				(/^[A-Za-z]*$/.test(value) || common.test(source.text.slice(name.wordStart, name.end)))
			)
				return false;
			return isPassword(value) || isPhrase(value, false);
		case "secret":
			if (isSaltText(value)) return true;
			return (
				(isPassword(value) && !namesSecret(source, name, value)) ||
				isToken(value) ||
				isPhrase(value, !/[A-Z]/.test(value))
			);
		case "token":
			return isToken(value) || isSaltText(value);
		case "service":
			return value.length >= 15 && /^[\w=.:+/-]+$/.test(value) && isToken(value);
		case "phrase":
			return isMnemonic(value) || (!isPlaceholder(value) && (isPhrase(value, true) || isSurelyRandom(value)));
		default:
			return isSurelyRandom(value);
	}
}

/** Whether the value is the name of a secret that is kept elsewhere: `secret: tls-certificate`. */
function namesSecret(source: SearchedText, name: Name, value: string): boolean {
	if (!/^[A-Z]?[a-z]+(?:[-_./][A-Z]?[a-z]+)*$/.test(value) || value.length >= 12) return false;
	const further = source.text.slice(name.start, name.wordStart);
	if (source.kind === "settings") return /[-_./]/.test(value);
	const isOwn =
		(/[\w-]$/.test(further) && !/^x-/i.test(further)) || /^[A-Z_]+$/.test(source.text.slice(name.wordStart, name.end));
	return source.kind !== "code" || !(isOwn || signing.test(source.linePrefix(name.start)));
}

/** Takes the literal for a secret if it is one. */
export function takeIfSecret(source: SearchedText, name: Name, literal: Literal, spans: Span[]): void {
	if (isSecretLiteral(source, name, literal)) takePieces(literal, spans);
}

export function takePieces(literal: Literal, spans: Span[]): void {
	for (const piece of literal.pieces) if (piece.end > piece.start) spans.push(piece);
}

const user = /user|login|host|auth|mail|account|server|database|\bdb\b/i;
const nearUnits = 240;

/** Whether a short name is surely that of a password: it has further words, or a user is named near it. */
export function hasUserBeside(source: SearchedText, name: Name): boolean {
	const { text } = source;
	if (name.start < name.wordStart && /[\w.-]$/.test(text.slice(name.start, name.wordStart))) return true;
	const lineEnd = Math.min(source.lineEnd(name.end), name.end + nearUnits);
	return (
		user.test(text.slice(Math.max(0, name.start - nearUnits), name.start)) || user.test(text.slice(name.end, lineEnd))
	);
}
