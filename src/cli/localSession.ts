/** Completions without an editor, by the very code that answers the editor. */
import { basename, resolve } from "node:path";
import { defaultRules } from "../domain/corpus.ts";
import type { Position } from "../domain/text.ts";
import type { Engine } from "../engines/engine.ts";
import type { Model } from "../model/checkpoint.ts";
import { Failure } from "../platform/failure.ts";
import type { ServerMessage, ServerRequest } from "../protocol/server.ts";
import { createLoadedModel } from "../server/loader.ts";
import { processHost } from "../server/processHost.ts";
import { Session } from "../server/session.ts";

export type Answer = Extract<ServerMessage, { type: "completions" }>;

/** What is asked for beside the place. */
export type Request = Pick<Extract<ServerRequest, { type: "complete" }>, "count" | "explicit" | "threshold">;

export class LocalSession {
	readonly #session: Session;
	#receive: (message: ServerMessage) => void = () => undefined;
	#documents = 0;

	private constructor(engine: Engine, model: Model) {
		this.#session = new Session({
			...processHost,
			// Nobody waits for the next key: however busy the machine, no search is cut off, and the answer is the same.
			now: () => 0,
			send: (message) => this.#receive(message),
			load: () => createLoadedModel(engine, model),
		});
	}

	/** One that knows nothing but the model. */
	static async open(engine: Engine, model: Model): Promise<LocalSession> {
		return await new LocalSession(engine, model).#load(false);
	}

	/** One that remembers the files of `folder`, as far as they may be learned from, beside a base. */
	static async remember(engine: Engine, base: Model, folder: string, memoryMiB: number): Promise<LocalSession> {
		const session = await new LocalSession(engine, base).#load(true);
		const folders = [{ path: resolve(folder), name: basename(resolve(folder)) }];
		const workspace = { folders, rules: defaultRules, index: true, storage: null, memoryMiB };
		await session.#until((message) => message.type === "memory" && message.memory !== null && !message.memory.reading, {
			type: "workspace",
			workspace,
		});
		return session;
	}

	async #load(isBase: boolean): Promise<this> {
		const { failure } = await this.#ask("model", { type: "load", file: "", isBase });
		if (failure !== undefined) throw new Failure(failure.code, failure.detail);
		return this;
	}

	/** Ends what it would do when nobody asks. */
	close(): Promise<void> {
		return this.#session.close();
	}

	/** Opens a document with `text` at `path`, and asks what may be inserted at `position`. */
	async complete(path: string, text: string, position: Position, request: Request): Promise<Answer> {
		const document = String(++this.#documents);
		this.#session.receive({ type: "open", document, path, file: null, version: 1, text });
		const place = { document, version: 1, position, forced: "" };
		const begun = performance.now();
		const answer = await this.#ask("completions", { type: "complete", id: this.#documents, ...place, ...request });
		const milliseconds = performance.now() - begun;
		this.#session.receive({ type: "close", document });
		return { ...answer, milliseconds };
	}

	/** The answer to a request; there is one at a time. */
	async #ask<T extends ServerMessage["type"]>(
		type: T,
		request: ServerRequest,
	): Promise<Extract<ServerMessage, { type: T }>> {
		const answer = await this.#until((message) => message.type === type, request);
		return answer as Extract<ServerMessage, { type: T }>;
	}

	/** The first message after a request that is what is waited for. */
	#until(isIt: (message: ServerMessage) => boolean, request: ServerRequest): Promise<ServerMessage> {
		return new Promise((resolve, reject) => {
			this.#receive = (message) => {
				if (isIt(message)) resolve(message);
				else if (message.type === "log" && message.level === "error") reject(new Error(message.message));
			};
			this.#session.receive(request);
		});
	}
}
