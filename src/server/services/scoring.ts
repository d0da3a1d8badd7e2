/**
 * Scores open documents: bits per character by the network. The memory knows what is open by heart, so it would say nothing
 * of how unusual a document is.
 */
import type { LanguageModel } from "../../model/languageModel.ts";
import { leftToRight, type Score } from "../../model/score.ts";
import type { ServerRequest } from "../../protocol/server.ts";
import type { Service } from "./service.ts";

export type ScoreRequest = Extract<ServerRequest, { type: "score" }>;

export interface ScoringParts {
	model(): LanguageModel | null;
	/** Undefined if it is not open, or if its text must not be read. */
	document(id: string): { readonly path: string; readonly text: string } | undefined;
}

/** UTF-16 units of a document that are scored, from its beginning: a third of a second of work. */
export const mostUnits = 2 ** 14;

/** The score of nothing. */
export const unscored: Score = { bits: 0, characters: 0 };

export class ScoringService implements Service<ScoreRequest, Score> {
	readonly urgency = "idle";
	readonly #parts: ScoringParts;

	constructor(parts: ScoringParts) {
		this.#parts = parts;
	}

	*handle({ document: id }: ScoreRequest): Generator<undefined, Score> {
		const model = this.#parts.model();
		const document = this.#parts.document(id);
		if (model === null || document === undefined) return unscored;
		return yield* leftToRight(model).score({
			path: document.path,
			before: "",
			text: document.text.slice(0, mostUnits),
			after: "",
		});
	}
}
