/**
 * What a workspace has learned, on disk. All of it lies in one folder that belongs to Inkling alone.
 */
import { mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { CorpusReport } from "../../domain/corpus.ts";
import { storageFiles } from "../../domain/storage.ts";
import { Failure } from "../../platform/failure.ts";

/** Far above any model that this extension can train; a larger file is not copied only to be refused. */
const LARGEST_MODEL_BYTES = 2 ** 30;

export class ModelStore {
	readonly folder: string;
	#hasModel = false;
	#hasTraining = false;

	constructor(folder: string) {
		this.folder = folder;
	}

	get modelFile(): string {
		return join(this.folder, storageFiles.model);
	}

	/** A model to complete with; as of the last `refresh`. */
	get hasModel(): boolean {
		return this.#hasModel;
	}

	/** The state of a training that can be gone on with; as of the last `refresh`. */
	get hasTraining(): boolean {
		return this.#hasTraining;
	}

	/** Looks what is there. */
	async refresh(): Promise<void> {
		[this.#hasModel, this.#hasTraining] = await Promise.all([
			isFile(this.modelFile),
			isFile(join(this.folder, storageFiles.training)),
		]);
	}

	/** Makes the folder. Throws a `Failure` that says why not. */
	async prepare(): Promise<void> {
		await mkdir(this.folder, { recursive: true }).catch(fail(this.folder));
	}

	/** Where `copy` is asked to put a model from elsewhere, to be looked at before it is installed. */
	async receive(bytes: number, copy: (file: string) => PromiseLike<void>): Promise<string> {
		if (bytes > LARGEST_MODEL_BYTES) throw new Failure("modelBroken", "it is too large");
		await this.prepare();
		const candidate = join(this.folder, "imported.safetensors");
		try {
			await copy(candidate);
		} catch (error) {
			await this.discard(candidate);
			throw storageFailure(error, this.folder);
		}
		return candidate;
	}

	/** Puts a received model in the place of the present one; what else was known of that one goes. */
	async install(candidate: string): Promise<void> {
		// First what belongs to the old model: without it the old model is whole, with a new one it would be wrong.
		for (const name of [storageFiles.training, storageFiles.corpus])
			await rm(join(this.folder, name), { force: true }).catch(fail(this.folder));
		await rename(candidate, this.modelFile).catch(fail(this.folder));
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

	/** What the last training used, if there is a readable report. */
	async corpusReport(): Promise<CorpusReport | undefined> {
		try {
			return JSON.parse(await readFile(join(this.folder, storageFiles.corpus), "utf8")) as CorpusReport;
		} catch {
			return undefined;
		}
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

/** Says what an error of the file system means for the one folder that is written to. */
function storageFailure(error: unknown, folder: string): Failure {
	if (error instanceof Failure) return error;
	const code = (error as NodeJS.ErrnoException).code;
	if (code === "ENOSPC" || code === "EDQUOT") return new Failure("storageFull", folder, { cause: error });
	if (code === "EROFS" || code === "EACCES" || code === "EPERM")
		return new Failure("storageReadOnly", folder, { cause: error });
	return new Failure("storageFailed", error instanceof Error ? error.message : String(error), { cause: error });
}
