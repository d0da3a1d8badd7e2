/** Damages inputs: by bytes, and by the JSON in them. The same random numbers give the same damage. */
import { Buffer } from "node:buffer";

export type Random = () => number;

export function below(limit: number, random: Random): number {
	return Math.floor(random() * limit);
}

export function pick<T>(from: readonly T[], random: Random): T {
	return from[below(from.length, random)] as T;
}

/** What a mutation may take from elsewhere. */
export interface Supplies {
	/** Short texts of the sources that read the input. */
	readonly dictionary: readonly string[];
	/** Another input that was kept. */
	readonly other: Buffer;
}

/** Bytes at which readers go wrong. */
const interesting: readonly number[] = [0, 1, 0x7f, 0x80, 0xc3, 0xed, 0xf0, 0xff, 0x09, 0x0a, 0x0d, 0x20];

/** Signs that mean something in most text formats. */
const signs = "\"'`\\/*?![]{}()<>,;:=#$%&|-+.@~^_ \t\n0a";

/** Numbers at which readers go wrong, as text. */
const numbers = ["0", "-1", "1e308", "-0", "4294967296", "9007199254740993", "0.5", "1e-400", "99999999999999999999"];

/** Input of more bytes is only made shorter. */
const longest = 2 ** 16;

/** A few bytes replaced, taken out, repeated, put in, or taken from another input. */
export function damagedBytes(bytes: Buffer, random: Random, supplies?: Supplies): Buffer {
	let damaged = Buffer.from(bytes);
	// Powers of two: most inputs are changed a little, a few a lot.
	for (let changes = 2 ** below(4, random); changes > 0; changes--) {
		const at = below(damaged.length + 1, random);
		const length = 1 + below(random() < 0.8 ? 4 : 400, random);
		const before = damaged.subarray(0, at);
		const put = (piece: Buffer | string, replaced = 0): Buffer<ArrayBuffer> =>
			Buffer.concat([before, typeof piece === "string" ? Buffer.from(piece) : piece, damaged.subarray(at + replaced)]);
		const kind = below(damaged.length > longest ? 3 : supplies === undefined ? 7 : 10, random);
		if (kind === 0 && at < damaged.length) damaged[at] = below(256, random);
		else if (kind === 1 && at < damaged.length) damaged[at] = pick(interesting, random);
		else if (kind <= 2) damaged = put("", length);
		else if (kind === 3) damaged = put(damaged.subarray(at, at + length));
		else if (kind === 4) damaged = put(Buffer.alloc(length, pick(interesting, random)));
		else if (kind === 5) damaged = put(pick([...signs], random).repeat(random() < 0.9 ? 1 : length), below(2, random));
		else if (kind === 6) damaged = put(pick(numbers, random), below(3, random));
		else if (kind === 7 && supplies) damaged = put(pick(supplies.dictionary, random), random() < 0.5 ? 0 : length);
		else if (supplies) {
			const from = below(supplies.other.length + 1, random);
			const part = supplies.other.subarray(from, from + 1 + below(random() < 0.5 ? 16 : longest, random));
			damaged = put(part, random() < 0.5 ? 0 : part.length);
		}
	}
	return damaged;
}

/** A piece of the input many times over: what takes more than linear time or room shows itself. */
export function blownUp(bytes: Buffer, size: number, random: Random): Buffer {
	const at = below(bytes.length + 1, random);
	const piece = bytes.subarray(at, at + 1 + below(random() < 0.7 ? 12 : 200, random));
	if (piece.length === 0) return bytes;
	const repeated = Buffer.alloc(Math.max(piece.length, size - bytes.length), piece);
	return Buffer.concat([bytes.subarray(0, at), repeated, bytes.subarray(at + piece.length)]);
}

/** Values that are seldom what a reader expects. */
const odd: readonly unknown[] = [
	null,
	true,
	-1,
	0,
	0.5,
	1e308,
	2 ** 53,
	"",
	"odd",
	"__proto__",
	"\ud800",
	[],
	{},
	[[]],
	[null],
	{ toString: 1 },
];

function oddValue(random: Random, dictionary: readonly string[]): unknown {
	return dictionary.length > 0 && random() < 0.3 ? pick(dictionary, random) : pick(odd, random);
}

/** A value with something in it replaced, left out, added or moved. */
export function damagedValue(value: unknown, random: Random, dictionary: readonly string[] = []): unknown {
	if (typeof value === "string" && random() < 0.5)
		return damagedBytes(Buffer.from(value), random, {
			dictionary: ["a", ...dictionary],
			other: Buffer.from(value),
		}).toString();
	if (typeof value === "number" && random() < 0.5)
		return pick([value + 1, value - 1, -value, value * 2 ** 31, value / 3], random);
	if (typeof value !== "object" || value === null || random() < 0.1) return oddValue(random, dictionary);
	if (Array.isArray(value)) {
		const at = below(value.length + 1, random);
		if (random() < 0.3) {
			const added = random() < 0.5 && value.length > 0 ? pick(value, random) : oddValue(random, dictionary);
			return value.toSpliced(at, below(3, random), added);
		}
		return value.map((one, index) => (index === at ? damagedValue(one, random, dictionary) : one));
	}
	const entries = Object.entries(value);
	if (random() < 0.1) {
		const name = pick(["more", "__proto__", "constructor", ...dictionary], random);
		entries.push([name, oddValue(random, dictionary)]);
	}
	const [chosen] = pick([...entries, ["", null] as const], random);
	return Object.fromEntries(
		entries.flatMap(([name, one]): [string, unknown][] => {
			if (name !== chosen) return [[name, one]];
			return random() < 0.15 ? [] : [[name, damagedValue(one, random, dictionary)]];
		}),
	);
}

/** JSON with its value damaged, or its bytes where it is none. */
export function damagedJson(json: Buffer, random: Random, supplies: Supplies): Buffer {
	if (random() < 0.35) return damagedBytes(json, random, supplies);
	const value = parsed(json);
	if (value === undefined) return damagedBytes(json, random, supplies);
	let damaged: unknown = value;
	for (let changes = 1 + below(3, random); changes > 0; changes--)
		damaged = damagedValue(damaged, random, supplies.dictionary);
	return Buffer.from(JSON.stringify(damaged) ?? "null");
}

function parsed(json: Buffer): unknown {
	try {
		return JSON.parse(json.toString());
	} catch {
		return undefined;
	}
}
