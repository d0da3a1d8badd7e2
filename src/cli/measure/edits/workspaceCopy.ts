/** The files of a commit in a temporary folder, which follows the history. */
import { mkdir, mkdtemp, readdir, rm, rmdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isAbandoned, storageFailure } from "../../../platform/atomicFile.ts";
import { type Blob, isPlain } from "./git/output.ts";
import type { Repository } from "./git.ts";
import { mostFileBytes, textOf } from "./history.ts";

/** Of the names of the folders; the number of the process follows. */
const prefix = "inkling-edits-";

/** Removes what processes left behind that were ended by a signal: nothing holds up such an end. */
async function removeAbandoned(): Promise<void> {
	for (const name of await readdir(tmpdir())) {
		const [, process = ""] = /^(\d+)-/.exec(name.startsWith(prefix) ? name.slice(prefix.length) : "") ?? [];
		// A folder of another user stays.
		if (process !== "" && isAbandoned(Number(process)))
			await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
	}
}

export class WorkspaceCopy {
	/** Absolute path. */
	readonly folder: string;
	/** The text of each file that is text, by its path. */
	readonly texts = new Map<string, string>();
	readonly #repository: Repository;
	/** The commit whose files lie here. */
	#commit: string;

	private constructor(folder: string, repository: Repository, commit: string) {
		this.folder = folder;
		this.#repository = repository;
		this.#commit = commit;
	}

	/**
	 * To be removed by `remove`, also if this fails.
	 *
	 * @throws {Failure} if there is no place for temporary files
	 */
	static async make(): Promise<string> {
		try {
			await removeAbandoned();
			return await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
		} catch (error) {
			throw storageFailure(error, tmpdir());
		}
	}

	/** Lays the files of `commit` into a folder. */
	static async lay(folder: string, repository: Repository, commit: string): Promise<WorkspaceCopy> {
		const copy = new WorkspaceCopy(folder, repository, commit);
		await copy.#writeBlobs(await repository.files(commit, mostFileBytes));
		return copy;
	}

	/** Makes the files those of another commit. Returns the absolute paths of those that changed. */
	async moveTo(commit: string): Promise<string[]> {
		const changes = await this.#repository.changes(this.#commit, commit, false);
		this.#commit = commit;
		const gone = changes.flatMap(({ before, after }) => (before !== null && after === null ? [before.path] : []));
		for (const path of gone) await this.remove(path);
		const written = await this.#writeBlobs(changes.flatMap(({ after }) => (after === null ? [] : [after])));
		return [...gone, ...written].map((path) => this.place(path));
	}

	async write(path: string, text: string): Promise<void> {
		await this.#write(path, text, text);
	}

	async remove(path: string): Promise<void> {
		this.texts.delete(path);
		await rm(this.place(path), { force: true });
		await this.#removeEmpty(path);
	}

	/** Removes the folders that hold nothing without a file: a file may be made in their place. */
	async #removeEmpty(path: string): Promise<void> {
		const folders = path.split("/").slice(0, -1);
		for (; folders.length > 0; folders.pop()) {
			const isRemoved = await rmdir(this.place(folders.join("/"))).then(
				() => true,
				() => false,
			);
			if (!isRemoved) return;
		}
	}

	/** The absolute path of a file. Nothing outside of the folder has one, however a path came here. */
	place(path: string): string {
		if (!isPlain(path)) throw new RangeError(`${path} does not lie in the workspace`);
		return join(this.folder, ...path.split("/"));
	}

	/** Those that are text; returns the paths of those that are others than they were. */
	async #writeBlobs(blobs: readonly Blob[]): Promise<string[]> {
		const written: string[] = [];
		for await (const { blob, bytes } of this.#repository.read(blobs, mostFileBytes)) {
			const text = textOf(bytes);
			if (text === null || this.texts.get(blob.path) === text) continue;
			await this.#write(blob.path, text, bytes);
			written.push(blob.path);
		}
		return written;
	}

	async #write(path: string, text: string, content: string | Uint8Array): Promise<void> {
		this.texts.set(path, text);
		const place = this.place(path);
		try {
			await mkdir(dirname(place), { recursive: true });
			await writeFile(place, content);
		} catch (error) {
			throw storageFailure(error, this.folder);
		}
	}
}
