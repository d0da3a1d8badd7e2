/** Reasons for which a request gets no suggestion. */
import type { NoAnswer } from "../processes/completionServer.ts";

/** Why nothing was suggested. */
export type Refusal =
	| NoAnswer
	| "disabled"
	/** Nobody asked, and the user wants suggestions only then. */
	| "onRequest"
	/** A screen reader has announced the suggestion that is being typed. */
	| "announced"
	/** Too short to be announced. */
	| "tooShort"
	| "notServed"
	| "readOnly"
	| "tooLarge"
	| "selections"
	| "widget"
	| "rejected";
