import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { CounterThread } from "../../../src/model/memory/counterThread.ts";
import { createMemory, type Memory } from "../../../src/model/memory/index.ts";
import { compileKernels } from "../../../src/platform/wasmModules.ts";
import { randomNumbers } from "../reference/random.ts";
import { codeText } from "../support/codeText.ts";

/** 2 MiB of slots. */
const options = { mebibytes: 16, expectedBytes: 60_000 };
const code = (seed: number, length: number): Uint8Array => codeText(randomNumbers(seed), length);

describe("a memory that another thread counts for", () => {
	/** All that a server does with a memory, in pieces as small as there. */
	async function lived(memory: Memory): Promise<unknown[]> {
		const seen: unknown[] = [];
		const random = randomNumbers(7);
		let kept: Uint8Array | null = null;
		for (let document = 0; document < 120; document++) {
			const text = code(document, 1000 + Math.floor(random() * 12_000));
			let cursor = memory.start();
			for (let at = 0; at < text.length; at += 1024) cursor = memory.index(cursor, text.subarray(at, at + 1024));
			// Lets the thread come up, and events through.
			await turn();
			if (document % 7 === 3) seen.push(memory.predict(cursor, null));
			if (document % 11 === 5) seen.push(memory.learn(cursor, code(document, 90)).nats);
			if (document % 13 === 6) seen.push(memory.learnTelling(cursor, code(document, 90)).odds);
			if (document === 40) kept = memory.snapshot().slice();
			if (document === 60) memory.rewind(kept as Uint8Array);
			if (document === 90) memory.forget();
			if (document % 10 === 9) seen.push(memory.snapshot().slice());
		}
		return seen;
	}

	it("is the same to the bit as one that counts alone", async () => {
		const alone = await lived(await createMemory(options));
		for (let round = 0; round < 2; round++) {
			const helped = await lived(await createMemory({ ...options, threads: 2 }));
			assert.equal(helped.length, alone.length);
			for (const [index, one] of helped.entries()) {
				// A difference of megabytes says nothing.
				const isSame =
					one instanceof Uint8Array
						? Buffer.compare(one, alone[index] as Uint8Array) === 0
						: assert.deepEqual(one, alone[index]) === undefined;
				assert.ok(isSame, `${index}`);
			}
		}
	});

	it("takes no more room than it may", async () => {
		for (const mebibytes of [8, 16, 64, 128]) {
			const { size } = await createMemory({ mebibytes, expectedBytes: Number.POSITIVE_INFINITY, threads: 2 });
			assert.ok(size <= mebibytes * 2 ** 20, `${size} of ${mebibytes} MiB`);
		}
	});
});

describe("The thread that counts", () => {
	let folder: string;

	before(async () => {
		folder = await mkdtemp(join(tmpdir(), "inkling-counter-"));
	});

	after(() => rm(folder, { recursive: true }));

	/** A thread of which nothing comes but that it was started; tells how often. */
	async function threadOf(script: string | null): Promise<{ thread: CounterThread; starts: () => number }> {
		const file = join(folder, `${Math.random()}.cjs`);
		const started =
			"const { workerData } = require('node:worker_threads'); const told = new Int32Array(workerData.memory.buffer);";
		if (script !== null) await writeFile(file, `${started} Atomics.add(told, 0, 1); ${script}`);
		const { module } = await compileKernels(undefined, "counter");
		const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
		const thread = new CounterThread({ module, memory, slotBits: 20, table: 0, queue: 0 }, file);
		return { thread, starts: () => Atomics.load(new Int32Array(memory.buffer), 0) };
	}

	/** Lets a thread that may have been started come up and end: others begin and end meanwhile. */
	async function afterAWhile(): Promise<void> {
		for (let i = 0; i < 3; i++) {
			const { thread, starts } = await threadOf("");
			thread.note(2 ** 20);
			while (starts() === 0) await turn();
		}
	}

	it("is not started for a file that is saved", async () => {
		const { thread, starts } = await threadOf("");
		for (let i = 0; i < 4; i++) thread.note(4096);
		await afterAWhile();
		assert.equal(starts(), 0);
	});

	it("is started again once it has ended, when there is much to count again", async () => {
		const { thread, starts } = await threadOf("");
		for (let expected = 1; expected <= 3; expected++) {
			while (starts() < expected) {
				thread.note(4096);
				await turn();
			}
		}
	});

	const failing: readonly [what: string, script: string | null, starts: number][] = [
		["is missing", null, 0],
		["fails at once", "throw new Error('no');", 1],
		["fails later", "setTimeout(() => { throw new Error('no'); }, 1);", 1],
	];
	for (const [what, script, expected] of failing)
		it(`is not tried again if it ${what}, and nobody else fails`, async () => {
			const { thread, starts } = await threadOf(script);
			for (let i = 0; i < 4; i++) {
				thread.note(2 ** 20);
				await afterAWhile();
			}
			assert.equal(starts(), expected);
		});
});
