/**
 * The last requests for suggestions and what became of them, for the view that the user opens. Kept in memory only, as it
 * holds text of documents.
 */
import type { CompletionTrace } from "../../domain/suggestions.ts";
import type { Refusal } from "./refusal.ts";

export interface RequestRecord {
	/** Milliseconds since 1970. */
	readonly at: number;
	/** URI of the document. */
	readonly document: string;
	/** Zero-based. */
	readonly line: number;
	/** Zero-based, UTF-16 units. */
	readonly character: number;
	/** The user asked, rather than the editor. */
	readonly explicit: boolean;
	/** What was offered, the shown one first; empty after a refusal. */
	readonly texts: readonly string[];
	/** The text continues a suggestion that was shown before, so the model was not asked. */
	readonly isContinued: boolean;
	readonly refusal: Refusal | undefined;
	/** Milliseconds until the process was ready to be asked, and from the request to the answer. */
	readonly waited: number;
	readonly took: number;
	/** Absent if the process was not asked, or searched for nothing. */
	readonly trace: CompletionTrace | undefined;
}

/** Enough to find the request that somebody wonders about. */
const mostRequests = 50;

export class RequestLog {
	/** The newest last. */
	readonly #records: RequestRecord[] = [];

	add(record: RequestRecord): void {
		this.#records.push(record);
		if (this.#records.length > mostRequests) this.#records.shift();
	}

	/** The newest first. */
	get records(): readonly RequestRecord[] {
		return this.#records.toReversed();
	}
}
