/**
 * A hash table of slots, each for a context and the half byte that may follow it: fifteen bit histories, the first of
 * them before the first bit, two before the second, then four and eight. Four slots make a bucket, which is one cache
 * line: the four check bytes, then the histories. The slots of a byte's second half lie in the page of its first, so that
 * one look at the page table serves for both.
 */
import { weightOf } from "./history";
import { allocate } from "./layout";

const HISTORIES: usize = 15;
/** Bits of the number of a bucket that tell it from the others of its page of 4 KiB. */
const PAGE_BITS: u32 = 6;
let table: usize = 0;
let bucketShift: u32 = 0;
let pageMask: u32 = 0;
/** What is read where nothing is known: always zero. */
const emptySlot: usize = memory.data(64, 64);

/** A table of `2^bits` bytes. */
export function makeSlots(bits: u32): void {
	const bucketBits = bits - 6;
	table = allocate(<usize>1 << bits);
	bucketShift = 32 - bucketBits;
	pageMask = (1 << min(PAGE_BITS, bucketBits)) - 1;
}

/** Addresses of four buckets, for the first halves of bytes after contexts. */
// @ts-ignore: decorator
@inline
export function firstBuckets(contexts: v128): v128 {
	return i32x4.add(i32x4.splat(<i32>table), i32x4.shl(i32x4.shr_u(contexts, bucketShift), 6));
}

/** The same for the second halves, of the hashes of the contexts with the first ones. */
// @ts-ignore: decorator
@inline
export function secondBuckets(contexts: v128, hashes: v128): v128 {
	const within = v128.and(i32x4.shr_u(hashes, 32 - PAGE_BITS), i32x4.splat(<i32>pageMask));
	const numbers = v128.xor(i32x4.shr_u(contexts, bucketShift), within);
	return i32x4.add(i32x4.splat(<i32>table), i32x4.shl(numbers, 6));
}

/** 0x80 in each byte of the bucket's checks that is the check of the hash, at least in the lowest such. */
// @ts-ignore: decorator
@inline
function hits(bucket: usize, hash: u32): u32 {
	const different = load<u32>(bucket) ^ ((hash & 255) * 0x01010101);
	return (different - 0x01010101) & ~different & 0x80808080;
}

/** Histories are numbered from 1. */
// @ts-ignore: decorator
@inline
function slotAt(bucket: usize, index: usize): usize {
	return bucket + 3 + index * HISTORIES;
}

/** The slot of a hash in its bucket; 0 if there is none. */
// @ts-ignore: decorator
@inline
export function slotIn(bucket: usize, hash: u32): usize {
	const hit = hits(bucket, hash);
	return hit == 0 ? 0 : slotAt(bucket, <usize>(ctz(hit) >>> 3));
}

/** The same, or the empty one. */
// @ts-ignore: decorator
@inline
export function findSlot(bucket: usize, hash: u32): usize {
	const slot = slotIn(bucket, hash);
	return slot == 0 ? emptySlot : slot;
}

/** The same; if there is none, the one that has counted least gives way. */
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

/** Gives the slot that has counted least to the hash, with the histories 1 to 8 and 8 to 15, a byte each. */
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
