/** The base model: a workspace without a model of its own suggests from it, and a training starts from it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { withHome } from "../../platform/home.ts";

/** Path of the base model that comes with Inkling. */
export function shippedModel(extensionPath: string): string {
	return join(extensionPath, "models", "base.safetensors");
}

/**
 * Path of the base model; null if there is none. A file that the user has chosen need not exist: reading it then fails
 * with a message.
 *
 * @param startFrom value of `inkling.training.startFrom`
 */
export function baseModelFile(startFrom: string, shipped: string): string | null {
	if (startFrom === "scratch") return null;
	if (startFrom === "base") return existsSync(shipped) ? shipped : null;
	return withHome(startFrom);
}
