import { historyReaders } from "./history.ts";
import { messageReaders } from "./messages.ts";
import { modelReaders } from "./models.ts";
import type { Reader } from "./reader.ts";
import { textReaders } from "./texts.ts";

/** Everything that reads bytes which others may have written. */
export async function allReaders(): Promise<readonly Reader[]> {
	return [...(await modelReaders()), ...messageReaders, ...textReaders, ...historyReaders];
}
