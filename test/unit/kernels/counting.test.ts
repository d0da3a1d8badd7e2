import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { CounterKernels, MemoryKernels } from "../../../src/model/memory/kernels.ts";
import { compileKernels, type KernelBuild, kernelBuilds } from "../../../src/platform/wasmModules.ts";
import { root } from "../../harness/paths.ts";
import { randomBytes, randomNumbers } from "../reference/random.ts";
import { codeText } from "../support/codeText.ts";

const sizes = { slotBits: 20, textBits: 18, indexBits: 15, apmBits: 12 };
/** Bytes for which the queue has room. */
const room = 1024;
const pages = 200;
const counterFile = join(root, "src/model/memory/counter.ts");
const text = codeText(randomNumbers(3), 200_000);

/** A memory on kernels of its own, and what another thread runs on it. */
class Bench {
	readonly memory = new WebAssembly.Memory({ initial: 1, maximum: pages, shared: true });
	readonly module: WebAssembly.Module;
	readonly #own: WebAssembly.Module;
	kernels: MemoryKernels;
	#end = 0;
	#cursor = 0;
	#text = 0;

	static async make(build: KernelBuild = "simd"): Promise<Bench> {
		const [{ module }, counter] = await Promise.all([
			compileKernels([build], "sharedMemory"),
			compileKernels([build], "counter"),
		]);
		return new Bench(module, counter.module);
	}

	private constructor(module: WebAssembly.Module, counter: WebAssembly.Module) {
		this.module = counter;
		this.#own = module;
		this.kernels = this.start();
	}

	/** Kernels that know nothing; the queue is as it was left. */
	start(): MemoryKernels {
		const instance = new WebAssembly.Instance(this.#own, { env: { memory: this.memory } });
		this.kernels = instance.exports as unknown as MemoryKernels;
		this.#end = this.kernels.make(sizes.slotBits, sizes.textBits, sizes.indexBits, sizes.apmBits);
		this.#cursor = this.kernels.reserve(this.kernels.cursorBytes());
		this.#text = this.kernels.reserve(text.length);
		return this.kernels;
	}

	get place() {
		const { memory, module, kernels } = this;
		return { memory, module, slotBits: sizes.slotBits, table: kernels.table(), queue: kernels.queue() };
	}

	/** What another thread runs, for this one to run it. */
	counter(): CounterKernels {
		const { memory, module, slotBits, table, queue } = this.place;
		const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as CounterKernels;
		kernels.join(slotBits, table, queue);
		return kernels;
	}

	note(from: number, to: number, bytes = text): void {
		new Uint8Array(this.memory.buffer).set(bytes.subarray(from, to), this.#text);
		this.kernels.noteBytes(this.#cursor, this.#text, to - from);
	}

	teach(from: number, to: number): void {
		new Uint8Array(this.memory.buffer).set(text.subarray(from, to), this.#text);
		this.kernels.teachBytes(this.#cursor, this.#text, to - from);
	}

	/** Everything that the memory has learned. */
	get state(): Buffer {
		this.kernels.finishCounting();
		return Buffer.from(Buffer.from(this.memory.buffer, this.kernels.begin(), this.#end - this.kernels.begin()));
	}

	/** Positions up to which the two parts are counted, and what was put into the queue, without the bytes of this step. */
	get positions(): { readonly counted: readonly [number, number]; readonly written: number } {
		const words = new Uint32Array(this.memory.buffer, this.kernels.queue(), 64);
		const at = (word: number) => Atomics.load(words, word);
		return { counted: [at(32), at(48)], written: at(0) };
	}
}

const piece = 500;

function* pieces(): Generator<number> {
	for (let at = 0; at < text.length; at += piece) yield at;
}

/** All is counted but every tenth piece, which is predicted, too. */
function learnPiece(bench: Bench, at: number): void {
	if (at % (10 * piece) === 0) bench.teach(at, at + piece);
	else bench.note(at, at + piece);
}

function learn(bench: Bench): void {
	for (const at of pieces()) learnPiece(bench, at);
}

for (const build of kernelBuilds)
	describe(`counting, ${build} build`, () => {
		it("is done by another thread, while the first one does nothing", async () => {
			const [alone, helped] = await Promise.all([Bench.make(build), Bench.make(build)]);
			for (const bench of [alone, helped]) bench.note(0, room);
			const before = helped.positions;
			assert.ok(before.written > 0 && before.counted[0] === 0 && before.counted[1] === 0, JSON.stringify(before));
			const worker = new Worker(counterFile, { workerData: { ...helped.place, patience: 10_000_000n } });
			const code = await new Promise((resolve) => worker.once("exit", resolve));
			assert.equal(code, 0);
			const { counted, written } = helped.positions;
			assert.deepEqual(counted, [written, written]);
			assert.ok(helped.state.equals(alone.state));
		});

		it("is the same to the bit with another thread at any moment", async () => {
			const alone = await Bench.make(build);
			learn(alone);
			const expected = alone.state;
			for (let round = 0; round < 4; round++) {
				const helped = await Bench.make(build);
				const worker = new Worker(counterFile, { workerData: { ...helped.place, patience: 2_000_000_000n } });
				// It begins somewhere in the midst of the text.
				if (round % 2 === 0) await new Promise((resolve) => worker.once("online", resolve));
				for (const at of pieces()) {
					learnPiece(helped, at);
					if (at % 50_000 === 0) await delay(round);
				}
				assert.ok(helped.state.equals(expected), `round ${round}`);
				await worker.terminate();
			}
		});

		it("is waited for, however often the first thread asks in the midst of it", async () => {
			const [alone, helped] = await Promise.all([Bench.make(build), Bench.make(build)]);
			const worker = new Worker(counterFile, { workerData: { ...helped.place, patience: 2_000_000_000n } });
			await new Promise((resolve) => worker.once("online", resolve));
			for (let round = 0; round < 3; round++) {
				const random = randomNumbers(round);
				// No repeats, as these are not counted.
				const noise = randomBytes(text.length, random);
				for (let at = 0; at < text.length - 200; ) {
					const length = 33 + Math.floor(random() * 160);
					for (const bench of [alone, helped]) {
						bench.note(at, at + length, noise);
						bench.kernels.finishCounting();
					}
					at += length;
					const { counted, written } = helped.positions;
					assert.deepEqual(counted, [written, written]);
				}
				assert.ok(helped.state.equals(alone.state), `round ${round}`);
			}
			await worker.terminate();
		});

		it("ends in the other thread when nothing has come for a while, and begins again with another one", async () => {
			const [alone, helped] = await Promise.all([Bench.make(build), Bench.make(build)]);
			for (let at = 0; at < 20 * room; at += room / 2) {
				for (const bench of [alone, helped]) bench.note(at, at + room / 2);
				helped.counter().countAlong(1000n);
				const { counted, written } = helped.positions;
				assert.deepEqual(counted, [written, written]);
			}
			assert.ok(helped.state.equals(alone.state));
		});

		it("goes on where positions begin again at 0", async () => {
			const [alone, helped] = await Promise.all([Bench.make(build), Bench.make(build)]);
			const words = new Uint32Array(helped.memory.buffer, helped.kernels.queue(), 64);
			for (const word of [0, 32, 48]) words[word] = 2 ** 32 - 3 * room;
			// As after the memory was forgotten: other kernels go on with the queue.
			helped.start();
			learn(alone);
			learn(helped);
			assert.ok(helped.state.equals(alone.state));
			assert.ok(helped.positions.written < 2 ** 31);
		});
	});
