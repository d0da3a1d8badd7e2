/** Checks the spelling of open documents, by the network: the memory knows what is open by heart, its misspellings included. */
import type { SpellingAnswer } from "../../domain/spelling.ts";
import type { LanguageModel } from "../../model/languageModel.ts";
import type { ServerRequest } from "../../protocol/server.ts";
import { SpellingChecker } from "../../spelling/check.ts";
import type { Lexicon } from "../../spelling/judge.ts";
import { kindsIn } from "../../spelling/words/finder.ts";
import type { IdleWork } from "../idleWork.ts";
import { type Service, ServiceQueue } from "./service.ts";

export type SpellRequest = Extract<ServerRequest, { type: "spell" }>;

export interface SpellingParts {
	model(): LanguageModel | null;
	/** Undefined if it is not open, or if its text must not be read. */
	document(id: string): { readonly path: string; readonly text: string; readonly version: number } | undefined;
}

/** UTF-16 units of a document; a larger one is data. */
const largestDocument = 2 ** 19;
/** Bytes that the model reads for one answer: about a third of a second. The host asks again, at most once a second. */
const mostBytes = 2 ** 14;

export class SpellingService implements Service<SpellRequest, SpellingAnswer | null> {
	readonly urgency = "idle";
	readonly #parts: SpellingParts;
	readonly #lexicon: Lexicon;
	/** Remembers what its model said. */
	#checker: { readonly model: LanguageModel; readonly checker: SpellingChecker } | null = null;

	constructor(parts: SpellingParts, lexicon: Lexicon) {
		this.#parts = parts;
		this.#lexicon = lexicon;
	}

	*handle({ document: id, version, scope }: SpellRequest): Generator<undefined, SpellingAnswer | null> {
		const model = this.#parts.model();
		const document = this.#parts.document(id);
		if (model === null || document?.version !== version) return null;
		const { path, text } = document;
		if (text.length > largestDocument) return { misspellings: [], isWhole: true };
		if (this.#checker?.model !== model) this.#checker = { model, checker: new SpellingChecker(this.#lexicon, model) };
		const options = { kinds: kindsIn(scope), mostBytes, elsewhere: () => 0 };
		const { misspellings, isWhole } = yield* this.#checker.checker.check({ path, lines: text.split("\n") }, options);
		return { misspellings, isWhole };
	}
}

export interface SpellingQueueParts extends SpellingParts {
	loadLexicon(): Promise<Lexicon>;
	answered(id: number, found: SpellingAnswer | null): void;
	failed(error: unknown): void;
	/** There is new work. */
	wake(): void;
}

/** The questions yet to be answered. The first one has the dictionary loaded. */
export class SpellingQueue implements IdleWork {
	readonly #parts: SpellingQueueParts;
	#queue: Promise<ServiceQueue<SpellRequest, SpellingAnswer | null>> | null = null;
	#loaded: ServiceQueue<SpellRequest, SpellingAnswer | null> | null = null;

	constructor(parts: SpellingQueueParts) {
		this.#parts = parts;
	}

	add(request: SpellRequest): void {
		this.#queue ??= this.#load();
		void this.#queue.then(
			(queue) => {
				queue.add(request);
				this.#parts.wake();
			},
			(error: unknown) => {
				// It is tried again with the next question: the disk may have been busy.
				this.#queue = null;
				this.#parts.failed(error);
				this.#parts.answered(request.id, null);
			},
		);
	}

	/** The models have changed: the answer under way is computed anew. */
	restart(): void {
		this.#loaded?.restart();
	}

	work(isOver: () => boolean): boolean {
		return this.#loaded?.work(isOver) ?? false;
	}

	async #load(): Promise<ServiceQueue<SpellRequest, SpellingAnswer | null>> {
		const service = new SpellingService(this.#parts, await this.#parts.loadLexicon());
		this.#loaded = new ServiceQueue(service, {
			answered: ({ id }, found) => this.#parts.answered(id, found),
			failed: (error) => {
				this.#parts.failed(error);
				return null;
			},
		});
		return this.#loaded;
	}
}
