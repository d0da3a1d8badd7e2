/**
 * The contexts of a byte: those that are hashed to find bit histories, and coarser ones that choose the mixer's weights.
 */
import {
	ABOVE,
	ABOVE_LENGTH,
	BEFORE_WORD,
	COLUMN,
	classOf,
	DOCUMENT,
	INDENT,
	KEYWORD,
	LAST4,
	LAST8,
	openBracket,
	PART,
	SKELETON,
	WORD,
	WORD_LENGTH,
	WORD1,
	WORD2,
} from "./cursor";
import { hash4 } from "./hash";

/** Hashed contexts, a multiple of 4. */
export const CONTEXTS: i32 = 16;
/**
 * The first of them are of rising order: the last 1, 2, 3, 5 and 8 bytes, the word so far, and that with the word before. One less than a
 * multiple of 4, as `contextMapInputs` counts them.
 */
export const ORDERS: i32 = 7;

/** `[CONTEXTS]` u32. */
export const hashes: usize = memory.data(CONTEXTS * 4, 16);
/** `[CONTEXTS]` u32 each: the two numbers hashed for each context. */
const firsts: usize = memory.data(CONTEXTS * 4, 16);
const seconds: usize = memory.data(CONTEXTS * 4, 16);
/** The last byte; the last two. */
export let order1: u32 = 0;
export let order2: u32 = 0;
/** 0–255: the classes of the last two bytes, and how long the word is so far. */
export let wordShape: i32 = 0;
/** 0–255: indentation, column, and what stands above. */
export let lineShape: i32 = 0;

// @ts-ignore: decorator
@inline
function set(index: i32, a: u32, b: u32): void {
	store<u32>(firsts + (<usize>index << 2), a);
	store<u32>(seconds + (<usize>index << 2), b * 32 + index);
}

/** Computes all contexts of the byte after cursor `c`. */
export function setContexts(c: usize): void {
	const last4 = load<u32>(c + LAST4);
	const last8 = load<u32>(c + LAST8);
	const word = load<u32>(c + WORD);
	const word1 = load<u32>(c + WORD1);
	const wordLength = <u32>load<u8>(c + WORD_LENGTH);
	const beforeWord = <u32>load<u8>(c + BEFORE_WORD);
	const column = <u32>load<u16>(c + COLUMN);
	const indent = <u32>load<u16>(c + INDENT);
	const aboveLength = <u32>load<u8>(c + ABOVE_LENGTH);
	const above = column < aboveLength ? <u32>load<u8>(c + ABOVE + column) : column == aboveLength ? 10 : 0;
	const above1 = column + 1 < aboveLength ? <u32>load<u8>(c + ABOVE + column, 1) : 0;
	const skeleton = load<u32>(c + SKELETON);
	order1 = last4 & 255;
	order2 = last4 & 0xffff;
	/** The word so far, or what stands before one that may begin. */
	const here = wordLength > 0 ? word : order1 + 1;

	set(0, order1, 0);
	set(1, order2, 0);
	set(2, last4 & 0xffffff, 0);
	set(3, last4, last8 & 0xff);
	set(4, last4, last8 * 0x2c9277b5);

	set(5, here, 0);
	set(6, here, word1);
	set(7, here, word1 * 0x2545f491 + load<u32>(c + WORD2));
	set(8, load<u32>(c + PART) + order1, wordLength > 0 ? beforeWord : 256);
	set(9, here, load<u32>(c + KEYWORD) * 0x2545f491 + beforeWord);

	set(10, (above << 16) | (above1 << 8) | order1, 0);
	set(11, above + (order1 << 8), here);

	set(12, skeleton, here);
	// What this document says of its own names counts for more than what others do.
	const document = load<u32>(c + DOCUMENT);
	set(13, here, document);
	set(14, here, openBracket(c));
	set(15, last4 & 0xffffff, document);
	for (let i: usize = 0; i < <usize>(CONTEXTS * 4); i += 16) {
		v128.store(hashes + i, hash4(v128.load(firsts + i), v128.load(seconds + i)));
	}

	const length: u32 = wordLength == 0 ? 0 : wordLength < 3 ? 1 : wordLength < 6 ? 2 : 3;
	wordShape = (classOf(order1) << 5) | (classOf(order2 >>> 8) << 2) | length;
	const across: u32 = column < 16 ? column >>> 2 : column < 32 ? 4 : 5;
	const over: u32 = above == 0 ? 0 : above == 32 ? 1 : above == 10 ? 2 : 3;
	lineShape = (min<u32>(indent >>> 1, 7) << 5) | (across << 2) | over;
}
