/**
 * Runs VS Code's server on this machine alone, for a browser on this machine.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { InstalledServer } from "./embeddedInstall.ts";

const run = promisify(execFile);

/**
 * The environment of a server. Its home and its temporary folder lie in its data folder: it writes nothing elsewhere and
 * reads no configuration of the user who starts it.
 */
function serverEnvironment(dataFolder: string, extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
	const home = join(dataFolder, "home");
	const temporary = join(dataFolder, "tmp");
	for (const folder of [home, temporary]) mkdirSync(folder, { recursive: true });
	const inherited = Object.entries(process.env).filter(([name]) => !/^(XDG_|npm_|VSCODE_)/.test(name));
	return {
		...Object.fromEntries(inherited),
		HOME: home,
		TMPDIR: temporary,
		XDG_RUNTIME_DIR: temporary,
		EXTENSIONS_GALLERY: "{}",
		...extra,
	};
}

export interface ServerOptions {
	/** The server writes only below it. */
	readonly dataFolder: string;
	/** The user's settings. */
	readonly settings: Readonly<Record<string, unknown>>;
	/** Settings of the machine that the server runs on: settings of scope `machine` are read from these. */
	readonly machineSettings?: Readonly<Record<string, unknown>>;
	/** False turns workspace trust on, and leaves the workspace untrusted until it is granted. */
	readonly trusted: boolean;
	/** Lets the address name an extension under development and its tests; notifications are not shown then. */
	readonly development: boolean;
	readonly environment: Readonly<Record<string, string>>;
	/** 0 takes any free port. */
	readonly port: number;
}

/** Path of the user's settings of a server with `dataFolder`. */
export function userSettingsFile(dataFolder: string): string {
	return join(dataFolder, "data/User/settings.json");
}

function writeSettings(file: string, settings: Readonly<Record<string, unknown>>): void {
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, JSON.stringify(settings, null, "\t"));
}

export interface RunningServer {
	/** `http://127.0.0.1:PORT`. */
	readonly address: string;
	/** A client must present it, which keeps out other users of the machine and web pages. */
	readonly token: string;
	/** Settles when the server has ended, whether by itself or by `stop`. */
	readonly ended: Promise<void>;
	/** All that the server has printed so far. */
	output(): string;
	/** Ends the server and its extension hosts. */
	stop(): Promise<void>;
}

/** Starts a server on the loopback interface; fails with its output if it does not come up. */
export async function startServer(server: InstalledServer, options: ServerOptions): Promise<RunningServer> {
	const { dataFolder, settings, machineSettings, trusted, development, environment, port } = options;
	writeSettings(userSettingsFile(dataFolder), settings);
	if (machineSettings) writeSettings(join(dataFolder, "data/Machine/settings.json"), machineSettings);
	const token = randomBytes(16).toString("hex");
	const tokenFile = join(dataFolder, "token");
	writeFileSync(tokenFile, token, { mode: 0o600 });
	const child = spawn(
		server.node,
		[
			server.main,
			...["--host", "127.0.0.1", "--port", String(port), "--connection-token-file", tokenFile],
			...["--server-data-dir", dataFolder, "--accept-server-license-terms", "--telemetry-level", "off"],
			...["--disable-experiments", "--disable-update-check", "--disable-getting-started-override"],
			"--force-disable-user-env",
			...(trusted ? ["--disable-workspace-trust"] : []),
			...(development ? ["--enable-smoke-test-driver"] : []),
		],
		// Its own process group, so that a signal to the group ends its extension hosts, too.
		{ stdio: ["ignore", "pipe", "pipe"], env: serverEnvironment(dataFolder, environment), detached: true },
	);
	let output = "";
	const ended = new Promise<void>((resolve) => {
		child.once("exit", () => resolve());
		child.once("error", () => resolve());
	});
	const stop = () => stopGroup(child, ended);
	// The server must not outlive this process, however that ends.
	const kill = (): void => signalGroup(child, "SIGKILL");
	process.on("exit", kill);
	void ended.then(() => process.off("exit", kill));
	try {
		const listening = await new Promise<string>((resolve, reject) => {
			const read = (chunk: Buffer): void => {
				output += chunk;
				const match = /Extension host agent listening on (\d+)/.exec(output);
				if (match?.[1] !== undefined) resolve(match[1]);
			};
			child.stdout.on("data", read);
			child.stderr.on("data", read);
			child.once("error", reject);
			child.once("exit", (code) => reject(new Error(`the VS Code server ended with code ${code}:\n${output}`)));
			setTimeout(() => reject(new Error(`the VS Code server did not start in 180 s:\n${output}`)), 180_000).unref();
		});
		return { address: `http://127.0.0.1:${listening}`, token, ended, output: () => output, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

async function stopGroup(child: ChildProcess, ended: Promise<void>): Promise<void> {
	signalGroup(child, "SIGTERM");
	const killing = setTimeout(() => signalGroup(child, "SIGKILL"), 5_000);
	await ended;
	clearTimeout(killing);
	// Processes of its group that the server has left running.
	signalGroup(child, "SIGKILL");
}

function signalGroup(leader: ChildProcess, signal: NodeJS.Signals): void {
	try {
		if (leader.pid !== undefined) process.kill(-leader.pid, signal);
	} catch {
		// The group is gone.
	}
}

/** Installs a packaged extension for the server that runs with `dataFolder`. */
export async function installExtension(server: InstalledServer, dataFolder: string, vsix: string): Promise<void> {
	const args = [
		"--accept-server-license-terms",
		"--server-data-dir",
		dataFolder,
		"--install-extension",
		vsix,
		"--force",
	];
	await run(server.node, [server.main, ...args], { env: serverEnvironment(dataFolder, {}) });
}

/** What the workbench is to open; paths are absolute. */
export interface WorkbenchTarget {
	/** A folder or a `.code-workspace` file; undefined opens an empty window. */
	readonly workspace: string | undefined;
	readonly extensionDevelopmentPath?: string;
	readonly extensionTestsPath?: string;
}

/** The address of the workbench, for a browser. */
export function workbenchAddress(server: Pick<RunningServer, "address" | "token">, target: WorkbenchTarget): string {
	const remote = (path: string): string => `vscode-remote://${new URL(server.address).host}${path}`;
	const query = new URLSearchParams({ tkn: server.token });
	const kind = target.workspace?.endsWith(".code-workspace") ? "workspace" : "folder";
	if (target.workspace === undefined) query.set("ew", "true");
	else query.set(kind, target.workspace);
	const development = (["extensionDevelopmentPath", "extensionTestsPath"] as const).flatMap((key) => {
		const path = target[key];
		return path === undefined ? [] : [[key, remote(path)]];
	});
	if (development.length > 0) query.set("payload", JSON.stringify(development));
	return `${server.address}/?${query}`;
}
