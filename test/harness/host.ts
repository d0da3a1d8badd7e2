/** Finds a VS Code in which tests can run on this machine. */
import { downloadAndUnzipVSCode } from "@vscode/test-electron";
import { type Chromium, findChromium } from "./browser.ts";
import { embeddedChromiumUnsupported, installChromium } from "./embeddedChromium.ts";
import { embeddedServerUnsupported, type InstalledServer, installServer, type Release } from "./embeddedInstall.ts";
import { cache } from "./paths.ts";

/** The desktop versions that correspond to the embedded ones. */
const desktopVersions: Readonly<Record<Release, string>> = { newest: "stable", oldest: "1.100.3" };

export type Host =
	| { readonly kind: "desktop"; readonly executable: string; readonly description: string }
	| {
			readonly kind: "embedded";
			readonly server: InstalledServer;
			readonly chromium: Chromium;
			readonly description: string;
	  }
	/** `missing` says why there is none, a sentence for each kind. */
	| { readonly kind: "none"; readonly missing: readonly string[] };

/** The embedded server and a browser for it, installed at need; a sentence if one of them cannot be had. */
export async function findEmbeddedHost(
	release: Release,
	say: (line: string) => void,
): Promise<{ server: InstalledServer; chromium: Chromium } | string> {
	const unsupported = embeddedServerUnsupported();
	if (unsupported !== undefined) return unsupported;
	const chromium = await findBrowser(say);
	if (typeof chromium === "string") return chromium;
	try {
		return { server: await installServer(release, say), chromium };
	} catch (error) {
		return `the embedded VS Code server is not to be had: ${error instanceof Error ? error.message : error}`;
	}
}

/** A Chromium, installed at need; a sentence if there is none. */
export async function findBrowser(say: (line: string) => void): Promise<Chromium | string> {
	try {
		const found = findChromium();
		const lacking = found === undefined ? embeddedChromiumUnsupported() : undefined;
		if (lacking !== undefined) {
			return `no Chromium or Chrome is on the PATH (the variable CHROMIUM can name one), and ${lacking}`;
		}
		return found ?? (await installChromium(say));
	} catch (error) {
		return `a browser is not to be had: ${error instanceof Error ? error.message : error}`;
	}
}

/** Why the desktop VS Code cannot run here, or the path of its executable, downloaded at need. */
async function findDesktop(release: Release): Promise<{ executable: string } | string> {
	const { DISPLAY, WAYLAND_DISPLAY } = process.env;
	if (process.platform === "linux" && !DISPLAY && !WAYLAND_DISPLAY) {
		return "the desktop VS Code needs a screen, and DISPLAY is not set";
	}
	try {
		const executable = await downloadAndUnzipVSCode({
			version: desktopVersions[release],
			cachePath: cache,
			// Without a network, the tests wait this long before they turn to the embedded server.
			timeout: 10_000,
			reporter: { report: () => {}, error: () => {} },
		});
		return { executable };
	} catch (error) {
		return `the desktop VS Code could not be downloaded: ${error instanceof Error ? error.message : error}`;
	}
}

/** The desktop VS Code where there is a screen and it can be downloaded, else the embedded server with a Chromium. */
export async function findHost(release: Release, say: (line: string) => void): Promise<Host> {
	const desktop = await findDesktop(release);
	if (typeof desktop !== "string") {
		return { kind: "desktop", ...desktop, description: `desktop VS Code, ${desktopVersions[release]}` };
	}
	const embedded = await findEmbeddedHost(release, say);
	if (typeof embedded === "string") return { kind: "none", missing: [desktop, embedded] };
	return { kind: "embedded", ...embedded, description: `embedded VS Code server ${embedded.server.version}` };
}
