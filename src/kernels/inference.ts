/** Matrix times few vectors, for prediction: float32, and int8 weights with int16 activations. */
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

/** x (`[count]` in [−1, 1], `count` a multiple of 8) as int16: round(x · scale). */
export function quantizeI16(q: usize, x: usize, count: i32, scale: f32): void {
	const s = f32x4.splat(scale);
	for (let i: usize = 0; i < <usize>count; i += 8) {
		const low = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(x + (i << 2)), s)));
		const high = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(x + (i << 2), 16), s)));
		v128.store(q + (i << 1), i16x8.narrow_i32x4_s(low, high));
	}
}

/**
 * y_j = diag(scales) · W · x_j for `count` vectors: W int8 row-major `[rows, k]`, x_j int16 `[k]` at `x + j·xStride`,
 * y_j float32 `[rows]` at `y + j·yStride` (bytes). `rows` is a multiple of 4, `k` of 8. The sums are exact in 32 bits as
 * long as 127 · max|x| · k < 2³¹, which the caller sees to by its choice of activation scale.
 */
export function multiplyI8(
	y: usize,
	w: usize,
	scales: usize,
	x: usize,
	rows: i32,
	k: i32,
	count: i32,
	xStride: usize,
	yStride: usize,
): void {
	for (let r = 0; r < rows; r += 4) {
		let j = 0;
		for (; j + 1 < count; j += 2) {
			rows4x2(y + <usize>j * yStride, w, scales, x + <usize>j * xStride, k, xStride, yStride);
		}
		if (j < count) rows4(y + <usize>j * yStride, w, scales, x + <usize>j * xStride, k);
		y += 16;
		scales += 16;
		w += <usize>k << 2;
	}
}

// @ts-ignore: decorator
@inline
function rows4(y: usize, w: usize, scales: usize, x: usize, k: i32): void {
	const rowBytes = <usize>k;
	let a = i32x4.splat(0);
	let b = i32x4.splat(0);
	let c = i32x4.splat(0);
	let d = i32x4.splat(0);
	for (let i: usize = 0; i < rowBytes; i += 8) {
		const v = v128.load(x + (i << 1));
		const at = w + i;
		a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load_ext<i8>(at), v));
		b = i32x4.add(b, i32x4.dot_i16x8_s(v128.load_ext<i8>(at + rowBytes), v));
		c = i32x4.add(c, i32x4.dot_i16x8_s(v128.load_ext<i8>(at + 2 * rowBytes), v));
		d = i32x4.add(d, i32x4.dot_i16x8_s(v128.load_ext<i8>(at + 3 * rowBytes), v));
	}
	v128.store(y, f32x4.mul(f32x4.convert_i32x4_s(sums(a, b, c, d)), v128.load(scales)));
}

// @ts-ignore: decorator
@inline
function rows4x2(y: usize, w: usize, scales: usize, x: usize, k: i32, xStride: usize, yStride: usize): void {
	const rowBytes = <usize>k;
	let a0 = i32x4.splat(0);
	let b0 = i32x4.splat(0);
	let c0 = i32x4.splat(0);
	let d0 = i32x4.splat(0);
	let a1 = i32x4.splat(0);
	let b1 = i32x4.splat(0);
	let c1 = i32x4.splat(0);
	let d1 = i32x4.splat(0);
	for (let i: usize = 0; i < rowBytes; i += 8) {
		const v0 = v128.load(x + (i << 1));
		const v1 = v128.load(x + xStride + (i << 1));
		const at = w + i;
		const wa = v128.load_ext<i8>(at);
		a0 = i32x4.add(a0, i32x4.dot_i16x8_s(wa, v0));
		a1 = i32x4.add(a1, i32x4.dot_i16x8_s(wa, v1));
		const wb = v128.load_ext<i8>(at + rowBytes);
		b0 = i32x4.add(b0, i32x4.dot_i16x8_s(wb, v0));
		b1 = i32x4.add(b1, i32x4.dot_i16x8_s(wb, v1));
		const wc = v128.load_ext<i8>(at + 2 * rowBytes);
		c0 = i32x4.add(c0, i32x4.dot_i16x8_s(wc, v0));
		c1 = i32x4.add(c1, i32x4.dot_i16x8_s(wc, v1));
		const wd = v128.load_ext<i8>(at + 3 * rowBytes);
		d0 = i32x4.add(d0, i32x4.dot_i16x8_s(wd, v0));
		d1 = i32x4.add(d1, i32x4.dot_i16x8_s(wd, v1));
	}
	const s = v128.load(scales);
	v128.store(y, f32x4.mul(f32x4.convert_i32x4_s(sums(a0, b0, c0, d0)), s));
	v128.store(y + yStride, f32x4.mul(f32x4.convert_i32x4_s(sums(a1, b1, c1, d1)), s));
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
