/** "Show Privacy Report": gathers what there is to say, and shows it as a document that can be copied and saved. */
import * as vscode from "vscode";
import type { Inkling } from "../inkling.ts";
import { ReadOnlyDocument } from "../readOnlyDocument.ts";
import { privacyScheme } from "../settings/names.ts";
import { presentCorpus } from "../training/presentCorpus.ts";
import { packageFiles } from "./packageFacts.ts";
import { type PrivacyFacts, privacyReport } from "./privacyReport.ts";

export class PrivacyDocument implements vscode.Disposable {
	readonly #inkling: Inkling;
	readonly #extension: Pick<vscode.Extension<unknown>, "extensionPath" | "packageJSON">;
	readonly #document = new ReadOnlyDocument(privacyScheme, vscode.l10n.t("Privacy Report"));

	constructor(inkling: Inkling, extension: Pick<vscode.Extension<unknown>, "extensionPath" | "packageJSON">) {
		this.#inkling = inkling;
		this.#extension = extension;
	}

	/** Opens the document with the state of now. */
	async show(): Promise<vscode.TextDocument> {
		return this.#document.show(privacyReport(await this.#facts()));
	}

	dispose(): void {
		this.#document.dispose();
	}

	async #facts(): Promise<PrivacyFacts> {
		const { store, settings, memory } = this.#inkling;
		const { extensionPath, packageJSON } = this.#extension;
		const { isTrusted } = vscode.workspace;
		const forcedOff = settings.isForcedOff();
		const { engine, tensorflow } = settings.training();
		const mayRead = isTrusted && !forcedOff;
		const [files, sizes, corpus] = await Promise.all([
			packageFiles(extensionPath),
			store?.sizes(),
			// Why there is nothing to list, *Show Files Used for Training* says.
			mayRead ? presentCorpus(this.#inkling).catch(() => undefined) : undefined,
		]);
		return {
			version: String(packageJSON.version),
			vscodeVersion: vscode.version,
			madeAt: new Date().toISOString(),
			files,
			tensorflow: engine === "tensorflow" ? (tensorflow ?? vscode.l10n.t("no folder")) : null,
			storage: store?.folder,
			sizes: sizes ?? new Map(),
			corpus,
			memory: memory.state,
			trusted: isTrusted,
			forcedOff,
			exportForbidden: settings.forbidsExport(),
		};
	}
}
