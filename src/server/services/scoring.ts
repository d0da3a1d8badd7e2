/** Scores of open documents, made in the time that is left. */
import type { LanguageModel } from "../../model/languageModel.ts";
import { bitsPerCharacter, DocumentScorer, type Score } from "../../model/score.ts";
import type { ServerMessage, ServerRequest } from "../../protocol/server.ts";
import type { IdleWork } from "../idleWork.ts";

export type ScoreRequest = Extract<ServerRequest, { type: "score" }>;

export interface ScoresParts {
	model(): LanguageModel | null;
	/** Undefined if it is not open, or none whose text may be read. */
	document(id: string): { readonly path: string; readonly text: string } | undefined;
	send(message: Extract<ServerMessage, { type: "scored" }>): void;
	/** An error in one score is no reason to end the others. */
	failed(error: unknown): void;
}

interface Scoring {
	readonly request: ScoreRequest;
	/** Null until its turn comes, and again when the model changes. */
	scorer: DocumentScorer | null;
}

const unscored: Score = { bits: 0, characters: 0 };

/** Bytes scored between two looks at the clock. */
const sliceBytes = 64;

export class Scores implements IdleWork {
	readonly #parts: ScoresParts;
	readonly #waiting: Scoring[] = [];

	constructor(parts: ScoresParts) {
		this.#parts = parts;
	}

	add(request: ScoreRequest): void {
		this.#waiting.push({ request, scorer: null });
	}

	/** The model is another one: what is under way starts again. */
	restart(): void {
		for (const scoring of this.#waiting) scoring.scorer = null;
	}

	/** Goes on with the oldest. */
	work(isOver: () => boolean): boolean {
		const scoring = this.#waiting[0];
		if (scoring === undefined) return false;
		const score = this.#score(scoring, isOver);
		if (score === null) return true;
		this.#waiting.shift();
		const bpc = bitsPerCharacter(score);
		this.#parts.send({ type: "scored", id: scoring.request.id, bpc, characters: score.characters });
		return true;
	}

	/** Null when more is to be done. */
	#score(scoring: Scoring, isOver: () => boolean): Score | null {
		try {
			const model = this.#parts.model();
			const document = this.#parts.document(scoring.request.document);
			if (model === null || document === undefined) return unscored;
			scoring.scorer ??= new DocumentScorer(model, document.path, document.text);
			while (!scoring.scorer.step(sliceBytes)) if (isOver()) return null;
			return scoring.scorer.total;
		} catch (error) {
			this.#parts.failed(error);
			return unscored;
		}
	}
}
