/** Services answer questions about what the models say. A session drives them; each knows nothing of transport or time. */
import type { IdleWork } from "../idleWork.ts";

/** Tells a service that its answer is no longer wanted, or that its time is over. */
export interface ServiceSignal {
	readonly isOver: boolean;
}

export interface Service<Question, Answer> {
	/** `now`: the newest question comes before all other work. `idle`: questions wait their turn for idle time. */
	readonly urgency: "now" | "idle";
	/**
	 * Computes the answer and yields after each step of a millisecond or two. Once the signal is over it returns what it has.
	 */
	handle(question: Question, signal: ServiceSignal): Generator<undefined, Answer>;
}

/** Drives a service to its answer at once. */
export function answerNow<Q, A>(service: Service<Q, A>, question: Q, signal: ServiceSignal): A {
	const steps = service.handle(question, signal);
	let step = steps.next();
	while (!step.done) step = steps.next();
	return step.value;
}

export interface QueueParts<Question, Answer> {
	answered(question: Question, answer: Answer): void;
	/** An error in one answer is no reason to end the others. Returns what is answered instead. */
	failed(error: unknown): Answer;
}

/** The questions that an idle service has yet to answer, the oldest first. */
export class ServiceQueue<Question, Answer> implements IdleWork {
	readonly #service: Service<Question, Answer>;
	readonly #parts: QueueParts<Question, Answer>;
	readonly #questions: Question[] = [];
	/** Of the oldest question; null until its turn comes, and again after `restart`. */
	#steps: Generator<undefined, Answer> | null = null;

	constructor(service: Service<Question, Answer>, parts: QueueParts<Question, Answer>) {
		this.#service = service;
		this.#parts = parts;
	}

	add(question: Question): void {
		this.#questions.push(question);
	}

	/** The models have changed: the answer under way is computed anew. */
	restart(): void {
		this.#steps = null;
	}

	/** Takes back all questions that are not answered yet, the oldest first. */
	takeBack(): Question[] {
		this.#steps = null;
		return this.#questions.splice(0);
	}

	work(isOver: () => boolean): boolean {
		const [question] = this.#questions;
		if (question === undefined) return false;
		const answer = this.#proceed(question, isOver);
		if (answer === undefined) return true;
		this.#questions.shift();
		this.#steps = null;
		this.#parts.answered(question, answer.value);
		return true;
	}

	/** Undefined when more is to be done. */
	#proceed(question: Question, isOver: () => boolean): { readonly value: Answer } | undefined {
		try {
			this.#steps ??= this.#service.handle(question, { isOver: false });
			for (;;) {
				const step = this.#steps.next();
				if (step.done) return { value: step.value };
				if (isOver()) return undefined;
			}
		} catch (error) {
			return { value: this.#parts.failed(error) };
		}
	}
}
