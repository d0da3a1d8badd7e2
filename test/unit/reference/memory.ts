/**
 * The memory written for reading, in float64, with Maps and one bit at a time: what the kernels are compared with. Hashes
 * are those of the kernels, as what falls together there must fall together here. Entries of adaptive probabilities are
 * integers by definition, so what makes them is rounded as it is there; nothing else is rounded.
 */

/** Powers of two, see `MemorySizes`. */
export interface ReferenceSizes {
	readonly slotBits: number;
	readonly textBits: number;
	readonly indexBits: number;
	readonly apmBits: number;
}

/** What was read: all bytes, and where the last of them stood before. */
export interface ReferenceCursor {
	readonly bytes: number[];
	readonly candidates: (Candidate | null)[];
}

/** A place in the learned text whose next byte is expected to come. */
interface Candidate {
	readonly position: number;
	/** Bytes that were the same before it, 65535 at most. */
	readonly length: number;
	readonly misses: number;
}

/** What takes part in one bit: what it says, and how it learns from the bit that came. */
interface Opinion {
	readonly inputs: readonly number[];
	learn(bit: number): void;
}

// ── Hashes ──

export function hash(a: number, b: number): number {
	const h = stirred(Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b));
	return stirred(Math.imul(h, 0xd168aaad));
}

function stirred(h: number): number {
	return (h ^ (h >>> 15)) >>> 0;
}

/** Of bytes before a place: groups of eight from the first on, then the last eight, or all if there are fewer. */
function hashOfRun(run: readonly number[], bits: number): number {
	let h = 0n;
	for (let at = 0; at < run.length; at += 8) {
		const group = run.slice(Math.max(0, Math.min(at, run.length - 8))).slice(0, 8);
		const number = group.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
		h = BigInt.asUintN(64, (h ^ number) * 0x9e3779b97f4a7c15n);
		h ^= h >> 32n;
	}
	return Number(BigInt.asUintN(32, h)) >>> (32 - bits);
}

// ── Adaptive probabilities ──

/** A probability in 2^-22, and how often it has moved. */
interface Entry {
	share: number;
	count: number;
}

const wholeShare = 2 ** 22 - 1;
/** What an empty history means: nothing. */
const undecided: Entry = { share: 2 ** 21, count: 0 };

function entryOf(probability: number): Entry {
	return { share: Math.trunc(Math.fround(Math.fround(probability) * wholeShare)), count: 0 };
}

/** ln(p / (1 − p)) of the twelve leading bits of p. */
function stretchOf({ share }: Entry): number {
	const p = (Math.floor(share / 1024) + 0.5) / 4096;
	return Math.log(p / (1 - p));
}

function probabilityOf({ share }: Entry): number {
	return (share + 0.5) / 2 ** 22;
}

function learnEntry(entry: Entry, bit: number, limit: number): void {
	const rate = Math.floor(65536 / (entry.count + 1.5));
	const target = bit * wholeShare;
	entry.share += Math.floor(((target - entry.share) * rate) / 65536);
	if (entry.count < limit) entry.count++;
}

function sigmoid(x: number): number {
	return 1 / (1 + Math.exp(-x));
}

// ── Bit histories ──

/** Counts of the bits that followed a context, and the last of them; 0 where one kind only has come. */
interface History {
	readonly zeros: number;
	readonly ones: number;
	readonly last: number;
}

const histories = new Map<number, History>();

/** The same object for the same history. */
function historyOf(zeros: number, ones: number, last: number): History {
	const key = (zeros * 64 + ones) * 2 + last;
	const history = histories.get(key) ?? { zeros, ones, last };
	histories.set(key, history);
	return history;
}

const emptyHistory = historyOf(0, 0, 0);
/** Greatest count of the more frequent bit, by that of the other. */
const greatestCounts = [40, 24, 12, 8, 6, 5] as const;
/** What is left of a count (up to the first number) when the other bit comes. */
const shrinking = [
	[2, 2],
	[3, 2],
	[6, 3],
	[12, 4],
	[24, 5],
	[40, 6],
] as const;

function shrunk(count: number): number {
	const [, left] = shrinking.find(([most]) => count <= most) as (typeof shrinking)[number];
	return Math.min(count, left);
}

function historyAfter({ zeros, ones }: History, bit: number): History {
	const counts = bit === 1 ? [shrunk(zeros), ones + 1] : [zeros + 1, shrunk(ones)];
	const less = Math.min(...counts);
	const [newZeros, newOnes] = counts.map((count) => Math.min(count, greatestCounts[less] as number));
	return historyOf(newZeros as number, newOnes as number, less === 0 ? 0 : bit);
}

/** Before anything is learned about it. */
function initialMeaning({ zeros, ones }: History): Entry {
	return entryOf(Math.fround(ones + Math.fround(0.4)) / Math.fround(zeros + ones + Math.fround(0.8)));
}

// ── Slots ──

/** Histories 1 to 15: before the first bit of half a byte, before the second (two), and so on. */
interface Slot {
	check: number;
	histories: History[];
}

const newHistories = (): History[] => Array<History>(16).fill(emptyHistory);

class SlotTable {
	readonly #bits: number;
	readonly #buckets = new Map<number, Slot[]>();

	constructor(bits: number) {
		this.#bits = bits;
	}

	/** Buckets for second halves are one of the 64 around that of the first. */
	#bucket(context: number, second: number | null): Slot[] {
		const bucketBits = this.#bits - 6;
		const around = second === null ? 0 : (second >>> 26) % 2 ** Math.min(6, bucketBits);
		const key = (context >>> (32 - bucketBits)) ^ around;
		const bucket = this.#buckets.get(key) ?? Array.from({ length: 4 }, () => ({ check: 0, histories: newHistories() }));
		this.#buckets.set(key, bucket);
		return bucket;
	}

	/** @param half the first half of the byte with a leading 1, or 1 if it is yet to come */
	find(context: number, half: number): Slot {
		const second = half === 1 ? null : hash(context, Math.imul(half, 0x9e3779b1));
		const check = (second ?? context) & 255;
		const slot = this.#bucket(context, second).find((some) => some.check === check);
		return slot ?? { check: 0, histories: newHistories() };
	}

	/** If it is not there, the one that has counted least is forgotten for it. */
	claim(context: number, half: number): Slot {
		const second = half === 1 ? null : hash(context, Math.imul(half, 0x9e3779b1));
		const check = (second ?? context) & 255;
		const bucket = this.#bucket(context, second);
		const slot = bucket.find((some) => some.check === check);
		if (slot !== undefined) return slot;
		const counted = ({ histories: [, first] }: Slot) => (first as History).zeros + (first as History).ones;
		const least = Math.min(...bucket.map(counted));
		const given = bucket.find((some) => counted(some) === least) as Slot;
		given.check = check;
		given.histories = newHistories();
		return given;
	}
}

// ── What is looked at ──

const isUpper = (b: number): boolean => b >= 65 && b <= 90;
const isLetter = (b: number): boolean => isUpper(b) || (b >= 97 && b <= 122);
const isDigit = (b: number): boolean => b >= 48 && b <= 57;
const isBlank = (b: number): boolean => b === 32 || b === 9;
const isLineEnd = (b: number): boolean => b === 10 || b === 0;
const isWordByte = (b: number): boolean => isLetter(b) || isDigit(b) || b === 95 || b >= 128;

function classOf(b: number): number {
	if (isLineEnd(b)) return 0;
	if (isBlank(b)) return 1;
	if (isLetter(b) || b === 95) return 2;
	if (isDigit(b)) return 3;
	if ([..."()[]{}"].includes(String.fromCharCode(b))) return 4;
	if ([...`"'\``].includes(String.fromCharCode(b))) return 5;
	return b >= 128 ? 7 : 6;
}

/** Text by position; before its beginning stand zeros. */
class Text {
	readonly bytes: readonly number[];

	constructor(bytes: readonly number[]) {
		this.bytes = bytes;
	}

	get end(): number {
		return this.bytes.length;
	}

	at(position: number): number {
		return this.bytes[position] ?? 0;
	}

	/** Number whose lowest byte is the last one, the next the one before it, and so on: of bytes `from` to `to` back. */
	back(from: number, to: number): number {
		let number = 0;
		for (let i = to; i >= from; i--) number = number * 256 + this.at(this.end - i);
		return number;
	}

	/** Beginning of the run of bytes with some property that ends at `end`. */
	start(end: number, has: (byte: number) => boolean): number {
		let start = end;
		while (start > 0 && has(this.at(start - 1))) start--;
		return start;
	}

	/** The last word that ends at `end` or before; null if there is none. */
	wordBefore(end: number): { readonly start: number; readonly end: number } | null {
		const wordEnd = this.start(end, (b) => !isWordByte(b));
		return wordEnd === 0 ? null : { start: this.start(wordEnd, isWordByte), end: wordEnd };
	}

	/** Case does not matter. */
	hashOfLetters(start: number, end: number, factor: number): number {
		let h = 0;
		for (let i = start; i < end; i++) {
			const b = this.at(i);
			h = Math.imul(h + (isUpper(b) ? b + 32 : b) + 1, factor) >>> 0;
		}
		return h;
	}

	hashOfWord(word: { readonly start: number; readonly end: number } | null): number {
		return word === null ? 0 : this.hashOfLetters(word.start, word.end, 0x9e3779b1);
	}

	lineStart(end: number): number {
		return this.start(end, (b) => !isLineEnd(b));
	}

	/** Of the line that begins there: where its first byte stands that is no blank, or its end. */
	firstInLine(lineStart: number): number {
		let at = lineStart;
		while (at < this.end && isBlank(this.at(at))) at++;
		return at;
	}
}

interface Facts {
	/** Each with counts of its own. */
	readonly contexts: readonly number[];
	readonly order1: number;
	readonly order2: number;
	readonly wordShape: number;
	readonly lineShape: number;
}

/** Orders 1, 2, 3, 5 and 8 are the first of the contexts, then come those of the word and of two words. */
const orders = 7;

function factsOf(bytes: readonly number[]): Facts {
	const text = new Text(bytes);
	const { end } = text;
	const order1 = text.back(1, 1);
	const order2 = text.back(1, 2);
	const last4 = text.back(1, 4);
	const last8 = text.back(5, 8);

	const wordStart = text.start(end, isWordByte);
	const wordLength = Math.min(255, end - wordStart);
	const inWord = wordLength > 0;
	const word1 = text.wordBefore(wordStart);
	const word2 = word1 && text.wordBefore(word1.start);
	const latest = inWord ? { start: wordStart } : word1;
	const beforeWord = latest === null ? 0 : text.at(latest.start - 1);
	const here = inWord ? text.hashOfWord({ start: wordStart, end }) : order1 + 1;

	const lineStart = text.lineStart(end);
	const column = end - lineStart;
	const firstPosition = text.firstInLine(lineStart);
	const indent = firstPosition < end ? firstPosition - lineStart : 0;
	const aboveStart = text.at(lineStart - 1) === 10 ? text.lineStart(lineStart - 1) : lineStart;
	const aboveLength = Math.min(120, Math.max(0, lineStart - 1 - aboveStart));
	const aboveAt = (c: number) => (c < aboveLength ? text.at(aboveStart + c) : 0);
	const above = column === aboveLength ? 10 : aboveAt(column);

	const skeleton = skeletonOf(text);
	const document = documentOf(text);
	const mixed = (a: number) => Math.imul(a, 0x2545f491) >>> 0;
	const pairs: readonly (readonly [number, number])[] = [
		[order1, 0],
		[order2, 0],
		[text.back(1, 3), 0],
		[last4, text.back(5, 5)],
		[last4, Math.imul(last8, 0x2c9277b5) >>> 0],
		[here, 0],
		[here, text.hashOfWord(word1)],
		[here, mixed(text.hashOfWord(word1)) + text.hashOfWord(word2)],
		[partOf(text, wordStart) + order1, inWord ? beforeWord : 256],
		[here, mixed(keywordOf(text)) + beforeWord],
		[above * 65536 + aboveAt(column + 1) * 256 + order1, 0],
		[above + order1 * 256, here],
		[skeleton, here],
		[here, document],
		[here, openBracketOf(text)],
		[text.back(1, 3), document],
	];
	const lengths = [0, 1, 1, 2, 2, 2];
	const aboveKinds = new Map([
		[0, 0],
		[32, 1],
		[10, 2],
	]);
	return {
		contexts: pairs.map(([a, b], index) => hash(a, b * 32 + index)),
		order1,
		order2,
		wordShape: classOf(order1) * 32 + classOf(text.back(2, 2)) * 4 + (lengths[wordLength] ?? 3),
		lineShape:
			Math.min(indent >> 1, 7) * 32 + (column < 32 ? Math.min(column >> 2, 4) : 5) * 4 + (aboveKinds.get(above) ?? 3),
	};
}

function documentStart(text: Text): number {
	return text.start(text.end, (b) => b !== 0);
}

/** Hash of the document's first line as far as it was read. */
function documentOf(text: Text): number {
	let h = 0;
	for (let i = documentStart(text); i < text.end && text.at(i) !== 10; i++) {
		h = Math.imul(h + text.at(i) + 1, 0x9e3779b1) >>> 0;
	}
	return h;
}

/** What stands before the innermost open bracket, and the commas in it; eight brackets are remembered. */
function openBracketOf(text: Text): number {
	const remembered = Array.from({ length: 8 }, () => ({ position: 0, commas: 0 }));
	const slot = (depth: number) => remembered[depth % 8] as (typeof remembered)[number];
	let depth = 0;
	for (let i = documentStart(text); i < text.end; i++) {
		const b = text.at(i);
		const character = String.fromCharCode(b);
		if ("([{".includes(character)) {
			Object.assign(slot(depth), { position: i, commas: 0 });
			depth = Math.min(255, depth + 1);
		} else if (")]}".includes(character)) depth = Math.max(0, depth - 1);
		else if (character === "," && depth > 0) slot(depth - 1).commas++;
		if (isWordByte(b) && (i === 0 || isLineEnd(text.at(i - 1)))) depth = 0;
	}
	if (depth === 0) return 0;
	const { position, commas } = slot(depth - 1);
	const bracket = text.at(position);
	const before = new Text(text.bytes.slice(0, position + 1));
	const opener = bracket === 40 ? text.hashOfWord(text.wordBefore(position)) : keywordOf(before) + bracket;
	return (Math.imul(opener, 8) + Math.min(commas, 7)) >>> 0;
}

/** What is left of the last tokens when words are only words: seven bits for each. */
function skeletonOf(text: Text): number {
	const tokens: number[] = [];
	for (let i = text.end - 1; i >= 0 && tokens.length < 5; i--) {
		const b = text.at(i);
		if (isBlank(b)) continue;
		if (!isWordByte(b)) tokens.unshift(b === 10 ? 3 : (b & 63) | 64);
		else if (i === 0 || !isWordByte(text.at(i - 1))) tokens.unshift(isDigit(b) ? 2 : 1);
	}
	return tokens.reduce((skeleton, token) => ((skeleton << 7) ^ token) >>> 0, 0);
}

/** The part of an identifier that is being written. */
function partOf(text: Text, wordStart: number): number {
	let start = wordStart;
	for (let i = wordStart + 1; i < text.end; i++) {
		const before = text.at(i - 1);
		if ((isUpper(text.at(i)) && !isUpper(before)) || before === 95) start = i;
	}
	return text.hashOfLetters(start, text.end, 0x2c9277b5);
}

/** The last word that a line begins with. */
function keywordOf(text: Text): number {
	let lineEnd = text.end;
	for (;;) {
		const lineStart = text.lineStart(lineEnd);
		const start = text.firstInLine(lineStart);
		let end = start;
		while (end < text.end && isWordByte(text.at(end))) end++;
		// One that is still being written is not known.
		if (end > start && end < text.end && end - start < 256) return text.hashOfWord({ start, end });
		if (lineStart === 0) return 0;
		lineEnd = lineStart - 1;
	}
}

// ── Learned text ──

const leastLengths = [20, 11, 6] as const;
const mostMisses = 8;
const recovered = 16;

class LearnedText {
	readonly bytes: number[] = [];
	readonly #ring: number;
	readonly #indexBits: number;
	/** By candidate: hash of the last bytes → where they ended last. */
	readonly #indices: readonly Map<number, number>[] = leastLengths.map(() => new Map());

	constructor(textBits: number, indexBits: number) {
		this.#ring = 2 ** textBits;
		this.#indexBits = indexBits;
	}

	/** The byte that it expects, if it is still there and there is one. */
	expected(candidate: Candidate | null): number | null {
		if (candidate === null || candidate.position < this.bytes.length - this.#ring) return null;
		return this.bytes[candidate.position] ?? null;
	}

	/** Whether the second candidate, of twelve bytes or more and without misses, expects the byte. */
	isRepeat({ candidates: [, candidate = null] }: ReferenceCursor, byte: number): boolean {
		return candidate !== null && candidate.length >= 12 && candidate.misses === 0 && this.expected(candidate) === byte;
	}

	follow(candidate: Candidate | null, byte: number): Candidate | null {
		const expected = this.expected(candidate);
		if (candidate === null || expected === null) return null;
		const position = candidate.position + 1;
		if (expected === byte) {
			const length = Math.min(65535, candidate.length + 1);
			return { position, length, misses: length >= recovered ? 0 : candidate.misses };
		}
		const misses = candidate.misses + 1;
		return misses < mostMisses ? { position, length: 1, misses } : null;
	}

	/** A place for each candidate that there is none of, or that failed of late. */
	look({ bytes, candidates }: ReferenceCursor): void {
		for (const [i, least] of leastLengths.entries()) {
			const present = candidates[i] ?? null;
			if (present !== null && present.misses === 0) continue;
			const position = this.#indices[i]?.get(hashOfRun(lastOf(bytes, least), this.#indexBits));
			if (position === undefined || position === this.bytes.length || position <= this.bytes.length - this.#ring)
				continue;
			const most = Math.min(32, position, position - (this.bytes.length - this.#ring));
			const before = lastOf(bytes, 32);
			let length = 0;
			while (length < most && this.bytes[position - 1 - length] === before[31 - length]) length++;
			if (length >= least) candidates[i] = { position, length, misses: 0 };
		}
	}

	/** Of what the cursor has read; the last byte of it has just been learned. */
	note({ bytes }: ReferenceCursor): void {
		for (const [i, least] of leastLengths.entries()) {
			this.#indices[i]?.set(hashOfRun(lastOf(bytes, least), this.#indexBits), this.bytes.length);
		}
	}
}

/** The last bytes, after zeros if there are not so many. */
function lastOf(bytes: readonly number[], count: number): number[] {
	const last = bytes.slice(-count);
	return [...Array<number>(count - last.length).fill(0), ...last];
}

// ── What the candidates expect ──

interface Expectation {
	readonly byte: number;
	/** 0–127: length, then misses. */
	readonly strength: number;
}

function expectationOf({ length, misses }: Candidate, byte: number): Expectation {
	const longDegree = length < 24 ? 16 : length < 32 ? 17 : Math.min(18 + Math.floor((length - 32) / 16), 27);
	return { byte, strength: (length < 16 ? length : longDegree) + 32 * Math.min(misses, 3) };
}

class Trust {
	/** By strength and bit, by byte and strength. */
	readonly #entries = new Map<string, Entry>();

	#entry(key: string): Entry {
		const entry = this.#entries.get(key) ?? entryOf(0.75);
		this.#entries.set(key, entry);
		return entry;
	}

	opinion({ byte, strength }: Expectation, bitIndex: number): Opinion {
		const expected = bitOf(byte, bitIndex);
		const sign = expected === 1 ? 1 : -1;
		const byStrength = this.#entry(`strength ${strength} bit ${bitIndex}`);
		const byByte = this.#entry(`byte ${byte} strength ${Math.min(strength >> 2, 7)}`);
		return {
			inputs: [sign * stretchOf(byStrength), sign * (probabilityOf(byStrength) - 0.5) * 4, sign * stretchOf(byByte)],
			learn(bit) {
				for (const entry of [byStrength, byByte]) learnEntry(entry, bit === expected ? 1 : 0, 1023);
			},
		};
	}
}

/** Bit 0 is the highest. */
function bitOf(byte: number, bitIndex: number): number {
	return (byte >> (7 - bitIndex)) & 1;
}

// ── The network ──

/** Probability of a 1 after the bits `c0` (with a leading 1), of what the network holds possible after them. */
function networkShare(network: Float32Array, c0: number, bitIndex: number): number {
	const size = 2 ** (7 - bitIndex);
	const first = (c0 * 2 * size) % 256;
	const sum = (from: number) =>
		network.subarray(from, from + size).reduce((total, logarithm) => total + Math.exp(logarithm), 0);
	const zero = sum(first);
	const one = sum(first + size);
	return Math.min(1 - 1e-5, Math.max(1e-5, one / (zero + one)));
}

// ── The mixer ──

const inputCount = 44;
/** The first of them, two for each context. */
const contextInputs = 32;
const rate = 0.012;
const finalRate = 0.0005;

/** The network's first input. */
const networkInput = contextInputs + 9;

/** Rows of weights by set, those of the final layer after the others, then the shares. */
class Weights {
	readonly #sets: Map<number, Float64Array>[] = Array.from({ length: 11 }, () => new Map());
	/** What a row of the first layer begins with. */
	readonly #initial: Float64Array;

	constructor(initial = new Float64Array(inputCount).fill(0.05, 0, contextInputs).fill(0.12, contextInputs)) {
		this.#initial = initial;
	}

	first(set: number, row: number): Float64Array {
		return this.#row(set, row, this.#initial);
	}

	final(set: number, row: number): Float64Array {
		return this.#row(set, row, new Float64Array(8).fill(1 / 8));
	}

	/** Of the mixer and what refines it; changes them in place. */
	shares(row: number): Float64Array {
		return this.#row(10, row, Float64Array.from(initialShares));
	}

	#row(set: number, row: number, initial: Float64Array): Float64Array {
		const rows = this.#sets[set] as Map<number, Float64Array>;
		const weights = rows.get(row) ?? initial.slice();
		rows.set(row, weights);
		return weights;
	}

	/** To begin with a network. */
	withNetwork(): Weights {
		const begun = (weights: Float64Array) =>
			weights.length !== inputCount
				? weights.slice()
				: weights.map((weight, i) => (i < networkInput ? weight * 0.85 : i === networkInput ? 0.3 : weight));
		const copy = new Weights(begun(this.#initial));
		for (const [set, rows] of this.#sets.entries()) {
			for (const [row, weights] of rows) copy.#sets[set]?.set(row, begun(weights));
		}
		return copy;
	}
}

function dot(weights: Float64Array, inputs: readonly number[]): number {
	let sum = 0;
	for (let i = 0; i < inputs.length; i++) sum += (inputs[i] as number) * (weights[i] as number);
	return sum;
}

function move(weights: Float64Array, inputs: readonly number[], step: number): void {
	for (let i = 0; i < inputs.length; i++) weights[i] = (weights[i] as number) + step * (inputs[i] as number);
}

/** Two layers: a choice of sets, each with an output of its own, then two mixtures of these, and their mean. */
function mix(
	weights: Weights,
	inputs: readonly number[],
	chosen: readonly number[],
	finals: readonly number[],
): { readonly x: number; learn(bit: number): void } {
	const rows = chosen.map((row, set) => weights.first(set, row));
	const outputs = rows.map((row) => Math.min(12, Math.max(-12, dot(row, inputs))));
	const finalRows = finals.map((row, which) => weights.final(rows.length + which, row));
	const mixtures = finalRows.map((row) => dot(row, outputs));
	return {
		x: mixtures.reduce((sum, x) => sum + x, 0) / mixtures.length,
		learn(bit) {
			for (const [set, row] of rows.entries()) {
				const error = bit - sigmoid(outputs[set] as number);
				if (Math.abs(error) >= 0.003) move(row, inputs, rate * error);
			}
			for (const [which, row] of finalRows.entries()) {
				move(row, outputs, finalRate * (bit - sigmoid(mixtures[which] as number)));
			}
		},
	};
}

// ── Refinements ──

/** Shares to begin with: of the mixer, and of the four refinements. */
const initialShares = [0.4, 0.1, 0.2, 0.15, 0.15];
const shareRate = 0.05;
const shareReturn = 0.000005;

class Refinement {
	readonly #points = new Map<number, Entry>();

	/** Of 33 from −8 to 8 in each context. */
	#point(context: number, step: number): Entry {
		const point = this.#points.get(context * 33 + step) ?? entryOf(sigmoid((step - 16) / 2));
		this.#points.set(context * 33 + step, point);
		return point;
	}

	/** Between the two nearest points; the nearer one learns. */
	of(x: number, context: number): { readonly p: number; learn(bit: number): void } {
		const position = Math.min(31.999, Math.max(0, (x + 8) * 2));
		const step = Math.floor(position);
		const share = position - step;
		const low = this.#point(context, step);
		const high = this.#point(context, step + 1);
		return {
			p: probabilityOf(low) * (1 - share) + probabilityOf(high) * share,
			learn: (bit) => learnEntry(share >= 0.5 ? high : low, bit, 255),
		};
	}
}

// ── All of it ──

/** What is the same for all bits of half a byte. */
interface Half {
	readonly facts: Facts;
	readonly slots: readonly Slot[];
	readonly expectations: readonly (Expectation | null)[];
	readonly network: Float32Array | null;
}

interface Prediction {
	/** Of a 1. */
	readonly p: number;
	learn(bit: number): void;
}

export class ReferenceMemory {
	readonly #apmBits: number;
	/** Each part of the table has half of the contexts. */
	readonly #slots: readonly SlotTable[];
	readonly #text: LearnedText;
	/** By context: what each history means there. */
	readonly #meanings = Array.from({ length: 20 }, () => new Map<History, Entry>());
	readonly #trust = leastLengths.map(() => new Trust());
	readonly #weights = new Weights();
	/** Since it first learned with a network. */
	#weightsWithNetwork: Weights | null = null;
	readonly #refinements = Array.from({ length: 4 }, () => new Refinement());

	constructor({ slotBits, textBits, indexBits, apmBits }: ReferenceSizes) {
		this.#slots = [new SlotTable(slotBits - 1), new SlotTable(slotBits - 1)];
		this.#text = new LearnedText(textBits, indexBits);
		this.#apmBits = apmBits;
	}

	start(): ReferenceCursor {
		return { bytes: [], candidates: leastLengths.map(() => null) };
	}

	/** Moves the cursor on. */
	read(cursor: ReferenceCursor, byte: number): void {
		this.#follow(cursor, byte);
		this.#text.look(cursor);
	}

	/** Moves the cursor on. Returns −ln p. */
	learnByte(cursor: ReferenceCursor, byte: number, network: Float32Array | null): number {
		if (network !== null) this.#weightsWithNetwork ??= this.#weights.withNetwork();
		let nats = 0;
		let c0 = 1;
		let half: Half | null = null;
		for (let bitIndex = 0; bitIndex < 8; bitIndex++) {
			if (bitIndex % 4 === 0)
				half = this.#half(cursor, network, (hashed, context) => this.#slotsOf(context).claim(hashed, c0));
			const { p, learn } = this.#predictBit(half as Half, c0, bitIndex);
			const bit = bitOf(byte, bitIndex);
			nats -= Math.log(bit === 1 ? p : 1 - p);
			learn(bit);
			c0 = c0 * 2 + bit;
		}
		this.#pass(cursor, byte);
		return nats;
	}

	/** Counts the byte only, unless it stands in a repeat. Moves the cursor on. */
	noteByte(cursor: ReferenceCursor, byte: number): void {
		if (!this.#text.isRepeat(cursor, byte)) this.#count(cursor, byte);
		this.#pass(cursor, byte);
	}

	#count(cursor: ReferenceCursor, byte: number): void {
		for (const half of [1, 16 + (byte >> 4)]) {
			const first = half === 1 ? 0 : 4;
			for (const [context, hashed] of factsOf(cursor.bytes).contexts.entries()) {
				const slot = this.#slotsOf(context).claim(hashed, half);
				for (let i = 0; i < 4; i++) {
					const node = 2 ** i + ((byte >> (8 - first - i)) & (2 ** i - 1));
					count(slot, node, bitOf(byte, first + i));
				}
			}
		}
	}

	/** `[256]` probabilities of the byte after the cursor. */
	distribution(cursor: ReferenceCursor, network: Float32Array | null, floor: number): Float64Array {
		const result = new Float64Array(256);
		const firsts = this.#halfDistribution(cursor, network, 1);
		for (const [high, p] of firsts.entries()) {
			const seconds = p < floor ? Array<number>(16).fill(1 / 16) : this.#halfDistribution(cursor, network, 16 + high);
			result.set(
				seconds.map((q) => p * q),
				high * 16,
			);
		}
		return result;
	}

	/** Of half a byte, after the bits `c0`. */
	#halfDistribution(cursor: ReferenceCursor, network: Float32Array | null, c0: number): number[] {
		const half = this.#half(cursor, network, (hashed, context) => this.#slotsOf(context).find(hashed, c0));
		const first = c0 === 1 ? 0 : 4;
		const below = (bits: number, bitIndex: number): number[] => {
			if (bitIndex === first + 4) return [1];
			const { p } = this.#predictBit(half, bits, bitIndex);
			return [
				...below(bits * 2, bitIndex + 1).map((q) => q * (1 - p)),
				...below(bits * 2 + 1, bitIndex + 1).map((q) => q * p),
			];
		};
		return below(c0, first);
	}

	#slotsOf(context: number): SlotTable {
		return this.#slots[context < 8 ? 0 : 1] as SlotTable;
	}

	#half(
		{ bytes, candidates }: ReferenceCursor,
		network: Float32Array | null,
		slotOf: (hashed: number, context: number) => Slot,
	) {
		const facts = factsOf(bytes);
		const half: Half = {
			facts,
			slots: facts.contexts.map(slotOf),
			expectations: candidates.map((candidate) => {
				const byte = this.#text.expected(candidate);
				return candidate === null || byte === null ? null : expectationOf(candidate, byte);
			}),
			network,
		};
		return half;
	}

	#predictBit({ facts, slots, expectations, network }: Half, c0: number, bitIndex: number): Prediction {
		const { order1, order2, wordShape, lineShape } = facts;
		const node = bitIndex < 4 ? c0 : 2 ** (bitIndex - 4) + (c0 % 2 ** (bitIndex - 4));
		const present = slots.map((slot) => slot.histories[node] as History);
		const meanings = present.map((history, context) => this.#meaning(context, history));
		const counted = present.slice(0, orders).filter((history) => history !== emptyHistory);
		const confirmed = counted.length;
		const sure = counted.filter(({ zeros, ones }) => zeros === 0 || ones === 0).length;

		const fitting = expectations.map((expectation) =>
			expectation !== null && (expectation.byte | 256) >> (8 - bitIndex) === c0 ? expectation : null,
		);
		const trusted = fitting.map(
			(expectation, i) => expectation && (this.#trust[i] as Trust).opinion(expectation, bitIndex),
		);
		const { agreement, bestByte } = agreementOf(fitting, bitIndex);

		const said = network && stretch(networkShare(network, c0, bitIndex));
		const opinion = said === null ? 15 : Math.min(13, Math.max(0, Math.trunc(said + 7)));

		const inputs = [
			...meanings.map(stretchOf),
			...meanings.map(({ share }) => (share / 2 ** 22 - 0.5) * 4),
			...trusted.flatMap((some) => some?.inputs ?? [0, 0, 0]),
			...(said === null ? [0, 0] : [said, (sigmoid(said) - 0.5) * 4]),
			0.3,
		];
		const weights = (network && this.#weightsWithNetwork) ?? this.#weights;
		const chosen = [
			agreement,
			c0,
			order1,
			confirmed * 64 + sure * 8 + bitIndex,
			wordShape,
			lineShape * 8 + bitIndex,
			(opinion * 12 + confirmed) * 2 + Math.sign(agreement),
			classOf(order2 >> 8) * 256 + c0,
		];
		const mixed = mix(weights, inputs, chosen, [c0, agreement]);
		// While nothing at all is known, only the network has a say.
		const x = said !== null && confirmed === 0 && agreement === 0 ? said : mixed.x;

		const hashed = (order: number) => hash(order, c0) >>> (32 - this.#apmBits);
		const refined = [c0, hashed(order1), hashed(order2 + 256), bestByte * 8 + bitIndex].map((context, i) =>
			(this.#refinements[i] as Refinement).of(x, context),
		);
		const shares = weights.shares(c0);
		const opinions = [sigmoid(x), ...refined.map((some) => some.p)];
		return {
			p: Math.min(1 - 2e-5, Math.max(2e-5, dot(shares, opinions))),
			learn(bit) {
				mixed.learn(bit);
				for (const meaning of meanings) learnMeaning(meaning, bit);
				for (const slot of slots) count(slot, node, bit);
				for (const some of trusted) some?.learn(bit);
				for (const some of refined) some.learn(bit);
				const right = opinions.map((opinion) => (bit ? opinion : 1 - opinion));
				const all = Math.max(1e-7, dot(shares, right));
				for (const [i, share] of shares.entries()) {
					const better = (right[i] as number) / all - 1;
					shares[i] = share + shareRate * share * better + shareReturn * ((initialShares[i] as number) - share);
				}
			},
		};
	}

	/** Of an empty history nothing is ever learned. */
	#meaning(context: number, history: History): Entry {
		if (history === emptyHistory) return { ...undecided };
		const meanings = this.#meanings[context] as Map<History, Entry>;
		const meaning = meanings.get(history) ?? initialMeaning(history);
		meanings.set(history, meaning);
		return meaning;
	}

	#pass(cursor: ReferenceCursor, byte: number): void {
		this.#follow(cursor, byte);
		this.#text.bytes.push(byte);
		this.#text.look(cursor);
		this.#text.note(cursor);
	}

	#follow({ bytes, candidates }: ReferenceCursor, byte: number): void {
		bytes.push(byte);
		for (const [i, candidate] of candidates.entries()) candidates[i] = this.#text.follow(candidate, byte);
	}
}

const stretch = (p: number): number => Math.log(p / (1 - p));

function count(slot: Slot, node: number, bit: number): void {
	slot.histories[node] = historyAfter(slot.histories[node] as History, bit);
}

function learnMeaning(meaning: Entry, bit: number): void {
	const step = Math.fround((bit * wholeShare - meaning.share) / (meaning.count + 1.5));
	meaning.share = Math.trunc(Math.fround(meaning.share + step));
	meaning.count = Math.min(255, meaning.count + 1);
}

/** How strong the first candidate is, and whether the next one agrees; what the first one expects. */
function agreementOf(
	fitting: readonly (Expectation | null)[],
	bitIndex: number,
): { readonly agreement: number; readonly bestByte: number } {
	const [best, second] = fitting.filter((some) => some !== null);
	if (best === undefined) return { agreement: 0, bestByte: 0 };
	const isLongest = best === fitting[0];
	const others = second === undefined ? 0 : bitOf(second.byte, bitIndex) === bitOf(best.byte, bitIndex) ? 128 : 64;
	return {
		agreement: 1 + (best.strength % 32) + (isLongest ? 32 : 0) + others,
		bestByte: best.byte * 8 + Math.min(best.strength >> 1, 7),
	};
}
