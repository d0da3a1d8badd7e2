/**
 * Installs the Chromium of the npm package `@sparticuz/chromium` for machines that have none: one executable without a
 * window, with the few libraries that it needs beside those of every Linux, and fonts.
 */
import { execFile } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Chromium } from "./browser.ts";
import { cachedInstall } from "./cachedInstall.ts";

const run = promisify(execFile);
const packages = join(import.meta.dirname, "embedded/chromium");

/** The oldest version of glibc that the symbols of the package's libraries allow. */
const oldestGlibc = [2, 34] as const;

/** Why the packaged Chromium cannot run on this machine; undefined if it can. */
export function embeddedChromiumUnsupported(): string | undefined {
	const needed = `the Chromium from the npm registry is for Linux on x64 with glibc ${oldestGlibc.join(".")} or newer`;
	if (process.platform !== "linux" || process.arch !== "x64") {
		return `${needed}, not ${process.platform} on ${process.arch}`;
	}
	// Without this, the report looks up the host names of open connections.
	Object.assign(process.report, { excludeNetwork: true });
	const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
	const [major = 0, minor = 0] = (header.glibcVersionRuntime ?? "").split(".").map(Number);
	const isOld = major < oldestGlibc[0] || (major === oldestGlibc[0] && minor < oldestGlibc[1]);
	return isOld ? `${needed}, and here is ${header.glibcVersionRuntime ?? "another C library"}` : undefined;
}

/** Installs Chromium into the cache, once; `say` gets a line when that takes time. */
export async function installChromium(say: (line: string) => void): Promise<Chromium> {
	const folder = await cachedInstall({
		name: "chromium",
		packages,
		sources: [import.meta.filename],
		announce: () => say("Installing Chromium (about 75 MB to download, once)…"),
		layOut,
	});
	return {
		executable: join(folder, "chromium"),
		environment: {
			LD_LIBRARY_PATH: join(folder, "al2023/lib"),
			FONTCONFIG_FILE: join(folder, "fonts.conf"),
		},
	};
}

/** Takes the executable, its libraries and its fonts out of the packages. */
async function layOut(folder: string): Promise<void> {
	// The package unpacks into the temporary folder. Its executablePath() would return any browser that it finds there
	// (findings/sparticuz-chromium-keeps-old-binary.sh).
	const unpack = `
		import { inflate } from "@sparticuz/chromium";
		for (const name of ["chromium.br", "al2023.tar.br", "fonts.tar.br"]) {
			await inflate("node_modules/@sparticuz/chromium/bin/" + name);
		}`;
	await run(process.execPath, ["--input-type=module", "--eval", unpack], {
		cwd: folder,
		env: { ...process.env, TMPDIR: folder },
	});
	rmSync(join(folder, "node_modules/@sparticuz"), { recursive: true });
	// The package's own file names folders of a cloud provider. Without the machine's fonts, screenshots are the same
	// everywhere.
	writeFileSync(
		join(folder, "fonts.conf"),
		`<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
	<dir prefix="relative">fonts</dir>
	<dir prefix="relative">node_modules/dejavu-fonts-ttf/ttf</dir>
	<cachedir prefix="xdg">fontconfig</cachedir>
	<alias binding="strong">
		<family>monospace</family>
		<prefer><family>DejaVu Sans Mono</family></prefer>
	</alias>
	<alias binding="strong">
		<family>sans-serif</family>
		<prefer><family>Open Sans</family></prefer>
	</alias>
</fontconfig>
`,
	);
}
