/** The view of *Show Files Used for Training*: which files are used, which are held out, which are left out, and why. */
import * as vscode from "vscode";
import type { CorpusReport } from "../../domain/corpus.ts";
import { Failure } from "../../platform/failure.ts";
import type { TrainerMessage, TrainerRequest } from "../../protocol/trainer.ts";
import type { ModelStore } from "../models/modelStore.ts";
import type { Launch } from "../processes/childProcess.ts";
import type { Clock } from "../processes/clock.ts";
import { fileUri, reportPath } from "../settings/folders.ts";
import { contextKeys, filesView, settings as settingNames } from "../settings/names.ts";
import { isRefused } from "../settings/policy.ts";
import type { Settings } from "../settings/settings.ts";
import { type Log, labelText, lineText, showError, showInformation, showWarning } from "../shown.ts";
import { countedFiles } from "../status/counts.ts";
import { Format } from "../status/format.ts";
import { failureSentence, leftOutSentence } from "../status/sentences.ts";
import { type FileEntry, type FileFolder, type FileGroup, type FileNode, fileTree } from "./fileTree.ts";
import { presentCorpus } from "./presentCorpus.ts";

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
		if (isRefused(this.#parts.settings)) return undefined;
		if (isUntrusted()) return undefined;
		try {
			const { report, isOfTraining } = await presentCorpus(this.#parts);
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
		await this.#exclude(node.path, node.name);
	}

	/** The same for a file; undefined: that of the active editor. */
	async neverLearnFile(uri?: vscode.Uri): Promise<void> {
		// No file is read, and the setting would have no effect.
		if (isUntrusted()) return;
		const file = uri ?? vscode.window.activeTextEditor?.document.uri;
		const path = file && reportPath(file);
		if (path === undefined) {
			void showInformation(vscode.l10n.t("Only files in an open folder are learned."));
			return;
		}
		await this.#exclude(path, path.slice(path.lastIndexOf("/") + 1));
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

	async #exclude(path: string, name: string): Promise<void> {
		if (await this.#parts.settings.exclude(path, true))
			void showInformation(vscode.l10n.t("Inkling no longer learns {path}.", { path: name }));
		else void showInformation(vscode.l10n.t("Inkling does not learn {path}.", { path: name }));
	}
}

/** Whether the workspace is not trusted; the user is told that no file is read there. */
function isUntrusted(): boolean {
	if (vscode.workspace.isTrusted) return false;
	const manage = vscode.l10n.t("Manage Workspace Trust");
	void showWarning(vscode.l10n.t("Inkling reads files only in trusted workspaces."), manage).then((chosen) => {
		if (chosen === manage) void vscode.commands.executeCommand("workbench.trust.manage");
	});
	return true;
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
	const sizes = [countedFiles(count), ...(bytes > 0 ? [format.bytes(bytes)] : [])];
	item.description = sizes.join(", ");
	item.accessibilityInformation = { label: [groupTitle(id), ...sizes].join(", ") };
	item.contextValue = "group";
	return item;
}

function folderItem({ group, name, path, count }: FileFolder): vscode.TreeItem {
	const item = new vscode.TreeItem(labelText(name), vscode.TreeItemCollapsibleState.Collapsed);
	item.id = `${group}:${path}/`;
	item.description = format.integer(count);
	item.accessibilityInformation = {
		label: vscode.l10n.t("{name}, folder with {files}", { name: lineText(name), files: countedFiles(count) }),
	};
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
	const facts = used ? notes : [groupTitle(group)];
	item.accessibilityInformation = { label: [lineText(name), ...facts].join(", ") };
	item.tooltip = [lineText(path), ...facts].join("\n");
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
