/**
 * A thread that counts beside the one that a memory belongs to (src/kernels/memory/counting). It is a help and no more: without it
 * the same is counted by the other.
 */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { CounterData } from "./counter.ts";

/** The bundle lies beside the other bundles, the source beside this file. */
const counterFile = join(import.meta.dirname, import.meta.dirname.endsWith("memory") ? "counter.ts" : "counter.cjs");

/** Bytes indexed alone before a thread is worth its start, which takes as much processor time as these. */
const worthBytes = 32_768;
/** Of the thread without work, before it ends: the 5 MiB that it takes are wanted when all is read, to tune the ensemble. */
const patience = 250_000_000n;

export class CounterThread {
	readonly #data: CounterData;
	readonly #file: string;
	/** Bytes indexed since there was a thread, if there is none. */
	#alone: number | null = 0;
	#thread: Worker | null = null;

	/** @param file script of the thread */
	constructor(data: Omit<CounterData, "patience">, file = counterFile) {
		this.#data = { ...data, patience };
		this.#file = file;
	}

	/** Takes note that so many bytes are indexed, and starts the thread if there are many. */
	note(bytes: number): void {
		if (this.#alone === null) return;
		this.#alone += bytes;
		if (this.#alone >= worthBytes) this.#start();
	}

	#start(): void {
		this.#alone = null;
		try {
			this.#thread = new Worker(this.#file, { workerData: this.#data, stdin: false });
		} catch {
			// The system gives no more threads: none is tried again.
			return;
		}
		this.#thread.unref();
		// A thread that fails has not begun to count, and is not tried again.
		this.#thread.on("error", () => {
			this.#thread = null;
		});
		this.#thread.on("exit", () => {
			if (this.#thread !== null) this.#alone = 0;
			this.#thread = null;
		});
	}
}
