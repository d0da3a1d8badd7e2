/** The workspace folders that Inkling can read. */
import * as vscode from "vscode";

/** Folders on disk: the child processes read the files themselves, without VS Code's file systems. */
export function foldersOnDisk(): vscode.WorkspaceFolder[] {
	return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
}
