/**
 * Counts a text without predicting it: moves on the bit histories of the contexts. What is to be counted waits in a queue, so
 * that another thread (thread.ts) may do it while this one finds the contexts and matches of the next bytes. Each part of the table is
 * counted by one thread at a time, in the order of the text: the result is the same to the bit, whoever counts.
 */
import { follow, next } from "../bitHistory";
import { firstBuckets, PARTS, replaceSlot, secondBuckets, slotIn } from "../bitHistoryTable";
import { CONTEXTS } from "../contexts";
import { hash4 } from "../hash";

/** Bytes of text for which the queue has room, a power of two. */
const ROOM: u32 = 1024;
/** Bytes that a thread counts before it lets go of a part. */
const BATCH: u32 = 64;
/** Bytes whose buckets are looked at together. */
const TOGETHER: u32 = 2;
/** Bytes that are put into the queue before the other thread is told. */
const STEP: u32 = 32;
/** Turns of waiting for the other thread before this one sleeps: some 20 µs, as waking it takes longer. */
const TURNS: i32 = 5000;
/** Longest sleep in one go, ns. */
const NAP: i64 = 1_000_000;

/**
 * Offsets in the queue; a cache line for each word that another thread writes. Positions count bytes, modulo 2^32. `WRITTEN`: what is in the
 * queue. `WAITING`: 1 while the other thread has nothing to do, `CALLS` how often it was called. By part: `COUNTED`, `HELD`: 1 while
 * a thread counts, `LOOKED`: see `locate`.
 */
const WRITTEN: usize = 0;
const WAITING: usize = 64;
const CALLS: usize = 68;
const OF_PARTS: usize = 128;
const COUNTED: usize = OF_PARTS;
const HELD: usize = OF_PARTS + 4;
const LOOKED: usize = OF_PARTS + 8;
const PART_LINE: usize = 64;
/** `[ROOM]` u8: bytes. `[PARTS][ROOM][CONTEXTS / PARTS]` u32: hashes of the contexts before them. */
const BYTES: usize = OF_PARTS + PARTS * PART_LINE;
const HASHES: usize = BYTES + <usize>ROOM;
const ROW: usize = (<usize>CONTEXTS / PARTS) * 4;
/** `[PARTS][TOGETHER]` of what `locate` finds. */
const LOCATED: usize = HASHES + PARTS * <usize>ROOM * ROW;
const LOCATED_ROW: usize = 4 * ROW;
export const QUEUE_BYTES: usize = LOCATED + PARTS * <usize>TOGETHER * LOCATED_ROW;

/** `[16][16]` u8: histories 1–8 and 8–15 of a slot that has met just this half byte. */
const begun: usize = memory.data(256, 64);

let queue: usize = 0;
/** Position behind what this thread has put into the queue; behind what the other may count; and where the queue is full. */
let written: u32 = 0;
let told: u32 = 0;
let full: u32 = 0;

/** After `makeBitHistories`. `at` is the queue, where all is counted: zeroed, or as another instance has left it. */
export function makeCounting(at: usize): void {
	for (let bits: usize = 0; bits < 16; bits++) {
		for (let depth: usize = 0; depth < 4; depth++) {
			const node = (<usize>16 | bits) >>> (4 - depth);
			const history = load<u8>(next + ((bits >>> (3 - depth)) & 1));
			const place = begun + (bits << 4);
			if (node <= 8) store<u8>(place + node - 1, history);
			if (node >= 8) store<u8>(place + node, history);
		}
	}
	queue = at;
	written = atomic.load<u32>(queue, WRITTEN);
	told = written;
	full = written + ROOM;
}

/** Has byte `b` counted. `hashes`: `[CONTEXTS]` u32 of the contexts before it. */
// @ts-ignore: decorator
@inline
export function enqueue(hashes: usize, b: u32): void {
	if (written == full) makeRoom();
	const place = <usize>(written & (ROOM - 1));
	store<u8>(queue + place, b, BYTES);
	let row = queue + HASHES + place * ROW;
	for (let part: usize = 0; part < PARTS; part++) {
		for (let i: usize = 0; i < ROW; i += 16) v128.store(row + i, v128.load(hashes + part * ROW + i));
		row += <usize>ROOM * ROW;
	}
	written++;
	if (written - told >= STEP) tell();
}

/** Tells the other thread, if there is one, what may be counted. */
function tell(): void {
	told = written;
	atomic.store<u32>(queue, written, WRITTEN);
	if (atomic.load<u32>(queue, WAITING)) {
		atomic.add<u32>(queue, 1, CALLS);
		atomic.notify(queue + CALLS, 1);
	}
}

function makeRoom(): void {
	tell();
	for (;;) {
		full = countedByAll() + ROOM;
		if (written != full) return;
		if (!countSome()) rest();
	}
}

/** Returns when all is counted: before that the table is not to be used. */
export function finishCounting(): void {
	if (told != written) tell();
	while (countedByAll() != written) if (!countSome()) rest();
	full = written + ROOM;
}

// @ts-ignore: decorator
@inline
function lineOf(part: usize): usize {
	return queue + part * PART_LINE;
}

// @ts-ignore: decorator
@inline
function countedOf(part: usize): u32 {
	return atomic.load<u32>(lineOf(part), COUNTED);
}

/**
 * Position up to which all parts are counted, by the thread that fills the queue. Each part is looked at once: another thread may move it on
 * at any moment, and then it is no longer the one that is behind.
 */
function countedByAll(): u32 {
	let most: u32 = 0;
	for (let part: usize = 0; part < PARTS; part++) most = max(most, written - countedOf(part));
	return written - most;
}

/** Waits for the other thread to let go of a part that it counts. It may have lost its core meanwhile. */
function rest(): void {
	let held = lineOf(0) + HELD;
	for (let part: usize = 1; part < PARTS; part++) if (!atomic.load<u32>(held)) held = lineOf(part) + HELD;
	for (let i = 0; i < TURNS; i++) if (!atomic.load<u32>(held)) return;
	memory.atomic.wait32(held, 1, NAP);
}

/** Counts a batch of a part that no other thread counts; false if there is none. */
function countSome(): bool {
	for (let part: usize = 0; part < PARTS; part++) {
		if (countedOf(part) == atomic.load<u32>(queue, WRITTEN)) continue;
		if (atomic.cmpxchg<u32>(lineOf(part), 0, 1, HELD)) continue;
		countBatch(part);
		atomic.store<u32>(lineOf(part), 0, HELD);
		atomic.notify(lineOf(part) + HELD, 1);
		return true;
	}
	return false;
}

/** The life of the other thread: counts what comes, and returns when nothing has come for `patience` ns. */
export function countAlong(patience: i64): void {
	for (;;) {
		let turns = 0;
		const calls = atomic.load<u32>(queue, CALLS);
		while (turns < TURNS) turns = countSome() ? 0 : turns + 1;
		atomic.store<u32>(queue, 1, WAITING);
		// What was put there since the last turn came without a call.
		const isCalled = countSome() || memory.atomic.wait32(queue + CALLS, <i32>calls, patience) != 2;
		atomic.store<u32>(queue, 0, WAITING);
		if (!isCalled) return;
	}
}

/** By the thread that holds the part. */
function countBatch(part: usize): void {
	let at = countedOf(part);
	const end = at + min(BATCH, atomic.load<u32>(queue, WRITTEN) - at);
	// The other thread may have counted all while this one took the part.
	if (at == end) return;
	const rows = queue + HASHES + part * <usize>ROOM * ROW;
	const located = queue + LOCATED + part * <usize>TOGETHER * LOCATED_ROW;
	while (at != end) {
		const count = min(TOGETHER, end - at);
		for (let i: u32 = 0; i < count; i++) {
			const place = <usize>((at + i) & (ROOM - 1));
			locate(part, rows + place * ROW, <u32>load<u8>(queue + place, BYTES), located + <usize>i * LOCATED_ROW);
		}
		for (let i: u32 = 0; i < count; i++) {
			const b = <u32>load<u8>(queue + <usize>((at + i) & (ROOM - 1)), BYTES);
			countHalf(located + <usize>i * LOCATED_ROW, b >>> 4);
			countHalf(located + <usize>i * LOCATED_ROW + 2 * ROW, b & 15);
		}
		at += count;
	}
	atomic.store<u32>(lineOf(part), at, COUNTED);
}

/**
 * Finds the buckets for both halves of byte `b`, which followed contexts of a part. Writes addresses and hashes for the first half, then for
 * the second, to `out`. Reads one word of each bucket in a row: each is likely to miss the cache, and the processor then waits for
 * all misses together.
 */
// @ts-ignore: decorator
@inline
function locate(part: usize, hashes: usize, b: u32, out: usize): void {
	const half = i32x4.splat(((b >>> 4) | 16) * 0x9e3779b1);
	for (let i: usize = 0; i < ROW; i += 16) {
		const contexts = v128.load(hashes + i);
		const hashed = hash4(contexts, half);
		v128.store(out + i, firstBuckets(part, contexts));
		v128.store(out + ROW + i, contexts);
		v128.store(out + 2 * ROW + i, secondBuckets(part, contexts, hashed));
		v128.store(out + 3 * ROW + i, hashed);
	}
	let looked: u32 = 0;
	for (let i: usize = 0; i < ROW; i += 4) {
		looked ^= load<u32>(<usize>load<u32>(out + i)) ^ load<u32>(<usize>load<u32>(out + 2 * ROW + i));
	}
	// Stored, or the compiler would drop the reads.
	store<u32>(lineOf(part), looked, LOOKED);
}

/** Moves the histories of a half byte on by its four bits. `at`: `[CONTEXTS / PARTS]` u32 addresses of buckets, then hashes. */
// @ts-ignore: decorator
@inline
function countHalf(at: usize, bits: u32): void {
	const first = <usize>(bits >>> 3);
	const n1 = <usize>2 | first;
	const second = <usize>((bits >>> 2) & 1);
	const n2 = (n1 << 1) | second;
	const third = <usize>((bits >>> 1) & 1);
	const n3 = (n2 << 1) | third;
	const fourth = <usize>(bits & 1);
	const after = next;
	const low = load<u64>(begun + (<usize>bits << 4));
	const high = load<u64>(begun + (<usize>bits << 4), 8);
	for (let i: usize = 0; i < ROW; i += 4) {
		const bucket = <usize>load<u32>(at + i);
		const hashed = load<u32>(at + ROW + i);
		const slot = slotIn(bucket, hashed);
		if (slot == 0) {
			replaceSlot(bucket, hashed, low, high);
			continue;
		}
		follow(slot + 1, after + first);
		follow(slot + n1, after + second);
		follow(slot + n2, after + third);
		follow(slot + n3, after + fourth);
	}
}
