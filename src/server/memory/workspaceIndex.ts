/**
 * Reads the files of a workspace into the memory, the most recently edited first, and again when they change. All that is
 * slow is done in slices between requests; a file that was learned before costs no more than its new lines.
 */
import { basename, dirname, isAbsolute } from "node:path";
import { mapConcurrently } from "../../corpus/concurrency.ts";
import { find, findOne, locate } from "../../corpus/find.ts";
import { type ReadResult, readText } from "../../corpus/read.ts";
import { type Candidate, type CorpusFileSystem, concurrency, type LeftOut } from "../../corpus/walk.ts";
import type { CorpusFolder, CorpusRules, LeftOutReason } from "../../domain/corpus.ts";
import type { IdleWork } from "../idleWork.ts";
import { Lesson, type Pupil, passagesOf } from "./lesson.ts";
import { hashLines, markNew } from "./lineHashes.ts";
import { type LineRecords, withNewLines } from "./lineRecords.ts";

export interface IndexParts {
	readonly records: LineRecords;
	readonly fileSystem: CorpusFileSystem;
	/** Null while there is no memory. */
	pupil(): Pupil | null;
	/** The slow one, which learns more of a few new lines: how far the network is to be trusted with what it has not seen. */
	carefulPupil(): Pupil | null;
	learned(characters: number): void;
	/** Something was learned that is to be left out now. */
	stale(): void;
	/** All that was to be read is read, or some of it is to be read again. */
	changed(): void;
	wake(): void;
	/** Paths may be told, text never. */
	log(level: "debug" | "warn", message: string): void;
	/** Runs `task` after this many ms; the result calls it off. */
	after(milliseconds: number, task: () => void): () => void;
}

interface Reading {
	readonly candidate: Candidate;
	/** Null until it is read. */
	result: ReadResult | null;
}

/** Files read ahead of their turn: enough that learning never waits for the disk. */
const readAhead = 2;

/** New lines in a file that are more than that are no edit, but a file that was made by something else. */
const mostEditedBytes = 4096;

/** A look through a large workspace takes seconds; many things may change meanwhile, and after. */
const findPauseMs = 5_000;

/** What a person or a setting keeps from being learned, other than what a file happens to hold. */
const withheld: ReadonlySet<LeftOutReason> = new Set(["ignored", "excluded", "secret", "link"]);

const ignoreFiles: ReadonlySet<string> = new Set([".gitignore", ".inklingignore", "exclude"]);

export class WorkspaceIndex implements IdleWork {
	readonly #parts: IndexParts;
	#folders: readonly CorpusFolder[] = [];
	#rules: CorpusRules = { exclude: [], maxFileKiB: 0, maxTotalMiB: 0 };
	#isOn = false;
	/** By absolute path, the next one last. */
	#queue: Candidate[] = [];
	/** How often a file is in the queue, being read, read and waiting, or being learned. */
	readonly #pending = new Map<string, number>();
	/** Read ahead, in the order in which they are learned. */
	#reading: Reading[] = [];
	#lesson: { readonly lesson: Lesson; readonly file: string; readonly isEdit: boolean; told: number } | null = null;
	/** Ends what was begun for other folders or rules. */
	#abort = new AbortController();
	/** Look-ups are made one after the other. */
	#looks: Promise<void> = Promise.resolve();
	#cancelFind: (() => void) | null = null;
	#finding = false;

	constructor(parts: IndexParts) {
		this.#parts = parts;
	}

	/** Nothing is left to be read. */
	get isResting(): boolean {
		return !this.#finding && this.#pending.size === 0;
	}

	/** Whether the file is going to be read. */
	isPending(file: string): boolean {
		return this.#pending.has(file);
	}

	/** From now on these may be read. Nothing is, before `find`. */
	begin(folders: readonly CorpusFolder[], rules: CorpusRules, isOn: boolean): void {
		this.stop();
		this.#abort = new AbortController();
		this.#folders = folders;
		this.#rules = rules;
		this.#isOn = isOn && folders.length > 0;
	}

	/** Nothing more is read or learned. */
	stop(): void {
		this.#abort.abort();
		this.#cancelFind?.();
		this.#cancelFind = null;
		this.#finding = false;
		this.#isOn = false;
		this.#queue = [];
		this.#reading = [];
		this.#pending.clear();
		// What is half learned is to be learned again, rather than not at all.
		if (this.#lesson !== null) this.#parts.records.delete(this.#lesson.file);
		this.#lesson = null;
	}

	/**
	 * Looks through the folders for what is new. Returns the size of all files that may be learned from, or 0 if the
	 * search was broken off.
	 */
	find(): Promise<number> {
		if (!this.#isOn) return Promise.resolve(0);
		this.#finding = true;
		const { signal } = this.#abort;
		return this.#inTurn(async () => {
			if (signal.aborted) return 0;
			try {
				const { candidates, leftOut } = await find(this.#folders, this.#rules, signal, this.#parts.fileSystem);
				if (this.#isStale(candidates, leftOut)) this.#parts.stale();
				else this.#plan(candidates);
				return candidates.reduce((sum, { size }) => sum + size, 0);
			} catch (error) {
				if (!signal.aborted) this.#parts.log("warn", `The workspace cannot be read: ${messageOf(error)}`);
				return 0;
			} finally {
				if (!signal.aborted) {
					this.#finding = false;
					this.#parts.changed();
					this.#parts.wake();
				}
			}
		}, 0);
	}

	/** Files have changed on disk; null: it is not known which. */
	filesChanged(files: readonly string[] | null): void {
		if (!this.#isOn) return;
		if (files === null || files.some((file) => ignoreFiles.has(basename(file)))) {
			this.#findSoon();
			return;
		}
		const { signal } = this.#abort;
		void this.#inTurn(async () => {
			const found = await mapConcurrently(files, concurrency, async (file) => ({
				file,
				...(await this.#findOne(file)),
			}));
			if (signal.aborted) return;
			const gone = found.flatMap(({ file, reason }) => (reason === "vanished" ? [file] : []));
			// First what is gone: something new may be the same under another name.
			this.#orphan(gone);
			for (const { file, candidate, reason } of found) this.#take(file, candidate, reason);
			this.#parts.wake();
		}, undefined);
	}

	/**
	 * Why the file may not be learned from; null if it may, undefined outside of the folders. If it has changed since it
	 * was read, it is read next.
	 */
	async look(file: string): Promise<LeftOutReason | null | undefined> {
		const { signal } = this.#abort;
		const { candidate, reason } = await this.#findOne(file);
		if (!signal.aborted && this.#isOn) this.#take(file, candidate, reason);
		this.#parts.wake();
		return candidate === undefined ? reason : null;
	}

	async #findOne(file: string): Promise<{ candidate?: Candidate; reason?: LeftOutReason }> {
		const found = await findOne(this.#folders, file, this.#rules, this.#parts.fileSystem);
		if (found === undefined) return {};
		return "reason" in found ? { reason: found.reason } : { candidate: found };
	}

	#take(file: string, candidate: Candidate | undefined, reason: LeftOutReason | undefined): void {
		if (candidate !== undefined) this.#enqueue(candidate);
		else if (reason === "notAFile") this.#findSoon();
		else if (reason !== undefined && withheld.has(reason) && this.#hasLearned(file)) this.#parts.stale();
	}

	/** Files, or folders with all that is in them, are gone. */
	#orphan(gone: readonly string[]): void {
		const { records } = this.#parts;
		const folders = new Set(gone.filter((file) => records.get(file) === undefined));
		for (const file of gone) records.orphan(file);
		if (folders.size === 0) return;
		const isInside = (path: string): boolean => {
			for (let at = dirname(path); at !== dirname(at); at = dirname(at)) if (folders.has(at)) return true;
			return false;
		};
		for (const [key] of [...records.entries()]) if (isAbsolute(key) && isInside(key)) records.orphan(key);
	}

	work(isOver: () => boolean): boolean {
		if (this.#parts.pupil() === null) return false;
		let hasWorked = false;
		do {
			if (this.#lesson === null && !this.#next()) break;
			hasWorked = true;
			this.#learn();
		} while (!isOver());
		return hasWorked;
	}

	#learn(): void {
		const current = this.#lesson;
		const pupil = current?.isEdit ? this.#parts.carefulPupil() : this.#parts.pupil();
		if (current === null || pupil === null) return;
		try {
			current.lesson.step(pupil);
		} catch (error) {
			this.#parts.log("warn", `${current.file} cannot be learned: ${messageOf(error)}`);
			this.#finish(current.file);
			return;
		}
		const { characters } = current.lesson;
		if (characters > current.told) this.#parts.learned(characters - current.told);
		current.told = characters;
		if (current.lesson.isOver) this.#finish(current.file);
	}

	/** Takes the next file that is read; false if there is none. */
	#next(): boolean {
		this.#readAhead();
		const [first] = this.#reading;
		if (first === undefined || first.result === null) return false;
		this.#reading.shift();
		this.#readAhead();
		const { absolutePath: file } = first.candidate;
		const isKnown = this.#parts.records.get(file) !== undefined;
		const lesson = this.#lessonOf(first.candidate, first.result);
		if (lesson === null || lesson.isOver) this.#finish(file);
		else this.#lesson = { lesson, file, isEdit: isKnown && lesson.bytes <= mostEditedBytes, told: 0 };
		return true;
	}

	#finish(file: string): void {
		this.#lesson = null;
		this.#count(file, -1);
		if (this.isResting) this.#parts.changed();
	}

	#readAhead(): void {
		while (this.#reading.length < readAhead) {
			const candidate = this.#queue.pop();
			if (candidate === undefined) return;
			if (this.#isOverTotal(candidate)) {
				this.#count(candidate.absolutePath, -1);
				continue;
			}
			const reading: Reading = { candidate, result: null };
			this.#reading.push(reading);
			const done = (result: ReadResult): void => {
				reading.result = result;
				this.#parts.wake();
			};
			const { absolutePath } = candidate;
			readText(absolutePath, this.#rules.maxFileKiB * 1024, this.#parts.fileSystem).then(done, (error: unknown) => {
				this.#parts.log("warn", `${absolutePath} cannot be read: ${messageOf(error)}`);
				done({ reason: "unreadable" });
			});
		}
	}

	/** What is new in a file; it counts as learned from now on. */
	#lessonOf(candidate: Candidate, result: ReadResult): Lesson | null {
		const { path, absolutePath: file, modified, size } = candidate;
		const { records } = this.#parts;
		const before = records.get(file);
		if ("reason" in result) {
			if (result.reason === "vanished") records.orphan(file);
			else
				records.set(file, { ...about(candidate), reason: result.reason, lines: before?.lines ?? new Uint32Array(0) });
			return null;
		}
		const { text, bytes, digest } = result;
		const lines = hashLines(text);
		records.adopt(file, lines);
		const twin = records.twinOf(file, digest);
		const known = records.get(file);
		if (twin !== undefined && known === undefined) {
			records.set(file, { modified, size, digest, bytes: 0, reason: "duplicate", lines });
			return null;
		}
		const bytesBefore = known?.reason === null && known.modified !== 0 ? known.bytes : 0;
		if (records.bytes - bytesBefore + bytes > this.#rules.maxTotalMiB * 2 ** 20) return null;
		const isNew = known === undefined ? new Uint8Array(lines.length).fill(1) : markNew(lines, known.lines);
		const all = known === undefined ? lines : withNewLines(known.lines, lines, isNew);
		records.set(file, { modified, size, digest, bytes, reason: null, lines: all });
		return new Lesson(passagesOf(path, text, isNew));
	}

	/** What cannot fit any more is not even read; most text takes as many bytes here as on the disk. */
	#isOverTotal({ absolutePath, size }: Candidate): boolean {
		const { records } = this.#parts;
		return records.get(absolutePath) === undefined && records.bytes + size > this.#rules.maxTotalMiB * 2 ** 20;
	}

	#plan(candidates: readonly Candidate[]): void {
		const { records } = this.#parts;
		const present = new Set(candidates.map(({ absolutePath }) => absolutePath));
		// Whatever is no file may be found in one.
		for (const [key] of [...records.entries()]) if (!present.has(key)) records.orphan(key);
		for (const { absolutePath } of this.#queue) this.#count(absolutePath, -1);
		// What is read next comes last, and the most recently edited come first in `candidates`.
		this.#queue = candidates.toReversed().filter((candidate) => !this.#isRead(candidate));
		for (const { absolutePath } of this.#queue) this.#count(absolutePath, 1);
	}

	/** Puts a file first, if it has changed. */
	#enqueue(candidate: Candidate): void {
		if (this.#isRead(candidate)) return;
		const file = candidate.absolutePath;
		const place = this.isPending(file) ? this.#queue.findIndex(({ absolutePath }) => absolutePath === file) : -1;
		if (place >= 0) this.#queue.splice(place, 1);
		else this.#count(file, 1);
		this.#queue.push(candidate);
	}

	#isRead({ absolutePath, modified, size }: Candidate): boolean {
		return this.#parts.records.isRead(absolutePath, modified, size);
	}

	#count(file: string, change: 1 | -1): void {
		const count = (this.#pending.get(file) ?? 0) + change;
		if (count > 0) this.#pending.set(file, count);
		else this.#pending.delete(file);
	}

	#hasLearned(file: string): boolean {
		return (this.#parts.records.get(file)?.lines.length ?? 0) > 0;
	}

	/** Whether something was learned that is now to be left out: ignored, excluded, outside of all folders. */
	#isStale(candidates: readonly Candidate[], leftOut: readonly LeftOut[]): boolean {
		const present = new Set(candidates.map(({ absolutePath }) => absolutePath));
		const withheldPaths = new Set(leftOut.filter(({ reason }) => withheld.has(reason)).map(({ path }) => path));
		for (const [key, record] of this.#parts.records.entries()) {
			if (!isAbsolute(key) || record.lines.length === 0 || present.has(key)) continue;
			const place = locate(this.#folders, key);
			if (place === undefined) return true;
			const parts = (place.prefix + place.path).split("/");
			if (parts.some((_, depth) => withheldPaths.has(`${parts.slice(0, depth).join("/")}/`))) return true;
			if (withheldPaths.has(parts.join("/"))) return true;
		}
		return false;
	}

	#findSoon(): void {
		this.#cancelFind ??= this.#parts.after(findPauseMs, () => {
			this.#cancelFind = null;
			void this.find();
		});
	}

	#inTurn<T>(task: () => Promise<T>, otherwise: T): Promise<T> {
		const result = this.#looks.then(task).catch((error: unknown) => {
			this.#parts.log("warn", `Files cannot be looked for: ${messageOf(error)}`);
			return otherwise;
		});
		this.#looks = result.then(() => {});
		return result;
	}
}

function about({ modified, size }: Candidate): { modified: number; size: number; digest: string; bytes: number } {
	return { modified, size, digest: "", bytes: 0 };
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
