/**
 * Matrix products in register tiles of 6 × 8 (Goto and van de Geijn 2008): 12 sums of four lanes. For 12 multiply-adds
 * a step loads two vectors of X and broadcasts six numbers of A, which keeps both FMA units of a processor busy and takes
 * 15 of the 16 vector registers of x86. Other tile sizes were slower: bench/NOTES.md, “Kernels”.
 *
 * A *block* is a row-major matrix of 8 columns (the 8 streams that are trained side by side). A *panel* is six
 * consecutive rows of it, so a block is also a sequence of panels.
 */
import { madd } from "./math";

/** Floats in one panel of a block: 6 rows × 8 streams. */
const PANEL: usize = 48;

/**
 * Which row of a matrix `[gates·units, …]`, whose gates stand one after another, is slot `slot` of panel `panel`. Panels
 * are filled in groups of rows, `groupUnits` units of each gate: 6 rows for three gates (r, r, z, z, n, n), for one and
 * for two; 12 for four, so that such a group is a pair of panels. −1 for a slot past `units`, which is padding.
 */
// @ts-ignore: decorator
@inline
export function rowOf(panel: i32, slot: i32, gates: i32, groupUnits: i32, units: i32): i32 {
	const groupRows = gates * groupUnits;
	const at = panel * 6 + slot;
	const inGroup = at % groupRows;
	const unit = (at / groupRows) * groupUnits + (inGroup % groupUnits);
	return unit < units ? (inGroup / groupUnits) * units + unit : -1;
}

/**
 * C_i (+)= A · X_i for `blocks` blocks: A is `[6·panels, k]`, packed as `[panels][k][6]`; X_i is the block
 * `[k, 8]` at `x + i·xStride`, C_i the block `[6·panels, 8]` at `c + i·cStride` (strides in bytes).
 */
export function panelMultiply(
	c: usize,
	a: usize,
	x: usize,
	panels: i32,
	k: i32,
	blocks: i32,
	cStride: usize,
	xStride: usize,
	accumulate: i32,
): void {
	const panelBytes = <usize>k * 24;
	for (let p = 0; p < panels; p++) {
		for (let i = 0; i < blocks; i++) {
			tile(c + <usize>p * (PANEL * 4) + <usize>i * cStride, a + <usize>p * panelBytes, x + <usize>i * xStride, k, accumulate);
		}
	}
}

// @ts-ignore: decorator
@inline
function tile(c: usize, a: usize, x: usize, k: i32, accumulate: i32): void {
	const zero = f32x4.splat(0.0);
	let c0a = zero;
	let c0b = zero;
	let c1a = zero;
	let c1b = zero;
	let c2a = zero;
	let c2b = zero;
	let c3a = zero;
	let c3b = zero;
	let c4a = zero;
	let c4b = zero;
	let c5a = zero;
	let c5b = zero;
	if (accumulate) {
		c0a = v128.load(c);
		c0b = v128.load(c, 16);
		c1a = v128.load(c, 32);
		c1b = v128.load(c, 48);
		c2a = v128.load(c, 64);
		c2b = v128.load(c, 80);
		c3a = v128.load(c, 96);
		c3b = v128.load(c, 112);
		c4a = v128.load(c, 128);
		c4b = v128.load(c, 144);
		c5a = v128.load(c, 160);
		c5b = v128.load(c, 176);
	}
	const end = a + <usize>k * 24;
	let xa: v128;
	let xb: v128;
	let w: v128;
	// Not unrolled, as V8 then keeps all twelve sums in registers: 50 GFLOP/s, and 38 when unrolled by four (bench/NOTES.md).
	while (a < end) {
		xa = v128.load(x);
		xb = v128.load(x, 16);
		w = v128.load_splat<f32>(a);
		c0a = madd(w, xa, c0a);
		c0b = madd(w, xb, c0b);
		w = v128.load_splat<f32>(a, 4);
		c1a = madd(w, xa, c1a);
		c1b = madd(w, xb, c1b);
		w = v128.load_splat<f32>(a, 8);
		c2a = madd(w, xa, c2a);
		c2b = madd(w, xb, c2b);
		w = v128.load_splat<f32>(a, 12);
		c3a = madd(w, xa, c3a);
		c3b = madd(w, xb, c3b);
		w = v128.load_splat<f32>(a, 16);
		c4a = madd(w, xa, c4a);
		c4b = madd(w, xb, c4b);
		w = v128.load_splat<f32>(a, 20);
		c5a = madd(w, xa, c5a);
		c5b = madd(w, xb, c5b);
		a += 24;
		x += 32;
	}
	v128.store(c, c0a);
	v128.store(c, c0b, 16);
	v128.store(c, c1a, 32);
	v128.store(c, c1b, 48);
	v128.store(c, c2a, 64);
	v128.store(c, c2b, 80);
	v128.store(c, c3a, 96);
	v128.store(c, c3b, 112);
	v128.store(c, c4a, 128);
	v128.store(c, c4b, 144);
	v128.store(c, c5a, 160);
	v128.store(c, c5b, 176);
}

/**
 * Gradient of a weight matrix: C = Σ_i G_i · X_iᵀ over `blocks` blocks, for the panels `firstPanel` to `lastPanel`
 * (exclusive) of G. G_i is the block at `g + i·gStride` (bytes). X is transposed: column panels
 * `[columnPanels][blocks][8 streams][8 columns]`, `xPanelStride` bytes apart.
 *
 * C is row-major `[gates·units, ldc]` with the gates one after another; `rowOf` says which of its rows a row of G is.
 */
export function gradientMultiply(
	c: usize,
	g: usize,
	x: usize,
	firstPanel: i32,
	lastPanel: i32,
	columnPanels: i32,
	blocks: i32,
	gStride: usize,
	xPanelStride: usize,
	gates: i32,
	groupUnits: i32,
	units: i32,
	ldc: i32,
): void {
	for (let p = firstPanel; p < lastPanel; p++) {
		// Once for all tiles of the panel, as `rowOf` divides.
		const row0 = rowOf(p, 0, gates, groupUnits, units);
		const row1 = rowOf(p, 1, gates, groupUnits, units);
		const row2 = rowOf(p, 2, gates, groupUnits, units);
		const row3 = rowOf(p, 3, gates, groupUnits, units);
		const row4 = rowOf(p, 4, gates, groupUnits, units);
		const row5 = rowOf(p, 5, gates, groupUnits, units);
		const panel = g + <usize>p * (PANEL * 4);
		for (let n = 0; n < columnPanels; n++) {
			const to = c + (<usize>n << 5);
			const from = x + <usize>n * xPanelStride;
			gradientTile(to, panel, from, blocks, gStride, row0, row1, row2, row3, row4, row5, ldc);
		}
	}
}

// @ts-ignore: decorator
@inline
function gradientTile(
	c: usize,
	g: usize,
	x: usize,
	blocks: i32,
	gStride: usize,
	row0: i32,
	row1: i32,
	row2: i32,
	row3: i32,
	row4: i32,
	row5: i32,
	ldc: i32,
): void {
	const zero = f32x4.splat(0.0);
	let c0a = zero;
	let c0b = zero;
	let c1a = zero;
	let c1b = zero;
	let c2a = zero;
	let c2b = zero;
	let c3a = zero;
	let c3b = zero;
	let c4a = zero;
	let c4b = zero;
	let c5a = zero;
	let c5b = zero;
	let xa: v128;
	let xb: v128;
	let w: v128;
	for (let i = 0; i < blocks; i++) {
		for (const end = g + 32; g < end; g += 4, x += 32) {
			xa = v128.load(x);
			xb = v128.load(x, 16);
			w = v128.load_splat<f32>(g);
			c0a = madd(w, xa, c0a);
			c0b = madd(w, xb, c0b);
			w = v128.load_splat<f32>(g, 32);
			c1a = madd(w, xa, c1a);
			c1b = madd(w, xb, c1b);
			w = v128.load_splat<f32>(g, 64);
			c2a = madd(w, xa, c2a);
			c2b = madd(w, xb, c2b);
			w = v128.load_splat<f32>(g, 96);
			c3a = madd(w, xa, c3a);
			c3b = madd(w, xb, c3b);
			w = v128.load_splat<f32>(g, 128);
			c4a = madd(w, xa, c4a);
			c4b = madd(w, xb, c4b);
			w = v128.load_splat<f32>(g, 160);
			c5a = madd(w, xa, c5a);
			c5b = madd(w, xb, c5b);
		}
		g += gStride - 32;
	}
	storeRow(c, row0, c0a, c0b, ldc);
	storeRow(c, row1, c1a, c1b, ldc);
	storeRow(c, row2, c2a, c2b, ldc);
	storeRow(c, row3, c3a, c3b, ldc);
	storeRow(c, row4, c4a, c4b, ldc);
	storeRow(c, row5, c5a, c5b, ldc);
}

// @ts-ignore: decorator
@inline
function storeRow(c: usize, row: i32, a: v128, b: v128, ldc: i32): void {
	if (row < 0) return;
	const to = c + <usize>row * (<usize>ldc << 2);
	v128.store(to, a);
	v128.store(to, b, 16);
}
