/** The files that the last training used, or where there was none those that a training would use. */
import * as vscode from "vscode";
import type { CorpusReport } from "../../domain/corpus.ts";
import { Failure } from "../../platform/failure.ts";
import type { TrainerMessage, TrainerRequest } from "../../protocol/trainer.ts";
import type { ModelStore } from "../models/modelStore.ts";
import type { Launch } from "../processes/childProcess.ts";
import type { Clock } from "../processes/clock.ts";
import { corpusFolders, foldersOnDisk } from "../settings/folders.ts";
import type { Settings } from "../settings/settings.ts";
import { showBusy } from "../shown.ts";
import { listCorpus } from "./corpusListing.ts";

export interface CorpusParts {
	readonly store: ModelStore | undefined;
	readonly settings: Settings;
	readonly launch: Launch<TrainerRequest, TrainerMessage>;
	readonly clock: Clock;
}

export interface PresentCorpus {
	readonly report: CorpusReport;
	readonly isOfTraining: boolean;
}

/** @throws {Failure} if there is nothing to list, or it cannot be listed */
export async function presentCorpus({ store, settings, launch, clock }: CorpusParts): Promise<PresentCorpus> {
	const last = await store?.corpusReport();
	if (last) return { report: last, isOfTraining: true };
	const folders = foldersOnDisk();
	if (folders.length === 0) {
		const isOpen = (vscode.workspace.workspaceFolders ?? []).length > 0;
		throw new Failure(
			"emptyCorpus",
			isOpen ? vscode.l10n.t("no folder is on a disk") : vscode.l10n.t("no folder is open"),
		);
	}
	const report = await showBusy(vscode.l10n.t("Inkling: looking through the workspace…"), () =>
		listCorpus(launch, clock, corpusFolders(), settings.corpusRules(folders)),
	);
	return { report, isOfTraining: false };
}
