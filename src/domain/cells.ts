/** The recurrent cells. */

/** Named as PyTorch's modules are, with the function of an Elman network behind it. */
export const cells = ["gru", "lstm", "rnn_tanh", "rnn_relu"] as const;
export type Cell = (typeof cells)[number];

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
