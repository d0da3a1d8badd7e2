/** The files of a corpus report as a tree: used, held out, and left out by reason; in each the folders as they lie on disk. */
import type { CorpusReport, LeftOutReason, UsedFile } from "../../domain/corpus.ts";

export interface FileGroup {
	readonly kind: "group";
	readonly id: "used" | "heldOut" | LeftOutReason;
	readonly children: readonly FileNode[];
	/** Files, and folders that were left out as a whole. */
	readonly count: number;
	/** Of the used files. */
	readonly bytes: number;
}

export interface FileFolder {
	readonly kind: "folder";
	readonly group: FileGroup["id"];
	/** Of its own; of several where each holds nothing but the next. */
	readonly name: string;
	/** As in the report, without "/" at its end. */
	readonly path: string;
	readonly children: readonly FileNode[];
	readonly count: number;
}

export interface FileEntry {
	readonly kind: "file";
	readonly group: FileGroup["id"];
	readonly name: string;
	/** As in the report, without "/" at its end. */
	readonly path: string;
	/** A folder that was left out as a whole. */
	readonly isFolder: boolean;
	/** Undefined if it was left out. */
	readonly used: UsedFile | undefined;
}

export type FileNode = FileFolder | FileEntry;

/** The used files first, then what was held out, then what was left out, the most frequent reason first. */
export function fileTree({ used, leftOut }: CorpusReport): readonly FileGroup[] {
	const groups: FileGroup[] = [];
	const add = (id: FileGroup["id"], files: readonly { readonly path: string; readonly used?: UsedFile }[]): void => {
		if (files.length === 0) return;
		groups.push({
			kind: "group",
			id,
			children: nested(files, id),
			count: files.length,
			bytes: files.reduce((sum, file) => sum + (file.used?.bytes ?? 0), 0),
		});
	};
	const isHeldOut = ({ heldOut, tail }: UsedFile): boolean => heldOut && tail === undefined;
	const entries = used.map((file) => ({ path: file.path, used: file }));
	add(
		"used",
		entries.filter((entry) => !isHeldOut(entry.used)),
	);
	add(
		"heldOut",
		entries.filter((entry) => isHeldOut(entry.used)),
	);
	const byReason = new Map<LeftOutReason, { readonly path: string }[]>();
	for (const file of leftOut) {
		const files = byReason.get(file.reason);
		if (files === undefined) byReason.set(file.reason, [file]);
		else files.push(file);
	}
	for (const [reason, files] of [...byReason].sort(([, one], [, other]) => other.length - one.length))
		add(reason, files);
	return groups;
}

interface Folder {
	readonly folders: Map<string, Folder>;
	readonly files: FileEntry[];
}

function nested(
	files: readonly { readonly path: string; readonly used?: UsedFile }[],
	group: FileGroup["id"],
): readonly FileNode[] {
	const root: Folder = { folders: new Map(), files: [] };
	for (const { path, used } of files) {
		const isFolder = path.endsWith("/");
		const plain = isFolder ? path.slice(0, -1) : path;
		const names = plain.split("/");
		let at = root;
		for (const name of names.slice(0, -1)) {
			const next = at.folders.get(name) ?? { folders: new Map(), files: [] };
			at.folders.set(name, next);
			at = next;
		}
		at.files.push({ kind: "file", group, name: names.at(-1) ?? plain, path: plain, isFolder, used });
	}
	return nodesOf(root, "", group);
}

/** Folders before files, each in the order of their names. */
function nodesOf({ folders, files }: Folder, prefix: string, group: FileGroup["id"]): readonly FileNode[] {
	const inner = [...folders].map(([name, folder]): FileFolder => {
		const children = nodesOf(folder, `${prefix}${name}/`, group);
		const [only, ...others] = children;
		// As in VS Code's explorer, a folder with nothing but a folder is one with it.
		if (only?.kind === "folder" && others.length === 0) return { ...only, name: `${name}/${only.name}` };
		const count = children.reduce((sum, child) => sum + (child.kind === "folder" ? child.count : 1), 0);
		return { kind: "folder", group, name, path: `${prefix}${name}`, children, count };
	});
	const byName = (one: FileNode, other: FileNode): number =>
		one.name < other.name ? -1 : Number(one.name > other.name);
	return [...inner.sort(byName), ...files.toSorted(byName)];
}
