/**
 * A thread that counts beside the one that the memory belongs to: a module of its own on the same linear memory, with its own tables
 * (see layout.ts).
 */
import { makeBitHistories, next } from "../bitHistory";
import { makeBitHistoryTable } from "../bitHistoryTable";
import { BEGIN, COUNTER, HEADER } from "../layout";
import { makeCounting } from "./queue";

export { countAlong } from "./queue";

/** @param slotBits as the memory was made with; `table` and `queue` are where its bit-history table and its queue begin */
export function join(slotBits: u32, table: usize, queue: usize): void {
	if (next < COUNTER || __heap_base > BEGIN - HEADER) unreachable();
	makeBitHistories();
	makeBitHistoryTable(slotBits, table);
	makeCounting(queue);
}
