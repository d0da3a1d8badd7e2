/**
 * Installs VS Code's server with its workbench for a browser: a real VS Code where the desktop one cannot be downloaded
 * or has no screen. It comes out of the npm package code-server, whose own server is not used.
 */
import {
	cpSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { cachedInstall } from "./cachedInstall.ts";

/** The newest VS Code tested, and the oldest that the manifest's `engines` allows. */
export type Release = "newest" | "oldest";

export interface InstalledServer {
	/** VS Code's own version number, such as `1.139.1`. */
	readonly version: string;
	/** Path of the Node that runs it. */
	readonly node: string;
	/** Path of `server-main.js`. */
	readonly main: string;
}

/** Why the embedded server cannot run on this machine; undefined if it can. */
export function embeddedServerUnsupported(): string | undefined {
	if (process.platform === "linux" && (process.arch === "x64" || process.arch === "arm64")) return undefined;
	return `the embedded VS Code server is for Linux on x64 or arm64, not ${process.platform} on ${process.arch}`;
}

const packages = join(import.meta.dirname, "embedded");

/** The built-in extensions with code that are kept: they need no further modules and suggest nothing themselves. */
const keptExtensions = new Set([
	"configuration-editing",
	"css-language-features",
	"git",
	"git-base",
	"github-authentication",
	"html-language-features",
	"ipynb",
	"json-language-features",
	"markdown-language-features",
	"media-preview",
	"merge-conflict",
	"references-view",
	"search-result",
]);

/** Modules that would need a compiler or a download, with the files that replace them. */
const standIns = {
	"@vscode/spdlog": "spdlog.cjs",
	"@vscode/native-watchdog": "watchdog.cjs",
	"native-watchdog": "watchdog.cjs",
	"@vscode/ripgrep": "ripgrep.cjs",
};

function standInFiles(): string[] {
	return Object.values(standIns).map((file) => join(packages, "stand-ins", file));
}

/**
 * Installs the server into the cache, once; `say` gets a line when that takes time. Fails with npm's words if the
 * registry cannot be reached.
 */
export async function installServer(release: Release, say: (line: string) => void): Promise<InstalledServer> {
	const source = join(packages, release);
	const { version } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
	const target = await cachedInstall({
		name: `server-${version}`,
		packages: source,
		sources: [import.meta.filename, ...standInFiles()],
		announce: () => say(`Installing the VS Code ${version} server (about 60 MB to download, once)…`),
		layOut,
	});
	const ownNode = join(target, "node_modules/.bin/node");
	return {
		version,
		node: existsSync(ownNode) ? ownNode : process.execPath,
		main: join(target, "vscode/out/server-main.js"),
	};
}

/** Takes the VS Code server out of code-server and gives it the modules it looks for. */
function layOut(folder: string): void {
	const modules = join(folder, "node_modules");
	const vscode = join(folder, "vscode");
	renameSync(join(modules, "code-server/lib/vscode"), vscode);
	rmSync(join(modules, "code-server"), { recursive: true });
	symlinkSync("../node_modules", join(vscode, "node_modules"));
	for (const [name, file] of Object.entries(standIns)) {
		const target = join(modules, name);
		rmSync(target, { recursive: true, force: true });
		mkdirSync(target, { recursive: true });
		cpSync(join(packages, "stand-ins", file), join(target, "index.cjs"));
		writeFileSync(join(target, "package.json"), JSON.stringify({ name, version: "0.0.0", main: "index.cjs" }));
	}
	const ripgrep = join(modules, "@vscode/ripgrep-universal/bin");
	for (const platform of readdirSync(ripgrep)) {
		if (platform !== `${process.platform}-${process.arch}`) rmSync(join(ripgrep, platform), { recursive: true });
	}
	for (const name of readdirSync(join(vscode, "extensions"))) {
		const extension = join(vscode, "extensions", name);
		const manifest = join(extension, "package.json");
		if (keptExtensions.has(name) || !existsSync(manifest)) continue;
		const { main, browser, publisher, version, engines } = JSON.parse(readFileSync(manifest, "utf8"));
		if (main === undefined && browser === undefined) continue;
		// The workbench has the list of built-in extensions compiled in and would look for a missing one in vain.
		rmSync(extension, { recursive: true });
		mkdirSync(extension);
		writeFileSync(manifest, JSON.stringify({ name, publisher, version, engines }));
	}
}
