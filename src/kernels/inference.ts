/** A matrix times few vectors, for prediction: in float32, or with int8 weights and rounded activations. */
import { madd, sum4 } from "./math";

/** y = W · x, W row-major `[rows, k]`, `rows` and `k` multiples of 4. */
export function multiplyF32(y: usize, w: usize, x: usize, rows: i32, k: i32): void {
	const rowBytes = <usize>k << 2;
	for (let r = 0; r < rows; r += 4) {
		const w1 = w + rowBytes;
		const w2 = w1 + rowBytes;
		const w3 = w2 + rowBytes;
		let a = f32x4.splat(0.0);
		let b = f32x4.splat(0.0);
		let c = f32x4.splat(0.0);
		let d = f32x4.splat(0.0);
		for (let i: usize = 0; i < rowBytes; i += 16) {
			const v = v128.load(x + i);
			a = madd(v128.load(w + i), v, a);
			b = madd(v128.load(w1 + i), v, b);
			c = madd(v128.load(w2 + i), v, c);
			d = madd(v128.load(w3 + i), v, d);
		}
		store<f32>(y, sum4(a));
		store<f32>(y, sum4(b), 4);
		store<f32>(y, sum4(c), 8);
		store<f32>(y, sum4(d), 12);
		y += 16;
		w = w3 + rowBytes;
	}
}

/**
 * Rounds activations, which lie in [−1, 1], to integers q = x · scale + zero. With relaxed SIMD q is unsigned and has
 * 7 bits: both x86 and Arm multiply sixteen such numbers with signed bytes at once, at half the cost, and the error is
 * below that of the int8 weights (bench/NOTES.md, “Kernels”). Otherwise q is int16, as fine as an exact int32 sum of `k`
 * products allows.
 */
export function activationScale(k: i32): f32 {
	if (RELAXED) return 63.5;
	return min<f32>(32767, Mathf.floor(<f32>2147483647.0 / (<f32>127.0 * <f32>k)));
}

export function activationZero(): f32 {
	return RELAXED ? 63.5 : 0;
}

/** Rounds x (`[count]` in [−1, 1], `count` a multiple of 16). */
export function quantize(q: usize, x: usize, count: i32): void {
	roundAll(q, x, count, f32x4.splat(activationScale(count)), f32x4.splat(activationZero()));
}

/** Below this a vector counts as zero: one over it must stay finite. */
const SMALLEST: f32 = 1e-30;

/**
 * Rounds x (`[count]`, nowhere negative and without a bound, `count` a multiple of 16), such as rectified activations are:
 * x = q · factor. Returns the factor, which depends on the largest. q is as fine as `activationScale` says, but that zero
 * stands for 0, so that all 7 bits of an unsigned q are used.
 */
export function quantizePositive(q: usize, x: usize, count: i32): f32 {
	let largest4 = f32x4.splat(0.0);
	for (let i: usize = 0; i < <usize>count << 2; i += 16) largest4 = f32x4.pmax(largest4, v128.load(x + i));
	const largest = max(
		max(f32x4.extract_lane(largest4, 0), f32x4.extract_lane(largest4, 1)),
		max(f32x4.extract_lane(largest4, 2), f32x4.extract_lane(largest4, 3)),
	);
	const most: f32 = RELAXED ? 127 : activationScale(count);
	const isZero = largest < SMALLEST;
	roundAll(q, x, count, f32x4.splat(isZero ? <f32>0.0 : most / largest), f32x4.splat(0.0));
	return isZero ? <f32>0.0 : largest / most;
}

// @ts-ignore: decorator
@inline
function roundAll(q: usize, x: usize, count: i32, scale: v128, zero: v128): void {
	for (let i: usize = 0; i < <usize>count; i += 16) {
		const from = x + (i << 2);
		const low = i16x8.narrow_i32x4_s(rounded4(from, scale, zero), rounded4(from + 16, scale, zero));
		const high = i16x8.narrow_i32x4_s(rounded4(from + 32, scale, zero), rounded4(from + 48, scale, zero));
		if (RELAXED) v128.store(q + i, i8x16.narrow_i16x8_u(low, high));
		else {
			v128.store(q + (i << 1), low);
			v128.store(q + (i << 1), high, 16);
		}
	}
}

// @ts-ignore: decorator
@inline
function rounded4(x: usize, scale: v128, zero: v128): v128 {
	return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.add(f32x4.mul(v128.load(x), scale), zero)));
}

/**
 * Rounds a row of weights x (`[k]`, `k` a multiple of 4) to w (int8 `[k]`, from −127 to 127), as src/model/quantize.ts does. What the
 * sum of the products of w and activations is to be multiplied by goes to `scale`, what is then to be added to `offset`
 * (one float32 each). The activations are rounded by `quantizePositive` if `isPositive`, else by `quantize`.
 */
export function roundWeights(w: usize, scale: usize, offset: usize, x: usize, k: i32, isPositive: bool): void {
	const bytes = <usize>k << 2;
	let largest4 = f32x4.splat(0.0);
	for (let i: usize = 0; i < bytes; i += 16) largest4 = f32x4.pmax(largest4, f32x4.abs(v128.load(x + i)));
	const largest = max(
		max(f32x4.extract_lane(largest4, 0), f32x4.extract_lane(largest4, 1)),
		max(f32x4.extract_lane(largest4, 2), f32x4.extract_lane(largest4, 3)),
	);
	const step = largest / <f32>127.0;
	let sum: i32 = 0;
	if (step > 0) {
		const step2 = f64x2.splat(step);
		const half = f64x2.splat(0.5);
		for (let i: usize = 0; i < bytes; i += 16) {
			const x4 = v128.load(x + i);
			const low = rounded2(x4, step2, half);
			const high = rounded2(v128.shuffle<i64>(x4, x4, 1, 1), step2, half);
			const four = v128.shuffle<i64>(low, high, 0, 2);
			sum += i32x4.extract_lane(four, 0) + i32x4.extract_lane(four, 1);
			sum += i32x4.extract_lane(four, 2) + i32x4.extract_lane(four, 3);
			const eight = i16x8.narrow_i32x4_s(four, four);
			store<u32>(w + (i >> 2), i32x4.extract_lane(i8x16.narrow_i16x8_s(eight, eight), 0));
		}
	} else memory.fill(w, 0, k);
	const perStep = <f64>step / (isPositive ? 1.0 : <f64>activationScale(k));
	store<f32>(scale, <f32>perStep);
	store<f32>(offset, <f32>(-<f64>sum * (isPositive ? 0.0 : <f64>activationZero()) * perStep));
}

/** ⌊x / step + ½⌋ of the first two numbers, as int32; in float64, which is exact there. */
// @ts-ignore: decorator
@inline
function rounded2(x: v128, step: v128, half: v128): v128 {
	const quotients = f64x2.div(f64x2.promote_low_f32x4(x), step);
	return i32x4.trunc_sat_f64x2_s_zero(f64x2.floor(f64x2.add(quotients, half)));
}

/**
 * y_j = diag(scales) · W · q_j + offsets for `count` vectors: W int8 row-major `[rows, k]`, at least −127, q_j `[k]` from
 * `quantize` at `q + j·qStride`, y_j float32 `[rows]` at `y + j·yStride` (bytes). `rows` is a multiple of 4, `k` of 16. The
 * sums are exact.
 */
export function multiplyI8(
	y: usize,
	w: usize,
	scales: usize,
	offsets: usize,
	q: usize,
	rows: i32,
	k: i32,
	count: i32,
	qStride: usize,
	yStride: usize,
): void {
	// Made from a variable, as V8 would build a constant vector anew at each use (13 µs a step instead of 10, bench/NOTES.md).
	const ones = i16x8.splat(<i16>min(k, 1));
	for (let r = 0; r < rows; r += 4) {
		let j = 0;
		for (; j + 1 < count; j += 2) {
			rows4x2(y + <usize>j * yStride, w, scales, offsets, q + <usize>j * qStride, k, ones, qStride, yStride);
		}
		if (j < count) rows4(y + <usize>j * yStride, w, scales, offsets, q + <usize>j * qStride, k, ones);
		y += 16;
		scales += 16;
		offsets += 16;
		w += <usize>k << 2;
	}
}

/** Weights taken at a time. */
const STEP: usize = RELAXED ? 16 : 8;

/** As many weights as a vector of activations has. */
// @ts-ignore: decorator
@inline
function weightsAt(w: usize): v128 {
	return RELAXED ? v128.load(w) : v128.load_ext<i8>(w);
}

/** sum + the products of weights and activations, those of neighbours added up; `ones` are eight. */
// @ts-ignore: decorator
@inline
function dot(w: v128, q: v128, ones: v128, sum: v128): v128 {
	// Not `relaxed_dot_…_add_s`: V8 builds its vector of ones anew each time. No pair of products exceeds 16 bits.
	if (RELAXED) return i32x4.add(sum, i32x4.dot_i16x8_s(i16x8.relaxed_dot_i8x16_i7x16_s(w, q), ones));
	return i32x4.add(sum, i32x4.dot_i16x8_s(w, q));
}

// @ts-ignore: decorator
@inline
function scaled(sums: v128, scales: usize, offsets: usize): v128 {
	return madd(f32x4.convert_i32x4_s(sums), v128.load(scales), v128.load(offsets));
}

// @ts-ignore: decorator
@inline
function rows4(y: usize, w: usize, scales: usize, offsets: usize, q: usize, k: i32, ones: v128): void {
	const rowBytes = <usize>k;
	let a = i32x4.splat(0);
	let b = i32x4.splat(0);
	let c = i32x4.splat(0);
	let d = i32x4.splat(0);
	for (let i: usize = 0; i < rowBytes; i += STEP) {
		const v = v128.load(q);
		q += 16;
		const at = w + i;
		a = dot(weightsAt(at), v, ones, a);
		b = dot(weightsAt(at + rowBytes), v, ones, b);
		c = dot(weightsAt(at + 2 * rowBytes), v, ones, c);
		d = dot(weightsAt(at + 3 * rowBytes), v, ones, d);
	}
	v128.store(y, scaled(sums(a, b, c, d), scales, offsets));
}

// @ts-ignore: decorator
@inline
function rows4x2(
	y: usize,
	w: usize,
	scales: usize,
	offsets: usize,
	q: usize,
	k: i32,
	ones: v128,
	qStride: usize,
	yStride: usize,
): void {
	const rowBytes = <usize>k;
	let a0 = i32x4.splat(0);
	let b0 = i32x4.splat(0);
	let c0 = i32x4.splat(0);
	let d0 = i32x4.splat(0);
	let a1 = i32x4.splat(0);
	let b1 = i32x4.splat(0);
	let c1 = i32x4.splat(0);
	let d1 = i32x4.splat(0);
	for (let i: usize = 0; i < rowBytes; i += STEP) {
		const v0 = v128.load(q);
		const v1 = v128.load(q + qStride);
		q += 16;
		const at = w + i;
		const wa = weightsAt(at);
		a0 = dot(wa, v0, ones, a0);
		a1 = dot(wa, v1, ones, a1);
		const wb = weightsAt(at + rowBytes);
		b0 = dot(wb, v0, ones, b0);
		b1 = dot(wb, v1, ones, b1);
		const wc = weightsAt(at + 2 * rowBytes);
		c0 = dot(wc, v0, ones, c0);
		c1 = dot(wc, v1, ones, c1);
		const wd = weightsAt(at + 3 * rowBytes);
		d0 = dot(wd, v0, ones, d0);
		d1 = dot(wd, v1, ones, d1);
	}
	v128.store(y, scaled(sums(a0, b0, c0, d0), scales, offsets));
	v128.store(y + yStride, scaled(sums(a1, b1, c1, d1), scales, offsets));
}

/** (Σa, Σb, Σc, Σd) of four int32 vectors. */
// @ts-ignore: decorator
@inline
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
	const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
	const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
	return i32x4.add(v128.shuffle<i64>(ab, cd, 0, 2), v128.shuffle<i64>(ab, cd, 1, 3));
}

/** y += x, `count` floats (a multiple of 4). */
export function addF32(y: usize, x: usize, count: i32): void {
	const bytes = <usize>count << 2;
	for (let i: usize = 0; i < bytes; i += 16) v128.store(y + i, f32x4.add(v128.load(y + i), v128.load(x + i)));
}

/** y *= factor, `count` floats (a multiple of 4). */
export function scaleF32(y: usize, factor: f32, count: i32): void {
	const factor4 = f32x4.splat(factor);
	const bytes = <usize>count << 2;
	for (let i: usize = 0; i < bytes; i += 16) v128.store(y + i, f32x4.mul(v128.load(y + i), factor4));
}
