/** Questions to the completion process that it answers when it has time: once, or with a text that grows. */
import type { SpellingAnswer, SpellingScope } from "../../domain/spelling.ts";
import type { ExpectedText, SurpriseAnswer } from "../../domain/surprise.ts";
import type { Position } from "../../domain/text.ts";
import type { ServerMessage, ServerRequest } from "../../protocol/server.ts";

export interface PatientParts {
	/** Of all questions to the process. */
	nextId(): number;
	/** False if no process takes requests. */
	send(request: ServerRequest): boolean;
	/** Does something once a process that does not hang would have answered what it answers at once, unless that is called off. */
	later(action: () => void): () => void;
	/** The process does not answer any more. */
	hangs(): void;
}

export interface ContinuationPlace {
	readonly document: string;
	readonly version: number;
	readonly position: Position;
	readonly lines: number;
	readonly seed: number;
}

type Answer = Extract<ServerMessage, { type: "scored" | "spelled" | "surprised" | "expected" | "usage" }>;

export class PatientQuestions {
	readonly #parts: PatientParts;
	/** What settles each question that is answered once, by its id; null: there is no answer. */
	readonly #waiting = new Map<number, (answer: Answer | null) => void>();
	/** What takes the text of each continuation, by its id. */
	readonly #continuations = new Map<number, (text: string, isOver: boolean) => void>();
	/** Of the next look at whether the process still answers; undefined: none is due. */
	#cancelLook: (() => void) | undefined;

	constructor(parts: PatientParts) {
		this.#parts = parts;
	}

	/** Bits per character of a document that the process has, computed when it has time; null if there is no answer. */
	async score(document: string): Promise<number | null> {
		return (await this.#ask<"scored">((id) => ({ type: "score", id, document })))?.bpc ?? null;
	}

	/** Misspelt words of a document that the process has, found when it has time; null if there is no answer. */
	async spell(document: string, version: number, scope: SpellingScope): Promise<SpellingAnswer | null> {
		const answer = await this.#ask<"spelled">((id) => ({ type: "spell", id, document, version, scope }));
		return answer?.found ?? null;
	}

	/** How surprising a document is around `line`; null if it has changed since, or there is no answer. */
	async surprise(document: string, version: number, line: number): Promise<SurpriseAnswer | null> {
		const answer = await this.#ask<"surprised">((id) => ({ type: "surprise", id, document, version, line }));
		return answer?.found ?? null;
	}

	/** What the model expects at a place of a document, the likeliest first. */
	async expect(document: string, version: number, position: Position): Promise<readonly ExpectedText[]> {
		const answer = await this.#ask<"expected">((id) => ({ type: "expect", id, document, version, position }));
		return answer?.found ?? [];
	}

	/** Surprise is not asked for any more: the process gives back what it keeps for it. */
	surpriseOff(): void {
		this.#parts.send({ type: "surpriseOff" });
	}

	/**
	 * Has the process write on from a place of a document that it has.
	 *
	 * @param take called with each piece of the text, the last with `isOver`
	 * @returns what ends it; no text comes after that
	 */
	continueAt(place: ContinuationPlace, take: (text: string, isOver: boolean) => void): () => void {
		const id = this.#parts.nextId();
		this.#continuations.set(id, take);
		this.#watch();
		if (!this.#parts.send({ type: "continue", id, ...place })) this.#continued(id, "", true);
		return () => {
			if (this.#continuations.delete(id)) this.#parts.send({ type: "cancel", id });
			this.#rest();
		};
	}

	/** Bytes of RAM that the process takes; null if none runs. */
	async usage(): Promise<number | null> {
		return (await this.#ask<"usage">((id) => ({ type: "usage", id })))?.bytes ?? null;
	}

	/** Hands an answer to what waits for it. */
	receive(message: ServerMessage): void {
		switch (message.type) {
			case "scored":
			case "spelled":
			case "surprised":
			case "expected":
			case "usage":
				this.#waiting.get(message.id)?.(message);
				break;
			case "continued":
				this.#continued(message.id, message.text, message.isOver);
				break;
		}
	}

	/** The process is gone: nothing more is answered. */
	lost(): void {
		for (const settle of [...this.#waiting.values()]) settle(null);
		for (const id of [...this.#continuations.keys()]) this.#continued(id, "", true);
	}

	#ask<T extends Answer["type"]>(
		question: (id: number) => ServerRequest,
	): Promise<Extract<Answer, { type: T }> | null> {
		const id = this.#parts.nextId();
		return new Promise((resolve) => {
			this.#waiting.set(id, (answer) => {
				this.#waiting.delete(id);
				this.#rest();
				resolve(answer as Extract<Answer, { type: T }> | null);
			});
			this.#watch();
			if (!this.#parts.send(question(id))) this.#waiting.get(id)?.(null);
		});
	}

	get #isExpecting(): boolean {
		return this.#waiting.size > 0 || this.#continuations.size > 0;
	}

	/**
	 * As long as an answer is due, asks now and then for what a process answers at once. How long an answer itself takes says nothing:
	 * the process may have to read a large workspace first.
	 */
	#watch(): void {
		this.#cancelLook ??= this.#parts.later(() => {
			this.#cancelLook = undefined;
			const id = this.#parts.nextId();
			const cancel = this.#parts.later(() => this.#parts.hangs());
			this.#waiting.set(id, () => {
				cancel();
				this.#waiting.delete(id);
				if (this.#isExpecting) this.#watch();
			});
			if (!this.#parts.send({ type: "usage", id })) this.#waiting.get(id)?.(null);
		});
	}

	#rest(): void {
		if (this.#isExpecting) return;
		this.#cancelLook?.();
		this.#cancelLook = undefined;
	}

	#continued(id: number, text: string, isOver: boolean): void {
		const take = this.#continuations.get(id);
		if (isOver) this.#continuations.delete(id);
		this.#rest();
		take?.(text, isOver);
	}
}
