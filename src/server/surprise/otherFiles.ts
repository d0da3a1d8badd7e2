/**
 * A memory that knows the files of the workspace but for one. The memory in use knows an open file by heart and cannot
 * unlearn it, so a small one of its own learns the others.
 */
import type { Memory } from "../../model/memory/index.ts";
import type { MemoryPrior } from "../../model/memory/prior.ts";
import { LearningTask, memoryLearner } from "../memory/lines/learningTask.ts";
import type { MemoryHost } from "../memory/memoryHost.ts";
import type { TuningSample } from "../memory/tuningSample.ts";

export interface OtherFilesHost extends Pick<MemoryHost, "createMemory"> {
	/** Text of the files that are learned from, but for one. */
	others(without: string): Promise<TuningSample>;
	/** What the memory in use weighs with, which suits the network; null: there is none. */
	mixer(): MemoryPrior | null;
}

export class OtherFilesMemory {
	readonly memory: Memory;
	/** Whether there are other files. */
	readonly knowsFiles: boolean;
	readonly #learning: Generator<undefined, Uint8Array>;
	readonly #mixer: () => MemoryPrior | null;
	#snapshot: Uint8Array | null = null;

	static async make(host: OtherFilesHost, without: string): Promise<OtherFilesMemory> {
		const sample = await host.others(without);
		const { mebibytes, expectedBytes } = sample;
		return new OtherFilesMemory(host, sample, await host.createMemory({ mebibytes, expectedBytes }));
	}

	private constructor(host: OtherFilesHost, { seen }: TuningSample, memory: Memory) {
		this.memory = memory;
		this.knowsFiles = seen.length > 0;
		this.#mixer = () => host.mixer();
		this.#learning = this.#learn(seen);
	}

	/** Weighs as the memory in use does; what learns without a network forgets how to. */
	weigh(): void {
		const state = this.#mixer();
		if (state !== null) this.memory.restoreMixer(state);
	}

	/** Forgets what was learned of the document that was read last. The first time it learns the files; yields after steps of a millisecond or two. */
	*prepare(): Generator<undefined, void> {
		while (this.#snapshot === null) {
			const step = this.#learning.next();
			if (step.done) this.#snapshot = step.value;
			yield;
		}
		this.memory.rewind(this.#snapshot);
	}

	*#learn(documents: TuningSample["seen"]): Generator<undefined, Uint8Array> {
		const learner = memoryLearner(this.memory);
		for (const { bytes, skip } of documents) {
			const task = new LearningTask([{ before: bytes.subarray(0, skip), text: bytes.subarray(skip) }]);
			for (; !task.isOver; yield) task.step(learner);
		}
		this.weigh();
		// A view would change with what is learned next.
		return this.memory.snapshot().slice();
	}
}
