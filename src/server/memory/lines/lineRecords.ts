/** Records which lines of which file or document were learned, so that reading a text twice teaches it once. */
import { inSlices } from "../../../corpus/concurrency.ts";
import type { LeftOutReason } from "../../../domain/corpus.ts";
import { AgeOrder } from "./ageOrder.ts";

export interface LineRecord {
	/** Last edit of the file as it was last read, milliseconds since 1970; 0 if it was never read from disk. */
	readonly modified: number;
	readonly size: number;
	/** Digest of the text as it was last read; "" if there is none. */
	readonly digest: string;
	/** Of the text, in UTF-8. */
	readonly bytes: number;
	/** Why the file as it is now is not learned from; null if it is. */
	readonly reason: LeftOutReason | null;
	/** Hashes of all lines learned so far. Lines that are gone stay in it, as they may come back. */
	readonly lines: Uint32Array;
	/** The file is no longer there, or the record never belonged to a file. */
	readonly isGone?: true;
}

/** The fields of a record whose text was not read from disk. */
const unread = { modified: 0, size: 0, digest: "", bytes: 0, reason: null };

/** A record keeps up to this many times as many lines as its text has now. */
const mostLines = 4;
const fewLines = 1024;

/**
 * A new text is compared with at most this many texts that are gone: those of its file name, and the latest. A text that
 * has not changed at all is found by its digest, among any number.
 */
const mostCompared = 256;

/** Bytes of a line of which only the hash is known, on average and with its end. */
const typedLineBytes = 40;

/** Lines of texts that are gone: 8 MiB of hashes, for some 64 MiB of text. */
const mostGoneLines = 2 ** 21;

export class LineRecords {
	/** By absolute path, or by the identifier of a document that is not a file. */
	readonly #records = new Map<string, LineRecord>();
	readonly #byDigest = new Map<string, string>();
	/** Files that are left out as copies of others. */
	readonly #duplicates = new Set<string>();
	readonly #mostGoneLines: number;
	/** Keys of the texts that are gone, the latest last. A new text of the same lines is one of these under another name. */
	readonly #gone = new Set<string>();
	/** The same by file name. */
	readonly #goneByName = new Map<string, Set<string>>();
	#goneLines = 0;
	/** The learned files by their last edit; null until that is asked for. */
	#byAge: AgeOrder | null = null;
	#bytes = 0;
	#files = 0;
	#typedLines = 0;
	#version = 0;

	/** @param mostGone lines kept of texts that are gone */
	constructor(mostGone = mostGoneLines) {
		this.#mostGoneLines = mostGone;
	}

	/** Changes with every change of the records. */
	get version(): number {
		return this.#version;
	}

	/** Bytes of text in all files that are learned from and are there. */
	get bytes(): number {
		return this.#bytes;
	}

	/** Bytes of all text that was learned and is there, about: files with the marks of their ends, and what was typed elsewhere. */
	get presentBytes(): number {
		return this.#bytes + this.#files + this.#typedLines * typedLineBytes;
	}

	/** Number of files that are learned from and are there. */
	get files(): number {
		return this.#files;
	}

	get(key: string): LineRecord | undefined {
		return this.#records.get(key);
	}

	entries(): IterableIterator<[key: string, record: LineRecord]> {
		return this.#records.entries();
	}

	/** The files that are learned from and are there, the oldest edited first. */
	learnedFiles(): readonly (readonly [file: string, record: LineRecord])[] {
		return this.#ages.keys.map((key) => [key, this.#records.get(key) as LineRecord] as const);
	}

	get #ages(): AgeOrder {
		this.#byAge ??= new AgeOrder(
			[...this.#records].filter(([, record]) => isLearned(record)).map(([key, { modified }]) => ({ key, modified })),
		);
		return this.#byAge;
	}

	/** Whether the file was read and has not changed since. */
	isRead(file: string, modified: number, size: number): boolean {
		const record = this.#records.get(file);
		return record !== undefined && record.modified === modified && record.size === size && modified !== 0;
	}

	/** The key of another text with this digest. */
	twinOf(key: string, digest: string): string | undefined {
		const twin = this.#byDigest.get(digest);
		return twin === key ? undefined : twin;
	}

	set(key: string, record: LineRecord): void {
		this.delete(key);
		this.#records.set(key, record);
		this.#version++;
		this.#count(key, record, 1);
		if (record.isGone) this.#noteGone(key, record);
		if (record.reason === "duplicate") this.#duplicates.add(key);
		else if (record.digest !== "" && !this.#byDigest.has(record.digest)) this.#byDigest.set(record.digest, key);
	}

	delete(key: string): void {
		const record = this.#records.get(key);
		if (record === undefined) return;
		this.#records.delete(key);
		this.#version++;
		if (record.isGone) this.#dropGone(key, record);
		this.#duplicates.delete(key);
		this.#count(key, record, -1);
		if (this.#byDigest.get(record.digest) === key) this.#byDigest.delete(record.digest);
	}

	/** Notes lines learned from a document, which may be a file that was not read yet. */
	add(key: string, lines: Uint32Array): void {
		const before = this.#records.get(key) ?? { ...unread, lines: none };
		this.set(key, { ...before, lines: joined(before.lines, lines) });
	}

	/** Takes over other records, in slices. */
	async replace(records: readonly (readonly [key: string, record: LineRecord])[]): Promise<void> {
		this.clear();
		for await (const slice of inSlices(records)) for (const [key, record] of slice) this.set(key, record);
	}

	clear(): void {
		this.#records.clear();
		this.#version++;
		this.#byDigest.clear();
		this.#duplicates.clear();
		this.#gone.clear();
		this.#goneByName.clear();
		this.#goneLines = 0;
		this.#byAge = null;
		this.#bytes = 0;
		this.#files = 0;
		this.#typedLines = 0;
	}

	/**
	 * The text is gone, but may come back or turn up under another name. It counts no more; a copy that was left out
	 * because of it counts instead.
	 */
	orphan(key: string): void {
		const record = this.#records.get(key);
		if (record === undefined) return;
		if (record.isGone) {
			this.#gone.delete(key);
			this.#gone.add(key);
			return;
		}
		this.set(key, { ...record, isGone: true });
		this.#promoteCopyOf(key, record.digest);
		for (const oldest of this.#gone) {
			if (this.#goneLines <= this.#mostGoneLines) break;
			this.delete(oldest);
		}
	}

	/** The file is there, perhaps again. */
	revive(key: string): void {
		const record = this.#records.get(key);
		if (!record?.isGone) return;
		const { isGone: _, ...present } = record;
		this.set(key, present);
	}

	/**
	 * If most of the lines of a new text were learned from one that is gone, the new text takes over its record; otherwise
	 * nothing happens.
	 */
	adopt(key: string, lines: Uint32Array, digest = ""): void {
		if (this.#gone.size === 0 || this.#records.has(key)) return;
		const twin = digest === "" ? undefined : this.#byDigest.get(digest);
		const gone = twin !== undefined && this.#gone.has(twin) ? twin : this.#mostLike(key, lines);
		const record = gone === undefined ? undefined : this.#records.get(gone);
		if (gone === undefined || record === undefined) return;
		this.delete(gone);
		this.set(key, { ...unread, lines: record.lines });
	}

	/** The key of the text that is gone and shares most lines with these, and more than half of them. */
	#mostLike(key: string, lines: Uint32Array): string | undefined {
		const wanted = new Set(lines);
		let most = wanted.size / 2;
		let best: string | undefined;
		for (const gone of this.#compared(key)) {
			const known = this.#records.get(gone)?.lines ?? none;
			if (known.length <= most) continue;
			let shared = 0;
			for (const line of new Set(known)) if (wanted.has(line)) shared++;
			if (shared > most) [best, most] = [gone, shared];
		}
		return best;
	}

	/** The texts that are gone with which a new text is compared, the likeliest first. */
	#compared(key: string): Set<string> {
		const named = [...(this.#goneByName.get(nameOf(key)) ?? [])].slice(-mostCompared);
		const latest = [...this.#gone].slice(named.length - mostCompared);
		return new Set([...named, ...(named.length === mostCompared ? [] : latest)]);
	}

	#noteGone(key: string, { lines }: LineRecord): void {
		this.#gone.add(key);
		this.#goneLines += lines.length;
		const name = nameOf(key);
		this.#goneByName.set(name, (this.#goneByName.get(name) ?? new Set()).add(key));
	}

	#dropGone(key: string, { lines }: LineRecord): void {
		this.#gone.delete(key);
		this.#goneLines -= lines.length;
		const name = nameOf(key);
		const others = this.#goneByName.get(name);
		others?.delete(key);
		if (others?.size === 0) this.#goneByName.delete(name);
	}

	/**
	 * Whether a text of `bytes`, last edited at `modified`, has a place among at most `limit` bytes: what was edited before
	 * it gives way.
	 */
	hasRoom(key: string, modified: number, bytes: number, limit: number): boolean {
		let missing = this.#bytes - this.#countedBytes(key) + bytes - limit;
		if (missing <= 0) return true;
		for (const older of this.#ages) {
			const record = this.#records.get(older) as LineRecord;
			if (missing <= 0 || record.modified >= modified) break;
			if (older !== key) missing -= record.bytes;
		}
		return missing <= 0;
	}

	/** Leaves out the files edited longest ago until there is room; see `hasRoom`. */
	makeRoom(key: string, modified: number, bytes: number, limit: number): void {
		let missing = this.#bytes - this.#countedBytes(key) + bytes - limit;
		if (missing <= 0) return;
		const leaving: string[] = [];
		for (const older of this.#ages) {
			const record = this.#records.get(older) as LineRecord;
			if (missing <= 0 || record.modified >= modified) break;
			if (older === key) continue;
			missing -= record.bytes;
			leaving.push(older);
		}
		for (const older of leaving) this.set(older, { ...(this.#records.get(older) as LineRecord), reason: "overTotal" });
	}

	#countedBytes(key: string): number {
		const record = this.#records.get(key);
		return record !== undefined && isLearned(record) ? record.bytes : 0;
	}

	#promoteCopyOf(key: string, digest: string): void {
		if (digest === "" || this.#byDigest.get(digest) !== key) return;
		this.#byDigest.delete(digest);
		for (const copy of this.#duplicates) {
			const record = this.#records.get(copy);
			if (record?.digest !== digest || record.isGone) continue;
			this.set(copy, { ...record, reason: null });
			return;
		}
		this.#byDigest.set(digest, key);
	}

	#count(key: string, record: LineRecord, sign: 1 | -1): void {
		if (isTyped(record)) this.#typedLines += sign * record.lines.length;
		if (!isLearned(record)) return;
		const { modified } = record;
		if (sign > 0) this.#byAge?.add({ key, modified });
		else this.#byAge?.delete({ key, modified });
		this.#bytes += sign * record.bytes;
		this.#files += sign;
	}
}

/** Whether the record is of a file that is there and is learned from. */
function isLearned({ modified, reason, isGone }: LineRecord): boolean {
	return modified !== 0 && reason === null && !isGone;
}

/** Whether lines were learned as they were typed, of a text that is not read from disk. */
function isTyped({ modified, reason }: LineRecord): boolean {
	return modified === 0 || (reason !== null && reason !== "duplicate" && reason !== "overTotal");
}

function nameOf(key: string): string {
	return key.slice(Math.max(key.lastIndexOf("/"), key.lastIndexOf("\\")) + 1);
}

const none = new Uint32Array(0);

function joined(one: Uint32Array, other: Uint32Array): Uint32Array {
	const both = new Uint32Array(one.length + other.length);
	both.set(one);
	both.set(other, one.length);
	return both;
}

/**
 * The lines learned from a text that now has `lines`, of which those marked new are about to be learned.
 *
 * @param isWhole whether these are all lines of the text; else they are those of a part of it
 */
export function withNewLines(before: Uint32Array, lines: Uint32Array, isNew: Uint8Array, isWhole = true): Uint32Array {
	const all = joined(
		before,
		lines.filter((_, line) => isNew[line] === 1),
	);
	return isWhole && all.length > mostLines * lines.length + fewLines ? lines : all;
}
