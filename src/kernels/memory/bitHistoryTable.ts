/**
 * The bit-history table: a hash table of slots. A slot belongs to a context and a half byte, and holds fifteen bit
 * histories: one before the first bit, two before the second, then four and eight. Four slots make a bucket of one cache
 * line: four check bytes, then the histories. The slots for the second half of a byte lie in the same page as those for its
 * first half, so that both need one look at the page table. Half of the contexts have one part of the table, half the other.
 */
import { weightOf } from "./bitHistory";

export const PARTS: usize = 2;
const HISTORIES: usize = 15;
/** A page of 4 KiB holds 2^6 buckets. */
const PAGE_BITS: u32 = 6;
let table: usize = 0;
let partBytes: usize = 0;
let bucketShift: u32 = 0;
let pageMask: u32 = 0;
/** Read for contexts without a slot; always zero. */
const emptySlot: usize = memory.data(64, 64);

/** Lays out a table of `2^bits` bytes, zeroed, at `at`. */
export function makeBitHistoryTable(bits: u32, at: usize): void {
	table = at;
	partBytes = (<usize>1 << bits) / PARTS;
	const bucketBits = ctz(<u32>(partBytes >>> 6));
	bucketShift = 32 - bucketBits;
	pageMask = (1 << min(PAGE_BITS, bucketBits)) - 1;
}

// @ts-ignore: decorator
@inline
function partAt(part: usize): usize {
	return table + part * partBytes;
}

/** Addresses of the buckets of four contexts in a part of the table, for the first half of the next byte. */
// @ts-ignore: decorator
@inline
export function firstBuckets(part: usize, contexts: v128): v128 {
	return i32x4.add(i32x4.splat(<i32>partAt(part)), i32x4.shl(i32x4.shr_u(contexts, bucketShift), 6));
}

/** The same for the second half; `hashes` are those of each context together with the first half. */
// @ts-ignore: decorator
@inline
export function secondBuckets(part: usize, contexts: v128, hashes: v128): v128 {
	const within = v128.and(i32x4.shr_u(hashes, 32 - PAGE_BITS), i32x4.splat(<i32>pageMask));
	const numbers = v128.xor(i32x4.shr_u(contexts, bucketShift), within);
	return i32x4.add(i32x4.splat(<i32>partAt(part)), i32x4.shl(numbers, 6));
}

/** 0x80 in the bytes of the bucket's checks that equal the check of the hash; only the lowest such byte is reliable. */
// @ts-ignore: decorator
@inline
function hits(bucket: usize, hash: u32): u32 {
	const different = load<u32>(bucket) ^ ((hash & 255) * 0x01010101);
	return (different - 0x01010101) & ~different & 0x80808080;
}

/** Address such that history n, counted from 1, lies n bytes further. */
// @ts-ignore: decorator
@inline
function slotAt(bucket: usize, index: usize): usize {
	return bucket + 3 + index * HISTORIES;
}

/** The slot of a hash in its bucket, or 0 if it has none. */
// @ts-ignore: decorator
@inline
export function slotIn(bucket: usize, hash: u32): usize {
	const hit = hits(bucket, hash);
	return hit == 0 ? 0 : slotAt(bucket, <usize>(ctz(hit) >>> 3));
}

/** The slot of a hash in its bucket, or the empty slot. */
// @ts-ignore: decorator
@inline
export function findSlot(bucket: usize, hash: u32): usize {
	const slot = slotIn(bucket, hash);
	return slot == 0 ? emptySlot : slot;
}

/** The slot of a hash in its bucket. Without one it replaces the slot that has counted the fewest bits. */
// @ts-ignore: decorator
@inline
export function claimSlot(bucket: usize, hash: u32): usize {
	const slot = slotIn(bucket, hash);
	return slot == 0 ? replaceSlot(bucket, hash, 0, 0) : slot;
}

// @ts-ignore: decorator
@inline
function weightAt(bucket: usize, index: usize): u32 {
	return ((<u32>load<u8>(weightOf + <usize>load<u8>(slotAt(bucket, index), 1))) << 2) | <u32>index;
}

/** Gives the slot that has counted the fewest bits to the hash. `low` and `high` are its histories 1–8 and 8–15, a byte each. */
export function replaceSlot(bucket: usize, hash: u32, low: u64, high: u64): usize {
	const least = min(
		min(weightAt(bucket, 0), weightAt(bucket, 1)),
		min(weightAt(bucket, 2), weightAt(bucket, 3)),
	);
	const index = <usize>(least & 3);
	const slot = slotAt(bucket, index);
	store<u64>(slot, low, 1);
	store<u64>(slot, high, 8);
	store<u8>(bucket + index, hash & 255);
	return slot;
}
