/** Files that come with Inkling, in `models`. */
import { join } from "node:path";

/** The bundles lie in `dist`, beside `models`; the sources, run directly, two folders below. */
export function shippedFile(name: "base.safetensors" | "memory.prior"): string {
	const here = import.meta.dirname;
	return join(here, here.endsWith("platform") ? "../.." : "..", "models", name);
}
