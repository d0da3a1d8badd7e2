/** Another version of the bundles, for what an update of the extension does in the middle of its work. */
import { spawnSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../harness/paths.ts";

function must(command: string, args: readonly string[], cwd: string): void {
	const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 2 ** 26 });
	if (error) throw error;
	if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr.slice(-2000)}`);
}

/**
 * Builds a commit of this repository in a folder, with the packages of the present one. Returns the folder of its bundles.
 *
 * @throws if there is no such commit, as in a shallow clone
 */
export function buildOld(commit: string, folder: string): string {
	const sources = join(folder, "sources");
	must("git", ["clone", "-q", "--no-checkout", "--local", root, sources], folder);
	must("git", ["checkout", "-q", commit], sources);
	symlinkSync(join(root, "node_modules"), join(sources, "node_modules"));
	must(process.execPath, [join(sources, "build.ts"), "--quiet"], sources);
	return join(sources, "dist");
}
