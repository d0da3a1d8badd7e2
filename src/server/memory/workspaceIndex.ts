/**
 * Reads the files of a workspace for the memory, the most recently edited first, and again when they change. All slow
 * work is done in slices between requests. Of a file that was learned before, only the new lines are learned.
 */
import { basename, dirname, isAbsolute } from "node:path";
import { inSlices } from "../../corpus/concurrency.ts";
import { modelPath, mostText } from "../../corpus/content/notebook.ts";
import { type ReadResult, readText } from "../../corpus/content/read.ts";
import type { CorpusFileSystem } from "../../corpus/fileSystem.ts";
import { find, findOpened, findThese, locate } from "../../corpus/find.ts";
import type { Candidate, LeftOut } from "../../corpus/judge.ts";
import type { CorpusFolder, CorpusRules, LeftOutReason } from "../../domain/corpus.ts";
import { type FileJudgement, type Found, foundFile } from "./judgedFile.ts";
import { type Learner, LearningTask, passagesOf } from "./lines/learningTask.ts";
import { hashLines, markNew } from "./lines/lineHashes.ts";
import { type LineRecords, withNewLines } from "./lines/lineRecords.ts";
import { type MemoryHost, type MemoryOutput, messageOf } from "./memoryHost.ts";
import { ReadingQueue } from "./readingQueue.ts";
import { isWithheld, knowsWithheld } from "./withheld.ts";

/** What the index and the documents use of the process. */
export type LearnerHost = Pick<MemoryHost, "now" | "after"> &
	Pick<MemoryOutput, "wake" | "log"> & { readonly fileSystem: CorpusFileSystem };

/** The present models that learn; null: there is none. */
export interface Learners {
	/** The memory alone. */
	readonly memory: Learner | null;
	/** Memory and mixer, for a few new lines: slower, but it also learns how far to trust the network. */
	readonly mixture: Learner | null;
}

interface Reading {
	readonly candidate: Candidate;
	/** Null while the file is being read. */
	result: ReadResult | null;
}

/** Number of files read ahead: enough that learning never waits for the disk. */
const readAhead = 2;

/** More new bytes in a file are not an edit by hand; another program wrote the file. */
const mostEditedBytes = 4096;

/**
 * A look at a file by itself costs as much as one at so many files in a look through the folders, and after changes of more
 * files than these the folders are looked through.
 */
const lookCost = 4;
const fewFiles = 16;

/** A search through a large workspace takes seconds, and one change is often followed by others. */
const findPauseMs = 5_000;

/** Names of files that decide which others are learned: ignore files, git's `info/exclude`, and the list of submodules. */
const ignoreFiles: ReadonlySet<string> = new Set([".gitignore", ".inklingignore", "exclude", ".gitmodules"]);

export class WorkspaceIndex {
	readonly #records: LineRecords;
	readonly #host: LearnerHost;
	#folders: readonly CorpusFolder[] = [];
	#rules: CorpusRules = { exclude: [], maxFileKiB: 0, maxTotalMiB: 0 };
	#isOn = false;
	#isStale = false;
	#characters = 0;
	readonly #queue = new ReadingQueue();
	/** Files read ahead, in the order in which they will be learned. */
	#reading: Reading[] = [];
	#current: { readonly task: LearningTask; readonly file: string; readonly isEdit: boolean } | null = null;
	/** Ends all work that was begun for other folders or rules. */
	#abort = new AbortController();
	/** Searches run one after the other. */
	#looks: Promise<void> = Promise.resolve();
	#cancelFind: (() => void) | null = null;
	#finding = false;
	/** Warnings of the last search. */
	#warned: ReadonlySet<string> = new Set();

	constructor(records: LineRecords, host: LearnerHost) {
		this.#records = records;
		this.#host = host;
	}

	/** Characters learned from files so far. */
	get characters(): number {
		return this.#characters;
	}

	/** The memory knows something that the present rules leave out. Nothing is learned until `begin`. */
	get isStale(): boolean {
		return this.#isStale;
	}

	/** No file is left to be read. */
	get isResting(): boolean {
		return !this.#finding && this.#queue.isEmpty;
	}

	/** Whether the file will be read or learned. */
	isPending(file: string): boolean {
		return this.#queue.has(file);
	}

	/** Sets which files may be read. `find` then starts reading. */
	begin(folders: readonly CorpusFolder[], rules: CorpusRules, isOn: boolean): void {
		this.stop();
		this.#abort = new AbortController();
		this.#folders = folders;
		this.#rules = rules;
		this.#isOn = isOn && folders.length > 0;
		this.#isStale = false;
	}

	/** Stops reading and learning. */
	stop(): void {
		this.#abort.abort();
		this.#cancelFind?.();
		this.#cancelFind = null;
		this.#finding = false;
		this.#isOn = false;
		this.#queue.clear();
		this.#reading = [];
		// A file that is half learned is learned again, rather than not at all.
		if (this.#current !== null) this.#records.delete(this.#current.file);
		this.#current = null;
	}

	/** Searches the folders for new and changed files. Returns the bytes of all that may be learned from; 0 if interrupted. */
	find(): Promise<number> {
		if (!this.#isOn) return Promise.resolve(0);
		this.#finding = true;
		const { signal } = this.#abort;
		return this.#inTurn(async () => {
			if (signal.aborted) return 0;
			try {
				const found = await find(this.#folders, this.#rules, signal, this.#host.fileSystem);
				const { candidates, leftOut } = found;
				for (const warning of found.warnings) if (!this.#warned.has(warning)) this.#host.log("warn", warning);
				this.#warned = new Set(found.warnings);
				const isStale = await knowsWithheld(this.#records, this.#folders, candidates, leftOut);
				signal.throwIfAborted();
				if (isStale) this.#isStale = true;
				else await this.#plan(candidates, leftOut, signal);
				return candidates.reduce((sum, candidate) => sum + this.#mostText(candidate), 0);
			} catch (error) {
				if (!signal.aborted) this.#host.log("warn", `The workspace cannot be read: ${messageOf(error)}`);
				return 0;
			} finally {
				if (!signal.aborted) {
					this.#finding = false;
					this.#host.wake();
				}
			}
		}, 0);
	}

	/** Takes note of files that have changed on disk; null: any may have. */
	filesChanged(files: readonly string[] | null): void {
		if (!this.#isOn) return;
		// The rest of a burst is left to the look that its beginning has called for.
		const few = fewFiles + (this.#cancelFind === null ? this.#records.files / lookCost : 0);
		const isMany = files !== null && files.length > few;
		if (files === null || isMany || files.some((file) => ignoreFiles.has(basename(file)))) {
			this.#findSoon();
			return;
		}
		const { signal } = this.#abort;
		void this.#inTurn(async () => {
			const found = await this.#findThese(files);
			if (signal.aborted) return;
			const gone = found.flatMap(({ file, reason }) => (reason === "vanished" ? [file] : []));
			// Files that are gone come first: a new file may be one of them under another name.
			await this.#orphan(gone);
			if (signal.aborted) return;
			for (const { file, candidate, reason } of found) this.#take(file, candidate, reason);
			this.#host.wake();
		}, undefined);
	}

	/** Judges the file of a document. A file that has changed since it was read is read next. */
	async look(opened: string): Promise<FileJudgement> {
		const { signal } = this.#abort;
		const { file, found } = await findOpened(this.#folders, opened, this.#rules, this.#host.fileSystem);
		const { candidate, reason } = foundFile(file, found);
		if (!signal.aborted && this.#isOn) this.#take(file, candidate, reason);
		this.#host.wake();
		return { file, reason: candidate === undefined ? reason : null };
	}

	async #findThese(files: readonly string[]): Promise<Found[]> {
		const found = await findThese(this.#folders, files, this.#rules, this.#host.fileSystem);
		return found.map((one, index) => foundFile(files[index] as string, one));
	}

	#take(file: string, candidate: Candidate | undefined, reason: LeftOutReason | undefined): void {
		if (candidate !== undefined) this.#enqueue(candidate);
		else if (reason === "notAFile") this.#findSoon();
		else if (reason !== undefined && isWithheld(reason) && this.#hasLearned(file)) this.#isStale = true;
	}

	/** Takes note of files, or folders with all their files, that are gone. */
	async #orphan(gone: readonly string[]): Promise<void> {
		const records = this.#records;
		const folders = new Set(gone.filter((file) => records.get(file) === undefined));
		for (const file of gone) records.orphan(file);
		if (folders.size === 0) return;
		const isInside = (path: string): boolean => {
			for (let at = dirname(path); at !== dirname(at); at = dirname(at)) if (folders.has(at)) return true;
			return false;
		};
		for await (const slice of inSlices([...records.entries()]))
			for (const [key] of slice) if (isAbsolute(key) && isInside(key)) records.orphan(key);
	}

	/** Learns until the time is over or nothing is left; returns whether it has done anything. */
	work(learners: Learners, isOver: () => boolean): boolean {
		if (learners.memory === null || this.#isStale) return false;
		let hasWorked = false;
		do {
			if (this.#current === null && !this.#next()) break;
			hasWorked = true;
			this.#learn(learners);
		} while (!isOver());
		return hasWorked;
	}

	#learn(learners: Learners): void {
		const current = this.#current;
		const learner = current?.isEdit ? learners.mixture : learners.memory;
		if (current === null || learner === null) return;
		const { task, file } = current;
		const before = task.characters;
		try {
			task.step(learner);
		} catch (error) {
			this.#host.log("warn", `${file} cannot be learned: ${messageOf(error)}`);
			this.#finish(file);
			return;
		}
		this.#characters += task.characters - before;
		if (task.isOver) this.#finish(file);
	}

	/** Begins to learn the next file that has been read; false if there is none. */
	#next(): boolean {
		this.#readAhead();
		const [first] = this.#reading;
		if (first === undefined || first.result === null) return false;
		this.#reading.shift();
		this.#readAhead();
		const { absolutePath: file } = first.candidate;
		const isKnown = this.#records.get(file) !== undefined;
		const task = this.#taskOf(first.candidate, first.result);
		if (task === null || task.isOver) this.#finish(file);
		else this.#current = { task, file, isEdit: isKnown && task.bytes <= mostEditedBytes };
		return true;
	}

	#finish(file: string): void {
		this.#current = null;
		this.#queue.done(file);
	}

	#readAhead(): void {
		while (this.#reading.length < readAhead) {
			const candidate = this.#queue.take();
			if (candidate === undefined) return;
			// Most text takes as many bytes in memory as on the disk: a file for which there is no room is not even read.
			if (!this.#hasRoom(candidate, this.#mostText(candidate))) {
				this.#leaveOut(candidate, "overTotal");
				this.#queue.done(candidate.absolutePath);
				continue;
			}
			const reading: Reading = { candidate, result: null };
			this.#reading.push(reading);
			const done = (result: ReadResult): void => {
				reading.result = result;
				this.#host.wake();
			};
			const { absolutePath } = candidate;
			readText(absolutePath, this.#rules.maxFileKiB * 1024, this.#host.fileSystem).then(done, (error: unknown) => {
				this.#host.log("warn", `${absolutePath} cannot be read: ${messageOf(error)}`);
				done({ reason: "unreadable" });
			});
		}
	}

	/** The task of learning what is new in a file. From now on the records say that it is learned. */
	#taskOf(candidate: Candidate, result: ReadResult): LearningTask | null {
		const { path, absolutePath: file, modified, size } = candidate;
		const records = this.#records;
		if ("reason" in result) {
			if (result.reason === "vanished") records.orphan(file);
			else this.#leaveOut(candidate, result.reason);
			return null;
		}
		const { text, bytes, digest, language } = result;
		const lines = hashLines(text);
		records.adopt(file, lines, digest);
		const twin = records.twinOf(file, digest);
		const known = records.get(file);
		if (twin !== undefined && known === undefined) {
			records.set(file, { modified, size, digest, bytes, reason: "duplicate", lines });
			return null;
		}
		if (!this.#hasRoom(candidate, bytes)) {
			this.#leaveOut(candidate, "overTotal");
			return null;
		}
		records.makeRoom(file, modified, bytes, this.#mostBytes);
		const isNew = known === undefined ? new Uint8Array(lines.length).fill(1) : markNew(lines, known.lines);
		const all = known === undefined ? lines : withNewLines(known.lines, lines, isNew);
		records.set(file, { modified, size, digest, bytes, reason: null, lines: all });
		return new LearningTask(passagesOf(modelPath(path, language), text, isNew));
	}

	/** Notes why nothing is learned of the file as it is now; lines learned of it before stay known. */
	#leaveOut({ absolutePath: file, modified, size }: Candidate, reason: LeftOutReason): void {
		const lines = this.#records.get(file)?.lines ?? new Uint32Array(0);
		this.#records.set(file, { modified, size, digest: "", bytes: 0, reason, lines });
	}

	get #mostBytes(): number {
		return this.#rules.maxTotalMiB * 2 ** 20;
	}

	/** Bytes. */
	#mostText({ path, size }: Candidate): number {
		return mostText(path, size, this.#rules);
	}

	/** Whether the file has a place within the total; files edited before it give way. */
	#hasRoom({ absolutePath, modified }: Candidate, bytes: number): boolean {
		return this.#records.hasRoom(absolutePath, modified, bytes, this.#mostBytes);
	}

	async #plan(candidates: readonly Candidate[], leftOut: readonly LeftOut[], signal: AbortSignal): Promise<void> {
		const records = this.#records;
		const present = new Set(candidates.map(({ absolutePath }) => absolutePath));
		// Of a file that is too large to be read, typed lines may be known.
		const unreadable = new Set(leftOut.filter(({ reason }) => reason === "tooLarge").map(({ path }) => path));
		const isThere = (key: string): boolean => {
			if (present.has(key)) return true;
			const place = unreadable.size > 0 && isAbsolute(key) ? locate(this.#folders, key) : undefined;
			return place !== undefined && unreadable.has(place.prefix + place.path);
		};
		// Keys that are not files are orphaned too: what was typed in a document may turn up in a file.
		for await (const slice of inSlices([...records.entries()])) {
			signal.throwIfAborted();
			for (const [key] of slice) {
				if (isThere(key)) records.revive(key);
				else records.orphan(key);
			}
		}
		const unread: Candidate[] = [];
		for await (const slice of inSlices(candidates)) {
			signal.throwIfAborted();
			for (const candidate of slice) if (!this.#isRead(candidate)) unread.push(candidate);
		}
		this.#queue.replace(unread);
	}

	/** Puts a file first, if it has changed. */
	#enqueue(candidate: Candidate): void {
		this.#records.revive(candidate.absolutePath);
		if (!this.#isRead(candidate)) this.#queue.add(candidate);
	}

	/** A file that was left out for want of room is read once there is room. */
	#isRead(candidate: Candidate): boolean {
		const { absolutePath, modified, size } = candidate;
		if (!this.#records.isRead(absolutePath, modified, size)) return false;
		return (
			this.#records.get(absolutePath)?.reason !== "overTotal" || !this.#hasRoom(candidate, this.#mostText(candidate))
		);
	}

	#hasLearned(file: string): boolean {
		return (this.#records.get(file)?.lines.length ?? 0) > 0;
	}

	#findSoon(): void {
		this.#cancelFind ??= this.#host.after(findPauseMs, () => {
			this.#cancelFind = null;
			void this.find();
		});
	}

	#inTurn<T>(task: () => Promise<T>, otherwise: T): Promise<T> {
		const result = this.#looks.then(task).catch((error: unknown) => {
			this.#host.log("warn", `Files cannot be looked for: ${messageOf(error)}`);
			return otherwise;
		});
		this.#looks = result.then(() => {});
		return result;
	}
}
