/** Tells random letters and digits, which keys are made of, from words, identifiers, paths and digests. */

/** Shorter identifiers can be as mixed as random characters. */
const leastLength = 20;
/** Least share of neighbours that differ in kind. Random letters and digits have 0.45, identifiers rarely more than 0.3. */
const leastChanges = 0.31;
/** Largest share of characters other than letters and digits. Random base64 has 0.03, identifiers with underscores 0.15. */
const mostOthers = 1 / 12;

/** The kinds of characters. */
const capital = 1;
const small = 2;
const digit = 3;
const other = 4;

const counts = new Uint16Array(128);

/**
 * Whether a run of base64 characters is as mixed as random characters are: capitals, small letters and digits without
 * order. Hexadecimal digits and UUIDs never are: most of them are commits, colours and digests, which are no secrets.
 *
 * @param strict asks for more digits, letters and changes, for runs with slashes, most of which are paths
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
		// A small letter after a capital is no disorder: the capital begins a word.
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

/** Entropy of the counted characters, in bits per character. */
function entropy(length: number): number {
	let bits = 0;
	for (const count of counts) if (count > 0) bits -= (count / length) * Math.log2(count / length);
	return bits;
}

/**
 * The entropy that 99 of 100 random strings of letters and digits exceed, in bits per character. The line was fitted to the
 * first percentiles of 4,000 strings of each length from 20 to 128, taken as their distance below the logarithm of the length.
 */
function leastEntropy(length: number): number {
	return Math.log2(length) - 0.46 - 0.0098 * length;
}

function kindOf(code: number): number {
	if (code >= 0x41 && code <= 0x5a) return capital;
	if (code >= 0x61 && code <= 0x7a) return small;
	return code >= 0x30 && code <= 0x39 ? digit : other;
}
