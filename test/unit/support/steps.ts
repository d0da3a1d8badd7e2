/**
 * Counts work in steps, not in time: the elements and characters that methods of arrays, strings and maps go through. Loops that
 * read by index are not seen; `watchedString` counts those.
 */

interface Counted {
	readonly prototype: object;
	readonly methods: readonly string[];
	/** What a call costs. */
	cost(self: { readonly length: number }, result: unknown): number;
}

const throughout = ({ length }: { readonly length: number }) => length;
const copied = (_self: unknown, result: unknown) => (result as { readonly length: number }).length;

const counted: readonly Counted[] = [
	{
		prototype: Array.prototype,
		methods: ["every", "filter", "find", "findIndex", "flatMap", "includes", "indexOf", "map", "reduce", "some"],
		cost: throughout,
	},
	{ prototype: Array.prototype, methods: ["concat", "slice"], cost: copied },
	{ prototype: String.prototype, methods: ["match", "replace", "replaceAll", "split"], cost: throughout },
	{ prototype: String.prototype, methods: ["slice"], cost: copied },
	{ prototype: Map.prototype, methods: ["get", "set"], cost: () => 1 },
];

/**
 * Calls `run`. Throws as soon as there are more than `most`, so that code without its bound fails
 * and does not run for hours.
 */
export function assertSteps(most: number, run: () => void): void {
	let steps = 0;
	const restore: (() => void)[] = [];
	for (const { prototype, methods, cost } of counted)
		for (const method of methods) {
			const before = Object.getOwnPropertyDescriptor(prototype, method) as PropertyDescriptor;
			const value = function (this: { readonly length: number }, ...given: unknown[]): unknown {
				const result = Reflect.apply(before.value, this, given);
				steps += cost(this, result);
				if (steps > most) throw new Error(`More than ${most} steps`);
				return result;
			};
			Object.defineProperty(prototype, method, { ...before, value });
			restore.push(() => Object.defineProperty(prototype, method, before));
		}
	try {
		run();
	} finally {
		for (const one of restore) one();
	}
}

/** A text that says of itself how many of its characters were read by index; what is cut out of it is a plain string. */
export function watchedString(text: string): { readonly watched: string; readonly reads: () => number } {
	let reads = 0;
	const watched = new Proxy(Object(text), {
		get(target, name) {
			if (typeof name === "string" && /^-?\d+$/.test(name)) reads++;
			const value: unknown = Reflect.get(target, name);
			return typeof value === "function" ? value.bind(target) : value;
		},
	});
	return { watched: watched as string, reads: () => reads };
}
