/** How much text a memory is made for. */
import type { Workspace } from "../../domain/memory.ts";
import { leastExpectedBytes } from "../../model/memory/sizes.ts";
import { inTime, type MemoryHost } from "./memoryHost.ts";

/** If the size of a workspace is not known after this time, ms, the memory is made for the largest size allowed. */
const sizeKnownMs = 500;
/** A workspace that is this many times as large as the memory was made for gets a new memory. */
const growth = 2;

/**
 * Bytes of all text, or the largest size allowed if finding it out takes long.
 *
 * @param size of all text found
 */
export async function expectedSize(
	host: Pick<MemoryHost, "after">,
	workspace: Workspace,
	size: Promise<number>,
): Promise<number> {
	if (!workspace.index) return leastExpectedBytes;
	return Math.max(
		leastExpectedBytes,
		atMost(workspace, await inTime(host, size, sizeKnownMs, Number.POSITIVE_INFINITY)),
	);
}

/**
 * Whether the memory of a workspace cannot serve it as it is now. Before its folders were trusted nobody could look what in them
 * must not be learned.
 */
export function needsOtherMemory(before: Workspace, now: Workspace): boolean {
	return before.memoryMiB !== now.memoryMiB || (before.isUntrusted === true && now.isUntrusted !== true);
}

/** Whether text of `bytes` is too much for a memory made for `expectedBytes`. */
export function hasOutgrown(workspace: Workspace, bytes: number, expectedBytes: number): boolean {
	return atMost(workspace, bytes) > growth * expectedBytes;
}

function atMost({ rules }: Workspace, bytes: number): number {
	return Math.min(bytes, rules.maxTotalMiB * 2 ** 20);
}
