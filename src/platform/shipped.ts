/** Files that come with Inkling, in `models`. */
import { join } from "node:path";

/** The bundles lie in `dist`, beside `models`; the sources, run directly, two folders below. */
export function shippedFile(name: "base.safetensors" | "memory.prior"): string {
	const here = import.meta.dirname;
	return join(here, here.endsWith("platform") ? "../.." : "..", "models", name);
}

/** The English dictionary: its affix file or its list of words, in Hunspell's format; the build puts them into `dist`. */
export function shippedDictionary(part: "aff" | "dic"): string {
	const here = import.meta.dirname;
	return join(here, here.endsWith("platform") ? "../../dist" : ".", `english.${part}`);
}
