/**
 * Keeps what became of suggestions from one process to the next: a small file beside the memory with the probability that
 * was stated for each of the last suggestions and whether it was right. It holds numbers only, and the name of the
 * network that they belong to.
 */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { storageFiles } from "../domain/storage.ts";
import { errorCode, removeAtomic, writeAtomically } from "../platform/atomicFile.ts";
import { parseShallowJson } from "../platform/shallowJson.ts";
import type { Outcome } from "../tuning/calibrationFit.ts";
import type { Experience } from "../tuning/experience.ts";
import type { IdleWork } from "./idleWork.ts";
import { type MemoryHost, type MemoryOutput, messageOf } from "./memory/memoryHost.ts";

export type ExperienceHost = Pick<MemoryHost, "fileSystem" | "now"> & Pick<MemoryOutput, "log">;

/** A crash loses the outcomes of this time, ms. */
const writePauseMs = 600_000;
/** Bytes; a file of this version has a few thousand. A larger one is not read. */
const largestFile = 2 ** 18;
/** Objects and arrays in one another: the file, its list, a pair. */
const deepestExperience = 3;
/** Significant digits of a probability. */
const digits = 4;

export class ExperienceStore implements IdleWork {
	readonly #experience: Experience;
	readonly #host: ExperienceHost;
	/** Folder of the file; null: nothing is kept. */
	#storage: string | null = null;
	/** Names the network whose suggestions are watched; "" if there is none. */
	#network = "";
	/** Outcomes that the file lacks. */
	#unsaved = 0;
	#writtenAt: number;
	/** How often all was forgotten: what was being read at the time is forgotten, too. */
	#forgotten = 0;
	/** Operations on the file run one after the other. */
	#operations: Promise<void> = Promise.resolve();

	constructor(experience: Experience, host: ExperienceHost) {
		this.#experience = experience;
		this.#host = host;
		this.#writtenAt = host.now();
	}

	/** From now on outcomes are kept in this folder; null: nowhere. Those that are kept there already count, too. */
	keepIn(storage: string | null): void {
		if (storage === this.#storage) return;
		this.#storage = storage;
		this.#recall();
	}

	/** From now on suggestions are those of this network. */
	use(network: string): void {
		if (network === this.#network) return;
		this.#experience.forget();
		this.#unsaved = 0;
		this.#network = network;
		this.#recall();
	}

	add(outcome: Outcome): void {
		this.#experience.add(outcome);
		this.#unsaved++;
	}

	/** Begins to write the file if that is due; the disk does the rest. */
	work(): boolean {
		if (this.#unsaved === 0 || this.#storage === null || this.#host.now() < this.#writtenAt + writePauseMs)
			return false;
		void this.#write();
		return true;
	}

	/** Resolves once nothing is left, on disk either. */
	forget(): Promise<void> {
		this.#forgotten++;
		this.#experience.forget();
		this.#unsaved = 0;
		const file = this.#file;
		if (file !== null) this.#do("deleted", () => removeAtomic(file, this.#host.fileSystem));
		return this.#operations;
	}

	/** Writes what is not kept yet. */
	close(): Promise<void> {
		return this.#unsaved === 0 ? this.#operations : this.#write();
	}

	get #file(): string | null {
		return this.#storage === null ? null : join(this.#storage, storageFiles.experience);
	}

	#recall(): void {
		const storage = this.#storage;
		const network = this.#network;
		const forgotten = this.#forgotten;
		const file = this.#file;
		if (file === null) return;
		this.#do("read", async () => {
			const outcomes = await this.#read(file, network);
			const isWanted = storage === this.#storage && network === this.#network && forgotten === this.#forgotten;
			if (isWanted) this.#experience.recall(outcomes);
		});
	}

	async #read(file: string, network: string): Promise<readonly Outcome[]> {
		const { fileSystem } = this.#host;
		try {
			const { size } = await fileSystem.stat(file);
			if (size > largestFile) throw new UnusableExperience("it is too large");
			return outcomesIn(await fileSystem.readFile(file, "utf8"), network);
		} catch (error) {
			if (errorCode(error) === "ENOENT") return [];
			throw error;
		}
	}

	#write(): Promise<void> {
		const file = this.#file;
		if (file === null) return this.#operations;
		this.#writtenAt = this.#host.now();
		this.#do("written", async () => {
			const { outcomes } = this.#experience;
			const written = this.#unsaved;
			const json = JSON.stringify({
				network: this.#network,
				outcomes: outcomes.map(({ stated, isRight }) => [Number(stated.toPrecision(digits)), Number(isRight)]),
			});
			await writeAtomically(file, [Buffer.from(`${json}\n`)], this.#host.fileSystem);
			this.#unsaved = Math.max(0, this.#unsaved - written);
		});
		return this.#operations;
	}

	#do(what: string, operation: () => Promise<void>): void {
		this.#operations = this.#operations.then(operation).catch((error: unknown) => {
			this.#host.log("warn", `What became of earlier suggestions cannot be ${what}: ${messageOf(error)}`);
		});
	}
}

/** Says why a file cannot be used, and quotes nothing of its content. */
class UnusableExperience extends Error {}

/**
 * None if they are of another network.
 *
 * @throws {UnusableExperience}
 */
function outcomesIn(text: string, network: string): Outcome[] {
	const kept = parse(text);
	if (typeof kept !== "object" || kept === null || !("network" in kept && "outcomes" in kept)) throw unknownKind();
	if (kept.network !== network) return [];
	if (!Array.isArray(kept.outcomes)) throw unknownKind();
	return kept.outcomes.map((pair: unknown) => {
		const [stated, isRight] = Array.isArray(pair) ? (pair as readonly unknown[]) : [];
		const isSound = typeof stated === "number" && stated >= 0 && stated <= 1 && (isRight === 0 || isRight === 1);
		if (!isSound) throw unknownKind();
		return { stated, isRight: isRight === 1 };
	});
}

/** Undefined if it is no JSON: the error of the parser would quote it. */
function parse(text: string): unknown {
	try {
		return parseShallowJson(text, deepestExperience);
	} catch {
		return undefined;
	}
}

function unknownKind(): UnusableExperience {
	return new UnusableExperience("it is of another kind");
}
