/** The read-only document of *Show Files Used for Training*: which files are used, which are left out, and why. */
import * as vscode from "vscode";
import type { CorpusReport } from "../../domain/corpus.ts";
import { Failure } from "../../platform/failure.ts";
import type { TrainerMessage, TrainerRequest } from "../../protocol/trainer.ts";
import type { ModelStore } from "../models/modelStore.ts";
import type { Launch } from "../processes/childProcess.ts";
import type { Clock } from "../processes/clock.ts";
import { ReadOnlyDocument } from "../readOnlyDocument.ts";
import { foldersOnDisk } from "../settings/folders.ts";
import { filesScheme } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";
import { Format } from "../status/format.ts";
import { failureSentence, leftOutSentence } from "../status/sentences.ts";
import { listCorpus } from "./corpusListing.ts";

const format = new Format(vscode.env.language);

export interface FilesParts {
	readonly store: ModelStore | undefined;
	readonly settings: Settings;
	readonly launch: Launch<TrainerRequest, TrainerMessage>;
	readonly clock: Clock;
	readonly log: Pick<vscode.LogOutputChannel, "error" | "show">;
}

export class FilesDocument implements vscode.Disposable {
	readonly #parts: FilesParts;
	readonly #document = new ReadOnlyDocument(filesScheme, vscode.l10n.t("Files Used for Training"));

	constructor(parts: FilesParts) {
		this.#parts = parts;
	}

	/** Opens the document; shows a message instead, and returns undefined, if there is nothing to list. */
	async show(): Promise<vscode.TextDocument | undefined> {
		let text: string;
		try {
			text = await this.#list();
		} catch (error) {
			const sentence = failureSentence(Failure.report(error));
			const { log } = this.#parts;
			log.error(sentence);
			const showLog = vscode.l10n.t("Show Log");
			void vscode.window.showErrorMessage(sentence, showLog).then((chosen) => {
				if (chosen === showLog) log.show();
			});
			return undefined;
		}
		return this.#document.show(text);
	}

	dispose(): void {
		this.#document.dispose();
	}

	async #list(): Promise<string> {
		const last = await this.#parts.store?.corpusReport();
		if (last) return listing(vscode.l10n.t("What the last training learned from"), last);
		const folders = foldersOnDisk();
		if (folders.length === 0) throw new Failure("emptyCorpus", vscode.l10n.t("no folder is open"));
		const { settings, launch, clock } = this.#parts;
		const report = await vscode.window.withProgress(
			{ location: vscode.ProgressLocation.Window, title: vscode.l10n.t("Inkling: looking through the workspace…") },
			() =>
				listCorpus(
					launch,
					clock,
					folders.map(({ uri, name }) => ({ path: uri.fsPath, name })),
					settings.corpusRules(folders),
				),
		);
		return listing(vscode.l10n.t("What a training would learn from"), report);
	}
}

function listing(title: string, { used, leftOut }: CorpusReport): string {
	const total = format.bytes(used.reduce((sum, { bytes }) => sum + bytes, 0));
	const lines = [title, "", vscode.l10n.t("Used ({count}, {total})", { count: format.integer(used.length), total })];
	for (const { path, bytes, heldOut, masked } of used) {
		const notes = [format.bytes(bytes)];
		if (heldOut) notes.push(vscode.l10n.t("held out, to measure the model"));
		if (masked > 0) notes.push(vscode.l10n.t("masked: {masked}", { masked: format.integer(masked) }));
		lines.push(`    ${path}  (${notes.join("; ")})`);
	}
	for (const reason of new Set(leftOut.map((entry) => entry.reason))) {
		const paths = leftOut.filter((entry) => entry.reason === reason).map(({ path }) => path);
		const count = format.integer(paths.length);
		lines.push("", vscode.l10n.t("Left out: {reason} ({count})", { reason: leftOutSentence(reason), count }));
		for (const path of paths) lines.push(`    ${path}`);
	}
	return `${lines.join("\n")}\n`;
}
