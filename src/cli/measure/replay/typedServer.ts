/** The server as it answers an editor without a folder, in which one document after the other is typed. */
import { defaultRules } from "../../../domain/corpus.ts";
import { type Silence, type Suggestion, type Threshold, thresholds } from "../../../domain/suggestions.ts";
import { changed, type Position, type TextChange } from "../../../domain/text.ts";
import type { Memory } from "../../../model/memory/index.ts";
import type { SessionHost } from "../../../server/session.ts";
import { memoryMebibytes } from "../components.ts";
import { PacedSession } from "./pacedSession.ts";
import type { Closing, Suggester } from "./suggester.ts";
import { endOf } from "./typing.ts";

/** Between two keys: sixty words of five characters a minute. */
export const keyMilliseconds = 200;
const beginning: Position = { line: 0, character: 0 };
const nothing: Closing = { replaced: "", closers: "" };
/** Before a document is left. */
const closeMilliseconds = 1000;

export interface Answer {
	readonly suggestion: Suggestion | null;
	readonly silence: Silence | undefined;
	/** Time that the answer took. */
	readonly milliseconds: number;
}

/** What the session has of the process, as far as it matters here: the model, and a clock in ms. */
export type ServerParts = Pick<SessionHost, "load" | "mix" | "calibration" | "now"> & {
	/** Has learned the workspace, if it is not empty. */
	readonly memory: Memory;
	/** Whether the model that is loaded was not trained on it. */
	readonly isBase: boolean;
};

export class TypedServer implements Suggester<Threshold> {
	readonly suggest = Object.fromEntries(
		thresholds.map((threshold) => [threshold, () => this.ask(threshold, this.#cursor).suggestion]),
	) as Suggester<Threshold>["suggest"];
	readonly #session: PacedSession;
	/** The open document, and how often it has changed. */
	#document = 0;
	#version = 0;
	#text = "";
	#cursor: Position = beginning;
	#requests = 0;

	private constructor({ memory, isBase: _, ...parts }: ServerParts) {
		this.#session = new PacedSession({ ...parts, createMemory: () => Promise.resolve(memory) });
	}

	/** @throws if the model cannot be loaded, or is not used */
	static async start(parts: ServerParts): Promise<TypedServer> {
		const server = new TypedServer(parts);
		// Without folders there is nothing to read, and all that is typed is learned.
		const workspace = {
			folders: [],
			rules: defaultRules,
			storage: null,
			memoryMiB: memoryMebibytes,
			index: false,
		};
		const session = server.#session;
		await session.answered({ type: "workspace", workspace }, "memory", ({ memory }) => memory !== null);
		const { failure } = await session.answered({ type: "load", file: "", isBase: parts.isBase }, "model", () => true);
		if (failure !== undefined) throw new Error(failure.detail);
		return server;
	}

	/** `text`: what already stands in the document; the cursor is behind it. */
	open(path: string, text = ""): void {
		this.#document++;
		this.#version = 1;
		this.#text = text;
		this.#cursor = endOf(beginning, text);
		this.#session.send({ type: "open", document: this.#id, path, file: null, version: this.#version, text });
	}

	type(text: string, around?: Closing): void {
		this.#session.pass(keyMilliseconds);
		this.insert(text, around);
	}

	/** Types in no time, in which nothing is learned. */
	insert(text: string, { replaced, closers }: Closing = nothing): void {
		this.#change({ start: this.#cursor, end: endOf(this.#cursor, replaced), text: text + closers });
		this.#cursor = endOf(this.#cursor, text);
	}

	/** What is suggested by itself at `position`, in no time but that of the answer. */
	ask(threshold: Threshold, position: Position): Answer {
		const request = { explicit: false, count: 1, threshold, forced: "" };
		const place = { document: this.#id, version: this.#version, position };
		const answer = this.#session.answer(
			{ type: "complete", id: ++this.#requests, ...place, ...request },
			"completions",
		);
		const { suggestions, silence, milliseconds } = answer;
		return { suggestion: suggestions[0] ?? null, silence, milliseconds };
	}

	close(): void {
		this.#session.pass(closeMilliseconds);
		this.#session.send({ type: "close", document: this.#id });
	}

	/** Empties the document and closes it, in no time: nothing of it is learned. */
	abandon(): void {
		this.#change({ start: beginning, end: endOf(beginning, this.#text), text: "" });
		this.#session.send({ type: "close", document: this.#id });
	}

	#change(change: TextChange): void {
		this.#text = changed(this.#text, change);
		this.#session.send({ type: "change", document: this.#id, version: ++this.#version, changes: [change] });
	}

	get #id(): string {
		return String(this.#document);
	}
}
