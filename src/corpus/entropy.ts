/** Tells random letters and digits, as in keys, from words, identifiers, paths and digests. */

/** Below this, identifiers are as mixed as random characters. */
const leastLength = 20;
/** Of neighbours that differ in kind; random letters and digits have 0.45, identifiers rarely more than 0.3. */
const leastChanges = 0.31;
/** Of characters other than letters and digits; random base64 has 0.03, identifiers with underscores 0.15. */
const mostOthers = 1 / 12;

/** Kinds of character. */
const capital = 1;
const small = 2;
const digit = 3;
const other = 4;

const counts = new Uint16Array(128);

/**
 * Whether a run of base64 characters is as mixed as random ones are: capitals, small letters and digits in disorder.
 * Hexadecimal digits and UUIDs are not: commits, colours and digests are written in them, mostly.
 *
 * @param strict for runs that are paths more often than not
 */
export function looksRandom(run: string, strict = false): boolean {
	const { length } = run;
	if (length < leastLength) return false;
	let capitals = 0;
	let smalls = 0;
	let digits = 0;
	let changes = 0;
	let before = 0;
	counts.fill(0);
	for (let i = 0; i < length; i++) {
		const code = run.charCodeAt(i) & 127;
		counts[code] = (counts[code] ?? 0) + 1;
		const kind = kindOf(code);
		if (kind === capital) capitals++;
		else if (kind === small) smalls++;
		else if (kind === digit) digits++;
		// A capital before small letters begins a word.
		if (kind !== before && before !== 0 && !(before === capital && kind === small)) changes++;
		before = kind;
	}
	const leastDigits = Math.max(2, (strict ? 0.08 : 0.05) * length);
	const leastLetters = (strict ? 0.16 : 0.1) * length;
	return (
		digits >= leastDigits &&
		capitals >= leastLetters &&
		smalls >= leastLetters &&
		length - capitals - smalls - digits <= Math.max(1, mostOthers * length) &&
		changes >= (strict ? 0.4 : leastChanges) * (length - 1) &&
		entropy(length) >= leastEntropy(length)
	);
}

/** Of the counted characters, bits per character. */
function entropy(length: number): number {
	let bits = 0;
	for (const count of counts) if (count > 0) bits -= (count / length) * Math.log2(count / length);
	return bits;
}

/**
 * What 99 of 100 random strings of letters and digits have: a line through the first percentiles of 4,000 strings of
 * each of the lengths 20 to 128, as they lie below the logarithm of the length.
 */
function leastEntropy(length: number): number {
	return Math.log2(length) - 0.46 - 0.0098 * length;
}

function kindOf(code: number): number {
	if (code >= 0x41 && code <= 0x5a) return capital;
	if (code >= 0x61 && code <= 0x7a) return small;
	return code >= 0x30 && code <= 0x39 ? digit : other;
}
