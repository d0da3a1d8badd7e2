/** What is asked of the file system. */
import { constants } from "node:fs";
import type * as nodeFileSystem from "node:fs/promises";
import { sep } from "node:path";
import type { LeftOutReason } from "../domain/corpus.ts";

/** The part of `node:fs/promises` that is used, so that a test can make it fail. */
export type CorpusFileSystem = Pick<typeof nodeFileSystem, "lstat" | "open" | "readdir" | "readFile" | "realpath">;

/** Never waits for a FIFO, never follows a link, should the file have become one since it was found. */
export const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** Whether file systems of this system mostly take capital and small letters for the same, as git assumes of them. */
export const systemIgnoresCase = process.platform === "win32" || process.platform === "darwin";

/** The same for all spellings of a path that a file system which ignores case takes for one. */
export function withoutCase(path: string): string {
	return path.normalize("NFC").toLowerCase();
}

/** Why a file or folder is left out, by an error of the file system; other errors are thrown again. */
export function reasonOf(error: unknown): LeftOutReason {
	const code = error instanceof Error && "code" in error ? error.code : undefined;
	if (code === undefined) throw error;
	if (code === "ENOENT" || code === "ENOTDIR") return "vanished";
	return code === "ELOOP" ? "link" : "unreadable";
}

/** A path of this system with "/", as paths are kept and compared. Elsewhere than on Windows "\\" is part of a name. */
export function portable(path: string): string {
	return sep === "\\" ? path.replaceAll("\\", "/") : path;
}

/** The absolute path of a folder without links, with "/" between and at the end. */
export async function realFolder(path: string, fileSystem: CorpusFileSystem): Promise<string> {
	return portable(await fileSystem.realpath(path)).replace(/\/?$/, "/");
}

/** The folder that a folder lies in, both with "/" at the end; "" for one without another. */
export function parentFolder(folder: string): string {
	const inner = folder.slice(0, -1);
	return inner.slice(0, inner.lastIndexOf("/") + 1);
}

/** Larger configurations are not the work of a person. */
const maxConfigBytes = 2 ** 20;

export interface SmallFile {
	readonly encoding?: "utf8" | "latin1";
	readonly maxBytes?: number;
	/** What is returned for a larger file. */
	readonly tooLarge?: () => string | undefined;
}

/** The text of a regular file, or undefined if there is none or it cannot be read. Links are not followed, as in git. */
export async function readSmallFile(
	path: string,
	fileSystem: CorpusFileSystem,
	{ encoding = "utf8", maxBytes = maxConfigBytes, tooLarge }: SmallFile = {},
): Promise<string | undefined> {
	try {
		const status = await fileSystem.lstat(path);
		if (!status.isFile()) return undefined;
		const bytes = status.size > maxBytes ? null : await readAtMost(path, maxBytes, fileSystem);
		return bytes === null ? tooLarge?.() : bytes.toString(encoding);
	} catch {
		return undefined;
	}
}

const chunkBytes = 2 ** 16;

/** Null if there is more: some files of the system, such as those in /proc, have a size of 0 and no end. */
async function readAtMost(path: string, maxBytes: number, fileSystem: CorpusFileSystem): Promise<Buffer | null> {
	const handle = await fileSystem.open(path, openFlags);
	try {
		const chunks: Buffer[] = [];
		for (let length = 0; length <= maxBytes; ) {
			const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(chunkBytes), 0, chunkBytes);
			if (bytesRead === 0) return Buffer.concat(chunks);
			chunks.push(buffer.subarray(0, bytesRead));
			length += bytesRead;
		}
		return null;
	} finally {
		await handle.close();
	}
}

/** The same, but follows links: many keep the configuration of their home folder elsewhere. */
export async function readLinkedFile(
	path: string,
	fileSystem: CorpusFileSystem,
	file: SmallFile = {},
): Promise<string | undefined> {
	try {
		return await readSmallFile(await fileSystem.realpath(path), fileSystem, file);
	} catch {
		return undefined;
	}
}
