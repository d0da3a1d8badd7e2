/** A lock between processes: a file that only one of them can create. */
import { randomUUID } from "node:crypto";
import type * as nodeFileSystem from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { errorCode, makeFolder, privateFile } from "./atomicFile.ts";
import { Failure } from "./failure.ts";
import { parseShallowJson } from "./shallowJson.ts";

/** The part of `node:fs/promises` that is used, so that a test can make it fail. */
export type LockFileSystem = Pick<typeof nodeFileSystem, "mkdir" | "open" | "rm" | "stat">;

/** The holder renews the lock this often, ms, so that others see that it is alive. */
const heartbeatMs = 2_000;
/** A lock that was not renewed for this long belongs to a process that hangs, or runs on a machine that went away. */
const staleMs = 30_000;
/** A process names itself in its lock within milliseconds of making it; one that was killed in between never does. */
const namelessMs = 1_000;
const retryMs = 20;
/** Longer than it takes to write the largest memory. */
const patienceMs = 10_000;

/**
 * Runs `task` while no other process holds the lock. A lock left behind by a process that has ended is taken over.
 *
 * @param patience how long to wait for another process that holds the lock, ms
 * @throws {Failure} storageFailed if another process holds the lock for longer
 * @throws the system's error if the lock cannot be created
 */
export async function withLock<T>(
	file: string,
	fileSystem: LockFileSystem,
	task: () => Promise<T>,
	patience = patienceMs,
): Promise<T> {
	const owner = JSON.stringify({ host: hostname(), pid: process.pid, token: randomUUID() });
	await makeFolder(dirname(file), fileSystem);
	const end = performance.now() + patience;
	while (!(await create(file, owner, fileSystem))) {
		const other = await read(file, fileSystem);
		if (other !== null && (await isAbandoned(other, file, fileSystem))) await takeAway(file, other, fileSystem);
		else if (performance.now() > end) throw new Failure("storageFailed", "another process holds the lock");
		else await delay(retryMs);
	}
	let beat = Promise.resolve();
	const heartbeat = setInterval(() => {
		beat = beat.then(() => renew(file, owner, fileSystem)).catch(() => undefined);
	}, heartbeatMs);
	try {
		return await task();
	} finally {
		clearInterval(heartbeat);
		await beat;
		if ((await read(file, fileSystem)) === owner) await fileSystem.rm(file, { force: true });
	}
}

/**
 * As `withLock`, without waiting. Where the lock cannot be had, `refused` says instead what comes of it.
 *
 * @param refused `isHeld`: another process holds it, or did a moment ago; else the system's error says why it cannot be created
 */
export async function withLockAtOnce<T>(
	file: string,
	fileSystem: LockFileSystem,
	task: () => Promise<T>,
	refused: (error: unknown, isHeld: boolean) => Promise<T> | T,
): Promise<T> {
	let hasBegun = false;
	const begin = () => {
		hasBegun = true;
		return task();
	};
	try {
		return await withLock(file, fileSystem, begin, 0);
	} catch (error) {
		if (hasBegun) throw error;
		// The lock's own failure says that another one holds it, who may have let go since.
		return refused(error, error instanceof Failure || (await isLocked(file, fileSystem).catch(() => false)));
	}
}

/** Whether a process that is alive holds the lock. */
export async function isLocked(file: string, fileSystem: LockFileSystem): Promise<boolean> {
	const owner = await read(file, fileSystem);
	return owner !== null && !(await isAbandoned(owner, file, fileSystem));
}

async function create(file: string, owner: string, fileSystem: LockFileSystem): Promise<boolean> {
	try {
		await write(file, owner, fileSystem);
		return true;
	} catch (error) {
		if (errorCode(error) === "EEXIST") return false;
		throw error;
	}
}

async function write(file: string, owner: string, fileSystem: LockFileSystem): Promise<void> {
	const handle = await fileSystem.open(file, "wx", privateFile);
	try {
		await handle.writeFile(owner);
	} catch (error) {
		// A lock without a name would keep others waiting for one who does not come.
		await fileSystem.rm(file, { force: true }).catch(() => undefined);
		throw error;
	} finally {
		await handle.close();
	}
}

/**
 * Makes the lock young again. Its name is not written anew: a full disk would leave the lock without one, for others to take. Where
 * another process has taken it over, or it is gone, it is left as it is.
 */
async function renew(file: string, owner: string, fileSystem: LockFileSystem): Promise<void> {
	const handle = await fileSystem.open(file, "r+");
	try {
		if ((await handle.readFile("utf8")) !== owner) return;
		const now = new Date();
		await handle.utimes(now, now);
	} finally {
		await handle.close();
	}
}

/** What the lock says; null if it is gone. */
async function read(file: string, fileSystem: LockFileSystem): Promise<string | null> {
	try {
		const handle = await fileSystem.open(file, "r");
		try {
			return await handle.readFile("utf8");
		} finally {
			await handle.close();
		}
	} catch (error) {
		if (errorCode(error) === "ENOENT") return null;
		throw error;
	}
}

async function isAbandoned(owner: string, file: string, fileSystem: LockFileSystem): Promise<boolean> {
	const { host, pid } = parse(owner);
	if (host === hostname() && pid !== undefined && !isAlive(pid)) return true;
	const status = await fileSystem.stat(file).catch(() => null);
	return status !== null && Date.now() - status.mtimeMs > (pid === undefined ? namelessMs : staleMs);
}

/** A lock may be read before its owner has written to it, and may hold anything. */
function parse(owner: string): { readonly host: unknown; readonly pid: number | undefined } {
	let value: unknown;
	try {
		value = parseShallowJson(owner, 1);
	} catch {
		// As a value of another kind.
	}
	const { host, pid } = (value ?? {}) as Partial<Record<"host" | "pid", unknown>>;
	return { host, pid: Number.isSafeInteger(pid) && (pid as number) > 0 ? (pid as number) : undefined };
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return errorCode(error) !== "ESRCH";
	}
}

/**
 * Removes a lock that was left behind. One process does so at a time, or the second would remove the lock that the first has made since: who
 * makes the file beside it is the one.
 */
async function takeAway(file: string, abandoned: string, fileSystem: LockFileSystem): Promise<void> {
	const beside = `${file}.taking`;
	if (!(await create(beside, "", fileSystem))) {
		// It takes milliseconds, unless the process was killed meanwhile.
		const status = await fileSystem.stat(beside).catch(() => null);
		if (status !== null && Date.now() - status.mtimeMs > namelessMs) await fileSystem.rm(beside, { force: true });
		await delay(retryMs);
		return;
	}
	try {
		if ((await read(file, fileSystem)) === abandoned) await fileSystem.rm(file, { force: true });
	} finally {
		await fileSystem.rm(beside, { force: true });
	}
}
