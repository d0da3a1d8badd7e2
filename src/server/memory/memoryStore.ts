/**
 * The memory's file in the storage folder, and when it is written. Several windows may share the file: none overwrites
 * what another has written since it read the file.
 */
import { join } from "node:path";
import { storageFiles } from "../../domain/storage.ts";
import type { Memory, MemoryRoom } from "../../model/memory/index.ts";
import { errorCode, type FileSystem, removeAtomic } from "../../platform/atomicFile.ts";
import { Failure } from "../../platform/failure.ts";
import { withLock } from "../../platform/fileLock.ts";
import { readMemory, type StoredMemory, writeMemory } from "./memoryFile.ts";
import { type MemoryHost, type MemoryOutput, messageOf } from "./memoryHost.ts";

/**
 * `changed`, `removed`: by another process since this one last read or wrote the file, which is left as it is. `failed`:
 * the log says why.
 */
export type WriteResult = "written" | "changed" | "removed" | "failed";

export type StoreHost = Pick<MemoryHost, "now" | "after" | "roomForMemory"> &
	Pick<MemoryOutput, "wake" | "log"> & { readonly fileSystem: FileSystem };

/** What a file holds, and the memory of it. */
export interface FoundMemory {
	readonly stored: StoredMemory;
	readonly room: MemoryRoom;
}

/** A crash loses what was typed in this time, ms; each writing is of tens of MiB. */
const writePauseMs = 600_000;
/** Copying the memory takes tens of ms: it waits until the user has not typed for this time, ms. */
const quietMs = 2_000;

export class MemoryStore {
	readonly #host: StoreHost;
	/** Identifies the file that this process last read or wrote; null: there was none. */
	#known: string | null = null;
	#writing: Promise<WriteResult> | null = null;
	/** Version of the records that the file has; null: it lacks something else. */
	#version: number | null = 0;
	#writtenAt = Number.NEGATIVE_INFINITY;
	#usedAt = Number.NEGATIVE_INFINITY;
	#cancelTimer: (() => void) | null = null;

	constructor(host: StoreHost) {
		this.#host = host;
	}

	/** While the memory is being written it must not change. */
	get isWriting(): boolean {
		return this.#writing !== null;
	}

	async whenWritten(): Promise<void> {
		await this.#writing;
	}

	/** Whether the file has what these records say. */
	has(version: number): boolean {
		return version === this.#version;
	}

	/** The file has what these records say. */
	mark(version: number): void {
		this.#version = version;
	}

	/** The file lacks something that is worth writing soon. */
	markOld(): void {
		this.#version = null;
		this.#writtenAt = Number.NEGATIVE_INFINITY;
	}

	/** The user is at work now. */
	used(): void {
		this.#usedAt = this.#host.now();
	}

	/** Whether this is a time to write; if not, the host is woken then. */
	get isDue(): boolean {
		const due = Math.max(this.#writtenAt + writePauseMs, this.#usedAt + quietMs);
		const now = this.#host.now();
		if (now >= due) return true;
		this.#cancelTimer ??= this.#host.after(due - now, () => {
			this.#cancelTimer = null;
			this.#host.wake();
		});
		return false;
	}

	/** A memory of this size; null if there is none that can be used, and the log says why. */
	async read(storage: string, mebibytes: number): Promise<FoundMemory | null> {
		const file = join(storage, storageFiles.memory);
		let room: MemoryRoom | null = null;
		try {
			// Before reading: if another process writes meanwhile, the next writing here finds that out.
			this.#known = await this.#identify(file);
			const stored = await readMemory(
				file,
				async (head, length, madeFor) => {
					if (madeFor !== mebibytes) throw new Failure("memoryBroken", "it was made for another size");
					room = await this.#host.roomForMemory(head, length, { mebibytes });
					return room.snapshot;
				},
				this.#host.fileSystem,
			);
			return stored && room && { stored, room };
		} catch (error) {
			this.#unusable(error);
			return null;
		}
	}

	/** The memory that was found; null if it cannot be used, and the log says why. */
	restore({ room }: FoundMemory): Memory | null {
		try {
			return room.memory();
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			this.#unusable(error);
			return null;
		}
	}

	#unusable(error: unknown): void {
		const why = error instanceof Failure ? error.detail : messageOf(error);
		this.#host.log("warn", `The memory on disk is not used, and is made anew: ${why}`);
	}

	/** @param version of the records */
	write(storage: string, stored: StoredMemory, version: number): Promise<WriteResult> {
		const begun = this.#host.now();
		this.#writing = this.#write(storage, stored)
			.then((result) => {
				if (result !== "written") return result;
				this.#version = version;
				this.#host.log("debug", `The memory was written in ${Math.round(this.#host.now() - begun)} ms.`);
				return result;
			})
			.catch((error: unknown): WriteResult => {
				this.#host.log("warn", `The memory cannot be written: ${messageOf(error)}`);
				return "failed";
			})
			.finally(() => {
				this.#writing = null;
				this.#writtenAt = this.#host.now();
				this.#host.wake();
			});
		return this.#writing;
	}

	async remove(storage: string): Promise<void> {
		const file = join(storage, storageFiles.memory);
		try {
			// Without a folder there is nothing to remove, and none is made for the lock.
			if ((await this.#identify(storage)) !== null)
				await this.#locked(storage, () => removeAtomic(file, this.#host.fileSystem));
			this.#known = null;
		} catch (error) {
			this.#host.log("warn", `The memory on disk cannot be deleted: ${messageOf(error)}`);
		}
	}

	#write(storage: string, stored: StoredMemory): Promise<WriteResult> {
		const file = join(storage, storageFiles.memory);
		return this.#locked(storage, async () => {
			const present = await this.#identify(file);
			if (present !== this.#known) {
				this.#known = present;
				return present === null ? "removed" : "changed";
			}
			await writeMemory(file, stored, this.#host.fileSystem);
			this.#known = await this.#identify(file);
			return "written";
		});
	}

	#locked<T>(storage: string, task: () => Promise<T>): Promise<T> {
		return withLock(join(storage, `${storageFiles.memory}.lock`), this.#host.fileSystem, task);
	}

	/** Each writing makes another file. */
	async #identify(path: string): Promise<string | null> {
		try {
			const { ino, mtimeMs, size } = await this.#host.fileSystem.stat(path);
			return `${ino} ${mtimeMs} ${size}`;
		} catch (error) {
			if (errorCode(error) === "ENOENT") return null;
			throw error;
		}
	}
}
