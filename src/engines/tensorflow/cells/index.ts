/** The cells that this engine has: all. */
import type { Cell } from "../../engine.ts";
import type { TfCell } from "./cell.ts";
import { rnnRelu, rnnTanh } from "./elman.ts";
import { gru } from "./gru.ts";
import { lstm } from "./lstm.ts";

export const cells: Readonly<Record<Cell, TfCell>> = { gru, lstm, rnn_tanh: rnnTanh, rnn_relu: rnnRelu };

export const cellNames: ReadonlySet<Cell> = new Set(Object.keys(cells) as Cell[]);
