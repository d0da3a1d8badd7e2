import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { setFlagsFromString } from "node:v8";
import {
	type Cursor,
	createMemory,
	type Memory,
	restoreMemory,
	roomForMemory,
} from "../../../src/model/memory/index.ts";
import { randomBytes, randomNumbers } from "../reference/random.ts";
import { codeText } from "../support/codeText.ts";

/** 1 MiB of slots, 256 KiB of text. */
const smallest = { mebibytes: 8, expectedBytes: 1 };
const headerBytes = 32;

/** Different code for each seed. */
const code = (seed: number, length: number): Uint8Array => codeText(randomNumbers(seed), length);
const utf8 = (text: string): Uint8Array => Buffer.from(text);

const indexed = async (...texts: readonly Uint8Array[]): Promise<Memory> => {
	const memory = await createMemory(smallest);
	for (const text of texts) memory.index(memory.start(), text);
	return memory;
};

/** Bits a byte to predict the text once more, learning it again. */
function bitsOf(memory: Memory, text: Uint8Array): number {
	return memory.learn(memory.start(), text).nats / Math.LN2 / text.length;
}

function mostProbable(memory: Memory, cursor: Cursor): number {
	const logProbabilities = memory.predict(cursor, null);
	return logProbabilities.indexOf(Math.max(...logProbabilities));
}

/** What is most probable after the text, `length` bytes of it. */
function continued(memory: Memory, text: string, length: number): string {
	let cursor = memory.read(memory.start(), utf8(text));
	const bytes: number[] = [];
	while (bytes.length < length) {
		const best = mostProbable(memory, cursor);
		bytes.push(best);
		cursor = memory.read(cursor, Uint8Array.of(best));
	}
	return Buffer.from(bytes).toString();
}

function probability(memory: Memory, cursor: Cursor, byte: number, network: Float32Array | null = null): number {
	return Math.exp(memory.predict(cursor, network)[byte] as number);
}

const uniform = new Float32Array(256).fill(-Math.log(256));

/** A network that is rather sure of a byte. */
function expecting(byte: number): Float32Array {
	return new Float32Array(256).fill(Math.log(0.1 / 255)).fill(Math.log(0.9), byte, byte + 1);
}

describe("the memory", () => {
	describe("predicting", () => {
		const places: readonly [what: string, before: Uint8Array][] = [
			["no text", utf8("")],
			["known code", code(1, 3000).subarray(0, 1000)],
			["unknown code", code(2, 1000)],
			["half a character", utf8("größe").subarray(0, 3)],
			["a long line", utf8("x".repeat(70_000))],
			["ends of documents", Uint8Array.of(0, 0, 10, 0)],
			["bytes that are no text", randomBytes(500, randomNumbers(3))],
		];
		for (const [what, before] of places)
			it(`gives probabilities that sum to 1 after ${what}`, async () => {
				const memory = await indexed(code(1, 3000));
				const cursor = memory.read(memory.start(), before);
				for (const network of [null, uniform, expecting(65)]) {
					const logProbabilities = memory.predict(cursor, network);
					assert.equal(logProbabilities.length, 256);
					const sum = logProbabilities.reduce((total, logarithm) => total + Math.exp(logarithm), 0);
					assert.ok(Math.abs(sum - 1) < 1e-4, `${sum}`);
					assert.ok(logProbabilities.every(Number.isFinite));
				}
			});

		it("changes nothing, with or without a network", async () => {
			const memory = await indexed(code(1, 3000));
			const cursor = memory.start();
			const copy = cursor.slice();
			for (const network of [null, uniform]) {
				const before = memory.snapshot().slice();
				const first = memory.predict(cursor, network);
				memory.predict(memory.read(cursor, code(2, 200)), network);
				assert.deepEqual(memory.predict(cursor, network), first);
				assert.ok(Buffer.compare(memory.snapshot(), before) === 0);
			}
			assert.deepEqual(cursor, copy);
			assert.equal(memory.learned, code(1, 3000).length);
		});

		it("says how surprising a byte will be when it is learned", async () => {
			const memory = await indexed(code(1, 3000));
			const random = randomNumbers(9);
			// A network is weighed otherwise as soon as there was one to learn from.
			let { cursor } = memory.learnByte(memory.start(), 47, expecting(47));
			let predicted = 0;
			let learned = 0;
			let alike = 0;
			let all = 0;
			for (const byte of code(2, 3000).subarray(0, 500)) {
				const network = random() < 0.5 ? null : expecting(random() < 0.5 ? byte : 65);
				const surprise = -(memory.predict(cursor, network)[byte] as number);
				const lesson = memory.learnByte(cursor, byte, network);
				cursor = lesson.cursor;
				// Of what is less probable, the second half is not computed.
				if (surprise > -Math.log(2e-4)) continue;
				predicted += surprise;
				learned += lesson.nats;
				if (Math.abs(lesson.nats - surprise) < 0.01 + 0.1 * surprise) alike++;
				all++;
			}
			// Not the same, as each bit is learned before the next is predicted, which makes that one cheaper if anything.
			assert.ok(learned < 1.005 * predicted && learned > 0.97 * predicted, `${learned}, not ${predicted}`);
			assert.ok(alike > 0.9 * all, `${alike} of ${all}`);
		});
	});

	describe("learning", () => {
		it("is the same in one piece and byte by byte", async () => {
			const [whole, single] = await Promise.all([indexed(), indexed()]);
			const text = code(1, 5000);
			const lesson = whole.learn(whole.start(), text);
			let cursor = single.start();
			let nats = 0;
			for (const byte of text) {
				const learned = single.learnByte(cursor, byte, null);
				cursor = learned.cursor;
				nats += learned.nats;
			}
			assert.deepEqual(cursor, lesson.cursor);
			assert.ok(Math.abs(nats - lesson.nats) < 1e-6);
			assert.ok(Buffer.compare(single.snapshot(), whole.snapshot()) === 0);
			assert.equal(single.learned, text.length);
		});

		it("leaves cursors as they are, and moves those that it gives as reading does", async () => {
			const memory = await indexed();
			const start = memory.start();
			const text = code(1, 300);
			const { cursor } = memory.learn(start, text);
			assert.deepEqual(start, memory.start());
			// The candidates of the one were looked for before all of the text was known.
			const read = (await indexed()).read(start, text);
			assert.deepEqual(cursor.subarray(0, 48), read.subarray(0, 48));
		});

		it("knows a text that it has learned once", async () => {
			const memory = await indexed();
			const text = code(1, 4000);
			const first = bitsOf(memory, text);
			const second = bitsOf(memory, text);
			assert.ok(first < 3 && second < 0.15 * first, `${first}, then ${second}`);
		});

		it("knows a text that is only indexed nearly as well", async () => {
			// The first 32 KiB are learned in any case.
			const before = code(1, 70_000);
			const text = code(2, 4000);
			const [learning, indexing] = await Promise.all([indexed(before), indexed(before, text)]);
			learning.learn(learning.start(), text);
			const learned = bitsOf(learning, text);
			const counted = bitsOf(indexing, text);
			const unknown = bitsOf(await indexed(before), text);
			assert.equal(indexing.learned, learning.learned);
			assert.ok(counted < 2 * learned && counted < 0.15 * unknown, `${counted}, ${learned}, ${unknown}`);
		});

		it("knows a line as soon as it was typed once, in a window without a folder", async () => {
			const memory = await indexed();
			const line = "\tconst flabbergasted = bamboozle(quokka, 42);\n";
			const { cursor } = memory.learn(memory.start(), utf8(line));
			memory.learn(cursor, utf8("\treturn 1;\n}\n"));
			assert.equal(continued(memory, "\tconst fl", line.length - 9), line.slice(9));
			assert.equal(continued(memory, "\tbamboozle(q", 10), "uokka, 42)");
		});

		it("knows a text that was changed in places: what follows is expected again", async () => {
			const random = randomNumbers(4);
			const text = Uint8Array.from({ length: 400 }, () => 97 + Math.floor(random() * 26));
			const memory = await indexed(code(1, 3000), text);
			const changed = Buffer.concat([text.subarray(0, 200), utf8("#"), text.subarray(201)]);
			let cursor = memory.read(memory.start(), changed.subarray(0, 202));
			for (const byte of changed.subarray(202, 240)) {
				assert.equal(mostProbable(memory, cursor), byte);
				cursor = memory.read(cursor, Uint8Array.of(byte));
			}
		});

		it("expects nothing of what stands behind all that was learned", async () => {
			const random = randomNumbers(4);
			const text = Uint8Array.from({ length: 200 }, () => 97 + Math.floor(random() * 26));
			const memory = await indexed(code(1, 3000), text.subarray(0, 100), text.subarray(0, 100));
			const cursor = memory.read(memory.start(), text.subarray(0, 100));
			assert.ok(probability(memory, cursor, 0) < 0.05);
			assert.ok(Math.max(...memory.predict(cursor, null)) < Math.log(0.5));
		});
	});

	describe("when it is full", () => {
		it("forgets the oldest text, knows the newest, and stays as large as it is", async () => {
			const memory = await createMemory(smallest);
			const { size } = memory;
			const [old, middle, recent] = [code(1, 3000), code(2, 270_000), code(3, 3000)];
			for (const text of [old, middle, recent]) memory.index(memory.start(), text);
			const known = bitsOf(memory, recent);
			const forgotten = bitsOf(memory, old);
			const never = bitsOf(memory, code(4, 3000));
			assert.ok(known < 0.2 * forgotten && forgotten < 1.2 * never, `${known}, ${forgotten}, ${never}`);
			assert.equal(memory.size, size);
		});

		it("keeps what came often rather than what came once", async () => {
			const random = randomNumbers(6);
			const word = (): string => Buffer.from(randomBytes(9, () => (97 + random() * 26) / 256)).toString();
			const lines = Array.from({ length: 20 }, () => `${word()} ${word()} ${word()}\n`);
			const [often, once] = [utf8(lines.slice(0, 10).join("")), utf8(lines.slice(10).join(""))];
			const memory = await indexed(...Array<Uint8Array>(20).fill(often), once, code(2, 270_000));
			const [seldom, frequent] = [bitsOf(memory, once), bitsOf(memory, often)];
			assert.ok(frequent < 0.7 * seldom, `${frequent}, ${seldom}`);
		});

		it("takes cursors that were made before more was learned than it holds", async () => {
			const memory = await indexed(code(1, 3000));
			const cursor = memory.read(memory.start(), code(1, 3000).subarray(0, 1000));
			memory.index(memory.start(), randomBytes(270_000, randomNumbers(5)));
			// One that reads the same now finds nothing to follow.
			const fresh = memory.read(memory.start(), code(1, 3000).subarray(0, 1000));
			assert.notDeepEqual(cursor, fresh);
			assert.deepEqual(memory.predict(cursor, null), memory.predict(fresh, null));
			const twin = await restoreMemory(memory.snapshot(), smallest);
			assert.deepEqual(memory.learn(cursor, code(3, 300)), twin.learn(fresh, code(3, 300)));
		});

		it("goes on when it has learned more than 2^32 bytes", async () => {
			const snapshot = (await indexed(code(1, 3000))).snapshot().slice();
			new DataView(snapshot.buffer).setUint32(24, 2 ** 32 - 1000, true);
			const memory = await restoreMemory(snapshot, smallest);
			assert.equal(memory.learned, 2 ** 32 - 1000);
			const text = code(2, 3000);
			const first = bitsOf(memory, text);
			assert.equal(memory.learned, text.length - 1000);
			assert.ok(bitsOf(memory, text) < 0.15 * first);
		});
	});

	describe("with a network", () => {
		/** Bits a byte of random letters that a network is asked about. */
		async function bitsWith(networkOf: (byte: number) => Float32Array | null): Promise<number> {
			const memory = await createMemory(smallest);
			const random = randomNumbers(2);
			let cursor = memory.start();
			let nats = 0;
			for (let i = 0; i < 800; i++) {
				const byte = 97 + Math.floor(random() * 26);
				const lesson = memory.learnByte(cursor, byte, networkOf(byte));
				cursor = lesson.cursor;
				if (i >= 400) nats += lesson.nats;
			}
			return nats / Math.LN2 / 400;
		}

		it("believes it where it is right, and learns not to where it is wrong", async () => {
			const alone = await bitsWith(() => null);
			const right = await bitsWith(expecting);
			const wrong = await bitsWith((byte) => expecting(97 + ((byte + 1) % 26)));
			assert.ok(right < 0.3 && alone > 4, `${right}, ${alone}`);
			assert.ok(wrong < alone + 0.3, `${wrong}, ${alone}`);
		});

		it("does not listen to one that is broken", async () => {
			const memory = await indexed(code(1, 3000));
			const alone = memory.predict(memory.start(), null);
			for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 88]) {
				const broken = expecting(65).fill(value, 7, 8);
				if (value < 0) broken.fill(value);
				assert.deepEqual(memory.predict(memory.start(), broken), alone, `${value}`);
				const twin = await restoreMemory(memory.snapshot(), smallest);
				twin.learnByte(twin.start(), 65, null);
				const { nats } = memory.learnByte(memory.start(), 65, broken);
				assert.ok(Number.isFinite(nats));
				assert.ok(Buffer.compare(memory.snapshot(), twin.snapshot()) === 0);
				alone.set(memory.predict(memory.start(), null));
			}
		});

		it("takes bytes that it holds impossible", async () => {
			const memory = await indexed(code(1, 3000));
			const certain = new Float32Array(256).fill(Number.NEGATIVE_INFINITY).fill(0, 65, 66);
			assert.ok(memory.predict(memory.start(), certain).every(Number.isFinite));
			assert.ok(Number.isFinite(memory.learnByte(memory.start(), 66, certain).nats));
		});
	});

	describe("its size", () => {
		for (const mebibytes of [8, 10, 16, 24, 32, 48, 64, 100, 127, 128, 512])
			it(`is ${mebibytes} MiB at most, and most of it is used`, async () => {
				const { size } = await createMemory({ mebibytes, expectedBytes: Number.POSITIVE_INFINITY });
				const share = size / 2 ** 20 / mebibytes;
				assert.ok(share <= 1 && share > 0.7, `${share}`);
			});

		it("is smaller if little text is expected", async () => {
			const sizeFor = async (expectedBytes: number) => (await createMemory({ mebibytes: 512, expectedBytes })).size;
			const sizes = await Promise.all([0, 1000, 100_000, 1_000_000].map(sizeFor));
			assert.ok(sizes.every((size) => size <= 2 ** 27));
			assert.ok((sizes[1] as number) < (sizes[2] as number) && (sizes[2] as number) < (sizes[3] as number));
			assert.equal(sizes[0], sizes[1]);
		});

		it("is told to the user where there is no room for it", async () => {
			setFlagsFromString("--wasm-max-mem-pages=256");
			try {
				await assert.rejects(createMemory({ mebibytes: 64, expectedBytes: Number.POSITIVE_INFINITY }), {
					code: "badArgument",
					message: /no room for a memory of \d+ MiB/,
				});
			} finally {
				setFlagsFromString("--wasm-max-mem-pages=65536");
			}
		});
	});

	it("goes back to what it was at a snapshot", async () => {
		const memory = await indexed(code(1, 3000));
		const snapshot = memory.snapshot().slice();
		const before = memory.predict(memory.read(memory.start(), code(2, 100)), null);
		memory.index(memory.start(), code(2, 3000));
		assert.notDeepEqual(memory.predict(memory.read(memory.start(), code(2, 100)), null), before);
		memory.rewind(snapshot);
		assert.deepEqual(memory.predict(memory.read(memory.start(), code(2, 100)), null), before);
		assert.equal(memory.learned, code(1, 3000).length);
		assert.ok(Buffer.compare(memory.snapshot(), snapshot) === 0);
	});

	it("forgets everything, and is then as one made anew", async () => {
		for (const prior of [undefined, null]) {
			const options = { ...smallest, ...(prior === null && { prior }) };
			const fresh = await createMemory(options);
			const memory = await createMemory(options);
			const network = new Float32Array(256).fill(-Math.log(256));
			const { cursor } = memory.learnByte(memory.read(memory.start(), code(1, 100)), 65, network);
			memory.index(cursor, code(1, 3000));
			memory.forget();
			assert.equal(memory.learned, 0);
			assert.ok(Buffer.compare(memory.snapshot(), fresh.snapshot()) === 0);
			assert.equal(memory.size, fresh.size);
			for (const one of [memory, fresh]) one.index(one.start(), code(2, 3000));
			assert.ok(Buffer.compare(memory.snapshot(), fresh.snapshot()) === 0);
		}
	});

	describe("restored from a snapshot", () => {
		it("predicts and learns as the one that it is of", async () => {
			for (const expectedBytes of [1, 200_000]) {
				const options = { mebibytes: 64, expectedBytes };
				const memory = await createMemory(options);
				const { cursor } = memory.learn(memory.start(), code(1, 3000));
				const twins = [memory, await restoreMemory(memory.snapshot(), options)];
				const [before, withNetwork, after] = ["before", "network", "after"].map((step) =>
					twins.map((twin) => {
						if (step === "network") twin.learnByte(cursor, 65, expecting(65));
						if (step === "after") twin.learn(cursor, code(2, 1000));
						return [null, expecting(40)].map((network) => twin.predict(cursor, network));
					}),
				);
				for (const pair of [before, withNetwork, after]) assert.deepEqual(pair?.[1], pair?.[0]);
				const again = await restoreMemory((twins[1] as Memory).snapshot(), options);
				assert.ok(Buffer.compare(again.snapshot(), memory.snapshot()) === 0);
				assert.equal(again.learned, memory.learned);
				assert.equal(again.size, memory.size);
				assert.deepEqual(again.predict(cursor, expecting(40)), memory.predict(cursor, expecting(40)));
			}
		});

		it("lies anywhere in its buffer", async () => {
			const memory = await indexed(code(1, 3000));
			const shifted = new Uint8Array(memory.snapshot().length + 7);
			shifted.set(memory.snapshot(), 7);
			const restored = await restoreMemory(shifted.subarray(7), smallest);
			assert.deepEqual(restored.predict(memory.start(), null), memory.predict(memory.start(), null));
		});

		/** Header of the smallest memory's snapshot with some words changed, and some bytes behind. */
		const withWords = (changes: Readonly<Record<number, number>>) => (snapshot: Uint8Array) => {
			const view = new DataView(snapshot.buffer);
			for (const [index, value] of Object.entries(changes)) view.setUint32(Number(index) * 4, value, true);
			return snapshot;
		};
		const word = { magic: 0, version: 1, slotBits: 2, textBits: 3, indexBits: 4, apmBits: 5 };
		const refused: readonly [what: string, change: (snapshot: Uint8Array) => Uint8Array][] = [
			["nothing", () => new Uint8Array(0)],
			["less than a header", (snapshot) => snapshot.subarray(0, headerBytes - 1)],
			["a header only", (snapshot) => snapshot.subarray(0, headerBytes)],
			["another file", (snapshot) => new Uint8Array(snapshot.length).fill(0x20)],
			["another version's", withWords({ [word.version]: 99 })],
			[
				"one that claims more than it holds",
				withWords({ [word.slotBits]: 21, [word.textBits]: 19, [word.indexBits]: 16 }),
			],
			["one above the ceiling", withWords({ [word.slotBits]: 28, [word.textBits]: 26, [word.indexBits]: 23 })],
			[
				"absurdly many slots",
				withWords({ [word.slotBits]: 0xffffffff, [word.textBits]: 0xfffffffd, [word.indexBits]: 0xfffffffa }),
			],
			["hardly any slots", withWords({ [word.slotBits]: 6, [word.textBits]: 4, [word.indexBits]: 1 })],
			["much text", withWords({ [word.textBits]: 31 })],
			["many places", withWords({ [word.indexBits]: 31 })],
			["no refinements", withWords({ [word.apmBits]: 0 })],
			["many refinements", withWords({ [word.apmBits]: 31 })],
		];
		for (const [what, change] of refused)
			it(`is refused, and no room made for it: ${what}`, async () => {
				const snapshot = change((await createMemory(smallest)).snapshot().slice());
				const { Instance } = WebAssembly;
				try {
					WebAssembly.Instance = class {
						constructor() {
							throw new Error("room was made");
						}
					} as unknown as typeof Instance;
					await assert.rejects(restoreMemory(snapshot, smallest), { code: "memoryBroken" });
				} finally {
					WebAssembly.Instance = Instance;
				}
			});

		for (const [what, length] of [
			["cut off by a byte", -1],
			["followed by more", 1],
		] as const)
			it(`is refused: ${what}`, async () => {
				const snapshot = (await createMemory(smallest)).snapshot().slice();
				const changed = new Uint8Array(snapshot.length + length);
				changed.set(snapshot.subarray(0, changed.length));
				await assert.rejects(restoreMemory(changed, smallest), { code: "memoryBroken" });
			});

		it("is refused if it is of another size than the room that was made for it", async () => {
			const snapshot = (await createMemory(smallest)).snapshot().slice();
			const room = await roomForMemory(snapshot.subarray(0, 32), snapshot.length, smallest);
			room.snapshot.set(snapshot);
			// The bits of the table's size.
			new DataView(room.snapshot.buffer, room.snapshot.byteOffset).setUint32(8, 21, true);
			assert.throws(() => room.memory(), { code: "memoryBroken" });
			room.snapshot.set(snapshot);
			assert.equal(room.memory().learned, 0);
		});

		it("is refused where a smaller ceiling is set, and taken where a larger one is", async () => {
			const options = { mebibytes: 16, expectedBytes: Number.POSITIVE_INFINITY };
			const snapshot = (await createMemory(options)).snapshot().slice();
			await assert.rejects(restoreMemory(snapshot, smallest), { code: "memoryBroken" });
			await restoreMemory(snapshot, { ...options, mebibytes: 64 });
		});

		for (const weight of [Number.NaN, Number.POSITIVE_INFINITY, -1e30])
			it(`is refused with a weight of ${weight}`, async () => {
				const memory = await createMemory({ ...smallest, prior: null });
				// The first layer's weights begin so, 32 of 44 in each row.
				const initial = new Float32Array(memory.snapshot().slice().buffer).indexOf(Math.fround(0.05));
				for (const [offset, begun] of [
					[0, 0.05],
					[1, 0.05],
					[44 * 5952 * 2 - 1, 0.12],
				] as const) {
					const snapshot = memory.snapshot().slice();
					const floats = new Float32Array(snapshot.buffer);
					assert.equal(floats[initial + offset], Math.fround(begun));
					floats[initial + offset] = weight;
					await assert.rejects(restoreMemory(snapshot, smallest), { code: "memoryBroken" });
				}
			});

		it("does no harm when text, places and slots are damaged", async () => {
			const memory = await indexed(code(1, 3000));
			const snapshot = memory.snapshot().slice();
			const damaged = 2 ** 20 + 2 ** 18 + 3 * 4 * 2 ** 15;
			snapshot.set(randomBytes(damaged, randomNumbers(8)), snapshot.length - damaged);
			const restored = await restoreMemory(snapshot, smallest);
			const { nats, cursor } = restored.learn(restored.start(), code(1, 3000));
			assert.ok(Number.isFinite(nats));
			const sum = restored.predict(cursor, null).reduce((total, logarithm) => total + Math.exp(logarithm), 0);
			assert.ok(Math.abs(sum - 1) < 1e-4);
			assert.ok(bitsOf(restored, code(1, 3000)) < 0.3);
		});
	});
});
