/** Reads the history of a git repository through `git`. Nothing in the work tree, the index or the repository is written. */
import { spawn } from "node:child_process";
import { Failure } from "../../../platform/failure.ts";

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

/** Blobs read in one go: a quarter of a MiB each at most. */
const blobsAtOnce = 200;

/** Variables by which another git, as one that runs a hook, would tell ours to look elsewhere. */
const redirections = [
	"GIT_DIR",
	"GIT_WORK_TREE",
	"GIT_INDEX_FILE",
	"GIT_OBJECT_DIRECTORY",
	"GIT_ALTERNATE_OBJECT_DIRECTORIES",
	"GIT_NAMESPACE",
	"GIT_PREFIX",
	"GIT_EXTERNAL_DIFF",
	"GIT_DIFF_OPTS",
];

export class Repository {
	readonly #folder: string;

	private constructor(folder: string) {
		this.#folder = folder;
	}

	/**
	 * @param folder in a work tree, or a bare repository; only what lies in this folder is looked at
	 * @throws {Failure} if there is no git, or no repository with a commit
	 */
	static async open(folder: string): Promise<Repository> {
		const repository = new Repository(folder);
		await repository.#run(["rev-parse", "--git-dir"]);
		await repository.#run(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]).catch((error: unknown) => {
			throw new Failure("badArgument", `${folder} has no commit`, { cause: error });
		});
		return repository;
	}

	/** Commits that are no merges, from the last one back: none before any of its children. */
	async *commits(): AsyncGenerator<Commit> {
		const format = "--format=%H%x1f%P%x1f%an <%ae>%x1f%s%x1f%B";
		const log = [
			"log",
			"--topo-order",
			"--no-merges",
			"--no-show-signature",
			"--no-notes",
			"--encoding=UTF-8",
			"-z",
			format,
		];
		for await (const entry of this.#entries([...log, "HEAD"])) {
			const [id = "", parents = "", author = "", subject = "", ...message] = entry.split("\x1f");
			yield {
				id,
				parents: parents.split(" ").filter((one) => one !== ""),
				author,
				subject,
				message: message.join("\x1f"),
			};
		}
	}

	/** All files of a commit that are at most this large; links and submodules are none. */
	async files(commit: string, mostBytes: number): Promise<Blob[]> {
		const listed = await this.#text(["ls-tree", "-r", "-z", "-l", commit]);
		return nonEmpty(listed.split("\0")).flatMap((entry) => {
			const tab = entry.indexOf("\t");
			const [mode, type, id = "", size] = entry.slice(0, tab).split(/ +/);
			const isFile = type === "blob" && mode !== linkMode && Number(size) <= mostBytes;
			return isFile ? [{ path: entry.slice(tab + 1), id }] : [];
		});
	}

	/**
	 * The files in which two commits differ.
	 *
	 * @param renames a file that was renamed and hardly changed is one change, not two
	 */
	async changes(from: string, to: string, renames: boolean): Promise<FileChange[]> {
		const options = ["-r", "-z", "--raw", "--no-abbrev", "--relative", renames ? "--find-renames" : "--no-renames"];
		const fields = nonEmpty((await this.#text(["diff-tree", ...options, from, to])).split("\0"));
		const changes: FileChange[] = [];
		for (let i = 0; i < fields.length; ) {
			const [oldMode, newMode, oldId = "", newId = "", status = ""] = (fields[i++] as string).slice(1).split(" ");
			const oldPath = fields[i++] as string;
			const newPath = /^[RC]/.test(status) ? (fields[i++] as string) : oldPath;
			const before = isFileMode(oldMode) ? { path: oldPath, id: oldId } : null;
			const after = isFileMode(newMode) ? { path: newPath, id: newId } : null;
			if (before !== null || after !== null) changes.push({ before: status.startsWith("C") ? null : before, after });
		}
		return changes;
	}

	/** How the lines of a blob become those of another. */
	async hunks(from: string, to: string): Promise<Hunk[]> {
		const options = ["--histogram", "--unified=0", "--indent-heuristic", "--text", "--no-color", "--no-ext-diff"];
		const text = await this.#run(["diff", ...options, "--no-textconv", "--inter-hunk-context=0", from, to]);
		return [...text.toString("latin1").matchAll(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm)].map(
			([, from = "", lines = "1", newFrom = "", newLines = "1"]) => {
				// Where there is no line, git names the one before.
				const start = Number(from) - (lines === "0" ? 0 : 1);
				const newStart = Number(newFrom) - (newLines === "0" ? 0 : 1);
				return { from: start, to: start + Number(lines), newFrom: newStart, newTo: newStart + Number(newLines) };
			},
		);
	}

	/** The bytes of blobs, in their order. */
	async *read<B extends Blob>(blobs: readonly B[]): AsyncGenerator<{ readonly blob: B; readonly bytes: Uint8Array }> {
		for (let first = 0; first < blobs.length; first += blobsAtOnce) {
			const some = blobs.slice(first, first + blobsAtOnce);
			const all = await this.#run(["cat-file", "--batch"], some.map(({ id }) => `${id}\n`).join(""));
			let at = 0;
			for (const blob of some) {
				const lineEnd = all.indexOf("\n", at);
				const [, type, size] = all.subarray(at, lineEnd).toString().split(" ");
				if (type !== "blob") throw new Failure("badArgument", `git has lost a version of ${blob.path}`);
				const start = lineEnd + 1;
				at = start + Number(size) + 1;
				yield { blob, bytes: all.subarray(start, at - 1) };
			}
		}
	}

	async #text(args: readonly string[]): Promise<string> {
		return (await this.#run(args)).toString();
	}

	/** What a command writes. */
	async #run(args: readonly string[], input = ""): Promise<Buffer> {
		const child = this.#spawn(args);
		const parts: Buffer[] = [];
		child.process.stdin.end(input);
		for await (const part of child.process.stdout) parts.push(part as Buffer);
		await child.ended;
		return Buffer.concat(parts);
	}

	/** What a command writes, cut at NUL; it is ended early when no more is wanted. */
	async *#entries(args: readonly string[]): AsyncGenerator<string> {
		const child = this.#spawn(args);
		child.process.stdin.end();
		let rest = "";
		let isWhole = false;
		try {
			child.process.stdout.setEncoding("utf8");
			for await (const part of child.process.stdout) {
				const entries = (rest + part).split("\0");
				rest = entries.pop() as string;
				yield* entries;
			}
			if (rest !== "") yield rest;
			isWhole = true;
		} finally {
			if (!isWhole) child.process.kill();
		}
		await child.ended;
	}

	#spawn(args: readonly string[]) {
		const process = spawn("git", ["--no-pager", ...args], { cwd: this.#folder, env: environment(), windowsHide: true });
		let complaint = "";
		process.stderr.setEncoding("utf8").on("data", (part: string) => {
			complaint += part;
		});
		// A command that ends before it has read all says so by its code.
		process.stdin.on("error", () => undefined);
		const ended = new Promise<void>((resolve, reject) => {
			process.on("error", (error: NodeJS.ErrnoException) => reject(this.#cannotStart(error)));
			process.on("close", (code) => {
				if (code === 0) resolve();
				else reject(new Failure("badArgument", `git cannot read ${this.#folder}: ${reasonOf(complaint)}`));
			});
		});
		// Whoever ends the command early does not wait for it.
		ended.catch(() => undefined);
		return { process, ended };
	}

	#cannotStart(error: NodeJS.ErrnoException): Failure {
		const reason =
			error.code === "ENOENT"
				? `The history is read with git, which is not on the PATH, or there is no folder ${this.#folder}`
				: `git cannot be started: ${error.message}`;
		return new Failure("badArgument", reason, { cause: error });
	}
}

const linkMode = "120000";

/** Not a link, a submodule, or nothing. */
function isFileMode(mode: string | undefined): boolean {
	return mode?.startsWith("100") === true;
}

function nonEmpty(parts: readonly string[]): string[] {
	return parts.filter((part) => part !== "");
}

function reasonOf(complaint: string): string {
	// With git's words for a way to another machine that is not allowed, in its older and newer versions.
	const isElsewhere = complaint.includes("transport '") && complaint.includes("' not allowed");
	if (isElsewhere || complaint.includes("lazy fetching disabled"))
		return "a part of the history is on another machine, and nothing is fetched";
	return (complaint.trim().split("\n")[0] ?? "").replace(/^fatal: /, "") || "it says no more";
}

/** Without what leads elsewhere; a repository that fetches its blobs when they are needed fetches none. */
function environment(): NodeJS.ProcessEnv {
	const kept = Object.entries(process.env).filter(([name]) => !redirections.includes(name));
	return {
		...Object.fromEntries(kept),
		LC_ALL: "C",
		GIT_ALLOW_PROTOCOL: "none",
		GIT_NO_LAZY_FETCH: "1",
		GIT_OPTIONAL_LOCKS: "0",
		GIT_TERMINAL_PROMPT: "0",
	};
}
