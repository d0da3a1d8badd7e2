/**
 * `npm start [-- FOLDER]`: opens VS Code with Inkling on a folder, by default this project. That is the desktop VS Code
 * where there is one; otherwise it starts the embedded server and prints its address. What Inkling learns there is kept
 * between starts.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join, resolve } from "node:path";
import { buildAll } from "../../build.ts";
import { embeddedServerUnsupported, installServer } from "./embeddedInstall.ts";
import { installExtension, startServer, userSettingsFile, workbenchAddress } from "./embeddedServer.ts";
import { packageExtension } from "./packageExtension.ts";
import { cache, root } from "./paths.ts";

/** VS Code keeps a separate storage for each address, so the address should stay the same. */
const preferredPort = 8731;

/** Settings for the first start; later starts keep what the user has changed. */
const firstSettings = {
	"workbench.startupEditor": "none",
	"workbench.secondarySideBar.defaultVisibility": "hidden",
	"chat.disableAIFeatures": true,
	"telemetry.telemetryLevel": "off",
	"extensions.autoCheckUpdates": false,
};

function say(line: string): void {
	console.log(line);
}

/** Path of a program, searched for on the `PATH`. */
function find(program: string): string | undefined {
	const names = process.platform === "win32" ? [`${program}.cmd`, `${program}.exe`] : [program];
	const folders = (process.env["PATH"] ?? "").split(delimiter);
	return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((file) => existsSync(file));
}

/** Opens the folder in the desktop VS Code; false if there is none or it does not start. */
function openDesktop(folder: string): boolean {
	const code = find("code");
	// In the terminal of a remote window, `code` is another program that cannot load an extension from a folder.
	if (code === undefined || realpathSync(code).includes("remote-cli")) return false;
	const args = ["--new-window", `--extensionDevelopmentPath=${root}`, folder];
	const shell = process.platform === "win32";
	const quoted = shell ? args.map((argument) => `"${argument}"`) : args;
	const { status } = spawnSync(shell ? `"${code}"` : code, quoted, { stdio: "inherit", shell });
	if (status !== 0) say("The desktop VS Code did not start.");
	return status === 0;
}

async function isFree(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const probe = createServer();
		probe.once("error", () => resolve(false));
		probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
	});
}

/** Runs the embedded server until Ctrl+C. */
async function serve(folder: string): Promise<void> {
	const server = await installServer("newest", say);
	const dataFolder = join(cache, "start");
	const vsix = join(cache, "inkling.vsix");
	say("Packaging Inkling…");
	await packageExtension(vsix);
	await installExtension(server, dataFolder, vsix);
	say(`Starting VS Code ${server.version}…`);
	const settingsFile = userSettingsFile(dataFolder);
	const settings = existsSync(settingsFile) ? JSON.parse(readFileSync(settingsFile, "utf8")) : firstSettings;
	const running = await startServer(server, {
		dataFolder,
		settings,
		trusted: true,
		development: false,
		environment: {},
		port: (await isFree(preferredPort)) ? preferredPort : 0,
	});
	const address = workbenchAddress(running, { workspace: folder });
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void running.stop());
	say(`\nVS Code with Inkling on ${folder}:\n\n    ${address}\n\nCtrl+C stops it.`);
	const opener = process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"] ? find("xdg-open") : undefined;
	if (opener !== undefined) spawn(opener, [address], { stdio: "ignore", detached: true }).unref();
	await running.ended;
}

async function main([argument, ...rest]: readonly string[]): Promise<void> {
	if (rest.length > 0) throw new Error("one folder at most can be opened");
	// npm runs scripts in the project's folder, but the user names a folder relative to their own.
	const folder = resolve(process.env["INIT_CWD"] ?? ".", argument ?? root);
	if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new Error(`${folder} is not a folder`);
	say("Building…");
	await buildAll({ production: true, ifStale: true });
	if (openDesktop(folder)) return;
	const unsupported = embeddedServerUnsupported();
	if (unsupported !== undefined) throw new Error(`there is no VS Code command "code" on the PATH, and ${unsupported}`);
	await serve(folder);
}

main(process.argv.slice(2)).catch((error) => {
	console.error(error.message);
	process.exitCode = 1;
});
