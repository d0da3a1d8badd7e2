/** What a user is told once, at the first suggestion ever, and how far the walkthrough has come. */
import * as vscode from "vscode";
import { commands, contextKeys, userKeys, walkthrough } from "../settings/names.ts";
import type { SavedState } from "../settings/savedState.ts";
import { showInformation } from "../shown.ts";

export class FirstSteps {
	readonly #saved: Pick<SavedState, "get" | "update">;
	/** Steps that were taken, by their key in `userKeys`. */
	readonly #done = new Set<string>();

	/** @param saved what VS Code keeps for the user in all workspaces */
	constructor(saved: Pick<SavedState, "get" | "update">) {
		this.#saved = saved;
		if (saved.get<boolean>(userKeys.hasSeen)) this.#mark(userKeys.hasSeen, contextKeys.hasSeen);
		if (saved.get<boolean>(userKeys.hasTaken)) this.#mark(userKeys.hasTaken, contextKeys.hasTaken);
	}

	/** A suggestion is shown. The first one ever is explained. */
	seen(): void {
		if (!this.#take(userKeys.hasSeen, contextKeys.hasSeen)) return;
		const more = vscode.l10n.t("First Steps");
		// An extension cannot ask on which system the keys are pressed: it may run on another machine.
		const text = vscode.l10n.t(
			"The grey text is a suggestion by Inkling. Tab takes it, Ctrl+→ (⌘→ on a Mac) takes a word of it, and Esc dismisses it.",
		);
		void showInformation(text, more).then((chosen) => {
			if (chosen === more) void vscode.commands.executeCommand(commands.showFirstSteps);
		});
	}

	/** A suggestion, or a part of one, was taken. */
	taken(): void {
		this.#take(userKeys.hasTaken, contextKeys.hasTaken);
	}

	/** Whether this is the first time. */
	#take(key: string, contextKey: string): boolean {
		if (this.#done.has(key)) return false;
		this.#mark(key, contextKey);
		// Another window may have been first.
		if (this.#saved.get<boolean>(key)) return false;
		void this.#saved.update(key, true);
		return true;
	}

	#mark(key: string, contextKey: string): void {
		this.#done.add(key);
		void vscode.commands.executeCommand("setContext", contextKey, true);
	}
}

/** @param extensionId publisher and name of this extension */
export function showFirstSteps(extensionId: string): Thenable<unknown> {
	return vscode.commands.executeCommand("workbench.action.openWalkthrough", `${extensionId}#${walkthrough}`, false);
}
