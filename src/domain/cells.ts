/** The recurrent cells, and the directions in which networks of them read. */

/** Named as PyTorch's modules are, with the function of an Elman network behind it. */
export const cells = ["gru", "lstm", "rnn_tanh", "rnn_relu"] as const;
export type Cell = (typeof cells)[number];

/**
 * `forward`: a network that reads from left to right and says what comes next. `both`: one network that does so and another that
 * reads from right to left, which together say what stands between what they have read.
 */
export const directions = ["forward", "both"] as const;
export type Direction = (typeof directions)[number];

const names: Readonly<Record<Cell, string>> = {
	gru: "GRU",
	lstm: "LSTM",
	rnn_tanh: "RNN (tanh)",
	rnn_relu: "RNN (ReLU)",
};

/** "a GRU", "an LSTM". */
export function nameWithArticle(cell: string): string {
	// L and R are spoken as if they began with a vowel.
	return `${/^[LR]/.test(cellName(cell)) ? "an" : "a"} ${cellName(cell)}`;
}

/** As people write it; a cell that this version does not know keeps its name. */
export function cellName(cell: string): string {
	return Object.hasOwn(names, cell) ? names[cell as Cell] : cell;
}
