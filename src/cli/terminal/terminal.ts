/** What the command line talks to; a test puts something else in its place. */
import { text } from "node:stream/consumers";
import { styleText } from "node:util";

export interface Output {
	write(text: string): void;
	/** Whether a person may be looking. */
	readonly isTerminal: boolean;
	/** Characters in a line. */
	readonly columns: number;
	/** Whether colours are wanted. */
	readonly colours: boolean;
}

export interface Terminal {
	/** For results. */
	readonly stdout: Output;
	/** For progress and complaints. */
	readonly stderr: Output;
	/** All of standard input, as UTF-8. */
	input(): Promise<string>;
	/** Calls `handler` at the first Ctrl+C; the second ends the process. Returns what stops listening. */
	onInterrupt(handler: () => void): () => void;
}

export type Style = Parameters<typeof styleText>[0];

/** `plain` in a colour where there are colours. */
export function styled(output: Output, style: Style, plain: string): string {
	return output.colours ? styleText(style, plain, { validateStream: false }) : plain;
}

/** The terminal, or the pipes or files in its place, of this process. */
export function processTerminal(): Terminal {
	const { stdout, stderr } = process;
	return {
		stdout: outputOf(stdout, (error) => {
			stderr.write(`The result cannot be written (${error.code ?? error.message}).\n`);
			process.exitCode = 1;
		}),
		// A log that is full ends no training.
		stderr: outputOf(stderr, () => undefined),
		input: () => text(process.stdin),
		onInterrupt(handler) {
			const press = presses(
				handler,
				() => process.exit(interrupted),
				() => performance.now(),
			);
			for (const signal of signals) process.on(signal, press);
			return () => {
				for (const signal of signals) process.off(signal, press);
			};
		},
	};
}

const signals = ["SIGINT", "SIGTERM"] as const;

/** As a shell reports the end by Ctrl+C. */
const interrupted = 130;

/** Ctrl+C reaches all processes in a terminal, and some pass it on to those they have started: that is one press. */
const onePressMilliseconds = 1000;

/** A function to be called for each signal: it does `first` at the first press, `second` at the next. */
export function presses(first: () => void, second: () => void, now: () => number): () => void {
	let pressed: number | undefined;
	return () => {
		if (pressed === undefined) {
			pressed = now();
			first();
		} else if (now() - pressed > onePressMilliseconds) second();
	};
}

export function outputOf(stream: NodeJS.WriteStream, onFailure: (error: NodeJS.ErrnoException) => void): Output {
	// Whoever reads the output may stop reading, as `head` does.
	stream.on("error", (error: NodeJS.ErrnoException) => {
		if (error.code !== "EPIPE") onFailure(error);
	});
	const isTerminal = stream.isTTY === true;
	return {
		write: (text) => void stream.write(text),
		isTerminal,
		get columns() {
			// A terminal whose size nobody has set, as in some containers, has none.
			return stream.columns || 80;
		},
		colours: isTerminal && stream.hasColors(),
	};
}
