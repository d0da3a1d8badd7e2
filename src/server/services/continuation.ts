/** Writes on from a place in an open document, a line at a time, until someone has had enough. */
import { Buffer } from "node:buffer";
import { generate } from "../../completion/generate.ts";
import { loopLength } from "../../completion/repetition.ts";
import type { Context, LanguageModel } from "../../model/languageModel.ts";
import type { ServerMessage, ServerRequest } from "../../protocol/server.ts";
import type { OpenDocument } from "../documents/openDocument.ts";
import { answeringModel, type Ensemble } from "../ensemble.ts";
import type { IdleWork } from "../idleWork.ts";

export type ContinueRequest = Extract<ServerRequest, { type: "continue" }>;

export interface ContinuationParts {
	ensemble(): Ensemble;
	/** Undefined if it is not open, or if its text must not be read. */
	document(id: string): OpenDocument | undefined;
	/** Called with a document whose contexts are used. */
	used(document: OpenDocument): void;
	/** Most bytes read for contexts. */
	window(): number;
	send(message: ServerMessage): void;
	failed(error: unknown): void;
}

/** Likelier than the model's own text, which drifts off, and not the likeliest, which soon repeats itself. */
const sampling = { temperature: 0.6, topP: 0.9 };
/** Of all lines together. */
const mostCharacters = 2000;

interface Run {
	readonly request: ContinueRequest;
	readonly characters: Generator<string>;
	/** Of the text so far. */
	lines: number;
	text: string;
	/** UTF-16 units that were sent. */
	sent: number;
}

/** There is one continuation at a time. */
export class Continuation implements IdleWork {
	readonly #parts: ContinuationParts;
	#run: Run | null = null;

	constructor(parts: ContinuationParts) {
		this.#parts = parts;
	}

	/** Begins a continuation, and ends the one before. */
	begin(request: ContinueRequest): void {
		this.stop();
		try {
			const begun = this.#beginning(request);
			if (begun === null) this.#parts.send({ type: "continued", id: request.id, text: "", isOver: true });
			else
				this.#run = {
					request,
					characters: generate(begun.model, begun.context, {
						...sampling,
						characters: mostCharacters,
						seed: request.seed,
						// Someone asked, and the document that ends here is likely to be known: it was read from disk.
						isWanted: true,
					}),
					lines: 0,
					text: "",
					sent: 0,
				};
		} catch (error) {
			this.#parts.failed(error);
			this.#parts.send({ type: "continued", id: request.id, text: "", isOver: true });
		}
	}

	/** Ends the continuation with this id, if it goes on. */
	cancel(id: number): void {
		if (this.#run?.request.id === id) this.stop();
	}

	/** An edit ends a continuation of its document. */
	changed(document: string): void {
		if (this.#run?.request.document === document) this.stop();
	}

	stop(): void {
		if (this.#run !== null) this.#end(this.#run, this.#run.sent);
	}

	work(isOver: () => boolean): boolean {
		const run = this.#run;
		if (run === null) return false;
		try {
			do {
				const step = run.characters.next();
				if (step.done) {
					this.#end(run, run.text.length);
					return true;
				}
				if (step.value !== "\n") run.text += step.value;
				else if (this.#lineEnds(run)) return true;
			} while (!isOver());
		} catch (error) {
			this.#parts.failed(error);
			this.#end(run, run.text.length);
		}
		return true;
	}

	#beginning({ document: id, version, position }: ContinueRequest): { model: LanguageModel; context: Context } | null {
		const document = this.#parts.document(id);
		const model = answeringModel(this.#parts.ensemble());
		if (document === undefined || document.version !== version || model === null) return null;
		this.#parts.used(document);
		const context = document.contextAt(model, position, this.#parts.window());
		return context === null ? null : { model, context };
	}

	/** Whether the run is over with this line. */
	#lineEnds(run: Run): boolean {
		const isLast = ++run.lines >= run.request.lines;
		if (isLast || loopLength(Buffer.from(run.text)) > 0) {
			this.#end(run, run.text.length);
			return true;
		}
		this.#parts.send({ type: "continued", id: run.request.id, text: run.text.slice(run.sent), isOver: false });
		run.sent = run.text.length;
		run.text += "\n";
		return false;
	}

	/** @param end of the text that is wanted */
	#end({ request: { id }, text, sent }: Run, end: number): void {
		this.#run = null;
		// Lines without text at the end are of no use.
		this.#parts.send({ type: "continued", id, text: text.slice(sent, end).trimEnd(), isOver: true });
	}
}
