import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { MemoryKernels } from "../../../src/model/memory/kernels.ts";
import { compileKernels, type KernelBuild, kernelBuilds } from "../../../src/platform/wasmModules.ts";
import { type ReferenceCursor, ReferenceMemory, type ReferenceSizes } from "../reference/memory.ts";
import { randomBytes, randomNumbers } from "../reference/random.ts";
import { codeText } from "../support/codeText.ts";

/**
 * Of natural logarithms. The kernels compute in float32, the reference in float64: the weights drift apart slowly, by 1e-4
 * on texts of a thousand bytes, and by 1e-3 where the same byte comes hundreds of times and each step is rounded alike. A
 * bit that is all but excluded has 1 − p for its probability, p near 1: of 2e-5, the least, the rounding of p is 0.15 %,
 * in each of eight bits.
 */
const toleranceOf = (logarithm: number): number => (logarithm > -7 ? 3e-3 : 1.2e-2);

const ample: ReferenceSizes = { slotBits: 20, textBits: 18, indexBits: 15, apmBits: 12 };
/** 64 slots, 256 bytes of text: nothing stays for long. */
const tiny: ReferenceSizes = { slotBits: 10, textBits: 8, indexBits: 6, apmBits: 4 };

/** A memory on kernels of its own, with a few cursors. */
class Bench {
	readonly k: MemoryKernels;
	readonly #text: number;
	readonly #network: number;
	readonly #out: number;
	readonly #cursors: readonly number[];

	static async make(build: KernelBuild, sizes: ReferenceSizes): Promise<Bench> {
		const { module } = await compileKernels([build], "memory");
		const env = { memory: new WebAssembly.Memory({ initial: 1 }) };
		return new Bench(new WebAssembly.Instance(module, { env }).exports as unknown as MemoryKernels, sizes);
	}

	private constructor(kernels: MemoryKernels, { slotBits, textBits, indexBits, apmBits }: ReferenceSizes) {
		this.k = kernels;
		kernels.make(slotBits, textBits, indexBits, apmBits);
		this.#text = kernels.reserve(1);
		this.#network = kernels.reserve(1024);
		this.#out = kernels.reserve(1024);
		this.#cursors = Array.from({ length: cursors }, () => kernels.reserve(kernels.cursorBytes()));
	}

	do({ kind, cursor, byte, network }: Step): Outcome {
		const at = this.#cursors[cursor] as number;
		new Uint8Array(this.k.memory.buffer)[this.#text] = byte;
		if (network !== null) new Float32Array(this.k.memory.buffer, this.#network, 256).set(network);
		this.k.setNetwork(network === null ? 0 : this.#network);
		if (kind === "learn") return -this.k.learnBytes(at, this.#text, 1);
		if (kind === "teach") this.k.teachBytes(at, this.#text, 1);
		if (kind === "note") this.k.noteBytes(at, this.#text, 1);
		if (kind === "read") this.k.advance(at, this.#text, 1);
		if (kind === "begin") new Uint8Array(this.k.memory.buffer, at, this.k.cursorBytes()).fill(0);
		if (kind !== "predict") return null;
		this.k.distribution(at, this.#out, floor);
		return new Float32Array(this.k.memory.buffer, this.#out, 256).slice();
	}
}

class Reference {
	readonly #memory: ReferenceMemory;
	readonly #cursors: ReferenceCursor[];

	constructor(sizes: ReferenceSizes) {
		this.#memory = new ReferenceMemory(sizes);
		this.#cursors = Array.from({ length: cursors }, () => this.#memory.start());
	}

	do({ kind, cursor, byte, network }: Step): Outcome {
		const at = this.#cursors[cursor] as ReferenceCursor;
		if (kind === "learn") return -this.#memory.learnByte(at, byte, network);
		if (kind === "teach") this.#memory.learnByte(at, byte, network);
		if (kind === "note") this.#memory.noteByte(at, byte);
		if (kind === "read") this.#memory.read(at, byte);
		if (kind === "begin") this.#cursors[cursor] = this.#memory.start();
		return kind === "predict" ? this.#memory.distribution(at, network, floor).map(Math.log) : null;
	}
}

const cursors = 3;
const floor = 2e-4;

interface Step {
	readonly kind: "learn" | "teach" | "note" | "read" | "predict" | "begin";
	readonly cursor: number;
	readonly byte: number;
	readonly network: Float32Array | null;
}

/** ln p of a byte that was learned, or of all that it might have been. */
type Outcome = number | ArrayLike<number> | null;

/** All of the text is learned, and some of it is predicted before. */
function learned(text: Uint8Array, networkOf: (byte: number, index: number) => Float32Array | null): Step[] {
	return [...text].flatMap((byte, index) => {
		const step = { cursor: 0, byte, network: networkOf(byte, index) };
		const learn: Step = { kind: "learn", ...step };
		return index % 97 === 50 ? [{ ...step, kind: "predict" }, learn] : [learn];
	});
}

/** What is known of the next byte by a network that is right quite often. */
function opinionOn(byte: number, random: () => number): Float32Array {
	const logits = Float64Array.from({ length: 256 }, () => 4 * random());
	const sure = random() < 0.7 ? byte : Math.floor(random() * 256);
	logits[sure] = 20 * random();
	const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
	return Float32Array.from(logits, (logit) => logit - total);
}

/** Cursors that come and go, each somewhere in the text: reading, learning, counting and predicting. */
function wandering(text: Uint8Array, count: number): Step[] {
	const random = randomNumbers(11);
	const below = (limit: number): number => Math.floor(random() * limit);
	const places = Array.from({ length: cursors }, () => 0);
	const steps: Step[] = [];
	while (steps.length < count) {
		const cursor = below(cursors);
		const kind = (["learn", "teach", "note", "read", "read"] as const)[below(5)] as Step["kind"];
		if (random() < 0.1) {
			steps.push({ kind: "begin", cursor, byte: 0, network: null });
			places[cursor] = below(text.length);
		}
		for (let left = below(80); left > 0; left--) {
			const place = places[cursor] as number;
			const byte = text[place % text.length] as number;
			const network = random() < 0.2 ? opinionOn(byte, random) : null;
			if (random() < 0.01) steps.push({ kind: "predict", cursor, byte, network });
			steps.push({ kind, cursor, byte, network });
			places[cursor] = place + 1;
		}
	}
	return steps;
}

function each(kind: Step["kind"], cursor: number, bytes: Uint8Array): Step[] {
	return [...bytes].map((byte) => ({ kind, cursor, byte, network: null }));
}

/** A cursor that expects what the memory forgets, `rest` bytes of its text later, and one that learns meanwhile. */
function forgotten(rest: number): Step[] {
	const known = randomBytes(40, random);
	const other = randomBytes(2 ** tiny.textBits - known.length + rest, random);
	return [
		...each("begin", 0, Uint8Array.of(0)),
		...each("learn", 0, known),
		...each("begin", 1, Uint8Array.of(0)),
		...each("read", 1, known.subarray(0, 30)),
		...each("note", 2, other),
		...each("predict", 1, Uint8Array.of(0)),
		...each("learn", 1, known.subarray(30)),
	];
}

/** A text that is known, then goes on as one did that was known before it. */
function continued(): Step[] {
	const [before, after] = [code.subarray(0, 150), code.subarray(150, 250)];
	return [
		...each("learn", 0, code.subarray(0, 250)),
		...each("begin", 0, Uint8Array.of(0)),
		...each("learn", 0, before),
		...each("begin", 1, Uint8Array.of(0)),
		...each("read", 1, before),
		...each("predict", 1, Uint8Array.of(0)),
		...each("learn", 1, after),
	];
}

const random = randomNumbers(5);
const code = codeText(random, 600);
const longLine = Buffer.from(`\t\tconst table = [${"0x1f, 250, ".repeat(40)}];\n`);
const unusual = Buffer.concat([
	Buffer.from("größe = maß_ÄRGER; // 漢字かな💧\n\n\n    \n\t \tXMLHttpRequest2 HTTPServer a__b\r\n"),
	Buffer.of(0),
	longLine,
	...[119, 120, 121, 255, 256].map((length) => Buffer.from(`${"x".repeat(length)}\n`)),
	Buffer.from(`y ${"x".repeat(300)} z\n`),
	Buffer.of(0, 0, 10, 0),
	longLine,
	Buffer.from("größe = maß_ÄRGER;"),
]);

/** More brackets than are remembered, closed and not; more commas than are counted; a word at the left edge; two documents. */
const bracketed = Buffer.from(
	[
		"src/nested.ts",
		`\tcall(${"[{(".repeat(4)}inner, two${")}]".repeat(4)}, after)`,
		`\tcall(${Array.from({ length: 12 }, (_, i) => `a${i}`).join(", ")})`,
		"\topen(never, closed",
		"next = {first: [1, 2], second: (x, y)}",
		`\t${"(".repeat(300)}deep, deeper${")".repeat(298)}, less`,
		`\0other.ts`,
		"next = {first: [1, 2], call(b, c)}",
	].join("\n"),
);

const cases: readonly (readonly [title: string, sizes: ReferenceSizes, steps: () => Step[]])[] = [
	["code that comes twice", ample, () => learned(Buffer.concat([code, code]), () => null)],
	["code, with a network", ample, () => learned(code, (byte, index) => (index < 200 ? null : opinionOn(byte, random)))],
	[
		"code, with a network now and then",
		ample,
		() => learned(code, (byte, index) => (index % 5 === 3 ? opinionOn(byte, random) : null)),
	],
	["long lines, empty lines, ends of documents and UTF-8", ample, () => learned(unusual, () => null)],
	["brackets", ample, () => learned(bracketed, () => null)],
	["any bytes", ample, () => learned(randomBytes(500, random), () => null)],
	["more code than there is room for", tiny, () => learned(Buffer.concat([code, code]), () => null)],
	["text that is forgotten while it is expected", tiny, () => [28, 29, 30, 31, 32].flatMap(forgotten)],
	["text read to the end of all that is known, and gone on with", ample, continued],
	["cursors in the midst of a text", ample, () => wandering(code, 1000)],
	["cursors in the midst of more text than there is room for", tiny, () => wandering(code, 1000)],
];

describe("the kernels of the memory", () => {
	for (const [title, sizes, steps] of cases) {
		it(`predict and learn as the reference does: ${title}`, async () => {
			const sequence = steps();
			const reference = new Reference(sizes);
			const benches = await Promise.all(kernelBuilds.map((build) => Bench.make(build, sizes)));
			for (const [i, step] of sequence.entries()) {
				const expected = reference.do(step);
				for (const [which, bench] of benches.entries()) {
					const where = `${kernelBuilds[which]} build, step ${i}: ${step.kind} ${step.byte}`;
					assertClose(bench.do(step), expected, where);
				}
			}
		});
	}
});

function assertClose(actual: Outcome, expected: Outcome, where: string): void {
	const numbers = (outcome: Outcome) => (typeof outcome === "number" ? [outcome] : Array.from(outcome ?? []));
	const wanted = numbers(expected);
	const got = numbers(actual);
	assert.equal(got.length, wanted.length);
	for (const [i, number] of wanted.entries()) {
		const difference = Math.abs((got[i] as number) - number);
		assert.ok(difference <= toleranceOf(number), `${where}: ${got[i]}, not ${number} (${i})`);
	}
}
