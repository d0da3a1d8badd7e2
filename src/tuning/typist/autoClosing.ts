/**
 * What VS Code adds to what is typed, with `editor.autoClosingBrackets` and `autoClosingQuotes` as they are by default:
 * `cursorTypeEditOperations.ts` of VS Code 1.139.
 */
import type { Language, Pair, Region } from "./languages.ts";

/** Where a sign is typed. */
export interface TypedPlace {
	/** The line left and right of the cursor. */
	readonly before: string;
	readonly after: string;
	/** Of the sign left of the cursor; null at the beginning of a line. */
	readonly last: Region | null;
	/** Of a sign that is inserted here. */
	readonly region: Region;
	/** Whether a closing bracket without an opening one follows in the document. */
	hasUnmatched(pair: Pair): boolean;
}

/** Signs behind which no word goes on (`editor.wordSeparators`), and blanks. */
const separators = "`~!@#$%^&*()-=+[{]}\\|;:'\",.<>/? \t";

export function isQuote(sign: string): boolean {
	return sign === "'" || sign === '"' || sign === "`";
}

/** What appears right of the cursor when `sign` is typed; "" if nothing does. */
export function closerOf(language: Language, sign: string, place: TypedPlace): string {
	const { before, after, last, region } = place;
	const pair = longest(language.pairs.filter(({ open }) => (before + sign).endsWith(open) && open.endsWith(sign)));
	if (pair === null) return "";
	const opensComment = language.blockComments.some(([open]) => pair.open.includes(open));
	const quotes = isQuote(sign);
	const closesBefore = quotes || opensComment ? language.quotesBefore : language.bracketsBefore;
	if (after !== "" && !isBeforeCloser(language, after) && !closesBefore.includes(after[0] as string)) return "";
	if (!quotes && !opensComment && place.hasUnmatched(pair)) return "";
	if (pair.open.length === 1 && quotes && sign !== "`" && isWord(before.at(-1))) return "";
	if (pair.notIn.includes(last ?? region) || pair.notIn.includes(region)) return "";
	const contained = containedIn(language, pair);
	if (contained !== null && after.startsWith(contained.close))
		return pair.close.slice(0, pair.close.length - contained.close.length);
	return pair.close;
}

/** Whether `sign` goes over the same sign right of the cursor, if the editor has put it there. */
export function typesOver(language: Language, sign: string, { before }: Pick<TypedPlace, "before">): boolean {
	if (!language.pairs.some(({ open, close }) => open.length === 1 && close === sign)) return false;
	return !(isQuote(sign) && before.endsWith("\\"));
}

/** Whether Enter puts what stands right of the cursor on a line of its own. */
export function opensBlock(language: Language, before: string, after: string): boolean {
	return language.brackets.some(([open, close]) => before.trimEnd().endsWith(open) && after.startsWith(close));
}

function isBeforeCloser({ pairs }: Language, after: string): boolean {
	return !pairs.some(({ open }) => after.startsWith(open)) && pairs.some(({ close }) => after.startsWith(close));
}

function isWord(sign: string | undefined): boolean {
	return sign !== undefined && !separators.includes(sign);
}

/** The longest other pair that begins inside of this one and ends with it, as C's comments in those for documentation. */
function containedIn({ pairs }: Language, pair: Pair): Pair | null {
	if (pair.open.length <= 1) return null;
	return longest(
		pairs.filter(({ open, close }) => open !== pair.open && pair.open.includes(open) && pair.close.endsWith(close)),
	);
}

function longest(pairs: readonly Pair[]): Pair | null {
	return pairs.reduce<Pair | null>(
		(best, pair) => (best === null || pair.open.length > best.open.length ? pair : best),
		null,
	);
}
