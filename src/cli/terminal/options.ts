/** The options of a command: declared once, they are parsed, checked and explained. */
import { parseArgs } from "node:util";

/** The command line itself is wrong; the message says how. */
export class UsageError extends Error {
	override readonly name = "UsageError";
}

export interface Option<T> {
	/** Stands for the value in the help; null for a flag. */
	readonly placeholder: string | null;
	readonly help: string;
	/** Throws an Error that says what is expected. */
	parse(text: string): T;
}

export type Options = Readonly<Record<string, Option<unknown>>>;

/** What was given; an option that was left out is undefined. */
export type Values<O extends Options> = {
	readonly [K in keyof O]: O[K] extends Option<infer T> ? T | undefined : never;
};

/** Each option with what it is for, in lines of two columns. */
export function explain(options: Options): string {
	const rows = Object.entries(options).map(([name, { placeholder, help }]) => ({
		left: placeholder === null ? `--${name}` : `--${name} ${placeholder}`,
		help,
	}));
	const width = Math.max(...rows.map(({ left }) => left.length));
	return rows.map(({ left, help }) => `  ${left.padEnd(width)}  ${help}\n`).join("");
}

export function flag(help: string): Option<true> {
	return { placeholder: null, help, parse: () => true };
}

export function text(placeholder: string, help: string): Option<string> {
	return {
		placeholder,
		help,
		parse(given) {
			if (given === "") throw new Error("is empty");
			return given;
		},
	};
}

/** Unlike `text`, takes an empty text, too. */
export function anyText(placeholder: string, help: string): Option<string> {
	return { placeholder, help, parse: (given) => given };
}

export interface Range {
	readonly min: number;
	readonly max: number;
	/** False also allows fractions. */
	readonly whole: boolean;
}

export function number(placeholder: string, help: string, { min, max, whole }: Range): Option<number> {
	return {
		placeholder,
		help,
		parse(given) {
			const value = Number(given);
			if (!/^(?:\d*\.)?\d+$/.test(given) || value < min || value > max || (whole && !Number.isInteger(value))) {
				throw new Error(`is ${JSON.stringify(given)}, not a ${whole ? "whole " : ""}number from ${min} to ${max}`);
			}
			return value;
		},
	};
}

/** `placeholder` is what stands for the value where the choices would be too long. */
export function choice<T extends string>(
	allowed: readonly T[],
	help: string,
	placeholder = allowed.join("|"),
): Option<T> {
	return {
		placeholder,
		help,
		parse(given) {
			const found = allowed.find((one) => one === given);
			if (found === undefined) throw new Error(`is ${JSON.stringify(given)}, not ${allowed.join(", ")}`);
			return found;
		},
	};
}

/** How many arguments that are no options a command takes. */
export interface Arity {
	readonly least: number;
	readonly most: number;
}

/** @throws {UsageError} */
export function parseOptions<O extends Options>(
	options: O,
	arity: Arity,
	args: readonly string[],
): { readonly values: Values<O>; readonly positionals: readonly string[] } {
	const { values: given, positionals } = split(options, args);
	if (positionals.length < arity.least) throw new UsageError("An argument is missing");
	if (positionals.length > arity.most) {
		throw new UsageError(`There is an argument too many: ${JSON.stringify(positionals[arity.most])}`);
	}
	const values: Record<string, unknown> = {};
	for (const [name, value] of Object.entries(given)) {
		try {
			values[name] = (options[name] as Option<unknown>).parse(String(value));
		} catch (error) {
			throw new UsageError(`--${name} ${(error as Error).message}`, { cause: error });
		}
	}
	return { values: values as Values<O>, positionals };
}

function split(options: Options, args: readonly string[]) {
	const kinds = Object.entries(options).map(
		([name, { placeholder }]) => [name, { type: placeholder === null ? "boolean" : "string" }] as const,
	);
	try {
		return parseArgs({ args: [...args], options: Object.fromEntries(kinds), allowPositionals: true });
	} catch (error) {
		const { message } = error as Error;
		const isAmbiguous = message.startsWith("Option '--") && message.includes("' argument is ambiguous");
		const name = isAmbiguous ? message.slice("Option '".length).split(/[' ]/, 1)[0] : undefined;
		// Of anything else Node explains at length, and its first sentence says it all.
		const said =
			name === undefined
				? message.split(/\.(?:\s|$)|\n/)[0]
				: `${name} has no value; one that begins with a dash is written as ${name}=-…`;
		throw new UsageError(said ?? "", { cause: error });
	}
}

/** The given value of an option without which the command makes no sense. */
export function required<T>(name: string, value: T | undefined): T {
	if (value === undefined) throw new UsageError(`--${name} is missing`);
	return value;
}
