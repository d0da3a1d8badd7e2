/**
 * Runs a full session under `strace`, and reads from the system calls of all its processes what Inkling promises: no socket but the
 * channels between its processes, nothing written but in storage, output and the temporary folder, and that for its owner only.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { gitIn, writeWorkspace } from "./workspace.ts";

/** The file of the workspace that the session types in and saves, as an editor does. */
export const typedFile = "typed.ts";

export interface SystemCalls {
	readonly processes: number;
	readonly calls: number;
	/** Lines of the trace that break a promise. */
	readonly sockets: readonly string[];
	readonly writes: readonly string[];
	readonly openToOthers: readonly string[];
}

/** Why the session cannot be looked at; undefined if it can. */
export function whyNotTraced(): string | undefined {
	if (process.platform !== "linux") return "there is strace on Linux only";
	const { status, error, stderr } = spawnSync("strace", ["-f", "-e", "trace=none", "true"], { encoding: "utf8" });
	if (error) return "strace is not installed (Debian: apt-get install strace)";
	return status === 0 ? undefined : `strace cannot trace here: ${stderr.trim()}`;
}

/** What opens, makes, changes or connects something. A name with `?` need not exist on every processor. */
const traced =
	"%network,?open,openat,?openat2,?creat,?mkdir,mkdirat,?mknod,mknodat,?chmod,fchmod,fchmodat,?fchmodat2,truncate,?rename,?renameat,renameat2,?link,linkat,?symlink,symlinkat,?unlink,unlinkat,?rmdir,execve";

/** @param folder an empty one */
export function traceSession(folder: string): SystemCalls {
	writeWorkspace(join(folder, "workspace"));
	gitIn(join(folder, "workspace"));
	const log = join(folder, "trace.log");
	const tmp = join(folder, "tmp");
	spawnSync("mkdir", ["-m", "700", tmp]);
	const session = join(import.meta.dirname, "session.ts");
	const { status, stderr } = spawnSync(
		"strace",
		[
			"-f",
			"-qq",
			"-y",
			"-s",
			"4096",
			"-e",
			`trace=${traced}`,
			"-e",
			"signal=none",
			"-o",
			log,
			process.execPath,
			session,
			folder,
		],
		{
			encoding: "utf8",
			env: { ...process.env, TMPDIR: tmp, NODE_COMPILE_CACHE: "", NO_COLOR: "1" },
			maxBuffer: 2 ** 26,
		},
	);
	if (status !== 0) throw new Error(`the session failed under strace: ${stderr.slice(-4000)}`);
	return readTrace(readFileSync(log, "utf8"), folder);
}

/** Lines of a trace as `strace -f -y` writes it. */
export function readTrace(trace: string, folder: string): SystemCalls {
	const places = ["storage", "out", "tmp"].map((name) => join(folder, name));
	const sockets: string[] = [];
	const writes: string[] = [];
	const openToOthers: string[] = [];
	const processes = new Set<string>();
	let calls = 0;
	for (const line of trace.split("\n")) {
		const match = /^(\d+) +(\w+)\((.*)$/.exec(line);
		// The second half of a call that another one interrupted says nothing more.
		if (match === null) continue;
		const [, pid = "", name = "", args = ""] = match;
		calls++;
		if (name === "execve") processes.add(pid);
		if (isSocket(name, args)) sockets.push(line);
		const written = writtenPath(name, args);
		if (written === undefined) continue;
		const isSaved = written === join(folder, "workspace", typedFile);
		const isInside = places.some((place) => written === place || written.startsWith(`${place}/`));
		if (!isSaved && !isInside && !harmless.has(written)) writes.push(line);
		const mode = modeOf(name, args);
		const isTemporary = written.startsWith(`${join(folder, "tmp")}/`);
		if (isInside && !isTemporary && mode !== undefined && (mode & 0o077) !== 0) openToOthers.push(line);
	}
	return { processes: processes.size, calls, sockets, writes, openToOthers };
}

/** Writing there changes nothing. */
const harmless = new Set(["/dev/null", "/dev/tty"]);

/** Whether a call of the network does more than use a channel that the two processes were born with. */
function isSocket(name: string, args: string): boolean {
	if (name === "socket" || name === "connect" || name === "bind" || name === "listen" || name.startsWith("accept"))
		return true;
	if (name === "socketpair") return !args.startsWith("AF_UNIX");
	// With an address: to somewhere else than the other end.
	return /^send(?:to|msg|mmsg)$/.test(name) && /sa_family=|msg_name=\{/.test(args);
}

const creating = new Set(["creat", "mkdir", "mknod", "chmod", "truncate", "unlink", "rmdir"]);
const creatingAt = new Set(["mkdirat", "mknodat", "fchmodat", "fchmodat2", "unlinkat"]);
const moving = new Set(["rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat"]);

/** The file that a call would make, write, rename to or delete. */
function writtenPath(name: string, args: string): string | undefined {
	if (name === "fchmod") return /^\d+<([^>]*)>/.exec(args)?.[1];
	const isOpened = name === "open" || name === "openat" || name === "openat2";
	if (isOpened && !/O_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND)/.test(args)) return undefined;
	if (!isOpened && !creating.has(name) && !creatingAt.has(name) && !moving.has(name)) return undefined;
	// The last path of those that move something is where it goes.
	const paths = [...args.matchAll(/(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"/g)];
	const [, start = "", path = ""] = (moving.has(name) ? paths.at(-1) : paths[0]) ?? [];
	return normalize(path.startsWith("/") ? path : join(start === "" ? "/" : start, path));
}

/** The permissions that a call gives a file or a folder. */
function modeOf(name: string, args: string): number | undefined {
	if (/^open/.test(name) && !args.includes("O_CREAT")) return undefined;
	if (moving.has(name) || name.startsWith("unlink") || name === "rmdir" || name === "truncate") return undefined;
	const mode = /, 0([0-7]{3,4})(?:,|\)| |$)/.exec(args)?.[1];
	return mode === undefined ? undefined : Number.parseInt(mode, 8);
}
