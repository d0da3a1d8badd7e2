/** Sizes of what the kernels work on: see src/kernels/gemm.ts. */

/** Columns of a block: two SIMD vectors of four float32. */
export const STREAMS = 8;
/** Rows of a panel: with two vectors each, 12 sums, which fit into the 16 SIMD registers of x86 with their operands. */
export const PANEL_ROWS = 6;
/** Bytes of a panel of a block: 6 rows of 8 streams. */
export const PANEL_BYTES = PANEL_ROWS * STREAMS * 4;
/** Bytes of one column in a packed panel of weights: 6 rows. */
export const PACKED_BYTES = PANEL_ROWS * 4;
/** Bytes of one block in a panel of transposed states: 8 streams of 8 units. */
export const TRANSPOSED_BYTES = STREAMS * STREAMS * 4;
/** `packStates` and `gradientMultiply` take units in groups of 8: two SIMD vectors. */
export const UNIT_GROUP = 8;

/** Bytes for what `crossEntropy` (96) and `mixtureCrossEntropy` (32) write for a block. */
export const LOSS_BYTES = 128;

/** Of a byte. */
export const BITS = 8;
/** Bytes for what `mixtureCrossEntropy` takes for a block: four numbers for each bit of a byte in each stream. */
export const MIXING_BYTES = 4 * BITS * STREAMS * 4;
