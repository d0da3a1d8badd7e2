/** Where TensorFlow.js is installed for tests or for these benchmarks, if it is. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { cache } from "../test/harness/paths.ts";

const peers = join(import.meta.dirname, "peers");

/**
 * The folder with tfjs-node and its library, or with TensorFlow.js in JavaScript and WebAssembly; undefined if there is none.
 * The tests install both into their cache (test/tensorflow/install.ts), `npm ci` in bench/peers the latter.
 */
export function installedTensorFlow(edition: "native" | "javascript"): string | undefined {
	if (edition === "javascript" && existsSync(join(peers, "node_modules/@tensorflow/tfjs"))) {
		return peers;
	}
	if (!existsSync(cache)) return undefined;
	// A folder that is still being installed has one more ending.
	const found = readdirSync(cache).find((name) => new RegExp(`^tensorflow-${edition}-[0-9a-f]{8}$`).test(name));
	return found === undefined ? undefined : join(cache, found);
}
