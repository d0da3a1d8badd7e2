/** The model that a workspace begins with, as long as it has none of its own. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where the one that comes with Inkling lies, where one does. */
export function shippedModel(extensionPath: string): string {
	return join(extensionPath, "models", "base.safetensors");
}

/**
 * Its file; null if there is none. A file that the user has chosen need not exist: whoever reads it says so.
 *
 * @param startFrom the setting
 */
export function baseModelFile(startFrom: string, shipped: string): string | null {
	if (startFrom === "scratch") return null;
	if (startFrom === "base") return existsSync(shipped) ? shipped : null;
	return startFrom.replace(/^~(?=[/\\])/, () => homedir());
}
