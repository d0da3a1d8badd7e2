/** Scores open documents: bits per character under the models that answer now. */
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
		return yield* leftToRight(model).score({ path: document.path, before: "", text: document.text, after: "" });
	}
}
