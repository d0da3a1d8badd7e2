/** The Chromium of this machine, driven through playwright-core. */
import { accessSync, constants, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "chrome"];

function isExecutable(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/** Path of a Chromium, from the variable CHROMIUM or on the PATH; undefined if there is none. */
export function findChromium(): string | undefined {
	const { CHROMIUM, PATH = "" } = process.env;
	if (CHROMIUM) return isExecutable(CHROMIUM) ? CHROMIUM : undefined;
	const folders = PATH.split(delimiter).filter((folder) => folder !== "");
	return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** Starts `executable` without a window, able to reach only this machine; all that it writes lies in `home`. */
export async function launchBrowser(executable: string, home: string): Promise<Browser> {
	mkdirSync(home, { recursive: true });
	return await chromium.launch({
		executablePath: executable,
		headless: true,
		env: { ...process.env, HOME: home, TMPDIR: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
		args: [
			// In a container, and as root, Chromium's sandbox cannot be set up; it opens nothing but our own server.
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
