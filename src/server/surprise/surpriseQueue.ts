/** The questions about surprise that are yet to be answered. */
import type { ServerMessage } from "../../protocol/server.ts";
import type { IdleWork } from "../idleWork.ts";
import { ServiceQueue } from "../services/service.ts";
import { type OtherFilesHost, OtherFilesMemory } from "./otherFiles.ts";
import {
	type SurpriseParts,
	type SurpriseQuestion,
	type SurpriseRequest,
	type SurpriseResult,
	SurpriseService,
} from "./surpriseService.ts";

export interface SurpriseQueueParts extends SurpriseParts, OtherFilesHost {
	/** Absolute path of the file that a document is, or is a part of; undefined: there is none on the disk. */
	file(document: string): string | undefined;
	send(message: ServerMessage): void;
	failed(error: unknown): void;
	/** There is new work. */
	wake(): void;
}

export class SurpriseQueue implements IdleWork {
	readonly #parts: SurpriseQueueParts;
	readonly #queue: ServiceQueue<SurpriseQuestion, SurpriseResult | null>;
	/** The memory that knows all files but for one. */
	#others: { readonly without: string; readonly memory: Promise<OtherFilesMemory> } | null = null;
	/** Calls of `restart` so far: a memory that was begun before the last one may know what is forgotten now. */
	#restarts = 0;

	constructor(parts: SurpriseQueueParts) {
		this.#parts = parts;
		this.#queue = new ServiceQueue<SurpriseQuestion, SurpriseResult | null>(new SurpriseService(parts), {
			answered: ({ request }, result) => this.#answer(request, result),
			failed: (error) => {
				parts.failed(error);
				return null;
			},
		});
	}

	add(request: SurpriseRequest): void {
		const without = this.#parts.file(request.document) ?? "";
		if (this.#others?.without !== without)
			this.#others = { without, memory: OtherFilesMemory.make(this.#parts, without) };
		const { memory } = this.#others;
		const restarts = this.#restarts;
		memory.then(
			(others) => {
				if (restarts !== this.#restarts) {
					this.add(request);
					return;
				}
				this.#queue.add({ request, others });
				this.#parts.wake();
			},
			(error: unknown) => {
				if (this.#others?.memory === memory) this.#others = null;
				this.#parts.failed(error);
				this.#answer(request, null);
			},
		);
	}

	/** The models have changed, and files may have been forgotten: all that is not answered yet is computed anew, with another memory. */
	restart(): void {
		this.#restarts++;
		this.#others = null;
		for (const { request } of this.#queue.takeBack()) this.add(request);
	}

	/** Nobody wants to see surprise any more: gives the memory back. */
	stop(): void {
		this.#others = null;
	}

	work(isOver: () => boolean): boolean {
		return this.#queue.work(isOver);
	}

	#answer({ type, id }: SurpriseRequest, result: SurpriseResult | null): void {
		if (result !== null) this.#parts.send({ id, ...result });
		else this.#parts.send({ type: type === "surprise" ? "surprised" : "expected", id, found: null });
	}
}
