/**
 * Learns what is typed: each line once it is finished, a moment after the cursor has left it. What a file says on disk
 * is the index's affair; here it is the lines that are not there yet, and documents that are no files.
 */
import { isProgramsWork } from "../../corpus/read.ts";
import { maskSecrets } from "../../corpus/secrets.ts";
import type { LeftOutReason } from "../../domain/corpus.ts";
import type { TextChange } from "../../domain/text.ts";
import type { IdleWork } from "../idleWork.ts";
import { Lesson, type Pupil, passagesOf } from "./lesson.ts";
import { countLines, hashLines, markNew } from "./lineHashes.ts";
import { type LineRecords, withNewLines } from "./lineRecords.ts";
import type { WorkspaceIndex } from "./workspaceIndex.ts";

export interface DocumentText {
	/** Relative to the workspace folder, with "/". */
	readonly path: string;
	readonly text: string;
	line(line: number): string;
}

export interface DocumentFile {
	readonly path: string;
	readonly whole: boolean;
}

export interface LearnerParts {
	readonly records: LineRecords;
	readonly index: Pick<WorkspaceIndex, "look" | "isPending">;
	/** Null while there is no model to be taught. */
	pupil(): Pupil | null;
	learned(characters: number): void;
	wake(): void;
	log(level: "debug" | "warn", message: string): void;
	now(): number;
	after(milliseconds: number, task: () => void): () => void;
}

/** What is learned of documents; see `Workspace`. */
export interface LearnerScope {
	readonly hasFolders: boolean;
	readonly maxFileKiB: number;
}

/** Shorter than it takes to begin the next line, long enough for what is undone at once not to be learned. */
const finishedMs = 250;

/** Files that a person may be typing in, although they are not read from disk. */
const readable: ReadonlySet<LeftOutReason> = new Set(["duplicate", "overTotal", "empty", "vanished"]);

interface Entry {
	readonly id: string;
	readonly document: DocumentText;
	readonly file: DocumentFile | null;
	/** Whether the rules let it be learned from; null while they are asked. */
	mayLearn: boolean | null;
	/** What is not to be learned, as it was there before: text, until it is needed, then the hashes of its lines. */
	baseline: string | Uint32Array;
	/** The line of the cursor, as far as is known. */
	cursor: number | null;
	/** Lines may be unlearned that were being edited when the last were learned. */
	isChanged: boolean;
	/** When to learn, ms; null: there is nothing new. */
	due: number | null;
}

export class DocumentLearner implements IdleWork {
	readonly #parts: LearnerParts;
	readonly #entries = new Map<string, Entry>();
	readonly #lessons: Lesson[] = [];
	#scope: LearnerScope | null = null;
	#cancelTimer: (() => void) | null = null;

	constructor(parts: LearnerParts) {
		this.#parts = parts;
	}

	/** Nothing is waiting to be learned now. */
	get isResting(): boolean {
		return this.#lessons.length === 0;
	}

	/** From now on these rules hold; the documents that are open are judged again. Null: nothing is learned. */
	begin(scope: LearnerScope | null): void {
		this.#scope = scope;
		for (const entry of this.#entries.values()) this.#judge(entry);
	}

	/** Nothing that stands in the open documents now is to be learned. */
	forget(): void {
		this.#lessons.length = 0;
		for (const entry of this.#entries.values()) entry.baseline = entry.document.text;
	}

	open(id: string, document: DocumentText, file: DocumentFile | null): void {
		const isOwn = file === null || !this.#hasFolders;
		const entry: Entry = {
			id,
			document,
			file,
			mayLearn: null,
			baseline: isOwn ? "" : document.text,
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

	/** The cursor is seen in this line. */
	cursorAt(id: string, line: number): void {
		const entry = this.#entries.get(id);
		if (entry === undefined || entry.cursor === line) return;
		entry.cursor = line;
		if (entry.isChanged) this.#schedule(entry);
	}

	close(id: string): void {
		this.#entries.delete(id);
	}

	work(isOver: () => boolean): boolean {
		const pupil = this.#parts.pupil();
		if (pupil === null) return false;
		let hasWorked = false;
		do {
			if (this.#lessons[0] === undefined && !this.#prepare()) break;
			hasWorked = true;
			this.#learn(pupil);
		} while (!isOver());
		return hasWorked;
	}

	get #hasFolders(): boolean {
		return this.#scope?.hasFolders ?? true;
	}

	#judge(entry: Entry): void {
		entry.mayLearn = null;
		if (this.#scope === null) return;
		const { file } = entry;
		if (file === null || !this.#scope.hasFolders) {
			entry.mayLearn = true;
			this.#schedule(entry);
			return;
		}
		const scope = this.#scope;
		const judged = (reason: LeftOutReason | null | undefined): void => {
			if (scope !== this.#scope || this.#entries.get(entry.id) !== entry) return;
			// Undefined: it lies outside of the folders, whose rules say nothing of it.
			entry.mayLearn = reason === null || (reason !== undefined && readable.has(reason));
			if (entry.mayLearn) this.#schedule(entry);
		};
		this.#parts.index.look(file.path).then(judged, (error: unknown) => {
			this.#parts.log("warn", `A document cannot be judged: ${error instanceof Error ? error.message : error}`);
		});
	}

	#schedule(entry: Entry): void {
		entry.due ??= this.#parts.now() + finishedMs;
		this.#cancelTimer ??= this.#parts.after(finishedMs, () => {
			this.#cancelTimer = null;
			this.#parts.wake();
		});
	}

	/** Finds the next document with finished lines; false if there is none. */
	#prepare(): boolean {
		const now = this.#parts.now();
		for (const entry of this.#entries.values()) {
			if (entry.due === null || !entry.mayLearn) continue;
			if (entry.due > now) {
				this.#schedule(entry);
				continue;
			}
			// What the file itself says is learned first; the index wakes us.
			if (entry.file?.whole && this.#parts.index.isPending(entry.file.path)) continue;
			entry.due = null;
			const lesson = this.#lessonOf(entry);
			if (lesson === null) continue;
			this.#lessons.push(lesson);
			return true;
		}
		return false;
	}

	#lessonOf(entry: Entry): Lesson | null {
		const { document, file, id } = entry;
		const { text: plain } = document;
		if (plain.length > (this.#scope?.maxFileKiB ?? 0) * 1024 || isProgramsWork(plain)) return null;
		const { text } = maskSecrets(plain);
		const lines = hashLines(text);
		const { records } = this.#parts;
		const key = file?.whole ? file.path : id;
		const record = records.get(key);
		if (record && record.reason !== null && !readable.has(record.reason)) return null;
		const known = record?.lines ?? new Uint32Array(0);
		// What was read from disk is in the record.
		const isRead = record !== undefined && record.modified !== 0;
		const isNew = isRead ? markNew(lines, known) : markNew(lines, known, this.#baselineOf(entry));
		entry.isChanged = this.#unmarkUnfinished(entry, plain, text, isNew);
		if (!isNew.includes(1)) return null;
		const all = withNewLines(known, lines, isNew);
		if (record) records.set(key, { ...record, lines: all });
		else records.add(key, all);
		// Its lines may be found again in a file.
		if (file === null) records.orphan(key);
		return new Lesson(passagesOf(document.path, text, isNew));
	}

	#baselineOf(entry: Entry): Uint32Array {
		if (typeof entry.baseline === "string") entry.baseline = hashLines(maskSecrets(entry.baseline).text);
		return entry.baseline;
	}

	/**
	 * The line of the cursor is not finished, and with it the one below it is not known yet, as lines are known by what
	 * stands above them. Returns whether one of them is new.
	 */
	#unmarkUnfinished({ cursor, document }: Entry, plain: string, text: string, isNew: Uint8Array): boolean {
		// As long as it was not seen, it may be at the end. A masked key may have had several lines.
		const isShifted = text !== plain && countLines(text) !== countLines(plain);
		const line =
			cursor === null ? isNew.length - Number(!text.endsWith("\n")) : isShifted ? maskedLine(document, cursor) : cursor;
		const unfinished = isNew.subarray(line, line + 2);
		const isChanged = unfinished.includes(1);
		unfinished.fill(0);
		return isChanged;
	}

	#learn(pupil: Pupil): void {
		const [lesson] = this.#lessons;
		if (lesson === undefined) return;
		const before = lesson.characters;
		try {
			lesson.step(pupil);
		} catch (error) {
			this.#parts.log("warn", `Lines cannot be learned: ${error instanceof Error ? error.message : error}`);
			this.#lessons.shift();
			return;
		}
		if (lesson.characters > before) this.#parts.learned(lesson.characters - before);
		if (lesson.isOver) this.#lessons.shift();
	}
}

function countLineEnds(text: string): number {
	return text.match(/\r\n?|\n/g)?.length ?? 0;
}

/** Where the line of a document is once what stands above it is masked. */
function maskedLine(document: DocumentText, line: number): number {
	const above = Array.from({ length: line }, (_, number) => `${document.line(number)}\n`).join("");
	return countLines(maskSecrets(above).text);
}
