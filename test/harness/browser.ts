/** A Chromium, driven through playwright-core. */
import { accessSync, constants, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

export interface Chromium {
	readonly executable: string;
	/** Environment variables that it needs in addition to those of this process. */
	readonly environment: Readonly<Record<string, string>>;
}

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "chrome"];

function isExecutable(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/** The Chromium that the variable CHROMIUM names or that is on the PATH; undefined if there is none. */
export function findChromium(): Chromium | undefined {
	const { CHROMIUM, PATH = "" } = process.env;
	const folders = PATH.split(delimiter).filter((folder) => folder !== "");
	const candidates = CHROMIUM ? [CHROMIUM] : names.flatMap((name) => folders.map((folder) => join(folder, name)));
	const executable = candidates.find(isExecutable);
	if (executable !== undefined) return { executable, environment: {} };
	if (CHROMIUM) throw new Error(`the variable CHROMIUM names ${CHROMIUM}, which cannot be executed`);
	return undefined;
}

/** Starts Chromium without a window. It can reach only this machine and writes only below `home`. */
export async function launchBrowser({ executable, environment }: Chromium, home: string): Promise<Browser> {
	mkdirSync(home, { recursive: true });
	return await chromium.launch({
		executablePath: executable,
		headless: true,
		env: { ...process.env, ...environment, HOME: home, TMPDIR: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
		args: [
			// Chromium cannot set up its sandbox in a container or as root; it opens only our own server.
			"--no-sandbox",
			"--disable-gpu",
			"--disable-quic",
			"--disable-dev-shm-usage",
			"--no-first-run",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
			"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
		],
	});
}
