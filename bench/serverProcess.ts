/** The built completion server as a process, asked as the editor asks it. */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Position, ServerMessage, ServerRequest, TextChange } from "../src/protocol.ts";

type Completions = Extract<ServerMessage, { type: "completions" }>;

export class ServerProcess {
	readonly #process: ChildProcess;
	#answered: (message: Completions) => void = () => undefined;
	#loaded: (message: Extract<ServerMessage, { type: "model" }>) => void = () => undefined;
	#requests = 0;
	#version = 1;

	constructor() {
		this.#process = fork(join(import.meta.dirname, "../dist/server.cjs"));
		this.#process.on("message", (message: ServerMessage) => {
			if (message.type === "completions") this.#answered(message);
			if (message.type === "model") this.#loaded(message);
		});
	}

	async load(file: string): Promise<void> {
		const loaded = new Promise<Extract<ServerMessage, { type: "model" }>>((resolve) => {
			this.#loaded = resolve;
		});
		this.#send({ type: "load", file });
		const { failure } = await loaded;
		if (failure !== undefined) throw new Error(failure.detail);
	}

	open(path: string, text: string): void {
		this.#version = 1;
		this.#send({ type: "open", document, path, file: null, version: this.#version, text });
	}

	change(...changes: readonly TextChange[]): void {
		this.#version++;
		this.#send({ type: "change", document, version: this.#version, changes });
	}

	/** Milliseconds from the request to its answer, both ways between the processes included. */
	async complete(position: Position): Promise<number> {
		const answered = new Promise<Completions>((resolve) => {
			this.#answered = resolve;
		});
		const start = performance.now();
		this.#send({
			type: "complete",
			id: ++this.#requests,
			document,
			version: this.#version,
			position,
			explicit: false,
			count: 1,
			threshold: "balanced",
			forced: "",
		});
		await answered;
		return performance.now() - start;
	}

	end(): void {
		this.#process.disconnect();
	}

	#send(request: ServerRequest): void {
		this.#process.send(request);
	}
}

/** There is one document at a time. */
const document = "document";
