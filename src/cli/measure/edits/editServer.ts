/** The server as it answers an editor with a folder, in whose files edits are typed. */
import { basename } from "node:path";
import { defaultRules } from "../../../domain/corpus.ts";
import type { CompletionTrace, Silence, Suggestion, Threshold } from "../../../domain/suggestions.ts";
import type { Position, TextChange } from "../../../domain/text.ts";
import { Failure } from "../../../platform/failure.ts";
import type { SessionHost } from "../../../server/session.ts";
import { memoryMebibytes } from "../components.ts";
import { PacedSession } from "../replay/pacedSession.ts";

/** As an editor asks for: the best, and alternatives for whoever steps through them. */
const suggestionsAsked = 3;
/** The editor gives up a request after this time, ms. */
const editorPatience = 150;
/** Time that is given at once to whatever waits for time to pass when a folder is opened, ms. */
const patience = 1000;

export interface EditServerParts extends Pick<SessionHost, "load" | "mix" | "now"> {
	/** Absolute path of the folder. */
	readonly folder: string;
	/** Whether the model that is loaded was not trained on the folder. */
	readonly isBase: boolean;
}

export interface EditAnswer extends Pick<CompletionTrace, "candidates"> {
	readonly suggestions: readonly Suggestion[];
	/** Why there are none. */
	readonly silence: Silence | "slow" | null;
}

export class EditServer {
	readonly #session: PacedSession;
	#document = 0;
	#version = 0;
	#requests = 0;
	#isReading = true;

	private constructor({ load, mix, now }: EditServerParts) {
		this.#session = new PacedSession({ load, mix, now }, (message) => {
			if (message.type === "memory") this.#isReading = message.memory === null || message.memory.reading;
		});
	}

	/**
	 * Returns once the folder is read and the models are tuned to it.
	 *
	 * @throws {Failure} if the model cannot be loaded
	 */
	static async start(parts: EditServerParts): Promise<EditServer> {
		const server = new EditServer(parts);
		const { folder: path, isBase } = parts;
		const { failure } = await server.#session.answered({ type: "load", file: "", isBase }, "model", () => true);
		if (failure !== undefined) throw new Failure(failure.code, failure.detail);
		const folders = [{ path, name: basename(path) }];
		const workspace = { folders, rules: defaultRules, storage: null, memoryMiB: memoryMebibytes, index: true };
		server.#session.send({ type: "workspace", workspace });
		do {
			await server.settle();
			server.pass(patience);
		} while (server.#isReading);
		await server.settle();
		return server;
	}

	/** Waits, in no time, until nothing is left to be done, on disk either. */
	settle(): Promise<void> {
		return this.#session.settle();
	}

	/** `file`: its absolute path. */
	open(path: string, file: string, text: string): void {
		this.#document++;
		this.#version = 1;
		const place = { path, file: { path: file, whole: true } };
		this.#session.send({ type: "open", document: this.#id, ...place, version: this.#version, text });
	}

	change(change: TextChange): void {
		this.#session.send({ type: "change", document: this.#id, version: ++this.#version, changes: [change] });
	}

	close(): void {
		this.#session.send({ type: "close", document: this.#id });
	}

	/** Files were written or deleted. */
	filesChanged(paths: readonly string[]): void {
		this.#session.send({ type: "files", paths });
	}

	/** Lets time pass in which nobody waits, in ms. */
	pass(milliseconds: number): void {
		this.#session.pass(milliseconds);
	}

	/** What is suggested by itself at `position`, the best first, as far as the editor still waits for it. */
	ask(threshold: Threshold, position: Position): EditAnswer {
		const request = { explicit: false, count: suggestionsAsked, threshold, forced: "" };
		const place = { document: this.#id, version: this.#version, position };
		const complete = { type: "complete", id: ++this.#requests, ...place, ...request } as const;
		const { suggestions, milliseconds, trace, silence } = this.#session.answer(complete, "completions");
		const candidates = trace?.candidates ?? [];
		if (milliseconds > editorPatience) return { suggestions: [], silence: "slow", candidates };
		return { suggestions, silence: silence ?? null, candidates };
	}

	get #id(): string {
		return String(this.#document);
	}
}
