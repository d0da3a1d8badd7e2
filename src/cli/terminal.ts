/** What the command line talks to; a test puts something else in its place. */
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
	/** Calls `handler` at the first Ctrl+C; the second ends the process. Returns what stops listening. */
	onInterrupt(handler: () => void): () => void;
}

export type Style = Parameters<typeof styleText>[0];

/** `text` in a colour where there are colours. */
export function styled(output: Output, style: Style, text: string): string {
	return output.colours ? styleText(style, text, { validateStream: false }) : text;
}

/** The terminal, or the pipes or files in its place, of this process. */
export function processTerminal(): Terminal {
	return {
		stdout: outputOf(process.stdout),
		stderr: outputOf(process.stderr),
		onInterrupt(handler) {
			const signals = ["SIGINT", "SIGTERM"] as const;
			const remove = () => {
				for (const signal of signals) process.off(signal, handle);
			};
			const handle = () => {
				remove();
				handler();
			};
			for (const signal of signals) process.on(signal, handle);
			return remove;
		},
	};
}

function outputOf(stream: NodeJS.WriteStream): Output {
	// Whoever reads the output may stop reading, as `head` does.
	stream.on("error", (error: NodeJS.ErrnoException) => {
		if (error.code !== "EPIPE") throw error;
	});
	const isTerminal = stream.isTTY === true;
	return {
		write: (text) => void stream.write(text),
		isTerminal,
		get columns() {
			return stream.columns ?? 80;
		},
		colours: isTerminal && stream.hasColors(),
	};
}
