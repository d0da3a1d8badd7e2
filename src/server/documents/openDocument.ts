/** One document open in the editor, ready to be completed in: its text and the model's contexts. */

import type { Calibration } from "../../completion/calibration.ts";
import { type Completion, completing, refusal, type Wish } from "../../completion/complete.ts";
import { surroundingsAt } from "../../completion/surroundings.ts";
import type { Position, TextChange } from "../../domain/text.ts";
import type { Context, LanguageModel } from "../../model/languageModel.ts";
import { ContextCache } from "./contextCache.ts";
import { TextDocument } from "./textDocument.ts";

/** Time for the search, ms. With 1 ms for the rest an answer stays within 15 ms when contexts are cached. */
const automaticSearchMs = 12;
/** Who asks for suggestions waits for them; still less than a moment. */
const explicitSearchMs = 50;

export class OpenDocument {
	readonly #document: TextDocument;
	#contexts: { readonly cache: ContextCache; readonly model: LanguageModel } | null = null;

	/** @param above text that is read before the document; see `TextDocument` */
	constructor(path: string, version: number, text: string, above = "") {
		this.#document = new TextDocument(path, version, text);
		this.#document.setAbove(above);
	}

	get path(): string {
		return this.#document.path;
	}

	get version(): number {
		return this.#document.version;
	}

	get text(): string {
		return this.#document.text;
	}

	get above(): string {
		return this.#document.above;
	}

	line(line: number): string {
		return this.#document.line(line);
	}

	/** Throws a RangeError if the changes do not fit; the document is then of no use. */
	change(version: number, changes: readonly TextChange[]): void {
		const firstLine = this.#document.change(version, changes);
		this.#contexts?.cache.invalidate(firstLine);
	}

	/** See `TextDocument`. */
	setAbove(text: string): void {
		this.#document.setAbove(text);
		this.forget();
	}

	/** Gives the memory of contexts back; they are made anew when needed. */
	forget(): void {
		this.#contexts = null;
	}

	/** To be told when the model has learned: what is predicted next may be something else now. */
	learned(): void {
		this.#contexts?.cache.learned();
	}

	/** The context at a position, null if there is no such; at most `window` bytes are read for it. */
	contextAt(model: LanguageModel, position: Position, window: number): Context | null {
		if (!this.#document.has(position)) return null;
		const { trie, node } = this.#cacheOf(model, window).at(position);
		return trie.contextAt(node);
	}

	/** Yields between the steps of the search, each of which is one call of the model. */
	*completing(
		model: LanguageModel,
		position: Position,
		wish: Wish,
		{ window, now, calibration }: CompletionResources,
		signal: { readonly isOver: boolean },
	): Generator<undefined, Completion> {
		const begun = now();
		if (!this.#document.has(position)) return { suggestions: [], silence: "stale" };
		const surroundings = surroundingsAt((line) => this.#document.line(line), position);
		const silence = refusal(surroundings, wish);
		if (silence !== null) return { suggestions: [], silence };
		const cache = this.#cacheOf(model, window);
		const bytesBefore = cache.bytesRead;
		const { trie, node } = cache.at(position);
		const located = now();
		const deadline = located + (wish.explicit ? explicitSearchMs : automaticSearchMs);
		let searched = located;
		const steps = completing(trie, node, surroundings, wish, calibration, () => {
			searched = now();
		});
		let step = steps.next(false);
		for (; !step.done; step = steps.next(signal.isOver || now() >= deadline)) yield;
		const { candidates, ...completion } = step.value;
		const trace = {
			context: located - begun,
			search: searched - located,
			display: now() - searched,
			bytes: cache.bytesRead - bytesBefore,
			candidates,
		};
		return { ...completion, trace };
	}

	#cacheOf(model: LanguageModel, window: number): ContextCache {
		if (this.#contexts?.model !== model)
			this.#contexts = { cache: new ContextCache(model, this.#document, window), model };
		return this.#contexts.cache;
	}
}

export interface CompletionResources {
	/** Most bytes read for contexts. */
	readonly window: number;
	/** A clock in ms. */
	now(): number;
	readonly calibration: Calibration;
}
