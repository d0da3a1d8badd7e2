/**
 * The model's contexts in one document: at line starts, and inside the line of the cursor. What is known is kept as long
 * as the text before it stays the same, so a typed character costs one step and a deleted one none; where nothing near is
 * known, a window of text before the cursor is read instead of the whole document.
 */
import { Buffer } from "node:buffer";
import { Trie, type TrieNode } from "../../completion/trie.ts";
import type { Position } from "../../domain/text.ts";
import { documentHeader } from "../../model/document.ts";
import type { Context, LanguageModel } from "../../model/languageModel.ts";
import type { TextDocument } from "./textDocument.ts";

/** The context at the start of a line. */
interface LineStart {
	readonly context: Context;
	/** Bytes of text read before it; Infinity if that is all there is. */
	readonly depth: number;
	/** How often the model had learned when it was read. */
	readonly lessons: number;
}

interface CurrentLine {
	readonly line: number;
	/** Bytes of the line that lie before the trie's root; more than none in a line longer than the window. */
	readonly offset: number;
	readonly trie: Trie;
}

/** At 2–6 KiB a context, about 2 MiB a document; half of them are dropped when there are more. */
const maxLineStarts = 512;
/** At 2–6 KiB a context, some 8 MiB a document; one search adds six hundred nodes at most. */
const maxTrieNodes = 2048;

export class ContextCache {
	readonly #model: LanguageModel;
	readonly #document: TextDocument;
	readonly #window: number;
	/** By line. */
	readonly #lineStarts = new Map<number, LineStart>();
	#current: CurrentLine | null = null;
	#lessons = 0;
	#bytesRead = 0;

	/** `window`: most bytes that are read for one request. */
	constructor(model: LanguageModel, document: TextDocument, window: number) {
		this.#model = counted(model, (bytes) => {
			this.#bytesRead += bytes;
		});
		this.#document = document;
		this.#window = window;
	}

	/** Bytes that the model was asked to read up to now, those of searches in its tries included. */
	get bytesRead(): number {
		return this.#bytesRead;
	}

	/** To be told of every change: text has changed from `line` on; it is below 0 in the text above the document. */
	invalidate(line: number): void {
		for (const known of this.#lineStarts.keys()) if (known > line) this.#lineStarts.delete(known);
		if (this.#current !== null && this.#current.line > line) this.#current = null;
	}

	/** To be told when the model has learned: contexts remain, but what was predicted in them is out of date. */
	learned(): void {
		this.#lessons++;
		this.#current = null;
	}

	/** The node that has read all text before `position` (as much of it as the window holds), in its trie. */
	at({ line, character }: Position): { readonly trie: Trie; readonly node: TrieNode } {
		const before = Buffer.from(this.#document.line(line).slice(0, character));
		const offset = this.#offset(before);
		if (this.#current?.line !== line || this.#current.offset !== offset) {
			const start = offset === 0 ? this.#lineStart(line) : this.#header();
			this.#current = { line, offset, trie: new Trie(this.#model, start) };
		}
		const { trie } = this.#current;
		const node = trie.walk(trie.root, before.subarray(offset));
		if (trie.size > maxTrieNodes) trie.prune(node);
		return { trie, node };
	}

	/** Where to begin in a long line: moves on by half a window at a time, so that it mostly stays where it is. */
	#offset(before: Uint8Array): number {
		if (before.length <= this.#window) return 0;
		const half = Math.floor(this.#window / 2);
		return characterStart(before, (Math.floor(before.length / half) - 1) * half);
	}

	#header(): Context {
		return this.#model.read(this.#model.start(), documentHeader(this.#document.path));
	}

	/**
	 * The context at the start of `line`, or its node in the trie of a line above that was searched as far as here; the
	 * contexts at the lines read on the way are kept.
	 */
	#lineStart(line: number): Context | TrieNode {
		let { first, start } = this.#nearest(line);
		this.#lineStarts.set(first, start);
		const searched = this.#current?.line === first && this.#current.offset === 0 ? this.#current.trie : null;
		let node = searched?.root ?? null;
		for (; first < line; first++) {
			const bytes = this.#lineBytes(first);
			// An accepted suggestion was searched before: its contexts are known.
			node = searched && node?.children ? searched.walk(node, bytes) : null;
			const context = searched && node ? searched.contextAt(node) : this.#model.read(start.context, bytes);
			start = { context, depth: start.depth + bytes.length, lessons: this.#lessons };
			this.#lineStarts.set(first + 1, start);
		}
		this.#dropFarFrom(line);
		return node ?? start.context;
	}

	/** Where to start reading for `line`: a known line start with enough text behind it, the top, or a fresh window. */
	#nearest(line: number): { first: number; start: LineStart } {
		const enough = this.#window / 2;
		let distance = 0;
		const { top } = this.#document;
		for (let first = line; first > top; first--) {
			const start = this.#lineStarts.get(first);
			// What is predicted at the start of this very line must be up to date.
			const isUsable = first < line || start?.lessons === this.#lessons;
			if (start !== undefined && isUsable && start.depth + distance >= enough) return { first, start };
			const bytes = this.#lineBytes(first - 1);
			if (distance + bytes.length > this.#window) {
				const tail = bytes.subarray(characterStart(bytes, bytes.length - (this.#window - distance)));
				const context = this.#model.read(this.#header(), tail);
				return { first, start: { context, depth: tail.length, lessons: this.#lessons } };
			}
			distance += bytes.length;
		}
		const known = this.#lineStarts.get(top);
		if (known !== undefined && (line > top || known.lessons === this.#lessons)) return { first: top, start: known };
		return { first: top, start: { context: this.#header(), depth: Infinity, lessons: this.#lessons } };
	}

	#dropFarFrom(line: number): void {
		if (this.#lineStarts.size <= maxLineStarts) return;
		const byDistance = [...this.#lineStarts.keys()].sort((a, b) => Math.abs(a - line) - Math.abs(b - line));
		for (const far of byDistance.slice(maxLineStarts / 2)) this.#lineStarts.delete(far);
	}

	#lineBytes(line: number): Uint8Array {
		return Buffer.from(`${this.#document.line(line)}\n`);
	}
}

/** The same model; `read` is told of the bytes that it reads. */
function counted(model: LanguageModel, read: (bytes: number) => void): LanguageModel {
	return {
		start: () => model.start(),
		advance: (contexts, bytes) => {
			read(bytes.length);
			return model.advance(contexts, bytes);
		},
		read: (context, bytes) => {
			read(bytes.length);
			return model.read(context, bytes);
		},
	};
}

/** The first border of a character in `utf8` from `offset` on. */
function characterStart(utf8: Uint8Array, offset: number): number {
	let start = offset;
	while (start < utf8.length && ((utf8[start] as number) & 0xc0) === 0x80) start++;
	return start;
}
