/**
 * Cuts text into pieces: words, blanks and signs. It works on bytes, of which some may be no UTF-8, and the pieces joined are
 * always the text.
 *
 * - A word is a run of letters. Identifiers are cut at their borders and humps: `parseHTTPHeader_v2` is `parse`, `HTTP`, `Header`,
 *   `_`, `v`, `2`. An ideograph is a word by itself, as nothing separates it from the next.
 * - A number is a run of digits.
 * - A blank is a run of spaces or of tabs. A line end is a piece by itself, so that no piece stands in two lines.
 * - A sign is one character, or the same one several times: `===`, `//`.
 * - A byte that belongs to no UTF-8 is a piece by itself.
 */

type Kind = "upper" | "lower" | "ideograph" | "mark" | "digit" | "blank" | "lineEnd" | "sign" | "malformed";

interface Character {
	readonly kind: Kind;
	readonly codePoint: number;
	/** Bytes. */
	readonly length: number;
}

/** Where pieces end in the bytes, ascending; the last is the end of the text. */
export function* pieceEnds(bytes: Uint8Array): Generator<number, void> {
	let before: Character | undefined;
	let current: Character | undefined;
	for (let at = 0; at < bytes.length; ) {
		const next = characterAt(bytes, at);
		if (current !== undefined && isBorder(before, current, next, following(bytes, at + next.length))) {
			yield at;
			before = undefined;
			current = next;
		} else if (next.kind !== "mark" || current === undefined) {
			before = current;
			current = next;
		}
		at += next.length;
	}
	if (bytes.length > 0) yield bytes.length;
}

/** The text, piece by piece. */
export function* pieces(bytes: Uint8Array): Generator<Uint8Array, void> {
	let from = 0;
	for (const end of pieceEnds(bytes)) {
		yield bytes.subarray(from, end);
		from = end;
	}
}

/** Whether a piece ends before `next`, which follows `current`. */
function isBorder(
	before: Character | undefined,
	current: Character,
	next: Character,
	afterNext: Kind | undefined,
): boolean {
	switch (next.kind) {
		case "mark":
			return !isLetter(current.kind);
		case "lower":
			// One capital begins the word, of several the last does.
			return !(current.kind === "lower" || (current.kind === "upper" && before?.kind !== "upper"));
		case "upper":
			// In `HTTPServer` the word `Server` begins before its capital.
			return !(current.kind === "upper" && afterNext !== "lower");
		case "digit":
			return current.kind !== "digit";
		case "blank":
		case "sign":
			return current.codePoint !== next.codePoint;
		default:
			return true;
	}
}

function isLetter(kind: Kind): boolean {
	return kind === "upper" || kind === "lower" || kind === "ideograph";
}

function following(bytes: Uint8Array, at: number): Kind | undefined {
	return at < bytes.length ? characterAt(bytes, at).kind : undefined;
}

function characterAt(bytes: Uint8Array, at: number): Character {
	const first = bytes[at] as number;
	if (first < 0x80) return ascii[first] as Character;
	const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
	const codePoint = decoded(bytes, at, length);
	if (codePoint === undefined) return { kind: "malformed", codePoint: first, length: 1 };
	return { kind: kindOf(codePoint), codePoint, length };
}

/** The code point of so many bytes of UTF-8; undefined if they are none in its shortest form. */
function decoded(bytes: Uint8Array, at: number, length: number): number | undefined {
	const first = bytes[at] as number;
	if (first < 0xc2 || first > 0xf4) return undefined;
	let codePoint = first & (0xff >> (length + 1));
	for (let i = 1; i < length; i++) {
		const byte = bytes[at + i] ?? 0;
		if ((byte & 0xc0) !== 0x80) return undefined;
		codePoint = (codePoint << 6) | (byte & 0x3f);
	}
	const least = length === 2 ? 0x80 : length === 3 ? 0x800 : 0x10000;
	const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
	return codePoint < least || codePoint > 0x10ffff || isSurrogate ? undefined : codePoint;
}

const patterns: readonly (readonly [RegExp, Kind])[] = [
	[/\p{Ideographic}/u, "ideograph"],
	[/[\p{Lu}\p{Lt}]/u, "upper"],
	[/\p{L}/u, "lower"],
	[/\p{M}/u, "mark"],
	[/\p{Nd}/u, "digit"],
];

function classify(codePoint: number): Kind {
	if (codePoint === 0x0a || codePoint === 0x0d) return "lineEnd";
	if (codePoint === 0x20 || codePoint === 0x09) return "blank";
	const character = String.fromCodePoint(codePoint);
	return patterns.find(([pattern]) => pattern.test(character))?.[1] ?? "sign";
}

const ascii: readonly Character[] = Array.from({ length: 0x80 }, (_, codePoint) => ({
	kind: classify(codePoint),
	codePoint,
	length: 1,
}));

/** Of characters met before: a text has few different ones, and a search by four patterns takes long. */
const known = new Map<number, Kind>();

function kindOf(codePoint: number): Kind {
	let kind = known.get(codePoint);
	if (kind === undefined) {
		kind = classify(codePoint);
		known.set(codePoint, kind);
	}
	return kind;
}
