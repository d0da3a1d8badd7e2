/** The cells that this engine has. */
import type { Cell, NetworkShape } from "../../engine.ts";
import type { CellDescription } from "./cell.ts";
import { gru } from "./gru.ts";

const cells: Readonly<Partial<Record<Cell, CellDescription>>> = { gru };

export const cellNames: ReadonlySet<Cell> = new Set(Object.keys(cells) as Cell[]);

/** Only for a cell in `cellNames`; see `requireTrainable`. */
export function cellOf({ cell }: Pick<NetworkShape, "cell">): CellDescription {
	const found = cells[cell];
	if (found === undefined) throw new RangeError(`There is no cell ${cell}`);
	return found;
}
