/** Reads the history of a git repository through `git`. Nothing in the work tree, the index or the repository is written. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { Failure } from "../../../platform/failure.ts";
import {
	type Blob,
	blobsIn,
	type Commit,
	changesIn,
	commitFormat,
	commitIn,
	type FileChange,
	filesIn,
	type Hunk,
	hunksIn,
} from "./git/output.ts";

/** Blobs read in one go: a quarter of a MiB each at most. */
const blobsAtOnce = 200;
/** Of a commit's message no more is read, in characters, about. */
const mostEntry = 2 ** 20;

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
	/** See `#findPresent`; asked for once. */
	#present: Promise<ReadonlySet<string> | null> | null = null;

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
		const log = [
			"log",
			"--topo-order",
			"--no-merges",
			"--no-show-signature",
			"--no-notes",
			"--encoding=UTF-8",
			"-z",
			commitFormat,
		];
		for await (const entry of this.#entries([...log, "HEAD"])) yield commitIn(entry);
	}

	/** All files of a commit that are here and at most this large; links and submodules are none. */
	async files(commit: string, mostBytes: number): Promise<Blob[]> {
		const blobs = await this.#presentOf(filesIn(await this.#text(["ls-tree", "-r", "-z", commit])));
		return await this.#noLargerThan(mostBytes, blobs);
	}

	async #noLargerThan<B extends Blob>(mostBytes: number, blobs: readonly B[]): Promise<B[]> {
		const ids = blobs.map(({ id }) => `${id}\n`).join("");
		const sizes = (await this.#run(["cat-file", "--batch-check=%(objectsize)"], ids)).toString().split("\n");
		// Of what git has lost it names no size.
		return blobs.filter((_, i) => Number(sizes[i]) <= mostBytes);
	}

	/** Whether the clone has left a part of what two commits differ in on another machine. */
	async lacks(from: string, to: string): Promise<boolean> {
		if ((await this.#presentObjects()) === null) return false;
		const changes = await this.changes(from, to, false);
		const blobs = changes.flatMap(({ before, after }) => [before, after].filter((side) => side !== null));
		return (await this.#presentOf(blobs)).length < blobs.length;
	}

	/**
	 * The files in which two commits differ.
	 *
	 * @param renames a file that was renamed and hardly changed is one change, not two
	 */
	async changes(from: string, to: string, renames: boolean): Promise<FileChange[]> {
		const options = ["-r", "-z", "--raw", "--no-abbrev", "--relative", renames ? "--find-renames" : "--no-renames"];
		return changesIn(await this.#text(["diff-tree", ...options, from, to]));
	}

	/** How the lines of a blob become those of another. */
	async hunks(from: string, to: string): Promise<Hunk[]> {
		const options = ["--histogram", "--unified=0", "--indent-heuristic", "--text", "--no-color", "--no-ext-diff"];
		const text = await this.#run(["diff", ...options, "--no-textconv", "--inter-hunk-context=0", from, to]);
		return hunksIn(text.toString("latin1"));
	}

	/** The bytes of blobs, in their order, without those that are larger or not here. */
	async *read<B extends Blob>(
		blobs: readonly B[],
		mostBytes: number,
	): AsyncGenerator<{ readonly blob: B; readonly bytes: Uint8Array }> {
		const present = await this.#noLargerThan(mostBytes, await this.#presentOf(blobs));
		for (let first = 0; first < present.length; first += blobsAtOnce) {
			const some = present.slice(first, first + blobsAtOnce);
			const all = await this.#run(["cat-file", "--batch"], some.map(({ id }) => `${id}\n`).join(""));
			yield* blobsIn(all, some);
		}
	}

	async #presentOf<B extends Blob>(blobs: readonly B[]): Promise<readonly B[]> {
		const present = await this.#presentObjects();
		return present === null ? blobs : blobs.filter(({ id }) => present.has(id));
	}

	#presentObjects(): Promise<ReadonlySet<string> | null> {
		this.#present ??= this.#findPresent();
		return this.#present;
	}

	/**
	 * The objects that are here, in a clone that may have left others on another machine; null: it is no such clone. To ask
	 * git for a single one that is not here would fetch it.
	 */
	async #findPresent(): Promise<ReadonlySet<string> | null> {
		const isPartial = await this.#run(["config", "--get-regexp", partialClone]).then(
			() => true,
			() => false,
		);
		if (!isPartial) return null;
		const ids = await this.#text(["cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)"]);
		return new Set(ids.split("\n"));
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

	/** What a command writes, cut at NUL, the beginnings of what is long; it is ended early when no more is wanted. */
	async *#entries(args: readonly string[]): AsyncGenerator<string> {
		const child = this.#spawn(args);
		child.process.stdin.end();
		let rest = "";
		let isWhole = false;
		try {
			child.process.stdout.setEncoding("utf8");
			for await (const part of child.process.stdout) {
				const [more = "", ...entries] = (part as string).split("\0");
				if (rest.length < mostEntry) rest += more;
				for (const entry of entries) {
					yield rest;
					rest = entry;
				}
			}
			if (rest !== "") yield rest;
			isWhole = true;
		} finally {
			if (!isWhole) child.process.kill();
		}
		await child.ended;
	}

	#spawn(args: readonly string[]) {
		const process = this.#start(args);
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

	#start(args: readonly string[]): ChildProcessWithoutNullStreams {
		try {
			return spawn("git", ["--no-pager", ...args], { cwd: this.#folder, env: environment(), windowsHide: true });
		} catch (error) {
			// Some reasons are thrown, others come as an event.
			throw this.#cannotStart(error as NodeJS.ErrnoException);
		}
	}

	#cannotStart(error: NodeJS.ErrnoException): Failure {
		const reason =
			error.code === "ENOENT"
				? `The history is read with git, which is not on the PATH, or there is no folder ${this.#folder}`
				: error.code === "ENOTDIR"
					? `${this.#folder} is not a folder`
					: `git cannot be started: ${error.message}`;
		return new Failure("badArgument", reason, { cause: error });
	}
}

/** Configuration of a clone that fetches objects when they are needed, for `--get-regexp`; there is none elsewhere. */
const partialClone = "^(extensions\\.partialclone|remote\\..*\\.promisor)$";

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
