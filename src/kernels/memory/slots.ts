/**
 * A hash table of slots, each for a context and the half byte that may follow it: fifteen bit histories, the first of
 * them before the first bit, two before the second, then four and eight. Four slots make a bucket, which is one cache
 * line: the four check bytes, then the histories.
 */
import { weightOf } from "./history";
import { allocate, allocateWork } from "./layout";

const HISTORIES: usize = 15;
let table: usize = 0;
let bucketShift: u32 = 0;
/** What is read where nothing is known: always zero. */
let emptySlot: usize = 0;

/** A table of `2^bits` bytes. */
export function makeSlots(bits: u32): void {
	table = allocate(<usize>1 << bits);
	bucketShift = 32 - (bits - 6);
	emptySlot = allocateWork(64);
}

// @ts-ignore: decorator
@inline
function bucketOf(hash: u32): usize {
	return table + ((<usize>(hash >>> bucketShift)) << 6);
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

/** The slot of a context, or the empty one. */
// @ts-ignore: decorator
@inline
export function findSlot(hash: u32): usize {
	const bucket = bucketOf(hash);
	const hit = hits(bucket, hash);
	return hit == 0 ? emptySlot : slotAt(bucket, <usize>(ctz(hit) >>> 3));
}

/** The slot of a context; if there is none, the one of its bucket that has counted least gives way. */
// @ts-ignore: decorator
@inline
export function claimSlot(hash: u32): usize {
	const bucket = bucketOf(hash);
	const hit = hits(bucket, hash);
	return hit == 0 ? replaceSlot(bucket, hash) : slotAt(bucket, <usize>(ctz(hit) >>> 3));
}

function replaceSlot(bucket: usize, hash: u32): usize {
	let index: usize = 0;
	let least: u32 = 256;
	for (let i: usize = 0; i < 4; i++) {
		const weight = <u32>load<u8>(weightOf + <usize>load<u8>(slotAt(bucket, i), 1));
		if (weight < least) {
			least = weight;
			index = i;
		}
	}
	const slot = slotAt(bucket, index);
	store<u64>(slot, 0, 1);
	store<u64>(slot, 0, 8);
	store<u8>(bucket + index, hash & 255);
	return slot;
}
