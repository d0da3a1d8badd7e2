/**
 * Files that are either the old one or the new one, whatever happens in between: written under a temporary name in the
 * same folder, synced to the disk, then renamed.
 */
import * as nodeFileSystem from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Failure, type FailureCode } from "./failure.ts";

/** The part of `node:fs/promises` that is used, so that a test can make it fail. */
export type FileSystem = Pick<typeof nodeFileSystem, "mkdir" | "open" | "readdir" | "rename" | "rm" | "stat">;

/**
 * Replaces `file` by the chunks, creating its folder if need be. The file is readable by its owner only.
 *
 * @throws {Failure} storageFull, storageReadOnly or storageFailed; the earlier file is then untouched.
 */
export async function writeAtomically(
	file: string,
	chunks: Iterable<Uint8Array>,
	fileSystem: FileSystem = nodeFileSystem,
): Promise<void> {
	const folder = dirname(file);
	const temporary = temporaryName(file);
	try {
		await makeFolder(folder, fileSystem);
		await removeAbandoned(file, fileSystem);
		try {
			const handle = await fileSystem.open(temporary, "wx", privateFile);
			try {
				for (const chunk of chunks) await handle.writeFile(chunk);
				await handle.sync();
			} finally {
				await handle.close();
			}
			await renamePatiently(temporary, file, fileSystem);
		} catch (error) {
			await fileSystem.rm(temporary, { force: true }).catch(() => undefined);
			throw error;
		}
	} catch (error) {
		throw storageFailure(error, folder);
	}
	await syncFolder(folder, fileSystem);
}

/**
 * Finds out whether `writeAtomically` can write a file, and leaves nothing behind but its folder.
 *
 * @throws {Failure} as `writeAtomically`
 */
export async function tryToWrite(file: string, fileSystem: FileSystem = nodeFileSystem): Promise<void> {
	const folder = dirname(file);
	const temporary = temporaryName(file);
	try {
		await makeFolder(folder, fileSystem);
		await (await fileSystem.open(temporary, "wx", privateFile)).close();
		await fileSystem.rm(temporary, { force: true });
	} catch (error) {
		throw storageFailure(error, folder);
	}
}

/** Modes of what Inkling makes: for its owner only. What is learned from a workspace is as private as the workspace. */
export const privateFile = 0o600;
export const privateFolder = 0o700;

/**
 * Makes a folder, readable by its owner only, and those that it lies in, as far as they are missing. Each is tried once: in some
 * file systems a folder that is missing cannot be made either.
 *
 * @throws the system's error
 */
export async function makeFolder(
	folder: string,
	fileSystem: Pick<FileSystem, "mkdir" | "stat"> = nodeFileSystem,
): Promise<void> {
	const make = async (): Promise<void> => {
		try {
			await fileSystem.mkdir(folder, { mode: privateFolder });
		} catch (error) {
			if (errorCode(error) !== "EEXIST" || !(await fileSystem.stat(folder)).isDirectory()) throw error;
		}
	};
	try {
		await make();
	} catch (error) {
		const outer = dirname(folder);
		if (errorCode(error) !== "ENOENT" || outer === folder) throw error;
		await makeFolder(outer, fileSystem);
		await make();
	}
}

/**
 * Deletes `file` and whatever an interrupted writer of it left behind. There may be nothing to delete.
 *
 * @throws {Failure} storageReadOnly or storageFailed
 */
export async function removeAtomic(file: string, fileSystem: FileSystem = nodeFileSystem): Promise<void> {
	try {
		await fileSystem.rm(file, { force: true });
		await removeLeftovers(file, () => true, fileSystem);
	} catch (error) {
		throw storageFailure(error, dirname(file));
	}
}

/** Distinguishes the writes of one process. */
let writes = 0;

/** A name for what is to become `file`, in the same folder, that nothing else has. */
export function temporaryName(file: string): string {
	return `${file}.${process.pid}-${++writes}.tmp`;
}

/** The process that wrote the temporary file called `name`, or undefined if it is none of `file`. */
function writerOf(name: string, file: string): number | undefined {
	const stem = `${basename(file)}.`;
	const match = name.startsWith(stem) ? /^(\d+)-\d+\.tmp$/.exec(name.slice(stem.length)) : null;
	return match ? Number(match[1]) : undefined;
}

/** Whether the process that had this number has ended. */
export function isAbandoned(writer: number): boolean {
	try {
		process.kill(writer, 0);
		return false;
	} catch (error) {
		return errorCode(error) === "ESRCH";
	}
}

/** Deletes what processes that have ended left behind under temporary names of `file`, as far as it can be deleted. */
export async function removeAbandoned(file: string, fileSystem: FileSystem = nodeFileSystem): Promise<void> {
	// Who cannot delete what another has left behind can still write: on Windows a virus scanner may have it open.
	const remove = (leftover: string) => fileSystem.rm(leftover, { force: true }).catch(() => undefined);
	await removeLeftovers(file, isAbandoned, fileSystem, remove);
}

async function removeLeftovers(
	file: string,
	chosen: (writer: number) => boolean,
	fileSystem: FileSystem,
	remove = (leftover: string) => fileSystem.rm(leftover, { force: true }),
): Promise<void> {
	const folder = dirname(file);
	const names = await fileSystem.readdir(folder).catch((error) => {
		if (errorCode(error) === "ENOENT") return [];
		throw error;
	});
	for (const name of names) {
		const writer = writerOf(name, file);
		if (writer !== undefined && chosen(writer)) await remove(join(folder, name));
	}
}

/** Windows refuses to replace a file while another process, such as the server or a virus scanner, reads it. */
const renameTries = 6;

export async function renamePatiently(
	from: string,
	to: string,
	fileSystem: Pick<FileSystem, "rename"> = nodeFileSystem,
): Promise<void> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await fileSystem.rename(from, to);
		} catch (error) {
			if (attempt === renameTries || !["EPERM", "EACCES", "EBUSY"].includes(errorCode(error))) throw error;
			await delay(10 * 2 ** attempt);
		}
	}
}

/** Makes the rename itself durable, where the system lets a folder be opened (not on Windows). */
async function syncFolder(folder: string, fileSystem: FileSystem): Promise<void> {
	try {
		const handle = await fileSystem.open(folder, "r");
		try {
			await handle.sync();
		} finally {
			await handle.close();
		}
	} catch {
		// The file is complete either way.
	}
}

const storageCodes: Readonly<Record<string, FailureCode>> = {
	ENOSPC: "storageFull",
	EDQUOT: "storageFull",
	EROFS: "storageReadOnly",
	EACCES: "storageReadOnly",
	EPERM: "storageReadOnly",
};

/** What an error of the file system means for what is kept in `folder`. */
export function storageFailure(error: unknown, folder: string): Failure {
	if (error instanceof Failure) return error;
	const code = storageCodes[errorCode(error)] ?? "storageFailed";
	const detail = code === "storageFailed" ? (error instanceof Error ? error.message : String(error)) : folder;
	return new Failure(code, detail, { cause: error });
}

/** The code of a system error, such as "ENOENT"; empty for anything else. */
export function errorCode(error: unknown): string {
	if (!(error instanceof Error) || error instanceof Failure) return "";
	return "code" in error && typeof error.code === "string" ? error.code : "";
}
