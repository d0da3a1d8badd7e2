/**
 * Learns what is typed: each line once it is finished, a moment after the cursor has left it. The index learns files as
 * they are on disk; this learns lines that are not saved yet, and documents that are not files.
 */
import { isProgramsWork } from "../../corpus/read.ts";
import { maskSecrets } from "../../corpus/secrets.ts";
import type { LeftOutReason } from "../../domain/corpus.ts";
import type { TextChange } from "../../domain/text.ts";
import { type Learner, LearningTask, type Passage, passagesOf } from "./learningTask.ts";
import { countLines, hashLines, markNew } from "./lineHashes.ts";
import { type LineRecords, withNewLines } from "./lineRecords.ts";
import { messageOf } from "./memoryHost.ts";
import type { LearnerHost, WorkspaceIndex } from "./workspaceIndex.ts";

export interface DocumentText {
	/** Relative to the workspace folder, with "/". */
	readonly path: string;
	readonly text: string;
	line(line: number): string;
}

/** See the request `open`. */
export interface DocumentFile {
	readonly path: string;
	readonly whole: boolean;
	readonly isElsewhere?: true;
}

/** Which documents are learned from; see `Workspace`. */
export interface DocumentRules {
	readonly hasFolders: boolean;
	readonly maxFileKiB: number;
}

/** Shorter than it takes to begin the next line, long enough that a line undone at once is not learned. */
const finishedMs = 250;

/** A document may be learned from although its file is left out for one of these reasons. */
const learnable: ReadonlySet<LeftOutReason> = new Set(["duplicate", "overTotal", "empty", "vanished"]);

interface Entry {
	readonly id: string;
	readonly document: DocumentText;
	/** The file on disk; null: there is none. */
	readonly file: DocumentFile | null;
	/** Whether the rules let it be learned from; null while that is being found out. */
	mayLearn: boolean | null;
	/** Text that is not learned, as it was there before; once it was needed, the hashes of its lines. */
	baseline: string | Uint32Array;
	/** The line of the cursor; null: not known yet. */
	cursor: number | null;
	/** There may be new lines that were being edited when lines were last learned. */
	isChanged: boolean;
	/** When to look for finished lines, ms; null: there is nothing new. */
	due: number | null;
}

/** New lines of a document. */
interface LearnedLines {
	/** See `LineRecords`. */
	readonly key: string;
	readonly isFile: boolean;
	readonly passages: readonly Passage[];
	/** Hashes of the lines. */
	readonly lines: Uint32Array;
}

/** Lines that could not be saved for long are dropped beyond this many bytes, so that they do not grow without bound. */
const mostUnsavedBytes = 2 ** 22;

export class DocumentLearner {
	readonly #records: LineRecords;
	readonly #index: Pick<WorkspaceIndex, "look" | "isPending">;
	readonly #host: LearnerHost;
	readonly #entries = new Map<string, Entry>();
	#tasks: LearningTask[] = [];
	/** Lines learned, or about to be, that are not in the memory's file yet; the oldest first. */
	#unsaved: readonly LearnedLines[] = [];
	#rules: DocumentRules | null = null;
	#characters = 0;
	#cancelTimer: (() => void) | null = null;

	constructor(records: LineRecords, index: Pick<WorkspaceIndex, "look" | "isPending">, host: LearnerHost) {
		this.#records = records;
		this.#index = index;
		this.#host = host;
	}

	/** Characters learned from documents so far. */
	get characters(): number {
		return this.#characters;
	}

	/** No finished line is waiting to be learned. */
	get isResting(): boolean {
		return this.#tasks.length === 0;
	}

	/** Sets the rules and judges the open documents by them. Null: nothing is learned. */
	begin(rules: DocumentRules | null): void {
		this.#rules = rules;
		for (const entry of this.#entries.values()) this.#judge(entry);
	}

	/** Excludes the present text of all open documents from being learned. */
	forget(): void {
		this.#tasks = [];
		this.#unsaved = [];
		for (const entry of this.#entries.values()) entry.baseline = entry.document.text;
	}

	/** Lines learned, or about to be, that are not in the memory's file yet. */
	get unsaved(): readonly LearnedLines[] {
		return this.#unsaved;
	}

	/** These lines are in the memory's file now. */
	saved(lines: readonly LearnedLines[]): void {
		const saved = new Set(lines);
		this.#unsaved = this.#unsaved.filter((one) => !saved.has(one));
	}

	/** The memory is made anew, and so is what it learns. */
	dropUnsaved(): void {
		this.#unsaved = [];
	}

	/** Learns all unsaved lines again, in another memory. */
	learnUnsaved(): void {
		this.#tasks = this.#unsaved.map(({ passages }) => new LearningTask(passages));
		for (const { key, isFile, lines } of this.#unsaved) {
			this.#records.add(key, lines);
			if (!isFile) this.#records.orphan(key);
		}
	}

	/** Learns all finished lines at once. */
	finish(learner: Learner): void {
		for (const entry of this.#entries.values()) if (entry.due !== null) entry.due = this.#host.now();
		this.work(learner, () => false);
	}

	open(id: string, document: DocumentText, file: DocumentFile | null): void {
		const isElsewhere = file?.isElsewhere ?? false;
		const isLearnedWhole = file === null || !(this.#hasFolders || isElsewhere);
		const entry: Entry = {
			id,
			document,
			file: isElsewhere ? null : file,
			mayLearn: null,
			baseline: isLearnedWhole ? "" : document.text,
			cursor: null,
			isChanged: true,
			due: null,
		};
		this.#entries.set(id, entry);
		this.#judge(entry);
	}

	changed(id: string, changes: readonly TextChange[]): void {
		const entry = this.#entries.get(id);
		const last = changes.at(-1);
		if (entry === undefined || last === undefined) return;
		entry.isChanged = true;
		const line = last.start.line + countLineEnds(last.text);
		const finishes = changes.some(({ start, end, text }) => start.line !== end.line || countLineEnds(text) > 0);
		if (finishes || line !== entry.cursor) this.#schedule(entry);
		entry.cursor = line;
	}

	/** Takes note of the line of the cursor. */
	cursorAt(id: string, line: number): void {
		const entry = this.#entries.get(id);
		if (entry === undefined || entry.cursor === line) return;
		entry.cursor = line;
		if (entry.isChanged) this.#schedule(entry);
	}

	close(id: string): void {
		this.#entries.delete(id);
	}

	/** Learns until the time is over or nothing is left; returns whether it has done anything. Null: there is no model. */
	work(learner: Learner | null, isOver: () => boolean): boolean {
		if (learner === null) return false;
		let hasWorked = false;
		do {
			if (this.#tasks[0] === undefined && !this.#prepare()) break;
			hasWorked = true;
			this.#learn(learner);
		} while (!isOver());
		return hasWorked;
	}

	get #hasFolders(): boolean {
		return this.#rules?.hasFolders ?? true;
	}

	#judge(entry: Entry): void {
		entry.mayLearn = null;
		if (this.#rules === null) return;
		const { file } = entry;
		if (file === null || !this.#rules.hasFolders) {
			entry.mayLearn = true;
			this.#schedule(entry);
			return;
		}
		const rules = this.#rules;
		const judged = (reason: LeftOutReason | null | undefined): void => {
			if (rules !== this.#rules || this.#entries.get(entry.id) !== entry) return;
			// Undefined: it lies outside of the folders, and their rules do not cover it.
			entry.mayLearn = reason === null || (reason !== undefined && learnable.has(reason));
			if (entry.mayLearn) this.#schedule(entry);
		};
		this.#index.look(file.path).then(judged, (error: unknown) => {
			this.#host.log("warn", `A document cannot be judged: ${messageOf(error)}`);
		});
	}

	#schedule(entry: Entry): void {
		entry.due ??= this.#host.now() + finishedMs;
		this.#cancelTimer ??= this.#host.after(finishedMs, () => {
			this.#cancelTimer = null;
			this.#host.wake();
		});
	}

	/** Finds the next document with finished lines; false if there is none. */
	#prepare(): boolean {
		const now = this.#host.now();
		for (const entry of this.#entries.values()) {
			if (entry.due === null || !entry.mayLearn) continue;
			if (entry.due > now) {
				this.#schedule(entry);
				continue;
			}
			// The index learns the file on disk first, and wakes us then.
			if (entry.file?.whole && this.#index.isPending(entry.file.path)) continue;
			entry.due = null;
			const task = this.#taskOf(entry);
			if (task === null) continue;
			this.#tasks.push(task);
			return true;
		}
		return false;
	}

	#taskOf(entry: Entry): LearningTask | null {
		const { document, file, id } = entry;
		const { text: plain } = document;
		if (plain.length > (this.#rules?.maxFileKiB ?? 0) * 1024 || isProgramsWork(plain)) return null;
		const { text } = maskSecrets(plain);
		const lines = hashLines(text);
		const records = this.#records;
		const key = file?.whole ? file.path : id;
		const record = records.get(key);
		if (record && record.reason !== null && !learnable.has(record.reason)) return null;
		const known = record?.lines ?? new Uint32Array(0);
		// The record of a file that was read has its lines on disk.
		const isRead = record !== undefined && record.modified !== 0;
		const isNew = isRead ? markNew(lines, known) : markNew(lines, known, this.#baselineOf(entry));
		entry.isChanged = this.#unmarkUnfinished(entry, plain, text, isNew);
		if (!isNew.includes(1)) return null;
		const all = withNewLines(known, lines, isNew);
		if (record) records.set(key, { ...record, lines: all });
		else records.add(key, all);
		// The document may be saved as a file.
		if (file === null) records.orphan(key);
		const passages = passagesOf(document.path, text, isNew);
		this.#note({ key, isFile: file !== null, passages, lines: lines.filter((_, line) => isNew[line] === 1) });
		return new LearningTask(passages);
	}

	#note(learned: LearnedLines): void {
		let bytes = 0;
		const kept = [...this.#unsaved, learned].toReversed().filter(({ passages }) => {
			bytes += passages.reduce((sum, { text }) => sum + text.length, 0);
			return bytes <= mostUnsavedBytes;
		});
		this.#unsaved = kept.toReversed();
	}

	#baselineOf(entry: Entry): Uint32Array {
		if (typeof entry.baseline === "string") entry.baseline = hashLines(maskSecrets(entry.baseline).text);
		return entry.baseline;
	}

	/**
	 * Excludes the line of the cursor, which is not finished, and the one below it, as the hash of a line includes the line
	 * above. Returns whether one of the two is new.
	 */
	#unmarkUnfinished({ cursor, document }: Entry, plain: string, text: string, isNew: Uint8Array): boolean {
		// An unknown cursor may be at the end of the text. A masked key may have had several lines.
		const isShifted = text !== plain && countLines(text) !== countLines(plain);
		const line =
			cursor === null ? isNew.length - Number(!text.endsWith("\n")) : isShifted ? maskedLine(document, cursor) : cursor;
		const unfinished = isNew.subarray(line, line + 2);
		const isChanged = unfinished.includes(1);
		unfinished.fill(0);
		return isChanged;
	}

	#learn(learner: Learner): void {
		const [task] = this.#tasks;
		if (task === undefined) return;
		const before = task.characters;
		try {
			task.step(learner);
		} catch (error) {
			this.#host.log("warn", `Lines cannot be learned: ${messageOf(error)}`);
			this.#tasks.shift();
			return;
		}
		this.#characters += task.characters - before;
		if (task.isOver) this.#tasks.shift();
	}
}

function countLineEnds(text: string): number {
	return text.match(/\r\n?|\n/g)?.length ?? 0;
}

/** The number that a line of a document has once the text above it is masked. */
function maskedLine(document: DocumentText, line: number): number {
	const above = Array.from({ length: line }, (_, number) => `${document.line(number)}\n`).join("");
	return countLines(maskSecrets(above).text);
}
