/** What the memory uses of the process, and where it reports to. */
import type { LogisticCalibration } from "../../completion/calibration.ts";
import type { CorpusFileSystem } from "../../corpus/fileSystem.ts";
import type { MemoryState } from "../../domain/memory.ts";
import type { FilePerplexity } from "../../domain/perplexities.ts";
import type { AdaptiveModel, LanguageModel } from "../../model/languageModel.ts";
import type { Memory, MemoryOptions, MemoryRoom } from "../../model/memory/index.ts";
import type { FileSystem } from "../../platform/atomicFile.ts";

export interface MemoryHost {
	createMemory(options: MemoryOptions): Promise<Memory>;
	/** Rejects with a Failure if the snapshot does not fit; see `roomForMemory` in src/model/memory. */
	roomForMemory(head: Uint8Array, length: number, options: Pick<MemoryOptions, "mebibytes">): Promise<MemoryRoom>;
	/** The mixture of a network, if there is one, and a memory. */
	mix(network: LanguageModel | null, memory: Memory): AdaptiveModel;
	/** Used for an ensemble of which nothing better is known. */
	readonly calibration: LogisticCalibration;
	readonly fileSystem: CorpusFileSystem & FileSystem;
	/** A clock in ms. */
	now(): number;
	/** Runs `task` after this many ms; the result cancels it. */
	after(milliseconds: number, task: () => void): () => void;
}

/** Reports only: nothing is asked here. */
export interface MemoryOutput {
	/** There is new work to do. */
	wake(): void;
	state(state: MemoryState | null): void;
	/** How well the present network, and the memory, predict the files that were held out. */
	measured(files: readonly FilePerplexity[]): void;
	/** Messages may contain paths, never text. */
	log(level: "debug" | "info" | "warn" | "error", message: string): void;
}

/** What `promise` resolves to, or `otherwise` if that takes longer. */
export async function inTime<T>(
	{ after }: Pick<MemoryHost, "after">,
	promise: Promise<T>,
	milliseconds: number,
	otherwise: T,
): Promise<T> {
	let cancel: () => void = () => {};
	const late = new Promise<T>((resolve) => {
		cancel = after(milliseconds, () => resolve(otherwise));
	});
	const result = await Promise.race([promise, late]);
	cancel();
	return result;
}

/** What an error says; errors here never quote the text that they arose from. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
