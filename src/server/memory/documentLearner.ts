/**
 * Learns what is typed: each line once it is finished, a moment after the cursor has left it. The index learns files as
 * they are on disk; this learns lines that are not saved yet, and documents that are not files.
 */

import { isProgramsWork } from "../../corpus/content/kinds.ts";
import type { LeftOutReason } from "../../domain/corpus.ts";
import { cellText } from "../../domain/notebook.ts";
import type { TextChange } from "../../domain/text.ts";
import { type DocumentRules, documentRules, isExcluded, type RuledWorkspace } from "../documents/documentRules.ts";
import type { FileJudgement } from "./judgedFile.ts";
import { type Learner, LearningTask, passagesOf } from "./lines/learningTask.ts";
import { hashingLines, markingNew } from "./lines/lineHashes.ts";
import { type LineRecords, withNewLines } from "./lines/lineRecords.ts";
import { countLineEnds, maskingDocument, passagesBelow, unfinishedLine } from "./lines/typedText.ts";
import { type LearnedLines, withLearned } from "./lines/unsavedLines.ts";
import { messageOf } from "./memoryHost.ts";
import type { LearnerHost, WorkspaceIndex } from "./workspaceIndex.ts";

export interface DocumentText {
	/** Relative to the workspace folder, with "/". */
	readonly path: string;
	readonly text: string;
	/** Text that is read before it but is no part of it, with a line end at its end. */
	readonly above: string;
}

/** See the request `open`. */
export interface DocumentFile {
	readonly path: string;
	readonly whole: boolean;
	readonly isElsewhere?: true;
}

/** Shorter than it takes to begin the next line, long enough that a line undone at once is not learned. */
const finishedMs = 250;

/** Looking for new lines takes a tenth of the time, at most: a millisecond for this many UTF-16 units. */
const unitsPerMs = 1024;

/**
 * What is typed in a document is learned although its file is left out for one of these reasons: the file is too much, or
 * cannot be read as the editor reads it.
 */
const learnable: ReadonlySet<LeftOutReason> = new Set([
	"binary",
	"duplicate",
	"empty",
	"encoding",
	"malformed",
	"overTotal",
	"tooLarge",
	"vanished",
]);

interface Entry {
	readonly id: string;
	readonly document: DocumentText;
	/** The file on disk; null: there is none. */
	readonly file: DocumentFile | null;
	/** Of the record of its lines: the file's own path, or the identifier of the document or of the notebook it is a cell of. */
	key: string;
	/** It is a cell, a part of a notebook. */
	readonly isPart: boolean;
	readonly isElsewhere: boolean;
	/** Whether the rules let it be learned from; null while that is being found out. */
	mayLearn: boolean | null;
	/** The text at the time of opening, which is not learned; the hashes of its lines once they were needed. */
	baseline: string | Uint32Array;
	/** The line of the cursor; null: not known yet. */
	cursor: number | null;
	/** Lines may be new that were still being edited at the last look. */
	isChanged: boolean;
	/** UTF-16 units, when last looked at. */
	length: number;
	/** When to look for finished lines, ms; null: there is nothing new. */
	due: number | null;
}

/** Closed documents whose last lines are yet to be learned, at most; they may be large, and wait for the index. */
const mostClosed = 16;

export class DocumentLearner {
	readonly #records: LineRecords;
	readonly #index: Pick<WorkspaceIndex, "look" | "isPending">;
	readonly #host: LearnerHost;
	readonly #entries = new Map<string, Entry>();
	/** Closed, with finished lines that were not looked for yet; the oldest first. */
	readonly #closed = new Set<Entry>();
	/** The document of the cursor. */
	#active: Entry | null = null;
	#tasks: LearningTask[] = [];
	/** The search for new lines that is under way. */
	#preparation: { readonly entry: Entry; readonly steps: Generator<undefined, LearningTask | null> } | null = null;
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
		return this.#tasks.length === 0 && this.#preparation === null;
	}

	/** Sets the rules and judges the open documents by them. Null: nothing is learned. */
	begin(workspace: RuledWorkspace | null): void {
		this.#rules = workspace && documentRules(workspace);
		this.#preparation = null;
		this.#closed.clear();
		for (const entry of this.#entries.values()) this.#judge(entry);
	}

	/** Excludes the present text of all open documents from being learned. */
	forget(): void {
		this.#tasks = [];
		this.#unsaved = [];
		this.#preparation = null;
		this.#closed.clear();
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
		this.#preparation = null;
	}

	/** Learns all unsaved lines again, in another memory. */
	learnUnsaved(): void {
		if (this.#preparation !== null) this.#schedule(this.#preparation.entry);
		this.#preparation = null;
		this.#tasks = this.#unsaved.map(({ passages }) => new LearningTask(passages));
		for (const { key, isFile, lines } of this.#unsaved) {
			this.#records.add(key, lines);
			if (!isFile) this.#records.orphan(key);
		}
	}

	/** Another memory knows the files only: what the open documents have beyond them is learned again. */
	relearn(): void {
		this.#tasks = [];
		this.dropUnsaved();
		for (const entry of this.#known()) {
			entry.isChanged = true;
			this.#schedule(entry);
		}
	}

	/** Learns all finished lines at once. */
	finish(learner: Learner): void {
		for (const entry of this.#known()) if (entry.due !== null) entry.due = this.#host.now();
		this.work(learner, () => false);
	}

	/** @param notebook names the notebook if the document is a cell */
	open(id: string, document: DocumentText, file: DocumentFile | null, notebook?: string): void {
		const isElsewhere = file?.isElsewhere ?? false;
		const isLearnedWhole = file === null || !(this.#hasFolders || isElsewhere);
		const entry: Entry = {
			id,
			document,
			file: isElsewhere ? null : file,
			key: (isElsewhere ? undefined : file?.path) ?? notebook ?? id,
			isPart: notebook !== undefined || file?.whole === false,
			isElsewhere,
			mayLearn: null,
			baseline: isLearnedWhole ? "" : document.text,
			cursor: null,
			isChanged: true,
			length: 0,
			due: null,
		};
		this.#entries.set(id, entry);
		this.#judge(entry);
	}

	changed(id: string, changes: readonly TextChange[]): void {
		const entry = this.#entries.get(id);
		const last = changes.at(-1);
		if (entry === undefined || last === undefined) return;
		this.#activate(entry);
		entry.isChanged = true;
		const line = last.start.line + countLineEnds(last.text);
		const finishes = changes.some(({ start, end, text }) => start.line !== end.line || countLineEnds(text) > 0);
		if (finishes || line !== entry.cursor) this.#schedule(entry);
		entry.cursor = line;
	}

	/** Takes note of the line of the cursor. */
	cursorAt(id: string, line: number): void {
		const entry = this.#entries.get(id);
		if (entry === undefined) return;
		this.#activate(entry);
		if (entry.cursor === line) return;
		entry.cursor = line;
		if (entry.isChanged) this.#schedule(entry);
	}

	/** Lines that are finished by now are still learned, and at once: nobody undoes them any more. */
	close(id: string): void {
		const entry = this.#entries.get(id);
		if (entry === undefined) return;
		if (this.#active === entry) this.#active = null;
		this.#entries.delete(id);
		if (entry.due === null || !entry.mayLearn) return;
		entry.due = this.#host.now();
		this.#closed.add(entry);
		const [oldest] = this.#closed;
		if (oldest !== undefined && this.#closed.size > mostClosed) this.#closed.delete(oldest);
		this.#host.wake();
	}

	/** Learns until the time is over or nothing is left; returns whether it has done anything. Null: there is no model. */
	work(learner: Learner | null, isOver: () => boolean): boolean {
		if (learner === null) return false;
		let hasWorked = false;
		do {
			if (this.#tasks[0] !== undefined) this.#learn(learner);
			else if (this.#preparation !== null || this.#beginToPrepare()) this.#prepare();
			else break;
			hasWorked = true;
		} while (!isOver());
		return hasWorked;
	}

	/** The cursor is in this document now. It has left the last line of a cell in which it was before. */
	#activate(entry: Entry): void {
		const left = this.#active;
		this.#active = entry;
		if (left === null || left === entry || !left.isPart) return;
		left.cursor = Number.POSITIVE_INFINITY;
		if (left.isChanged) this.#schedule(left);
	}

	get #hasFolders(): boolean {
		return this.#rules?.hasFolders ?? true;
	}

	#judge(entry: Entry): void {
		entry.mayLearn = null;
		if (this.#rules === null) return;
		const { file } = entry;
		const { hasFolders, isUntrusted, exclude } = this.#rules;
		if (file === null || !hasFolders || isUntrusted) {
			const isCovered = entry.isElsewhere || (isUntrusted && file !== null);
			entry.mayLearn = !(isCovered && isExcluded(entry.document.path, exclude));
			this.#schedule(entry);
			return;
		}
		const rules = this.#rules;
		const judged = ({ file: key, reason }: FileJudgement): void => {
			if (rules !== this.#rules || this.#entries.get(entry.id) !== entry) return;
			entry.key = key;
			// The rules do not cover files outside of the folders.
			entry.mayLearn = reason === null || (reason !== undefined && learnable.has(reason));
			if (entry.mayLearn) this.#schedule(entry);
		};
		this.#index.look(file.path).then(judged, (error: unknown) => {
			this.#host.log("warn", `A document cannot be judged: ${messageOf(error)}`);
		});
	}

	#schedule(entry: Entry): void {
		entry.due ??= this.#host.now() + finishedMs + Math.floor(entry.length / unitsPerMs);
		this.#cancelTimer ??= this.#host.after(finishedMs, () => {
			this.#cancelTimer = null;
			this.#host.wake();
		});
	}

	/** The documents in which lines may be finished. */
	#known(): readonly Entry[] {
		return [...this.#closed, ...this.#entries.values()];
	}

	/** Finds the next document in which lines may be finished; false if there is none. */
	#beginToPrepare(): boolean {
		const now = this.#host.now();
		for (const entry of this.#known()) {
			if (entry.due === null || !entry.mayLearn) continue;
			if (entry.due > now) {
				this.#schedule(entry);
				continue;
			}
			// The index learns the file on disk first, and wakes us then.
			if (entry.file !== null && this.#index.isPending(entry.key)) continue;
			entry.due = null;
			this.#preparation = { entry, steps: this.#preparing(entry) };
			return true;
		}
		return false;
	}

	#prepare(): void {
		const preparation = this.#preparation;
		if (preparation === null) return;
		// An error ends it.
		this.#preparation = null;
		const step = preparation.steps.next();
		if (!step.done) this.#preparation = preparation;
		else this.#closed.delete(preparation.entry);
		if (step.done && step.value !== null) this.#tasks.push(step.value);
	}

	/** Finds the finished new lines of a document, in slices: it may be of several MiB, and is looked at after each line. */
	*#preparing(entry: Entry): Generator<undefined, LearningTask | null> {
		const { document, file, key, cursor, isPart } = entry;
		entry.isChanged = false;
		const plain = document.text;
		entry.length = plain.length;
		yield;
		if (plain.includes("\0") || isProgramsWork(plain)) return null;
		yield;
		const masked = yield* maskingDocument(plain, entry);
		const unfinished = yield* unfinishedLine(plain, masked, entry, cursor);
		const above = yield* maskingDocument(document.above, entry);
		const asLearned = isPart ? cellText : (own: string): string => own;
		const text = asLearned(masked);
		const lines = yield* hashingLines(text);
		if (typeof entry.baseline === "string")
			entry.baseline = yield* hashingLines(asLearned(yield* maskingDocument(entry.baseline, entry)));
		const { baseline } = entry;
		const records = this.#records;
		for (;;) {
			const record = records.get(key);
			if (record && record.reason !== null && !learnable.has(record.reason)) return null;
			const known = record?.lines ?? new Uint32Array(0);
			// The record of a file that was read has its lines on disk; what was not read is not to be learned now.
			const isRead = record !== undefined && record.modified !== 0 && (record.reason ?? "duplicate") === "duplicate";
			const isNew = yield* isRead ? markingNew(lines, known) : markingNew(lines, known, baseline);
			// The index may have changed the record meanwhile.
			if (records.get(key) !== record) continue;
			// The hash of the line below includes the unfinished line, so it is not final either.
			const atCursor = isNew.subarray(unfinished, unfinished + 2);
			if (atCursor.includes(1)) entry.isChanged = true;
			atCursor.fill(0);
			if (!isNew.includes(1)) return null;
			const all = withNewLines(known, lines, isNew, !isPart);
			if (record) records.set(key, { ...record, lines: all });
			else records.add(key, all);
			// If the document is saved as a file, the file takes over this record.
			if (file === null) records.orphan(key);
			const passages = isPart
				? passagesBelow(document.path, above, text, isNew)
				: passagesOf(document.path, text, isNew);
			const newLines = lines.filter((_, line) => isNew[line] === 1);
			this.#unsaved = withLearned(this.#unsaved, { key, isFile: file !== null, passages, lines: newLines });
			return new LearningTask(passages);
		}
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
