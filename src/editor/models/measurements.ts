/** What the completion process has measured of the files that were held out. Kept beside the model, for later windows. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import type { FilePerplexity, Measurements } from "../../domain/perplexities.ts";
import { storageFiles } from "../../domain/storage.ts";
import { removeAtomic, writeAtomically } from "../../platform/atomicFile.ts";
import { readMeasurements } from "../../protocol/perplexities.ts";
import type { Log } from "../shown.ts";

export interface MeasurementParts {
	/** Undefined where nothing is kept. */
	readonly storage: string | undefined;
	readonly log: Pick<Log, "warn">;
}

export class FileMeasurements implements vscode.Disposable {
	readonly #parts: MeasurementParts;
	readonly #changed = new vscode.EventEmitter<void>();
	readonly onDidChange = this.#changed.event;
	#measurements: Measurements | null = null;
	/** Writings run one after the other. */
	#writings: Promise<void> = Promise.resolve();

	constructor(parts: MeasurementParts) {
		this.#parts = parts;
	}

	get measurements(): Measurements | null {
		return this.#measurements;
	}

	/** Reads what an earlier window has kept. */
	async load(): Promise<void> {
		const { storage } = this.#parts;
		if (storage === undefined) return;
		const json = await readFile(join(storage, storageFiles.perplexities), "utf8").catch(() => "");
		this.#measurements ??= readMeasurements(json);
		this.#changed.fire();
	}

	/** @param trainedAt names the model that was measured; undefined: it is gone, and so are its numbers */
	receive(files: readonly FilePerplexity[], trainedAt: string | undefined): Promise<void> {
		if (trainedAt === undefined || files.length === 0) return Promise.resolve();
		const last = this.#measurements;
		const before = last?.now.trainedAt === trainedAt ? last.before : (last?.now ?? null);
		this.#measurements = { now: { trainedAt, files }, before };
		this.#changed.fire();
		return this.#write(this.#measurements);
	}

	/** The model is deleted. */
	async forget(): Promise<void> {
		this.#measurements = null;
		this.#changed.fire();
		await this.#writings;
		const { storage } = this.#parts;
		// A writing under way may have come after the folder was emptied.
		if (storage !== undefined) await removeAtomic(join(storage, storageFiles.perplexities)).catch(() => {});
	}

	dispose(): void {
		this.#changed.dispose();
	}

	#write(measurements: Measurements): Promise<void> {
		const { storage, log } = this.#parts;
		if (storage === undefined) return Promise.resolve();
		this.#writings = this.#writings.then(async () => {
			// It may have been forgotten meanwhile.
			if (this.#measurements !== measurements) return;
			try {
				const file = join(storage, storageFiles.perplexities);
				await writeAtomically(file, [Buffer.from(JSON.stringify(measurements))]);
			} catch (error) {
				log.warn(`What was measured of files cannot be kept: ${error instanceof Error ? error.message : error}`);
			}
		});
		return this.#writings;
	}
}
