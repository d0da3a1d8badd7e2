/**
 * What VS Code keeps between sessions, for the workspace (`workspaceState`) or for the user (`globalState`). Nothing here may end a training or an import:
 * a value that cannot be written is a line in the log.
 */
import type * as vscode from "vscode";
import type { Log } from "../shown.ts";

export class SavedState {
	readonly #memento: Pick<vscode.Memento, "get" | "update">;
	readonly #log: Pick<Log, "warn">;

	constructor(memento: Pick<vscode.Memento, "get" | "update">, log: Pick<Log, "warn">) {
		this.#memento = memento;
		this.#log = log;
	}

	get<T>(key: string): T | undefined {
		return this.#memento.get<T>(key);
	}

	/** Undefined removes the value. Never rejects; resolves when the value is written or cannot be. */
	async update(key: string, value: unknown): Promise<void> {
		try {
			await this.#memento.update(key, value);
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			this.#log.warn(`VS Code could not save ${key}: ${reason}`);
		}
	}
}
