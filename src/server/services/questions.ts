/** Questions about open documents that the user does not wait for: each kind is answered in idle time. */
import { bitsPerCharacter, type Score } from "../../model/score.ts";
import type { ServerMessage, ServerRequest } from "../../protocol/server.ts";
import type { Lexicon } from "../../spelling/judge.ts";
import { OpenDocument } from "../documents/openDocument.ts";
import type { Ensemble } from "../ensemble.ts";
import type { MemoryHost } from "../memory/memoryHost.ts";
import type { WorkspaceMemory } from "../memory/workspaceMemory.ts";
import { SurpriseQueue } from "../surprise/surpriseQueue.ts";
import { Continuation } from "./continuation.ts";
import { type ScoreRequest, ScoringService, unscored } from "./scoring.ts";
import { ServiceQueue } from "./service.ts";
import { SpellingQueue } from "./spelling.ts";

type Question = Extract<
	ServerRequest,
	{ type: "score" | "spell" | "surprise" | "expect" | "surpriseOff" | "continue" }
>;

export interface QuestionParts {
	readonly host: Pick<MemoryHost, "createMemory" | "mix"> & {
		send(message: ServerMessage): void;
		loadLexicon(): Promise<Lexicon>;
	};
	readonly memory: WorkspaceMemory;
	ensemble(): Ensemble;
	document(id: string): OpenDocument | "secret" | undefined;
	/** Absolute path of the file that a document is, or is a part of, if there is one on the disk. */
	file(id: string): string | undefined;
	/** Called with a document whose contexts are used. */
	used(document: OpenDocument): void;
	/** Most bytes read for contexts. */
	window(): number;
	wake(): void;
	failed(error: unknown): void;
}

export class Questions {
	readonly scores: ServiceQueue<ScoreRequest, Score>;
	readonly spelling: SpellingQueue;
	readonly surprise: SurpriseQueue;
	readonly continuation: Continuation;
	readonly #wake: () => void;

	constructor({ host, memory, ensemble, document, file, used, window, wake, failed }: QuestionParts) {
		this.#wake = wake;
		const open = (id: string): OpenDocument | undefined => {
			const found = document(id);
			return found instanceof OpenDocument ? found : undefined;
		};
		const network = () => ensemble().network?.model ?? null;
		this.scores = new ServiceQueue(new ScoringService({ model: network, document: open }), {
			answered: ({ id }, score) =>
				host.send({ type: "scored", id, bpc: bitsPerCharacter(score), characters: score.characters }),
			failed: (error) => {
				failed(error);
				return unscored;
			},
		});
		this.spelling = new SpellingQueue({
			model: network,
			document: open,
			loadLexicon: host.loadLexicon,
			answered: (id, found) => host.send({ type: "spelled", id, found }),
			failed,
			wake,
		});
		this.surprise = new SurpriseQueue({
			network,
			document: open,
			file,
			mix: host.mix,
			createMemory: host.createMemory,
			others: (without) => memory.others(without),
			mixer: () => memory.memory?.mixerState() ?? null,
			send: (message) => host.send(message),
			failed,
			wake,
		});
		this.continuation = new Continuation({
			ensemble,
			document: open,
			used,
			window,
			send: (message) => host.send(message),
			failed,
		});
	}

	add(question: Question): void {
		switch (question.type) {
			case "score":
				this.scores.add(question);
				break;
			case "spell":
				this.spelling.add(question);
				break;
			case "surpriseOff":
				this.surprise.stop();
				break;
			case "continue":
				this.continuation.begin(question);
				break;
			default:
				this.surprise.add(question);
		}
		this.#wake();
	}

	/** The models are others now. */
	restart(): void {
		this.scores.restart();
		this.spelling.restart();
		this.surprise.restart();
		this.continuation.stop();
	}
}
