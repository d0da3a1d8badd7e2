/** Copies weights and states into the order in which the products read them. See gemm.ts for the layouts. */

import { rowOf } from "./gemm";

/**
 * Packs the rows of W (row-major `[gates·units, k]`) as `[panels][k][6]`, for A · X with A = W. `rowOf` says which
 * row stands in which slot of a panel; padding becomes 0.
 */
export function packRows(
	packed: usize,
	w: usize,
	firstPanel: i32,
	lastPanel: i32,
	k: i32,
	gates: i32,
	groupUnits: i32,
	units: i32,
): void {
	for (let p = firstPanel; p < lastPanel; p++) {
		const panel = packed + <usize>p * <usize>k * 24;
		for (let s = 0; s < 6; s++) {
			const row = rowOf(p, s, gates, groupUnits, units);
			let to = panel + (<usize>s << 2);
			const end = to + <usize>k * 24;
			if (row < 0) {
				for (; to < end; to += 24) store<f32>(to, 0.0);
				continue;
			}
			let from = w + <usize>row * (<usize>k << 2);
			for (; to < end; to += 24, from += 4) store<f32>(to, load<f32>(from));
		}
	}
}

/**
 * Packs the columns of W (row-major `[rows, columns]`) as `[panels][rows][6]`, for A · X with A = Wᵀ, where X is a block
 * whose rows stand in panel order. Columns past `columns` and padding rows become 0.
 */
export function packColumns(
	packed: usize,
	w: usize,
	firstPanel: i32,
	lastPanel: i32,
	rows: i32,
	columns: i32,
	gates: i32,
	groupUnits: i32,
	units: i32,
): void {
	for (let r = 0; r < rows; r++) {
		const row = rowOf(r / 6, r % 6, gates, groupUnits, units);
		let to = packed + (<usize>firstPanel * <usize>rows + <usize>r) * 24;
		if (row < 0) {
			for (let p = firstPanel; p < lastPanel; p++, to += <usize>rows * 24) memory.fill(to, 0, 24);
			continue;
		}
		let from = w + (<usize>row * <usize>columns + <usize>firstPanel * 6) * 4;
		for (let p = firstPanel; p < lastPanel; p++, from += 24, to += <usize>rows * 24) {
			const width = columns - p * 6;
			if (width >= 6) {
				store<u64>(to, load<u64>(from));
				store<u64>(to, load<u64>(from, 8), 8);
				store<u64>(to, load<u64>(from, 16), 16);
				continue;
			}
			for (let j = 0; j < 6; j++) {
				store<f32>(to + (<usize>j << 2), j < width ? load<f32>(from + (<usize>j << 2)) : <f32>0.0);
			}
		}
	}
}

/** Transposes the 4 × 4 matrix with rows at `from + i·fromStride` to rows at `to + i·toStride` (bytes). */
// @ts-ignore: decorator
@inline
export function transpose4(to: usize, toStride: usize, from: usize, fromStride: usize): void {
	const a = v128.load(from);
	const b = v128.load(from + fromStride);
	const c = v128.load(from + 2 * fromStride);
	const d = v128.load(from + 3 * fromStride);
	const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
	const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
	const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
	const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
	v128.store(to, v128.shuffle<f64>(abLow, cdLow, 0, 2));
	v128.store(to + toStride, v128.shuffle<f64>(abLow, cdLow, 1, 3));
	v128.store(to + 2 * toStride, v128.shuffle<f64>(abHigh, cdHigh, 0, 2));
	v128.store(to + 3 * toStride, v128.shuffle<f64>(abHigh, cdHigh, 1, 3));
}

/**
 * Makes the column panels that `gradientMultiply` reads: for each group n of 8 units, it transposes the 8 × 8 part of
 * block i (`[units, 8]` at `h + i·hStride`) to `packed + n·panelStride + i·256`.
 */
export function packStates(
	packed: usize,
	h: usize,
	firstGroup: i32,
	lastGroup: i32,
	blocks: i32,
	hStride: usize,
	panelStride: usize,
): void {
	for (let n = firstGroup; n < lastGroup; n++) {
		for (let i = 0; i < blocks; i++) {
			const from = h + <usize>i * hStride + (<usize>n << 8);
			const to = packed + <usize>n * panelStride + (<usize>i << 8);
			transpose4(to, 32, from, 32);
			transpose4(to + 16, 32, from + 128, 32);
			transpose4(to + 128, 32, from + 16, 32);
			transpose4(to + 144, 32, from + 144, 32);
		}
	}
}

/**
 * The input product of one-hot symbols: each of 8 streams has a byte, and the table row of that byte becomes the stream's
 * column of the block. The table is `[256][rows]` with its columns in panel order. Panels come in pairs, as 12 rows are
 * three transposes of 4 × 4.
 */
export function gatherInputs(block: usize, table: usize, bytes: usize, firstPanel: i32, lastPanel: i32, rows: i32): void {
	const rowBytes = <usize>rows << 2;
	for (let half = 0; half < 2; half++) {
		const at = bytes + (<usize>half << 2);
		const r0 = table + <usize>load<u8>(at) * rowBytes;
		const r1 = table + <usize>load<u8>(at, 1) * rowBytes;
		const r2 = table + <usize>load<u8>(at, 2) * rowBytes;
		const r3 = table + <usize>load<u8>(at, 3) * rowBytes;
		gather(block + (<usize>half << 4), r0, r1, r2, r3, <usize>firstPanel * 24, <usize>lastPanel * 24);
	}
}

/** The adjoint of `gatherInputs`: adds each stream's column of the block to the gradient row of its byte. */
export function scatterInputs(
	gradient: usize,
	block: usize,
	bytes: usize,
	firstPanel: i32,
	lastPanel: i32,
	rows: i32,
): void {
	const rowBytes = <usize>rows << 2;
	for (let half = 0; half < 2; half++) {
		const at = bytes + (<usize>half << 2);
		const r0 = gradient + <usize>load<u8>(at) * rowBytes;
		const r1 = gradient + <usize>load<u8>(at, 1) * rowBytes;
		const r2 = gradient + <usize>load<u8>(at, 2) * rowBytes;
		const r3 = gradient + <usize>load<u8>(at, 3) * rowBytes;
		scatter(block + (<usize>half << 4), r0, r1, r2, r3, <usize>firstPanel * 24, <usize>lastPanel * 24);
	}
}

/**
 * As `gatherInputs`, of symbols (u32) and a table whose rows have `units` columns, of which it takes those from `firstUnit` to
 * `lastUnit`, exclusive; all are multiples of 4.
 */
export function gatherEmbeddings(
	block: usize,
	table: usize,
	symbols: usize,
	firstUnit: i32,
	lastUnit: i32,
	units: i32,
): void {
	const rowBytes = <usize>units << 2;
	for (let half = 0; half < 2; half++) {
		const at = symbols + (<usize>half << 4);
		const r0 = table + <usize>load<u32>(at) * rowBytes;
		const r1 = table + <usize>load<u32>(at, 4) * rowBytes;
		const r2 = table + <usize>load<u32>(at, 8) * rowBytes;
		const r3 = table + <usize>load<u32>(at, 12) * rowBytes;
		gather(block + (<usize>half << 4), r0, r1, r2, r3, <usize>firstUnit << 2, <usize>lastUnit << 2);
	}
}

/** The adjoint of `gatherEmbeddings`. */
export function scatterEmbeddings(
	gradient: usize,
	block: usize,
	symbols: usize,
	firstUnit: i32,
	lastUnit: i32,
	units: i32,
): void {
	const rowBytes = <usize>units << 2;
	for (let half = 0; half < 2; half++) {
		const at = symbols + (<usize>half << 4);
		const r0 = gradient + <usize>load<u32>(at) * rowBytes;
		const r1 = gradient + <usize>load<u32>(at, 4) * rowBytes;
		const r2 = gradient + <usize>load<u32>(at, 8) * rowBytes;
		const r3 = gradient + <usize>load<u32>(at, 12) * rowBytes;
		scatter(block + (<usize>half << 4), r0, r1, r2, r3, <usize>firstUnit << 2, <usize>lastUnit << 2);
	}
}

/** Makes columns of a block, four streams of it, of four rows of a table, from byte `first` of a row to `last`. */
// @ts-ignore: decorator
@inline
function gather(block: usize, r0: usize, r1: usize, r2: usize, r3: usize, first: usize, last: usize): void {
	let to = block + (first << 3);
	for (let offset = first; offset < last; offset += 16, to += 128) {
		const a = v128.load(r0 + offset);
		const b = v128.load(r1 + offset);
		const c = v128.load(r2 + offset);
		const d = v128.load(r3 + offset);
		const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
		const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
		const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
		const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
		v128.store(to, v128.shuffle<f64>(abLow, cdLow, 0, 2));
		v128.store(to, v128.shuffle<f64>(abLow, cdLow, 1, 3), 32);
		v128.store(to, v128.shuffle<f64>(abHigh, cdHigh, 0, 2), 64);
		v128.store(to, v128.shuffle<f64>(abHigh, cdHigh, 1, 3), 96);
	}
}

/** The adjoint of `gather`. */
// @ts-ignore: decorator
@inline
function scatter(block: usize, r0: usize, r1: usize, r2: usize, r3: usize, first: usize, last: usize): void {
	let from = block + (first << 3);
	for (let offset = first; offset < last; offset += 16, from += 128) {
		const a = v128.load(from);
		const b = v128.load(from, 32);
		const c = v128.load(from, 64);
		const d = v128.load(from, 96);
		const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
		const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
		const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
		const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
		// One after another: two streams may hold the same symbol.
		v128.store(r0 + offset, f32x4.add(v128.load(r0 + offset), v128.shuffle<f64>(abLow, cdLow, 0, 2)));
		v128.store(r1 + offset, f32x4.add(v128.load(r1 + offset), v128.shuffle<f64>(abLow, cdLow, 1, 3)));
		v128.store(r2 + offset, f32x4.add(v128.load(r2 + offset), v128.shuffle<f64>(abHigh, cdHigh, 0, 2)));
		v128.store(r3 + offset, f32x4.add(v128.load(r3 + offset), v128.shuffle<f64>(abHigh, cdHigh, 1, 3)));
	}
}
