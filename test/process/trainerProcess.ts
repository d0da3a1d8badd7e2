/** The built trainer as a process, for tests. It needs dist/. */
import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { TrainerMessage, TrainerRequest } from "../../src/protocol/trainer.ts";
import { trainerMessages } from "../../src/protocol/trainerShapes.ts";
import { root } from "../harness/paths.ts";

export const bundle = join(root, "dist/trainer.cjs");

type Answer<T extends TrainerMessage["type"]> = Extract<TrainerMessage, { type: T }>;

/** A trainer process and the messages that it has sent. */
export class Trainer {
	readonly process: ChildProcess;
	readonly messages: TrainerMessage[] = [];
	readonly #waiting = new Set<() => void>();

	constructor(file = bundle, execArgv: readonly string[] = []) {
		this.process = fork(file, { stdio: ["ignore", "inherit", "inherit", "ipc"], execArgv: [...execArgv] });
		this.process.on("message", (value) => {
			// As in the host, which drops what is of another shape.
			trainerMessages.receive(
				value,
				(message) => this.messages.push(message),
				(reason) => assert.fail(reason),
			);
			for (const wake of this.#waiting) wake();
		});
		this.process.on("exit", () => {
			for (const wake of this.#waiting) wake();
		});
	}

	send(request: TrainerRequest): void {
		this.process.send(request);
	}

	/** The first such message from index `from` on, received or to come; fails if the process ends without one. */
	async next<T extends TrainerMessage["type"]>(
		type: T,
		passes: (message: Answer<T>) => boolean = () => true,
		from = 0,
	): Promise<Answer<T>> {
		for (;;) {
			const found = this.messages
				.slice(from)
				.find((message): message is Answer<T> => message.type === type && passes(message as Answer<T>));
			if (found !== undefined) return found;
			const ended = this.process.exitCode !== null || this.process.signalCode !== null;
			assert.ok(!ended, `the trainer ended without ${type}: ${JSON.stringify(this.messages.at(-1))}`);
			await new Promise<void>((resolve) => {
				const wake = (): void => {
					this.#waiting.delete(wake);
					resolve();
				};
				this.#waiting.add(wake);
			});
		}
	}

	async ended(): Promise<void> {
		if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, "exit");
	}
}
