/** Damages files: by bytes, and by the JSON in them. The same random numbers give the same damage. */
import { Buffer } from "node:buffer";

export type Random = () => number;

function below(limit: number, random: Random): number {
	return Math.floor(random() * limit);
}

export function pick<T>(from: readonly T[], random: Random): T {
	return from[below(from.length, random)] as T;
}

/** Numbers at which readers go wrong, as bytes. */
const interesting: readonly number[] = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x20, 0x22, 0x5b, 0x7b, 0x5c];

/** A few bytes replaced, taken out, repeated or put in. */
export function damagedBytes(bytes: Buffer, random: Random): Buffer {
	let damaged = Buffer.from(bytes);
	for (let changes = 1 + below(4, random); changes > 0; changes--) {
		const at = below(damaged.length + 1, random);
		const length = 1 + below(random() < 0.8 ? 4 : 400, random);
		const before = damaged.subarray(0, at);
		const kind = below(5, random);
		if (kind === 0 && at < damaged.length) damaged[at] = below(256, random);
		else if (kind === 1 && at < damaged.length) damaged[at] = pick(interesting, random);
		else if (kind === 2) damaged = Buffer.concat([before, damaged.subarray(at + length)]);
		else if (kind === 3) damaged = Buffer.concat([before, damaged.subarray(at, at + length), damaged.subarray(at)]);
		else damaged = Buffer.concat([before, Buffer.alloc(length, pick(interesting, random)), damaged.subarray(at)]);
	}
	return damaged;
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

/** A value with something in it replaced, left out or added. */
export function damagedValue(value: unknown, random: Random): unknown {
	if (typeof value !== "object" || value === null || random() < 0.15) return pick(odd, random);
	if (Array.isArray(value)) {
		const at = below(value.length + 1, random);
		if (random() < 0.2) return value.toSpliced(at, below(3, random), pick(odd, random));
		return value.map((one, index) => (index === at ? damagedValue(one, random) : one));
	}
	const entries = Object.entries(value);
	if (random() < 0.1) entries.push([pick(["more", "__proto__", "constructor"], random), pick(odd, random)]);
	const [chosen] = pick([...entries, ["", null] as const], random);
	return Object.fromEntries(
		entries.flatMap(([name, one]): [string, unknown][] => {
			if (name !== chosen) return [[name, one]];
			return random() < 0.15 ? [] : [[name, damagedValue(one, random)]];
		}),
	);
}
