/**
 * Functions of four lanes at a time: multiply-add, fused where the runtime has it; exp, sigmoid and tanh.
 * `RELAXED` is a compile-time constant: 1 builds with relaxed SIMD, 0 with baseline SIMD.
 */

/** a · b + c. One rounding with relaxed SIMD on hardware that has FMA, two otherwise. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
	if (RELAXED) return f32x4.relaxed_madd(a, b, c);
	return f32x4.add(f32x4.mul(a, b), c);
}

/**
 * e^x for x in [−87, 87], where e^x is a normal float32; x is clamped to it. Relative error below 3e-7.
 *
 * x = n·ln 2 + r, where n comes from the rounding of a float addition; then a polynomial in r (|r| ≤ ln 2 / 2), and 2^n by
 * adding n to the exponent bits. Coefficients and the split of ln 2 are those of Cephes' `expf` (Moshier 1989).
 */
// @ts-ignore: decorator
@inline
export function exp4(value: v128): v128 {
	const x = f32x4.pmin(f32x4.pmax(value, f32x4.splat(-87.0)), f32x4.splat(87.0));
	// 1.5 · 2^23: a sum with it is rounded to an integer, which then stands in the low bits.
	const magic = f32x4.splat(12582912.0);
	const shifted = madd(x, f32x4.splat(1.44269504088896341), magic);
	const n = f32x4.sub(shifted, magic);
	// ln 2 in two parts; n times the first is exact.
	let r = madd(n, f32x4.splat(-0.693359375), x);
	r = madd(n, f32x4.splat(2.12194440e-4), r);
	// Terms in pairs, as it is the chain of dependent operations that takes the time.
	const r2 = f32x4.mul(r, r);
	const high = madd(f32x4.splat(1.9875691500e-4), r, f32x4.splat(1.3981999507e-3));
	const middle = madd(f32x4.splat(8.3334519073e-3), r, f32x4.splat(4.1665795894e-2));
	const low = madd(f32x4.splat(1.6666665459e-1), r, f32x4.splat(5.0000001201e-1));
	const p = madd(madd(madd(high, r2, middle), r2, low), r2, f32x4.add(r, f32x4.splat(1.0)));
	return i32x4.add(p, i32x4.shl(shifted, 23));
}

/**
 * ln x for normal float32 above 0. Relative error below 3e-7, near 1 of x − 1.
 *
 * x = m · 2^n with m from √½ to √2; then a polynomial in m − 1. Coefficients are those of Cephes' `logf` (Moshier 1989).
 */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
	const half = v128.or(v128.and(x, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
	const isSmall = f32x4.lt(half, f32x4.splat(0.707106781186547524));
	// −1 where m is doubled.
	const n = f32x4.convert_i32x4_s(i32x4.add(i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126)), isSmall));
	const m = f32x4.sub(f32x4.add(half, v128.and(half, isSmall)), f32x4.splat(1.0));
	const m2 = f32x4.mul(m, m);
	let p = madd(f32x4.splat(7.0376836292e-2), m, f32x4.splat(-1.151461031e-1));
	p = madd(p, m, f32x4.splat(1.167699874e-1));
	p = madd(p, m, f32x4.splat(-1.2420140846e-1));
	p = madd(p, m, f32x4.splat(1.4249322787e-1));
	p = madd(p, m, f32x4.splat(-1.6668057665e-1));
	p = madd(p, m, f32x4.splat(2.0000714765e-1));
	p = madd(p, m, f32x4.splat(-2.4999993993e-1));
	p = madd(p, m, f32x4.splat(3.3333331174e-1));
	let y = f32x4.mul(f32x4.mul(p, m), m2);
	y = madd(n, f32x4.splat(-2.1219444e-4), y);
	y = madd(m2, f32x4.splat(-0.5), y);
	return madd(n, f32x4.splat(0.693359375), f32x4.add(m, y));
}

/** 1 / (1 + e^-x). */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
	const one = f32x4.splat(1.0);
	return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

/** tanh x = 2 σ(2x) − 1; absolute error below 3e-7. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
	const one = f32x4.splat(1.0);
	const s = f32x4.div(f32x4.splat(2.0), f32x4.add(one, exp4(f32x4.mul(x, f32x4.splat(-2.0)))));
	return f32x4.sub(s, one);
}

/** The sum of the four lanes. */
// @ts-ignore: decorator
@inline
export function sum4(x: v128): f32 {
	return (
		f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
	);
}
