/** The view of *Show Files Used for Training*: which files are used, which are held out, which are left out, and why. */
import * as vscode from "vscode";
import type { CorpusReport } from "../../domain/corpus.ts";
import { Failure } from "../../platform/failure.ts";
import type { TrainerMessage, TrainerRequest } from "../../protocol/trainer.ts";
import type { ModelStore } from "../models/modelStore.ts";
import type { Launch } from "../processes/childProcess.ts";
import type { Clock } from "../processes/clock.ts";
import { corpusFolders, fileUri, foldersOnDisk } from "../settings/folders.ts";
import { contextKeys, filesView, settings as settingNames } from "../settings/names.ts";
import type { Settings } from "../settings/settings.ts";
import { type Log, labelText, lineText, showBusy, showError, showInformation, showWarning } from "../shown.ts";
import { countedFiles } from "../status/counts.ts";
import { Format } from "../status/format.ts";
import { failureSentence, leftOutSentence } from "../status/sentences.ts";
import { listCorpus } from "./corpusListing.ts";
import { type FileEntry, type FileFolder, type FileGroup, type FileNode, fileTree } from "./fileTree.ts";

const format = new Format(vscode.env.language);

export interface FilesParts {
	readonly store: ModelStore | undefined;
	readonly settings: Settings;
	readonly launch: Launch<TrainerRequest, TrainerMessage>;
	readonly clock: Clock;
	readonly log: Pick<Log, "error" | "show">;
}

type Node = FileGroup | FileNode;

export class FilesTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
	readonly #parts: FilesParts;
	readonly #changed = new vscode.EventEmitter<void>();
	readonly onDidChangeTreeData = this.#changed.event;
	readonly #view: vscode.TreeView<Node>;
	#groups: readonly FileGroup[] = [];

	constructor(parts: FilesParts) {
		this.#parts = parts;
		this.#view = vscode.window.createTreeView(filesView, { treeDataProvider: this, showCollapseAll: true });
	}

	/** Shows the view; shows a message instead, and returns undefined, if there is nothing to list. */
	async show(): Promise<CorpusReport | undefined> {
		if (!vscode.workspace.isTrusted) {
			const manage = vscode.l10n.t("Manage Workspace Trust");
			void showWarning(vscode.l10n.t("Inkling reads files only in trusted workspaces."), manage).then((chosen) => {
				if (chosen === manage) void vscode.commands.executeCommand("workbench.trust.manage");
			});
			return undefined;
		}
		try {
			const { report, isOfTraining } = await this.#list();
			this.#groups = fileTree(report);
			this.#view.message = isOfTraining
				? vscode.l10n.t("What the last training learned from")
				: vscode.l10n.t("What a training would learn from");
			this.#changed.fire();
			await vscode.commands.executeCommand("setContext", contextKeys.hasFiles, true);
			await vscode.commands.executeCommand(`${filesView}.focus`);
			return report;
		} catch (error) {
			const sentence = failureSentence(Failure.report(error));
			const { log } = this.#parts;
			log.error(sentence);
			const showLog = vscode.l10n.t("Show Log");
			void showError(sentence, showLog).then((chosen) => {
				if (chosen === showLog) log.show();
			});
			return undefined;
		}
	}

	/** Has the settings of its folder leave a file, or a folder, out from now on. */
	async neverLearn(node: Node | undefined): Promise<void> {
		if (node === undefined || node.kind === "group") return;
		if (await this.#parts.settings.exclude(node.path, true))
			void showInformation(vscode.l10n.t("Inkling no longer learns {path}.", { path: node.name }));
	}

	/** Takes back what `neverLearn` has written; where something else leaves the file out, shows the setting. */
	async learnAgain(node: Node | undefined): Promise<void> {
		if (node === undefined || node.kind === "group") return;
		if (await this.#parts.settings.exclude(node.path, false))
			void showInformation(vscode.l10n.t("Inkling learns {path} again.", { path: node.name }));
		else await vscode.commands.executeCommand("workbench.action.openSettings", settingNames.exclude);
	}

	getChildren(node?: Node): Node[] {
		if (node === undefined) return [...this.#groups];
		return node.kind === "file" ? [] : [...node.children];
	}

	getTreeItem(node: Node): vscode.TreeItem {
		switch (node.kind) {
			case "group":
				return groupItem(node);
			case "folder":
				return folderItem(node);
			case "file":
				return fileItem(node);
		}
	}

	dispose(): void {
		this.#view.dispose();
		this.#changed.dispose();
	}

	async #list(): Promise<{ readonly report: CorpusReport; readonly isOfTraining: boolean }> {
		const last = await this.#parts.store?.corpusReport();
		if (last) return { report: last, isOfTraining: true };
		const folders = foldersOnDisk();
		if (folders.length === 0) throw new Failure("emptyCorpus", vscode.l10n.t("no folder is open"));
		const { settings, launch, clock } = this.#parts;
		const report = await showBusy(vscode.l10n.t("Inkling: looking through the workspace…"), () =>
			listCorpus(launch, clock, corpusFolders(), settings.corpusRules(folders)),
		);
		return { report, isOfTraining: false };
	}
}

function groupTitle(id: FileGroup["id"]): string {
	if (id === "used") return vscode.l10n.t("Used");
	if (id === "heldOut") return vscode.l10n.t("Held out, to measure the model");
	return vscode.l10n.t("Left out: {reason}", { reason: leftOutSentence(id) });
}

function groupItem({ id, count, bytes }: FileGroup): vscode.TreeItem {
	const item = new vscode.TreeItem(
		groupTitle(id),
		id === "used" ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed,
	);
	item.id = id;
	item.description = bytes > 0 ? `${format.integer(count)}, ${format.bytes(bytes)}` : format.integer(count);
	item.contextValue = "group";
	return item;
}

function folderItem({ group, name, path, count }: FileFolder): vscode.TreeItem {
	const item = new vscode.TreeItem(labelText(name), vscode.TreeItemCollapsibleState.Collapsed);
	item.id = `${group}:${path}/`;
	item.description = format.integer(count);
	item.tooltip = [lineText(`${path}/`), countedFiles(count)].join("\n");
	item.iconPath = vscode.ThemeIcon.Folder;
	item.contextValue = contextOf(group);
	return item;
}

function fileItem({ group, name, path, isFolder, used }: FileEntry): vscode.TreeItem {
	const item = new vscode.TreeItem(labelText(name));
	const notes = used ? notesOf(used) : [];
	item.id = `${group}:${path}`;
	item.description = notes.join("; ");
	item.tooltip = [lineText(path), ...(used ? notes : [groupTitle(group)])].join("\n");
	item.iconPath = isFolder ? vscode.ThemeIcon.Folder : vscode.ThemeIcon.File;
	item.contextValue = contextOf(group);
	const uri = fileUri(path);
	if (uri) {
		item.resourceUri = uri;
		if (!isFolder) item.command = { command: "vscode.open", title: vscode.l10n.t("Open"), arguments: [uri] };
	}
	return item;
}

function notesOf({ bytes, tail, masked }: CorpusReport["used"][number]): string[] {
	const notes = [format.bytes(bytes)];
	if (tail !== undefined) notes.push(vscode.l10n.t("its end is held out"));
	if (masked > 0) notes.push(vscode.l10n.t("masked: {masked}", { masked: format.integer(masked) }));
	return notes;
}

/** Which commands its menu offers. */
function contextOf(group: FileGroup["id"]): string {
	if (group === "used" || group === "heldOut") return "learned";
	return group === "excluded" ? "excluded" : "leftOut";
}
