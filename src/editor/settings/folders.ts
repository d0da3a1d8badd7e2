/** The workspace folders that Inkling can read. */
import { isAbsolute, relative, sep } from "node:path";
import * as vscode from "vscode";
import { type CorpusFolder, withPrefixes } from "../../domain/corpus.ts";

/** Folders on disk: the child processes read the files themselves, without VS Code's file systems. */
export function foldersOnDisk(): vscode.WorkspaceFolder[] {
	return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
}

/** The folders on disk as the child processes are told of them. */
export function corpusFolders(): CorpusFolder[] {
	return foldersOnDisk().map(({ uri, name }) => ({ path: uri.fsPath, name }));
}

/**
 * The folder that holds what a report names, and the path inside of it; undefined if the folder is closed by now.
 *
 * @param path with "/"; the name of the folder in front if there are several
 */
export function placeOf(
	path: string,
): { readonly folder: vscode.WorkspaceFolder; readonly inside: string } | undefined {
	const folders = foldersOnDisk();
	const prefixes = withPrefixes(corpusFolders()).map(({ prefix }) => prefix);
	const at = prefixes.findIndex((prefix) => path.startsWith(prefix));
	const folder = folders[at];
	return folder && { folder, inside: path.slice(prefixes[at]?.length) };
}

/** The file that a report names; undefined if its folder is closed by now. */
export function fileUri(path: string): vscode.Uri | undefined {
	const place = placeOf(path);
	return place && vscode.Uri.joinPath(place.folder.uri, place.inside);
}

/** What a report would name this file; undefined if it lies in no folder on disk that is open. */
export function reportPath({ scheme, fsPath }: vscode.Uri): string | undefined {
	if (scheme !== "file") return undefined;
	const folders = withPrefixes(corpusFolders()).map(({ path, prefix }) => ({ inside: relative(path, fsPath), prefix }));
	// Of folders in one another, the innermost.
	const [nearest] = folders
		.filter(({ inside }) => !["", ".."].includes(inside) && !inside.startsWith(`..${sep}`) && !isAbsolute(inside))
		.sort((one, other) => one.inside.length - other.inside.length);
	return nearest && nearest.prefix + nearest.inside.split(sep).join("/");
}
