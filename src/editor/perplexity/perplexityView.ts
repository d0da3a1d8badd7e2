/** Connects the panel of *Show Perplexity* with the parts of Inkling that it shows. */
import * as vscode from "vscode";
import type { ViewAction } from "../../protocol/view.ts";
import type { Inkling } from "../inkling.ts";
import { fileUri } from "../settings/folders.ts";
import { commands, settings as settingNames } from "../settings/names.ts";
import { askUser } from "../shown.ts";
import { type PageInputs, pageMaker } from "./page.ts";
import { PerplexityPanel } from "./panel.ts";
import { nothingStored, type StoredFacts, storedFacts } from "./storedFacts.ts";

export class PerplexityView implements vscode.Disposable {
	readonly #inkling: Inkling;
	readonly panel: PerplexityPanel;
	readonly #listeners: readonly vscode.Disposable[];
	#stored: StoredFacts = nothingStored;
	/** RAM of the completion process, bytes; null: it does not run. */
	#usedBytes: number | null = null;
	/** What was true of model and training when the storage folder was read last. */
	#readFor = "";

	/** @param extension folder of the extension */
	constructor(inkling: Inkling, extension: vscode.Uri) {
		this.#inkling = inkling;
		const make = pageMaker();
		this.panel = new PerplexityPanel({
			scripts: vscode.Uri.joinPath(extension, "dist"),
			clock: inkling.clock,
			log: inkling.log,
			page: () => make(this.#inputs),
			seen: () => void this.#read(),
			open: (file) => void openFile(file),
			act: (action) => this.#act(action),
		});
		this.#listeners = [inkling.onDidChange(() => this.#changed())];
	}

	show(): void {
		this.panel.show();
	}

	dispose(): void {
		for (const listener of this.#listeners) listener.dispose();
		this.panel.dispose();
	}

	get #inputs(): PageInputs {
		const { statusInputs, training, settings, statistics, measurements } = this.#inkling;
		return {
			status: statusInputs,
			live: training.curve,
			stored: this.#stored,
			memoryMiB: settings.memoryMiB(),
			usedBytes: this.#usedBytes,
			measurements: measurements.measurements,
			days: statistics.history.days,
			isCounted: settings.countsSuggestions(),
		};
	}

	#changed(): void {
		const { model, training } = this.#inkling.statusInputs;
		const isFor = `${model?.trainedAt} ${training === null}`;
		if (isFor === this.#readFor) this.panel.changed();
		else if (this.panel.isOpen) void this.#read();
	}

	async #read(): Promise<void> {
		const { model, training } = this.#inkling.statusInputs;
		this.#readFor = `${model?.trainedAt} ${training === null}`;
		const { store, server } = this.#inkling;
		[this.#stored, this.#usedBytes] = await Promise.all([storedFacts(store), server.usage()]);
		this.panel.changed();
	}

	#act(action: ViewAction): void {
		switch (action) {
			case "train":
				void vscode.commands.executeCommand(commands.train);
				break;
			case "stopTraining":
				void vscode.commands.executeCommand(commands.stopTraining);
				break;
			case "showFiles":
				void vscode.commands.executeCommand(commands.showFiles);
				break;
			case "resetStatistics":
				void this.#resetStatistics();
				break;
			case "openSettings":
				void vscode.commands.executeCommand("workbench.action.openSettings", settingNames.statistics);
				break;
		}
	}

	async #resetStatistics(): Promise<void> {
		const yes = vscode.l10n.t("Delete");
		const question = vscode.l10n.t("Delete what Inkling has counted of its suggestions in this workspace?");
		if ((await askUser(question, undefined, yes)) === yes) this.#inkling.resetStatistics();
	}
}

/** @param file as in a report: relative to its folder, with the name of the folder in front if there are several */
async function openFile(file: string): Promise<void> {
	const uri = fileUri(file);
	if (uri === undefined) return;
	try {
		await vscode.window.showTextDocument(uri, { preview: true });
	} catch {
		// VS Code opens notebooks and the like in editors of their own, and says what it cannot open.
		await vscode.commands.executeCommand("vscode.open", uri);
	}
}
