/** Files that a command is going to write. They are tried before the work begins, which may take hours. */
import { lstat, mkdtemp, readlink, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { errorCode, makeFolder, storageFailure, tryToWrite } from "../../platform/atomicFile.ts";
import { Failure } from "../../platform/failure.ts";
import { visibleText } from "../../platform/visibleText.ts";
import type { Output } from "./terminal.ts";

/** A longer chain of links is a circle. */
const mostLinks = 40;

/**
 * The file that is written for `path`: where that is a symbolic link, what it leads to, and the user is told so.
 *
 * @throws {Failure} if a file cannot be written there
 */
export async function outputFile(path: string, stderr: Pick<Output, "write">): Promise<string> {
	const file = await destination(path);
	const status = await statOf(file);
	if (status !== null && !status.isFile()) throw refused(path, `it is ${kindOf(status)}, not a file`);
	await tryToWrite(file);
	if (file !== path) stderr.write(`${visibleText(path)} is a symbolic link: ${visibleText(file)} is written.\n`);
	return file;
}

/**
 * The folder for files of fixed names; it is made if there is none.
 *
 * @throws {Failure} if no file can be written there
 */
export async function outputFolder(path: string): Promise<string> {
	const status = await statOf(path);
	if (status !== null && !status.isDirectory()) throw refused(path, `it is ${kindOf(status)}, not a folder`);
	try {
		await makeFolder(path);
		await rmdir(await mkdtemp(join(path, ".inkling-")));
	} catch (error) {
		throw storageFailure(error, path);
	}
	return path;
}

type Status = Awaited<ReturnType<typeof stat>>;

/** Null if there is nothing. */
async function statOf(path: string): Promise<Status | null> {
	return await stat(path).catch((error: unknown) => {
		if (errorCode(error) === "ENOENT") return null;
		throw refused(path, errorCode(error), error);
	});
}

/** Where links lead from `path`; what it leads to need not be there yet. */
async function destination(path: string): Promise<string> {
	let file = path;
	for (let links = 0; links < mostLinks; links++) {
		const status = await lstat(file).catch(() => null);
		if (!status?.isSymbolicLink()) return file;
		file = resolve(dirname(file), await readlink(file));
	}
	throw refused(path, "its symbolic links lead in a circle");
}

function kindOf(status: Status): string {
	if (status.isDirectory()) return "a folder";
	if (status.isFIFO()) return "a named pipe";
	if (status.isSocket()) return "a socket";
	return status.isFile() ? "a file" : "a device";
}

function refused(path: string, why: string, cause?: unknown): Failure {
	return new Failure("badArgument", `${path} cannot be written: ${why}`, { cause });
}
