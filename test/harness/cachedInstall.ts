/** Installs npm packages that only some tests need into the cache, once: `npm ci` of the project stays small. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { cache } from "./paths.ts";

const run = promisify(execFile);

export interface CachedInstall {
	/** Beginning of the folder's name in the cache. An installation removes other folders whose names begin so. */
	readonly name: string;
	/** Folder with the `package.json` and `package-lock.json` of the packages. */
	readonly packages: string;
	/** Further files that decide the content of the folder: a change of one makes another folder. */
	readonly sources: readonly string[];
	/** Is called before an installation, as that takes a while. */
	readonly announce: () => void;
	/** Rearranges the folder after npm has installed the packages in it. */
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
		// If another run has finished in the meantime, its copy is as good.
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
