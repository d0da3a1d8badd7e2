/** What a command of the command line is, and what it is given. */
import { type Arity, flag, type Options, parseOptions, type Values } from "./terminal/options.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** What a command has to say on standard output. */
export interface Result {
	/** For programs: printed with `--json`. */
	readonly json: object;
	/** For people; lines end with "\n". */
	readonly text: string;
	/** The command was to find faults, and has found some: the exit code says so. */
	readonly isFault?: boolean;
}

interface Definition<O extends Options> {
	readonly name: string;
	/** One line. */
	readonly summary: string;
	/** Arguments as the help shows them. */
	readonly usage: string;
	readonly arity: Arity;
	/** Named without dashes. */
	readonly options: O;
	/** Further lines of help. */
	readonly notes?: string;
	run(terminal: Terminal, values: Values<O>, positionals: readonly string[]): Promise<Result>;
}

export interface Command extends Omit<Definition<Options>, "run"> {
	/**
	 * Resolves to whether all is well.
	 *
	 * @throws {UsageError} or {Failure}
	 */
	run(terminal: Terminal, args: readonly string[]): Promise<boolean>;
}

/** Adds what all commands have: parsing, and `--json`. */
export function defineCommand<O extends Options>(definition: Definition<O>): Command {
	const options = { ...definition.options, json: flag("print the result as JSON") };
	return {
		...definition,
		options,
		async run(terminal, args) {
			const { values, positionals } = parseOptions(options, definition.arity, args);
			const { json, text, isFault = false } = await definition.run(terminal, values as Values<O>, positionals);
			terminal.stdout.write(values.json ? `${JSON.stringify(json)}\n` : text);
			return !isFault;
		},
	};
}
