/** A terminal that records what is written to it. */
import type { Terminal } from "../../../../src/cli/terminal/terminal.ts";

export class FakeTerminal implements Terminal {
	/** What was written so far. */
	out = "";
	errors = "";
	readonly stdout;
	readonly stderr;
	/** Whether Ctrl+C is pressed as soon as a command listens for it. */
	#interrupting = false;

	constructor({ isTerminal = false, columns = 80, colours = false, interrupting = false } = {}) {
		const traits = { isTerminal, columns, colours };
		const writeOut = (text: string) => {
			this.out += text;
		};
		const writeErrors = (text: string) => {
			this.errors += text;
		};
		this.stdout = { ...traits, write: writeOut };
		this.stderr = { ...traits, write: writeErrors };
		this.#interrupting = interrupting;
	}

	/** What stands on standard input. */
	given = "";

	input(): Promise<string> {
		return Promise.resolve(this.given);
	}

	onInterrupt(handler: () => void): () => void {
		if (this.#interrupting) handler();
		return () => undefined;
	}
}
