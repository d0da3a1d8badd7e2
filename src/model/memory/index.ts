/**
 * The memory: a language model that counts which bits followed which contexts. It needs no training and knows a text once it
 * has read it. The arithmetic is in `src/kernels/memory`.
 */
import { SYMBOLS } from "../../engines/engine.ts";
import { hasSeveralCores } from "../../platform/cores.ts";
import { Failure } from "../../platform/failure.ts";
import { compileKernels, type KernelBuild } from "../../platform/wasmModules.ts";
import type { NetworkState } from "../languageModel.ts";
import { CounterThread } from "./counterThread.ts";
import type { MemoryKernels } from "./kernels.ts";
import type { Cursor, Lesson, Memory, MemoryOptions, MemoryRoom, MixerState } from "./memory.ts";
import { type MemoryPrior, shippedMemoryPrior } from "./prior.ts";
import { arePossible, areSame, fixedBytes, type MemorySizes, sizesFor, variableBytes } from "./sizes.ts";
import { readSnapshotHeader, snapshotHeaderBytes, writeSnapshotHeader } from "./snapshot.ts";

export type * from "./memory.ts";

/** @throws {Failure} `noSimd` where it cannot run, `badArgument` where there is no room for it */
export async function createMemory({
	mebibytes,
	expectedBytes,
	prior,
	threads,
	builds,
}: MemoryOptions): Promise<Memory> {
	const taken = prior === undefined ? await shippedMemoryPrior() : prior;
	return WasmMemory.make(sizesFor(mebibytes, expectedBytes), taken, {
		builds,
		isShared: threads === 2 && hasSeveralCores(),
	});
}

/** Compiles, ahead of time, what `roomForMemory` runs; where that fails, so will `roomForMemory`. */
export async function prepareForMemory(): Promise<void> {
	await compileKernels(undefined, "memory").catch(() => undefined);
}

/**
 * Makes room for a snapshot.
 *
 * @param head its first bytes, `snapshotHeaderBytes` or more
 * @param length of all of it
 * @throws {Failure} `memoryBroken` if it is no snapshot, or larger than allowed; else as `createMemory`
 */
export async function roomForMemory(
	head: Uint8Array,
	length: number,
	{ mebibytes, builds }: Pick<MemoryOptions, "mebibytes" | "builds">,
): Promise<MemoryRoom> {
	const { sizes } = readSnapshotHeader(head);
	if (!arePossible(sizes, mebibytes)) throw new Failure("memoryBroken", "it has another size than is set");
	// Checked before a memory of that size is allocated.
	if (length - snapshotHeaderBytes < variableBytes(sizes)) throw new Failure("memoryBroken", "it is cut off");
	return (await WasmMemory.make(sizes, null, { builds, isShared: false })).room(length);
}

/**
 * Makes a memory from a copy of a snapshot.
 *
 * @throws {Failure} as `roomForMemory` and what it gives
 */
export async function restoreMemory(
	snapshot: Uint8Array,
	options: Pick<MemoryOptions, "mebibytes" | "builds">,
): Promise<Memory> {
	const room = await roomForMemory(snapshot, snapshot.length, options);
	room.snapshot.set(snapshot);
	return room.memory();
}

/** Bytes of text copied into the module at a time. */
const pieceBytes = 4096;
/** Of a byte. */
const BITS = 8;
/** So many bytes have as many bits as a distribution has numbers. */
const toldBytes = SYMBOLS / BITS;
/** While indexing, one piece in so many teaches the mixer, which the prior has taught most already (bench/NOTES.md). */
const indexPiece = 512;
const piecesPerLesson = 32;
/** The second half of a byte is not predicted where the first is less probable than this. */
const predictionFloor = 2e-4;

function noRoom(sizes: MemorySizes, cause: unknown): Failure {
	const size = Math.ceil(variableBytes(sizes) / 2 ** 20);
	return new Failure("badArgument", `There is no room for a memory of ${size} MiB`, { cause });
}

/** Pages to begin with, and the most that a memory of these sizes may take. */
function sharedPages(sizes: MemorySizes): { readonly initial: number; readonly maximum: number } {
	return { initial: 1, maximum: Math.ceil((variableBytes(sizes) + fixedBytes) / 65536) };
}

class WasmMemory implements Memory {
	readonly #module: WebAssembly.Module;
	readonly #prior: MemoryPrior | null;
	readonly #memory: WebAssembly.Memory;
	readonly #counter: CounterThread | null;
	#kernels: MemoryKernels;
	readonly #sizes: MemorySizes;
	readonly #begin: number;
	readonly #end: number;
	readonly #bytes: Uint8Array;
	readonly #floats: Float32Array;
	readonly #cursorBytes: number;
	/** Addresses of arguments and results. */
	readonly #cursor: number;
	readonly #text: number;
	readonly #network: number;
	readonly #state: number;
	readonly #out: number;

	static async make(
		sizes: MemorySizes,
		prior: MemoryPrior | null,
		{ builds, isShared }: { readonly builds: readonly KernelBuild[] | undefined; readonly isShared: boolean },
	): Promise<WasmMemory> {
		const { module } = await compileKernels(builds, isShared ? "sharedMemory" : "memory");
		const counter = isShared ? (await compileKernels(builds, "counter")).module : null;
		let memory: WasmMemory;
		try {
			memory = new WasmMemory(module, sizes, prior, counter);
		} catch (error) {
			throw noRoom(sizes, error);
		}
		if (prior !== null) memory.restoreMixer(prior);
		return memory;
	}

	/** @param counter what another thread runs; null: there is none */
	private constructor(
		module: WebAssembly.Module,
		sizes: MemorySizes,
		prior: MemoryPrior | null,
		counter: WebAssembly.Module | null,
	) {
		this.#memory = new WebAssembly.Memory(counter === null ? { initial: 1 } : { ...sharedPages(sizes), shared: true });
		this.#module = module;
		this.#prior = prior;
		this.#sizes = sizes;
		const { kernels, end } = this.#instantiated();
		this.#kernels = kernels;
		this.#end = end;
		this.#begin = kernels.begin();
		this.#cursorBytes = kernels.cursorBytes();
		this.#cursor = kernels.reserve(this.#cursorBytes);
		this.#text = kernels.reserve(pieceBytes);
		this.#network = kernels.reserve(SYMBOLS * 4);
		this.#state = kernels.reserve(kernels.networkUnits() * 4);
		this.#out = kernels.reserve(SYMBOLS * 4);
		const { slotBits } = sizes;
		const place = { memory: this.#memory, slotBits, table: kernels.table(), queue: kernels.queue() };
		this.#counter = counter === null ? null : new CounterThread({ module: counter, ...place });
		// The module's memory does not grow from here on.
		this.#bytes = new Uint8Array(kernels.memory.buffer);
		this.#floats = new Float32Array(kernels.memory.buffer);
	}

	/** Kernels on the memory, which must be zero, with the state laid out up to `end`. */
	#instantiated(): { readonly kernels: MemoryKernels; readonly end: number } {
		const instance = new WebAssembly.Instance(this.#module, { env: { memory: this.#memory } });
		const kernels = instance.exports as unknown as MemoryKernels;
		const { slotBits, textBits, indexBits, apmBits } = this.#sizes;
		return { kernels, end: kernels.make(slotBits, textBits, indexBits, apmBits) };
	}

	get learned(): number {
		return this.#kernels.bytesLearned() >>> 0;
	}

	get size(): number {
		return this.#bytes.length;
	}

	start(): Cursor {
		return new Uint8Array(this.#cursorBytes);
	}

	read(cursor: Cursor, bytes: Uint8Array): Cursor {
		this.#load(cursor);
		for (const count of this.#pieces(bytes, pieceBytes)) this.#kernels.advance(this.#cursor, this.#text, count);
		return this.#stored();
	}

	predict(cursor: Cursor, network: Float32Array | null, state?: NetworkState): Float32Array {
		this.#load(cursor);
		this.#setNetwork(network, state);
		this.#kernels.distribution(this.#cursor, this.#out, predictionFloor);
		return this.#floats.slice(this.#out / 4, this.#out / 4 + SYMBOLS);
	}

	learnByte(cursor: Cursor, byte: number, network: Float32Array | null, state?: NetworkState): Lesson {
		this.#load(cursor);
		this.#setNetwork(network, state);
		this.#bytes[this.#text] = byte;
		const nats = this.#kernels.learnBytes(this.#cursor, this.#text, 1);
		if (network !== null && state !== undefined) this.#kernels.learnNetworkCorrection(byte, state.network);
		return { cursor: this.#stored(), nats };
	}

	learn(cursor: Cursor, bytes: Uint8Array): Lesson {
		this.#load(cursor);
		this.#setNetwork(null);
		let nats = 0;
		for (const count of this.#pieces(bytes, pieceBytes)) {
			nats += this.#kernels.learnBytes(this.#cursor, this.#text, count);
		}
		return { cursor: this.#stored(), nats };
	}

	learnTelling(cursor: Cursor, bytes: Uint8Array): { cursor: Cursor; odds: Int8Array } {
		this.#load(cursor);
		this.#setNetwork(null);
		const odds = new Int8Array(bytes.length * BITS);
		let at = 0;
		for (const count of this.#pieces(bytes, toldBytes)) {
			this.#kernels.learnBytesTelling(this.#cursor, this.#text, count, this.#out);
			const told = this.#floats.subarray(this.#out / 4, this.#out / 4 + count * BITS);
			for (const value of told) odds[at++] = Math.round(10 * value);
		}
		return { cursor: this.#stored(), odds };
	}

	index(cursor: Cursor, bytes: Uint8Array): Cursor {
		this.#counter?.note(bytes.length);
		this.#load(cursor);
		this.#setNetwork(null);
		for (const count of this.#pieces(bytes, indexPiece)) {
			if (Math.floor(this.learned / indexPiece) % piecesPerLesson === 0) {
				this.#kernels.teachBytes(this.#cursor, this.#text, count);
			} else this.#kernels.noteBytes(this.#cursor, this.#text, count);
		}
		return this.#stored();
	}

	snapshot(): Uint8Array {
		this.#kernels.finishCounting();
		const snapshot = this.#snapshot;
		const knowsNetwork = Boolean(this.#kernels.knowsNetwork());
		writeSnapshotHeader(snapshot, { sizes: this.#sizes, learned: this.learned, knowsNetwork });
		return snapshot;
	}

	rewind(snapshot: Uint8Array): void {
		this.#kernels.finishCounting();
		const own = this.#snapshot;
		if (snapshot.length !== own.length) throw new Failure("memoryBroken", "it is cut off");
		own.set(snapshot);
		this.#settle();
	}

	/** Of a memory that knows nothing yet. */
	room(length: number): MemoryRoom {
		const snapshot = this.#snapshot;
		if (snapshot.length !== length) throw new Failure("memoryBroken", "it is cut off");
		return {
			snapshot,
			memory: () => {
				this.#settle();
				return this;
			},
		};
	}

	/** A view: a copy would be as large as everything else in the process. */
	get #snapshot(): Uint8Array {
		return this.#bytes.subarray(this.#begin - snapshotHeaderBytes, this.#end);
	}

	/** Takes over the snapshot that lies in the module now. @throws {Failure} `memoryBroken` */
	#settle(): void {
		const { sizes, learned, knowsNetwork } = readSnapshotHeader(this.#snapshot);
		if (!areSame(sizes, this.#sizes)) throw new Failure("memoryBroken", "it has another size than is set");
		// Every value of all else is possible.
		if (!this.#kernels.isSound()) throw new Failure("memoryBroken", "its weights are no numbers");
		this.#kernels.resume(learned, knowsNetwork);
	}

	forget(): void {
		this.#kernels.finishCounting();
		// Neither the tables of another thread before the state, nor the queue behind it.
		this.#bytes.fill(0, this.#begin, this.#end);
		this.#kernels = this.#instantiated().kernels;
		if (this.#prior !== null) this.restoreMixer(this.#prior);
	}

	mixerState(): MemoryPrior {
		const { entries, weights, finals } = this.#priorParts();
		return { entries: entries.slice(), weights: weights.slice(), finals: finals.slice() };
	}

	networkCorrection(): Uint8Array {
		return this.#correction.slice();
	}

	restoreMixer(state: MixerState): void {
		const own = this.#priorParts();
		for (const part of ["entries", "weights", "finals"] as const) {
			if (state[part].length !== own[part].length) {
				throw new Failure("memoryBroken", "the state of the mixer has another size");
			}
			own[part].set(state[part]);
		}
		if (state.correction !== undefined) this.#correction.set(state.correction);
		if (!this.#kernels.isSound())
			throw new Failure("memoryBroken", "the state of the mixer holds weights that are no numbers");
		this.#kernels.resume(this.learned, true);
	}

	/** A view of it in the state. */
	get #correction(): Uint8Array {
		const at = this.#kernels.networkCorrection();
		return this.#bytes.subarray(at, at + this.#kernels.networkCorrectionBytes());
	}

	/** Views of the parts of the prior in the state. */
	#priorParts(): MemoryPrior {
		const { buffer } = this.#bytes;
		const weightsAt = this.#begin + 4 * this.#kernels.priorEntries();
		const finalsAt = weightsAt + 4 * this.#kernels.priorWeights();
		return {
			entries: new Uint32Array(buffer, this.#begin, this.#kernels.priorEntries()),
			weights: new Float32Array(buffer, weightsAt, this.#kernels.priorWeights()),
			finals: new Float32Array(buffer, finalsAt, this.#kernels.priorFinals()),
		};
	}

	#setNetwork(network: Float32Array | null, state?: NetworkState): void {
		if (network !== null) this.#floats.set(network, this.#network / 4);
		if (network !== null && state !== undefined) {
			// The first units of a larger network serve, and a smaller one has no others.
			const to = this.#floats.subarray(this.#state / 4, this.#state / 4 + this.#kernels.networkUnits()).fill(0);
			to.set(state.units.subarray(0, to.length));
			this.#kernels.correctNetwork(this.#network, this.#state, state.network);
		}
		this.#kernels.setNetwork(network === null ? 0 : this.#network);
	}

	#load(cursor: Cursor): void {
		this.#bytes.set(cursor, this.#cursor);
	}

	#stored(): Cursor {
		return this.#bytes.slice(this.#cursor, this.#cursor + this.#cursorBytes);
	}

	/** Copies the bytes into the module piece by piece, and yields the length of each. */
	*#pieces(bytes: Uint8Array, most: number): Generator<number> {
		for (let from = 0; from < bytes.length; from += most) {
			const piece = bytes.subarray(from, from + most);
			this.#bytes.set(piece, this.#text);
			yield piece.length;
		}
	}
}
