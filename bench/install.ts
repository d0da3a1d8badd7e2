/** Installs the libraries that the benchmarks compare with: those for JavaScript into bench/peers, tfjs-node into the cache of the tests. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { installNative } from "../test/tensorflow/install.ts";

export async function install(): Promise<void> {
	await promisify(execFile)("npm", ["ci"], { cwd: join(import.meta.dirname, "peers") });
	const native = await installNative();
	if (native !== undefined) process.stdout.write("Installed.\n");
}
