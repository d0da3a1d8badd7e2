/** Installs npm packages that only some tests need into the cache, once: `npm ci` of the project stays small. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { cache } from "./paths.ts";

const run = promisify(execFile);

export interface CachedInstall {
	/** Beginning of the folder's name in the cache; other packages or another layout replace what begins alike. */
	readonly name: string;
	/** Folder with the `package.json` and `package-lock.json` of the packages. */
	readonly packages: string;
	/** All other files that decide what lies in the folder in the end. */
	readonly sources: readonly string[];
	/** Called before an installation, which takes a while. */
	readonly announce: () => void;
	/** Arranges the folder, in which the packages are installed, before it gets its place in the cache. */
	readonly layOut: (folder: string) => void | Promise<void>;
}

/** Returns the folder, installed at need. Fails with npm's words if the registry cannot be reached. */
export async function cachedInstall(install: CachedInstall): Promise<string> {
	const { name, packages, sources, announce, layOut } = install;
	const digest = createHash("sha256");
	for (const file of [join(packages, "package-lock.json"), import.meta.filename, ...sources]) {
		digest.update(readFileSync(file));
	}
	const target = join(cache, `${name}-${digest.digest("hex").slice(0, 8)}`);
	if (existsSync(target)) return target;
	announce();
	const staging = `${target}.${process.pid}`;
	try {
		mkdirSync(staging, { recursive: true });
		for (const file of ["package.json", "package-lock.json"]) cpSync(join(packages, file), join(staging, file));
		await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: staging });
		await layOut(staging);
		// Another run may have finished first; then its copy is as good.
		if (!existsSync(target)) renameSync(staging, target);
		for (const earlier of readdirSync(cache)) {
			const folder = join(cache, earlier);
			if (earlier.startsWith(`${name}-`) && folder !== target) rmSync(folder, { recursive: true, force: true });
		}
		return target;
	} finally {
		rmSync(staging, { recursive: true, force: true });
	}
}
