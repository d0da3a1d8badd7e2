/** What git's commands print, as values. A repository may be anybody's: what is not understood ends in a `Failure`. */
import { Buffer } from "node:buffer";
import { sep } from "node:path";
import { Failure } from "../../../../platform/failure.ts";

export interface Commit {
	readonly id: string;
	readonly parents: readonly string[];
	/** Name and address of the author. */
	readonly author: string;
	readonly subject: string;
	/** The whole message, subject included. */
	readonly message: string;
}

/** One side of a change, or an entry of a tree. */
export interface Blob {
	/** Relative to the folder, with "/". */
	readonly path: string;
	readonly id: string;
}

/** What a commit does to one file; `before` is null where it is new, `after` where it is deleted. */
export interface FileChange {
	readonly before: Blob | null;
	readonly after: Blob | null;
}

/** Lines `from` up to `to` of the text before become those from `newFrom` up to `newTo`; zero-based, ends not included. */
export interface Hunk {
	readonly from: number;
	readonly to: number;
	readonly newFrom: number;
	readonly newTo: number;
}

/** Argument of `git log`, for `commitIn`. */
export const commitFormat = "--format=%H%x1f%P%x1f%an <%ae>%x1f%s%x1f%B";

/** Of a commit with more the first are told: a field may be anything, and a list of its words many times its size. */
const mostParents = 64;

/** An entry of `git log -z` in the format above. */
export function commitIn(entry: string): Commit {
	let at = 0;
	const next = (): string => {
		const end = entry.indexOf("\x1f", at);
		const field = entry.slice(at, end < 0 ? entry.length : end);
		at += field.length + 1;
		return field;
	};
	const id = next();
	const parents = next()
		.split(" ", mostParents)
		.filter((one) => one !== "");
	const [author, subject] = [next(), next()];
	return { id, parents, author, subject, message: entry.slice(at) };
}

/** The files in the output of `git ls-tree -r -z` that a folder can hold, without links and submodules. */
export function filesIn(tree: string): Blob[] {
	return tree.split("\0").flatMap((entry) => {
		const tab = entry.indexOf("\t");
		if (tab < 0) return [];
		const [mode, type, id = ""] = entry.slice(0, tab).split(" ");
		const path = entry.slice(tab + 1);
		return type === "blob" && mode !== linkMode && isPlain(path) ? [{ path, id }] : [];
	});
}

/** Modes, whole names of both objects, and what was done. */
const rawEntry = /^:(\d{6}) (\d{6}) ([\da-f]{40,64}) ([\da-f]{40,64}) ([A-Z]\d{0,3})$/;

/**
 * The changes in the output of `git diff-tree -r -z --raw --no-abbrev`, as far as a folder can hold the files.
 *
 * @throws {Failure} badArgument
 */
export function changesIn(diff: string): FileChange[] {
	const changes: FileChange[] = [];
	let at = 0;
	const next = (): string => {
		const end = diff.indexOf("\0", at);
		if (end <= at) throw unknownOutput();
		const field = diff.slice(at, end);
		at = end + 1;
		return field;
	};
	while (at < diff.length) {
		// Anything shorter would be many times its size as an object.
		const found = rawEntry.exec(next());
		if (found === null) throw unknownOutput();
		const [, oldMode, newMode, oldId = "", newId = "", status = ""] = found;
		const oldPath = next();
		const newPath = /^[RC]/.test(status) ? next() : oldPath;
		const before = isFileMode(oldMode) && isPlain(oldPath) ? { path: oldPath, id: oldId } : null;
		const after = isFileMode(newMode) && isPlain(newPath) ? { path: newPath, id: newId } : null;
		const source = status.startsWith("C") ? null : before;
		if (source !== null || after !== null) changes.push({ before: source, after });
	}
	return changes;
}

/** Only git's own lines begin with it; behind a carriage return alone stands text of the file. */
const hunkHeader = /(?:^|\n)@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/g;

/**
 * The hunks in the output of `git diff --unified=0`.
 *
 * @throws {Failure} badArgument if they do not follow one another
 */
export function hunksIn(diff: string): Hunk[] {
	let last: Hunk = { from: 0, to: 0, newFrom: 0, newTo: 0 };
	return Array.from(diff.matchAll(hunkHeader), ([, from = "", lines = "1", newFrom = "", newLines = "1"]) => {
		// Where there is no line, git names the one before.
		const start = Number(from) - (lines === "0" ? 0 : 1);
		const newStart = Number(newFrom) - (newLines === "0" ? 0 : 1);
		if (start < last.to || newStart < last.newTo) throw unknownOutput();
		last = { from: start, to: start + Number(lines), newFrom: newStart, newTo: newStart + Number(newLines) };
		return last;
	});
}

/** The name of an object, what it is, and its size. */
const longestHeader = 100;

/**
 * The contents of blobs in the output of `git cat-file --batch`, in their order.
 *
 * @throws {Failure} badArgument
 */
export function* blobsIn<B extends Blob>(
	output: Buffer,
	blobs: readonly B[],
): Generator<{ readonly blob: B; readonly bytes: Uint8Array }> {
	let at = 0;
	for (const blob of blobs) {
		const lineEnd = output.subarray(at, at + longestHeader).indexOf("\n") + at;
		const [, type, size] = output.subarray(at, Math.max(at, lineEnd)).toString().split(" ");
		if (type !== "blob") throw new Failure("badArgument", `git has lost a version of ${blob.path}`);
		const start = lineEnd + 1;
		const end = start + Number(size);
		// Behind each blob stands a line end.
		if (!/^\d+$/.test(size ?? "") || end >= output.length) throw unknownOutput();
		yield { blob, bytes: output.subarray(start, end) };
		at = end + 1;
	}
}

const linkMode = "120000";

/** Not a link, a submodule, or nothing. */
function isFileMode(mode: string | undefined): boolean {
	return mode?.startsWith("100") === true;
}

/** Most file systems take no longer names, in bytes. */
const longestName = 255;
/** With the folder that they lie in, most systems take no longer paths. */
const longestPath = 1000;
/** What Windows takes for a device, a stream, a pattern or another name. */
const windowsOnly = /[<>:"|?*\\\p{Cc}]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu;

/**
 * Whether a path leads nowhere but into a folder and is one that it can hold: git checks out no other, but a history may
 * have them. Names that are not UTF-8 cannot be told from one another.
 */
export function isPlain(path: string, isWindows = sep === "\\"): boolean {
	if (path.includes("\ufffd") || Buffer.byteLength(path) > longestPath) return false;
	return path
		.split("/")
		.every(
			(part) =>
				part !== "" &&
				part !== "." &&
				part !== ".." &&
				!/^\.git$/i.test(part) &&
				Buffer.byteLength(part) <= longestName &&
				!(isWindows && windowsOnly.test(part)),
		);
}

function unknownOutput(): Failure {
	return new Failure("badArgument", "git says something that Inkling does not understand");
}
