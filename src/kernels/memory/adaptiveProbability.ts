/**
 * Adaptive probabilities: each moves towards the bits that come by 1/(n + 1.5) of its error, n being the bits seen so far, up
 * to a limit. Packed in a u32: 22 bits of probability, 10 bits of count.
 */

/** `[4096]` f32: ln(p / (1 − p)) for the twelve leading bits of p. */
const stretchTable: usize = memory.data(4096 * 4, 64);
/** `[1024]` u32: 65536 / (n + 1.5). */
const rates: usize = memory.data(1024 * 4, 64);

export function makeTables(): void {
	for (let i = 0; i < 4096; i++) {
		const p = (<f64>i + 0.5) / 4096;
		store<f32>(stretchTable + (i << 2), <f32>Math.log(p / (1 - p)));
	}
	for (let i = 0; i < 1024; i++) store<u32>(rates + (i << 2), <u32>(65536.0 / (<f64>i + 1.5)));
}

/** The entry of a probability and a count. */
// @ts-ignore: decorator
@inline
export function initialEntry(share: f32, count: u32): u32 {
	return (<u32>(share * 4194303.0) << 10) | count;
}

/** ln(p / (1 − p)). */
// @ts-ignore: decorator
@inline
export function stretchOf(entry: u32): f32 {
	return load<f32>(stretchTable + ((entry >>> 20) << 2));
}

/** Four u32 or f32 from four addresses. */
// @ts-ignore: decorator
@inline
export function gathered(a: usize, b: usize, c: usize, d: usize): v128 {
	return v128.load32_lane(d, v128.load32_lane(c, v128.load32_lane(b, v128.load32_zero(a), 1), 2), 3);
}

/** ln(p / (1 − p)) of four entries. */
// @ts-ignore: decorator
@inline
export function stretch4(entries: v128): v128 {
	const at = i32x4.add(i32x4.shl(i32x4.shr_u(entries, 20), 2), i32x4.splat(<i32>stretchTable));
	return gathered(
		<usize>i32x4.extract_lane(at, 0),
		<usize>i32x4.extract_lane(at, 1),
		<usize>i32x4.extract_lane(at, 2),
		<usize>i32x4.extract_lane(at, 3),
	);
}

/** p in (0, 1). */
// @ts-ignore: decorator
@inline
export function shareOf(entry: u32): f32 {
	return (<f32>(entry >>> 10) + 0.5) * <f32>(1.0 / 4194304.0);
}

// @ts-ignore: decorator
@inline
export function learnEntry(at: usize, bit: u32, limit: u32): void {
	const entry = load<u32>(at);
	const n = entry & 1023;
	const p = <i32>(entry >>> 10);
	const target = bit ? 4194303 : 0;
	const delta = <i32>((<i64>(target - p) * <i64>load<u32>(rates + (n << 2))) >> 16);
	store<u32>(at, (<u32>(p + delta) << 10) | (n < limit ? n + 1 : n));
}
