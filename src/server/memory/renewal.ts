/**
 * Forgets text that is gone: files that were deleted, lines that were rewritten. A memory cannot unlearn, as its counts do
 * not say which text they come from. So a second memory learns, in idle time, what is there now, and takes the place of
 * the first. What is gone for a short time only, as at a change of branches, is not forgotten: the less of the memory is
 * gone, the longer it waits.
 */
import type { Workspace } from "../../domain/memory.ts";
import type { Memory } from "../../model/memory/index.ts";
import { memoryLearner } from "./lines/learningTask.ts";
import { LineRecords } from "./lines/lineRecords.ts";
import { type MemoryHost, type MemoryOutput, messageOf } from "./memoryHost.ts";
import { WorkspaceIndex } from "./workspaceIndex.ts";

export type RenewalHost = MemoryHost & Pick<MemoryOutput, "wake" | "log">;

/** Bytes of text. */
export interface KnownText {
	/** Learned by the memory. */
	readonly learned: number;
	/** Of what it learned, that which is still there, about. */
	readonly present: number;
}

/** A memory of what is there now. */
export interface RenewedMemory {
	readonly memory: Memory;
	readonly records: LineRecords;
	readonly expectedBytes: number;
	readonly characters: number;
}

/** Least time that text is gone before it is forgotten, ms: longer than a look through the folders is put off. */
const leastWaitMs = 10_000;
/** Bytes that a memory learns in a millisecond. */
const bytesPerMs = 1024;
/** Fewer bytes are not worth another memory: what is present is known within some bytes only. */
const fewBytes = 64;

interface Run {
	readonly end: AbortController;
	/** Null until the files are found. */
	work: { readonly renewed: Omit<RenewedMemory, "characters">; readonly index: WorkspaceIndex } | null;
}

export class Renewal {
	readonly #host: RenewalHost;
	#run: Run | null = null;
	/** Since when text is gone, ms; null: none is. */
	#since: number | null = null;
	/** Bytes that a new memory seems to have learned beyond what is present. */
	#error = 0;
	#cancelTimer: (() => void) | null = null;

	constructor(host: RenewalHost) {
		this.#host = host;
	}

	/**
	 * Whether it is time to forget. Of a memory of which a hundredth is gone, at most about a hundredth of the time is spent
	 * on learning anew. If it is not time yet, the host is woken then.
	 */
	#isDue({ learned, present }: KnownText): boolean {
		const gone = learned - present - this.#error;
		if (gone < fewBytes) {
			this.#since = null;
			return false;
		}
		const now = this.#host.now();
		this.#since ??= now;
		const due = this.#since + leastWaitMs + ((present / bytesPerMs) * learned) / gone;
		if (now >= due) return true;
		this.#cancelTimer?.();
		this.#cancelTimer = this.#host.after(due - now, () => {
			this.#cancelTimer = null;
			this.#host.wake();
		});
		return false;
	}

	#begin({ folders, rules, memoryMiB }: Workspace, expectedBytes: number): void {
		this.stop();
		const run: Run = { end: new AbortController(), work: null };
		this.#run = run;
		const make = async (): Promise<void> => {
			// On a disk that is away for a while, everything seems to be gone.
			await Promise.all(folders.map(({ path }) => this.#host.fileSystem.readdir(path)));
			const memory = await this.#host.createMemory({ mebibytes: memoryMiB, expectedBytes });
			if (run.end.signal.aborted) return;
			const records = new LineRecords();
			const index = new WorkspaceIndex(records, this.#host);
			run.end.signal.addEventListener("abort", () => index.stop());
			index.begin(folders, rules, true);
			if ((await index.find()) === 0) throw new Error("no text is left");
			run.work = { renewed: { memory, records, expectedBytes }, index };
			this.#host.wake();
		};
		make().catch((error: unknown) => {
			if (run.end.signal.aborted) return;
			this.stop();
			this.#host.log("debug", `Text that is gone is not forgotten now: ${messageOf(error)}`);
		});
	}

	/**
	 * Works until the time is over. Returns the new memory once it knows all, else whether anything was done.
	 *
	 * @param known by the memory in use
	 * @param expectedBytes that it was made for
	 */
	work(known: KnownText, workspace: Workspace, expectedBytes: number, isOver: () => boolean): RenewedMemory | boolean {
		if (this.#run === null && this.#isDue(known)) this.#begin(workspace, expectedBytes);
		if (!this.#run?.work) return false;
		const { renewed, index } = this.#run.work;
		const learner = memoryLearner(renewed.memory);
		if (index.work({ memory: learner, mixture: learner }, isOver)) return true;
		if (!index.isResting) return false;
		this.stop();
		this.#error = renewed.memory.learned - renewed.records.presentBytes;
		return { ...renewed, characters: index.characters };
	}

	/** Stops what is under way; the memory in use is another one now, or knows the same as before. */
	stop(): void {
		this.#run?.end.abort();
		this.#run = null;
		this.#since = null;
		this.#error = 0;
	}
}
