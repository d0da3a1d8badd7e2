/** The cross-entropy of a network that is mixed with another model, and its gradient, for 8 streams at once. */
import { exp4, log4, madd } from "./math";

/** The network's log-odds of a bit are kept within this, as the memory's mixer keeps them: ln((1 − 1e-5) / 1e-5). */
const MOST: f32 = 11.5129;

/**
 * Goes on from `crossEntropy` without a gradient, over all 256 symbols: `exps` is the block `[256, 8]` of e^(logit − largest)
 * that it left, `parts` what it wrote.
 *
 * A byte is predicted bit by bit, the highest bit first. The network's log-odds for bit i of the target are
 *
 *     nᵢ = ln(Tᵢ / Fᵢ)
 *
 * where Tᵢ sums e^logit over the symbols that agree with the target up to and including bit i, and Fᵢ over those that
 * agree with it before bit i and differ there. The mixture gives the bit the probability σ(yᵢ) with yᵢ = wᵢ nᵢ + oᵢ; its
 * loss is −Σ ln σ(yᵢ). `mixing` holds `[8 bits, 8 streams]` f32 each of w and o, and then room for twice as many, which
 * is overwritten, as are w and o.
 *
 * Writes the loss of each stream to `parts + 96`. With `gradient`, overwrites the block by scale · ∂loss/∂logit, and by 0
 * in streams that do not count:
 *
 *     ∂loss/∂nᵢ = eᵢ = −wᵢ (1 − σ(yᵢ))      ∂nᵢ/∂logitₛ = e^logitₛ / Tᵢ, or −e^logitₛ / Fᵢ, or 0
 */
export function mixtureCrossEntropy(
	exps: usize,
	targets: usize,
	mask: usize,
	parts: usize,
	mixing: usize,
	scale: f32,
	gradient: i32,
): void {
	for (let s: usize = 0; s < 8; s++) {
		const block = exps + (s << 2);
		const target = load<u32>(targets + (s << 2));
		let inside = load<f32>(block + (<usize>target << 5));
		for (let i: i32 = 7; i >= 0; i--) {
			const at = mixing + (s << 2) + (<usize>i << 5);
			const outside = sumRows(block, differing(target, i), 1 << (7 - i));
			store<f32>(at, inside, 512);
			store<f32>(at, outside, 768);
			inside += outside;
		}
	}
	mixOdds(mixing, parts + 96);
	mixOdds(mixing + 16, parts + 112);
	for (let s: usize = 0; s < 8; s++) {
		const counts = load<u8>(mask + s) != 0;
		if (!counts) store<f32>(parts + (s << 2), 0, 96);
		if (!gradient) continue;
		const block = exps + (s << 2);
		if (!counts) {
			multiplyRows(block, 0, 256, 0);
			continue;
		}
		const target = load<u32>(targets + (s << 2));
		let shared: f32 = 0;
		for (let i: i32 = 0; i < 8; i++) {
			const at = mixing + (s << 2) + (<usize>i << 5);
			const slope = load<f32>(at);
			// Where no other symbol is probable, there is no slope; outside may then be as good as 0.
			const outside: f32 = slope == 0 ? 0 : slope / load<f32>(at, 768);
			multiplyRows(block, differing(target, i), 1 << (7 - i), scale * (shared - outside));
			if (slope != 0) shared += slope / load<f32>(at, 512);
		}
		multiplyRows(block, target, 1, scale * shared);
	}
}

/** From w, o, T and F of four streams to e, which replaces w, and the loss, which goes to `losses`. */
// @ts-ignore: decorator
@inline
function mixOdds(at: usize, losses: usize): void {
	const one = f32x4.splat(1.0);
	const zero = f32x4.splat(0.0);
	let loss = zero;
	for (let i: usize = 0; i < 256; i += 32) {
		const weight = v128.load(at + i);
		const odds = log4(f32x4.div(v128.load(at + i, 512), v128.load(at + i, 768)));
		const bounded = f32x4.pmax(f32x4.pmin(odds, f32x4.splat(MOST)), f32x4.splat(-MOST));
		const y = madd(weight, bounded, v128.load(at + i, 256));
		// 1 − σ(y) and −ln σ(y), without loss of digits for y of either sign.
		const isRight = f32x4.gt(y, zero);
		const small = exp4(f32x4.neg(f32x4.abs(y)));
		const all = f32x4.add(one, small);
		const miss = f32x4.div(v128.bitselect(small, one, isRight), all);
		loss = f32x4.add(loss, f32x4.sub(log4(all), f32x4.pmin(y, zero)));
		const isOpen = f32x4.lt(odds, f32x4.splat(MOST));
		v128.store(at + i, v128.and(f32x4.neg(f32x4.mul(weight, miss)), isOpen));
	}
	v128.store(losses, loss);
}

/** The first of the symbols that agree with `target` before bit i and differ from it there. */
// @ts-ignore: decorator
@inline
function differing(target: u32, i: i32): u32 {
	const shift = 7 - i;
	return ((target >>> shift) ^ 1) << shift;
}

// @ts-ignore: decorator
@inline
function sumRows(block: usize, first: u32, count: i32): f32 {
	let sum: f32 = 0;
	const end = block + (<usize>(first + count) << 5);
	for (let at = block + (<usize>first << 5); at < end; at += 32) sum += load<f32>(at);
	return sum;
}

// @ts-ignore: decorator
@inline
function multiplyRows(block: usize, first: u32, count: i32, factor: f32): void {
	const end = block + (<usize>(first + count) << 5);
	for (let at = block + (<usize>first << 5); at < end; at += 32) {
		const product = load<f32>(at) * factor;
		// As in `withoutTraces` in output.ts. What is no number stays so.
		store<f32>(at, abs(product) < 1e-30 ? 0 : product);
	}
}
