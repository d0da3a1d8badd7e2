/** The cells that this engine has. */
import type { Cell, NetworkShape } from "../../engine.ts";
import type { CellDescription } from "./cell.ts";
import { gru } from "./gru.ts";
import { lstm } from "./lstm.ts";
import { rnnRelu } from "./rnnRelu.ts";
import { rnnTanh } from "./rnnTanh.ts";

const cells: Readonly<Record<Cell, CellDescription>> = { gru, lstm, rnn_tanh: rnnTanh, rnn_relu: rnnRelu };

export const cellNames: ReadonlySet<Cell> = new Set(Object.keys(cells) as Cell[]);

export function cellOf({ cell }: Pick<NetworkShape, "cell">): CellDescription {
	return cells[cell];
}
