/**
 * The elementwise half of the GRU (Cho et al. 2014, arXiv:1406.1078), forward and backward, for 8 streams at once. The
 * reset gate acts after the recurrent product, as in the paper's first version, in cuDNN and in PyTorch's `nn.GRU`, so that
 * one product per step serves all three gates. (The paper's third version applies it before.)
 *
 *     r = σ(x_r + b_ir + h_r + b_hr)     n = tanh(x_n + b_in + r ∘ (h_n + b_hn))
 *     z = σ(x_z + b_iz + h_z + b_hz)     h' = (1 − z) ∘ n + z ∘ h
 *
 * where x_· is the input product and h_· the recurrent product. A panel holds two units: rows r, r, z, z, n, n.
 * Biases are `[3·units]` with the gates one after another, in PyTorch's order.
 */
import { sigmoid4, tanh4 } from "../math";

/**
 * `gates` holds the input products and is overwritten by r, z, n; `recurrent` holds the recurrent products;
 * `kept` (`[units, 8]`) receives h_n + b_hn for the backward pass; `h` receives the new state.
 */
export function gruForward(
	gates: usize,
	recurrent: usize,
	kept: usize,
	h: usize,
	previous: usize,
	inputBias: usize,
	recurrentBias: usize,
	units: i32,
	firstPanel: i32,
	lastPanel: i32,
): void {
	const gateBytes = <usize>units << 2;
	for (let p = firstPanel; p < lastPanel; p++) {
		for (let u = 0; u < 2; u++) {
			const unit = <usize>(p * 2 + u);
			const bi = inputBias + (unit << 2);
			const bh = recurrentBias + (unit << 2);
			const br = f32x4.splat(load<f32>(bi) + load<f32>(bh));
			const bz = f32x4.splat(load<f32>(bi + gateBytes) + load<f32>(bh + gateBytes));
			const bin = f32x4.splat(load<f32>(bi + 2 * gateBytes));
			const bhn = f32x4.splat(load<f32>(bh + 2 * gateBytes));
			const g = gates + <usize>p * 192 + (<usize>u << 5);
			const q = recurrent + <usize>p * 192 + (<usize>u << 5);
			const s = unit << 5;
			// Both halves of the streams side by side: each alone is a long chain of dependent operations.
			const r0 = sigmoid4(f32x4.add(f32x4.add(v128.load(g), v128.load(q)), br));
			const r1 = sigmoid4(f32x4.add(f32x4.add(v128.load(g, 16), v128.load(q, 16)), br));
			const z0 = sigmoid4(f32x4.add(f32x4.add(v128.load(g, 64), v128.load(q, 64)), bz));
			const z1 = sigmoid4(f32x4.add(f32x4.add(v128.load(g, 80), v128.load(q, 80)), bz));
			const a0 = f32x4.add(v128.load(q, 128), bhn);
			const a1 = f32x4.add(v128.load(q, 144), bhn);
			const n0 = tanh4(f32x4.add(f32x4.add(v128.load(g, 128), bin), f32x4.mul(r0, a0)));
			const n1 = tanh4(f32x4.add(f32x4.add(v128.load(g, 144), bin), f32x4.mul(r1, a1)));
			v128.store(g, r0);
			v128.store(g, r1, 16);
			v128.store(g, z0, 64);
			v128.store(g, z1, 80);
			v128.store(g, n0, 128);
			v128.store(g, n1, 144);
			v128.store(kept + s, a0);
			v128.store(kept + s, a1, 16);
			const h0 = f32x4.mul(z0, f32x4.sub(v128.load(previous + s), n0));
			const h1 = f32x4.mul(z1, f32x4.sub(v128.load(previous + s, 16), n1));
			v128.store(h + s, f32x4.add(n0, h0));
			v128.store(h + s, f32x4.add(n1, h1), 16);
		}
	}
}

/**
 * From dh' = `dh` (`[units, 8]`): `gates` (r, z, n) becomes the gradient of the recurrent products (dr, dz, r ∘ dn),
 * `kept` becomes dn, and z ∘ dh' is added to `dhPrevious`.
 */
export function gruBackward(
	gates: usize,
	kept: usize,
	dh: usize,
	previous: usize,
	dhPrevious: usize,
	firstPanel: i32,
	lastPanel: i32,
): void {
	const one = f32x4.splat(1.0);
	for (let p = firstPanel; p < lastPanel; p++) {
		for (let u = 0; u < 2; u++) {
			for (let half = 0; half < 2; half++) {
				const lane = <usize>half << 4;
				const g = gates + <usize>p * 192 + (<usize>u << 5) + lane;
				const s = (<usize>(p * 2 + u) << 5) + lane;
				const r = v128.load(g);
				const z = v128.load(g, 64);
				const n = v128.load(g, 128);
				const d = v128.load(dh + s);
				const notZ = f32x4.sub(one, z);
				const dn = f32x4.mul(f32x4.mul(d, notZ), f32x4.sub(one, f32x4.mul(n, n)));
				const dz = f32x4.mul(f32x4.mul(d, f32x4.sub(v128.load(previous + s), n)), f32x4.mul(z, notZ));
				const dr = f32x4.mul(f32x4.mul(dn, v128.load(kept + s)), f32x4.mul(r, f32x4.sub(one, r)));
				v128.store(g, dr);
				v128.store(g, dz, 64);
				v128.store(g, f32x4.mul(dn, r), 128);
				v128.store(kept + s, dn);
				v128.store(dhPrevious + s, f32x4.add(v128.load(dhPrevious + s), f32x4.mul(z, d)));
			}
		}
	}
}

/** Turns the gradient of the recurrent products into that of the input products: r ∘ dn is replaced by dn. */
export function gruInputGradient(gates: usize, kept: usize, firstPanel: i32, lastPanel: i32): void {
	for (let p = firstPanel; p < lastPanel; p++) {
		const to = gates + <usize>p * 192 + 128;
		const from = kept + (<usize>p << 6);
		v128.store(to, v128.load(from));
		v128.store(to, v128.load(from, 16), 16);
		v128.store(to, v128.load(from, 32), 32);
		v128.store(to, v128.load(from, 48), 48);
	}
}

/**
 * One hypothesis, plain layout: `state` (`[units]`) is overwritten by h'. `input` `[3·units]` holds the input products
 * with b_i added, `recurrent` the recurrent products without b_h. `units` is a multiple of 4.
 */
export function gruStep(state: usize, input: usize, recurrent: usize, recurrentBias: usize, units: i32): void {
	const gateBytes = <usize>units << 2;
	const one = f32x4.splat(1.0);
	for (let i: usize = 0; i < gateBytes; i += 16) {
		const x = input + i;
		const q = recurrent + i;
		const b = recurrentBias + i;
		const r = sigmoid4(f32x4.add(f32x4.add(v128.load(x), v128.load(q)), v128.load(b)));
		const z = sigmoid4(
			f32x4.add(f32x4.add(v128.load(x + gateBytes), v128.load(q + gateBytes)), v128.load(b + gateBytes)),
		);
		const a = f32x4.add(v128.load(q + 2 * gateBytes), v128.load(b + 2 * gateBytes));
		const n = tanh4(f32x4.add(v128.load(x + 2 * gateBytes), f32x4.mul(r, a)));
		const h = v128.load(state + i);
		v128.store(state + i, f32x4.add(f32x4.mul(f32x4.sub(one, z), n), f32x4.mul(z, h)));
	}
}
