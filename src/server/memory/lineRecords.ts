/** Which lines were learned, by what they stand in. So no line is learned twice because it was read twice. */
import type { LeftOutReason } from "../../domain/corpus.ts";

export interface LineRecord {
	/** Of the file as it was last read, milliseconds since 1970; 0 if it has not been read, or is none. */
	readonly modified: number;
	readonly size: number;
	/** Of the text as it was last read; "" if there is none. */
	readonly digest: string;
	/** Of the text, in UTF-8. */
	readonly bytes: number;
	/** Why nothing was learned of the file as it is. */
	readonly reason: LeftOutReason | null;
	/** Hashes of all lines learned so far, those that are gone included: they may come back. */
	readonly lines: Uint32Array;
}

/** What stands in the records of a text that has not been read from disk. */
const unread = { modified: 0, size: 0, digest: "", bytes: 0, reason: null };

/** Lines that are gone are remembered, up to this many times the lines that are there. */
const mostLines = 4;
const fewLines = 1024;

/** Texts that are gone whose lines are compared with those of a new one: enough for a folder that was renamed. */
const mostOrphans = 256;

export class LineRecords {
	/** By absolute path, or by the identifier of a document that is no file; the least recently changed first. */
	readonly #records = new Map<string, LineRecord>();
	readonly #byDigest = new Map<string, string>();
	/** Those of texts that are gone: one of the same lines is the same text under another name. */
	readonly #orphans = new Set<string>();
	#bytes = 0;
	#files = 0;
	#version = 0;

	/** Changes with the records. */
	get version(): number {
		return this.#version;
	}

	/** Of all files learned from. */
	get bytes(): number {
		return this.#bytes;
	}

	/** Learned from. */
	get files(): number {
		return this.#files;
	}

	get(key: string): LineRecord | undefined {
		return this.#records.get(key);
	}

	entries(): IterableIterator<[key: string, record: LineRecord]> {
		return this.#records.entries();
	}

	/** Whether the file has not changed since it was read. */
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
		this.#count(record, 1);
		if (record.digest !== "" && !this.#byDigest.has(record.digest)) this.#byDigest.set(record.digest, key);
	}

	delete(key: string): void {
		const record = this.#records.get(key);
		if (record === undefined) return;
		this.#records.delete(key);
		this.#version++;
		this.#orphans.delete(key);
		this.#count(record, -1);
		if (this.#byDigest.get(record.digest) === key) this.#byDigest.delete(record.digest);
	}

	/** Notes lines learned from a document, which may be a file that was not read yet. */
	add(key: string, lines: Uint32Array): void {
		const before = this.#records.get(key) ?? { ...unread, lines: none };
		this.set(key, { ...before, lines: joined(before.lines, lines) });
	}

	clear(): void {
		this.#records.clear();
		this.#version++;
		this.#byDigest.clear();
		this.#orphans.clear();
		this.#bytes = 0;
		this.#files = 0;
	}

	/** The text is gone, but may come back, or be found under another name. */
	orphan(key: string): void {
		if (!this.#records.has(key)) return;
		this.#orphans.delete(key);
		this.#orphans.add(key);
		for (const oldest of this.#orphans) {
			if (this.#orphans.size <= mostOrphans) break;
			this.#orphans.delete(oldest);
			this.delete(oldest);
		}
	}

	/**
	 * If most of the lines of a new text were learned from one that is gone, it takes that one's record; otherwise
	 * nothing happens.
	 */
	adopt(key: string, lines: Uint32Array): void {
		if (this.#orphans.size === 0 || this.#records.has(key)) return;
		const wanted = new Set(lines);
		let best: { orphan: string; record: LineRecord; shared: number } | undefined;
		for (const orphan of this.#orphans) {
			const record = this.#records.get(orphan);
			if (record === undefined) continue;
			let shared = 0;
			for (const line of new Set(record.lines)) if (wanted.has(line)) shared++;
			if (shared > (best?.shared ?? wanted.size / 2)) best = { orphan, record, shared };
		}
		if (best === undefined) return;
		this.delete(best.orphan);
		this.set(key, { ...unread, lines: best.record.lines });
	}

	#count({ bytes, modified, reason }: LineRecord, sign: 1 | -1): void {
		if (modified === 0 || reason !== null) return;
		this.#bytes += sign * bytes;
		this.#files += sign;
	}
}

const none = new Uint32Array(0);

function joined(one: Uint32Array, other: Uint32Array): Uint32Array {
	const both = new Uint32Array(one.length + other.length);
	both.set(one);
	both.set(other, one.length);
	return both;
}

/** The lines learned from a text, now that it has `lines`, of which those marked new are being learned. */
export function withNewLines(before: Uint32Array, lines: Uint32Array, isNew: Uint8Array): Uint32Array {
	const all = joined(
		before,
		lines.filter((_, line) => isNew[line] === 1),
	);
	return all.length > mostLines * lines.length + fewLines ? lines : all;
}
