/** The files of what a workspace has learned. They lie in one folder, which belongs to Inkling alone. */
import * as fileSystem from "node:fs/promises";
import { join } from "node:path";
import type { CorpusReport } from "../../domain/corpus.ts";
import type { TrainingCurve } from "../../domain/curve.ts";
import { storageFiles, trainingLock } from "../../domain/storage.ts";
import { makeFolder, privateFile, removeAbandoned, renamePatiently, temporaryName } from "../../platform/atomicFile.ts";
import { Failure } from "../../platform/failure.ts";
import { withLockAtOnce } from "../../platform/fileLock.ts";
import { readCorpusReport } from "../../protocol/corpusReport.ts";
import { readCurves } from "../../protocol/curves.ts";

const { chmod, readFile, rm, stat } = fileSystem;

/** Far above the largest model that Inkling can train. A larger file would be copied only to be refused. */
const LARGEST_MODEL_BYTES = 2 ** 30;

/** What belongs to the model, and is wrong beside another one. */
const ofModel = [storageFiles.training, storageFiles.corpus, storageFiles.curves, storageFiles.settled] as const;

export class ModelStore {
	readonly folder: string;
	readonly #rename: typeof renamePatiently;
	#hasModel = false;
	#hasTraining = false;

	constructor(folder: string, rename = renamePatiently) {
		this.folder = folder;
		this.#rename = rename;
	}

	get modelFile(): string {
		return join(this.folder, storageFiles.model);
	}

	/** There is a model, as of the last `refresh`. */
	get hasModel(): boolean {
		return this.#hasModel;
	}

	/** There is a training to go on with, as of the last `refresh`. */
	get hasTraining(): boolean {
		return this.#hasTraining;
	}

	/** Looks at the disk. */
	async refresh(): Promise<void> {
		[this.#hasModel, this.#hasTraining] = await Promise.all([
			isFile(this.modelFile),
			isFile(join(this.folder, storageFiles.training)),
		]);
	}

	/**
	 * Makes the folder.
	 *
	 * @throws {Failure} if it cannot
	 */
	async prepare(): Promise<void> {
		await makeFolder(this.folder).catch(fail(this.folder));
	}

	/**
	 * Deletes or replaces files while nobody trains in this folder, in whichever window: a training would bring back what it has read.
	 * One that would begin meanwhile is refused.
	 *
	 * @throws {Failure} trainedElsewhere while a process trains, before `action` has begun
	 */
	async untrained<T>(action: () => Promise<T>): Promise<T> {
		return withLockAtOnce(join(this.folder, trainingLock), fileSystem, action, (cause, isHeld) => {
			if (isHeld) throw new Failure("trainedElsewhere", "", { cause });
			// A full disk takes no lock, and no training either; deleting makes room.
			return action();
		});
	}

	/**
	 * Has `copy` write a model from elsewhere into a file of this folder that no other import uses, in whichever window, and answers
	 * with its path. Nothing is replaced yet.
	 */
	async receive(bytes: number, copy: (file: string) => PromiseLike<void>): Promise<string> {
		if (bytes > LARGEST_MODEL_BYTES) throw new Failure("modelBroken", "it is too large");
		await this.prepare();
		const file = join(this.folder, "imported.safetensors");
		const candidate = temporaryName(file);
		try {
			await removeAbandoned(file);
			await copy(candidate);
			// A copy may be as open to others as the file that it is of.
			await chmod(candidate, privateFile);
		} catch (error) {
			await this.discard(candidate);
			throw storageFailure(error, this.folder);
		}
		return candidate;
	}

	/** Puts a received model in the place of the present one, and deletes what belonged to that. */
	async install(candidate: string): Promise<void> {
		// First what belongs to the old model: without it the old model is whole, with a new one it would be wrong.
		const undo = await this.#move(ofModel);
		try {
			await this.#rename(candidate, this.modelFile);
		} catch (error) {
			await undo();
			throw storageFailure(error, this.folder);
		}
		await rm(this.#aside, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
		await this.refresh();
	}

	/**
	 * Takes the model and all that belongs to it out of use; `removeAll` then deletes it. If one file cannot be moved,
	 * all stay where they are.
	 */
	async setAside(): Promise<void> {
		await this.#move([storageFiles.model, ...ofModel]);
		await this.refresh();
	}

	async discard(candidate: string): Promise<void> {
		await rm(candidate, { force: true }).catch(() => {});
	}

	/** Nothing of what was learned remains. */
	async removeAll(): Promise<void> {
		await rm(this.folder, { recursive: true, force: true, maxRetries: 3 }).catch(fail(this.folder));
		await this.refresh();
	}

	get #aside(): string {
		return join(this.folder, "deleted");
	}

	/** Moves the files that there are out of use, all or none; answers with what moves them back. */
	async #move(names: readonly string[]): Promise<() => Promise<void>> {
		const moved: string[] = [];
		const undo = async (): Promise<void> => {
			for (const name of moved) await this.#rename(join(this.#aside, name), join(this.folder, name)).catch(() => {});
		};
		try {
			for (const name of names) {
				if (!(await isFile(join(this.folder, name)))) continue;
				await makeFolder(this.#aside);
				await this.#rename(join(this.folder, name), join(this.#aside, name));
				moved.push(name);
			}
		} catch (error) {
			await undo();
			throw storageFailure(error, this.folder);
		}
		return undo;
	}

	/** The learning curves of the trainings so far, the oldest first. */
	async curves(): Promise<readonly TrainingCurve[]> {
		return readCurves(await readFile(join(this.folder, storageFiles.curves), "utf8").catch(() => ""));
	}

	/** Bytes that each file takes on disk; a file that is not there is left out. */
	async sizes(): Promise<ReadonlyMap<keyof typeof storageFiles, number>> {
		const names = Object.keys(storageFiles) as (keyof typeof storageFiles)[];
		const sizes = new Map<keyof typeof storageFiles, number>();
		await Promise.all(
			names.map(async (name) => {
				const found = await stat(join(this.folder, storageFiles[name])).catch(() => undefined);
				if (found?.isFile()) sizes.set(name, found.size);
			}),
		);
		return sizes;
	}

	/** The files that the last training used; undefined if there is no readable report. */
	async corpusReport(): Promise<CorpusReport | undefined> {
		return this.#report(storageFiles.corpus);
	}

	/** The files of the last training, if it found nothing more to gain; undefined if there may be more, or there was none. */
	async settledReport(): Promise<CorpusReport | undefined> {
		return this.#report(storageFiles.settled);
	}

	async #report(name: string): Promise<CorpusReport | undefined> {
		return readCorpusReport(await readFile(join(this.folder, name), "utf8").catch(() => ""));
	}
}

async function isFile(path: string): Promise<boolean> {
	try {
		return (await stat(path)).isFile();
	} catch {
		return false;
	}
}

function fail(folder: string): (error: unknown) => never {
	return (error) => {
		throw storageFailure(error, folder);
	};
}

/** What an error of the file system means for the folder. */
function storageFailure(error: unknown, folder: string): Failure {
	if (error instanceof Failure) return error;
	const code = (error as NodeJS.ErrnoException).code;
	if (code === "ENOSPC" || code === "EDQUOT") return new Failure("storageFull", folder, { cause: error });
	if (code === "EROFS" || code === "EACCES" || code === "EPERM")
		return new Failure("storageReadOnly", folder, { cause: error });
	return new Failure("storageFailed", error instanceof Error ? error.message : String(error), { cause: error });
}
