/** Completes at the cursor of an open document. */
import type { Completion } from "../../completion/complete.ts";
import type { Silence } from "../../domain/suggestions.ts";
import type { ServerRequest } from "../../protocol/server.ts";
import type { Outcome } from "../../tuning/calibrationFit.ts";
import type { OpenDocument } from "../documents/openDocument.ts";
import type { OutcomeWatch } from "../documents/outcomeWatch.ts";
import { answeringModel, type Ensemble } from "../ensemble.ts";
import type { Service, ServiceSignal } from "./service.ts";

export type CompleteRequest = Extract<ServerRequest, { type: "complete" }>;

export interface CompletionParts {
	ensemble(): Ensemble;
	/** "secret": it is open, but its text is never used. */
	document(id: string): OpenDocument | "secret" | undefined;
	/** Called for a request that is going to be computed. */
	used(request: CompleteRequest, document: OpenDocument): void;
	/** Most bytes read for contexts. */
	window(): number;
	/** A clock in ms. */
	now(): number;
	readonly watch: OutcomeWatch;
	/** Called with the outcome of an earlier suggestion, before the next is looked for. */
	experienced(outcome: Outcome): void;
}

export class CompletionService implements Service<CompleteRequest, Completion> {
	readonly urgency = "now";
	readonly #parts: CompletionParts;

	constructor(parts: CompletionParts) {
		this.#parts = parts;
	}

	*handle(request: CompleteRequest, signal: ServiceSignal): Generator<undefined, Completion> {
		const document = this.#parts.document(request.document);
		if (document === undefined) return silent("unknownDocument");
		if (document === "secret") return silent("secret");
		if (document.version !== request.version) return silent("stale");
		const { position } = request;
		const { watch } = this.#parts;
		const outcome = watch.outcome(request.document, position, (line) => document.line(line));
		if (outcome !== null) this.#parts.experienced(outcome);
		const ensemble = this.#parts.ensemble();
		const model = answeringModel(ensemble);
		if (model === null) return silent("noModel");
		this.#parts.used(request, document);
		const resources = { window: this.#parts.window(), now: () => this.#parts.now(), calibration: ensemble.calibration };
		const completion = yield* document.completing(model, position, request, resources, signal);
		const [first] = completion.suggestions;
		// What continues the suggestion on the screen is that suggestion. Who asks looks at guesses, too.
		if (first !== undefined && !request.explicit && request.forced === "" && !watch.isWatching(request.document))
			watch.shown(request.document, position, first.text, ensemble.calibration.stated(first.probability));
		return completion;
	}
}

export function silent(silence: Silence): Completion {
	return { suggestions: [], silence };
}
