/** Whoever follows what is typed in one document after another, and has an idea how it goes on. */

import type { Keystroke } from "../../../tuning/typist/typingPlan.ts";

export interface Offer {
	/** To be inserted at the cursor. */
	readonly text: string;
	/** That the whole of it is right; null if it does not say. */
	readonly probability: number | null;
}

/** What a key changes right of the cursor. */
export type Closing = Pick<Keystroke, "replaced" | "closers">;

/** `Name`: the ways in which it can be asked. */
export interface Suggester<Name extends string> {
	/** Begins an empty document; its path is relative to the workspace, with "/". */
	open(path: string): void;
	/** Text is typed at the cursor; only what the editor has closed by itself may stand right of it. */
	type(text: string, around?: Closing): void;
	/** What may follow at the cursor. Asking changes nothing. */
	readonly suggest: Readonly<Record<Name, () => Offer | null>>;
	/** The document is left. What was typed in it may be remembered. */
	close(): void;
}

/** Characters that are worth offering without knowing whether they are right: two would save one key at best. */
export const leastOffered = 3;
