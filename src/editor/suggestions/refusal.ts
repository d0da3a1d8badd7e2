/** Reasons for which a request gets no suggestion. */
import type { NoAnswer } from "../processes/completionServer.ts";

/** Why nothing was suggested. */
export type Refusal =
	| NoAnswer
	| "disabled"
	| "notServed"
	| "readOnly"
	| "tooLarge"
	| "selections"
	| "widget"
	| "rejected";
