/** Which bytes are trained on next: segments from all over the text, each read in order by one stream. */
import type { Segment } from "../engines/engine.ts";
import type { EncodedDocument } from "../model/document.ts";

/** Numbers in [0, 1), reproducible and restorable (Mulberry32). */
export class RandomSource {
	state: number;

	constructor(seed: number) {
		this.state = seed >>> 0;
	}

	next(): number {
		this.state = (this.state + 0x6d2b79f5) >>> 0;
		let t = this.state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	}

	below(limit: number): number {
		return Math.floor(this.next() * limit);
	}
}

/** Where the order of pieces stands, for a checkpoint. Streams are not in it: they take new pieces after a restart. */
export interface SamplerPosition {
	readonly random: number;
	readonly epoch: number;
	readonly offset: number;
	readonly next: number;
}

/** What a stream reads before it goes on elsewhere. */
export interface Piece {
	/** A document's header unless the segment begins with it, then the segment. */
	readonly bytes: Uint8Array;
	/** 1 for a byte that is learned, 0 for one that is only read. */
	readonly learn: Uint8Array;
}

export interface PieceSource {
	next(): Piece;
}

/** Documents one after the other. */
export interface Documents {
	readonly bytes: Uint8Array;
	/** Where each begins in the bytes, ascending. */
	readonly starts: ArrayLike<number>;
	/** Length of the header of each. */
	readonly skips: ArrayLike<number>;
}

export function concatenate(documents: readonly EncodedDocument[]): Documents {
	const bytes = new Uint8Array(documents.reduce((sum, document) => sum + document.bytes.length, 0));
	const starts: number[] = [];
	let at = 0;
	for (const document of documents) {
		starts.push(at);
		bytes.set(document.bytes, at);
		at += document.bytes.length;
	}
	return { bytes, starts, skips: documents.map(({ skip }) => skip) };
}

/**
 * Cuts the documents into segments at a new offset in each epoch, and deals them out in random order. A segment from the
 * middle of a document is preceded by the document's header, as the model meets it when it completes.
 */
export class Pieces implements PieceSource {
	readonly #documents: Documents;
	readonly #segmentBytes: number;
	readonly #random: RandomSource;
	#epoch = -1;
	/** The state of the random source from which the present order was drawn. */
	#orderSeed = 0;
	#offset = 0;
	#order = new Uint32Array(0);
	#next = 0;

	constructor(documents: Documents, segmentBytes: number, seed: number, position?: SamplerPosition) {
		this.#documents = documents;
		this.#segmentBytes = segmentBytes;
		this.#random = new RandomSource(position?.random ?? seed);
		if (position !== undefined) this.#epoch = position.epoch - 1;
		this.#shuffle(position?.offset);
		this.#next = position?.next ?? 0;
	}

	/** Passes over the text, as a fraction. */
	get epochs(): number {
		return this.#epoch + this.#next / this.#order.length;
	}

	get position(): SamplerPosition {
		return { random: this.#orderSeed, epoch: this.#epoch, offset: this.#offset, next: this.#next };
	}

	next(): Piece {
		if (this.#next >= this.#order.length) this.#shuffle();
		const { bytes, starts, skips } = this.#documents;
		const start = (this.#order[this.#next++] as number) * this.#segmentBytes - this.#offset;
		const from = Math.max(0, start);
		// One byte more than is read: the last target.
		const segment = bytes.subarray(from, start + this.#segmentBytes + 1);
		const document = this.#documentAt(from);
		const [first, skip] = [starts[document] as number, skips[document] as number];
		const header = bytes.subarray(first, first + (from === first ? 0 : skip));
		const piece = { bytes: new Uint8Array(header.length + segment.length), learn: new Uint8Array(0) };
		piece.bytes.set(header);
		piece.bytes.set(segment, header.length);
		piece.learn = new Uint8Array(piece.bytes.length).fill(1);
		// The segment does not continue the header.
		if (header.length > 0) piece.learn.fill(0, 0, header.length + 1);
		for (let d = document; d < starts.length; d++) {
			const at = (starts[d] as number) - from;
			if (at >= segment.length) break;
			piece.learn.fill(0, Math.max(0, at) + header.length, Math.max(0, at + (skips[d] as number)) + header.length);
		}
		return piece;
	}

	#shuffle(offset?: number): void {
		this.#epoch++;
		this.#orderSeed = this.#random.state;
		const drawn = this.#random.below(this.#segmentBytes);
		this.#offset = offset ?? drawn;
		const { length } = this.#documents.bytes;
		const count = Math.max(1, Math.ceil((length - 1 + this.#offset) / this.#segmentBytes));
		const order = Uint32Array.from({ length: count }, (_, index) => index);
		for (let i = count - 1; i > 0; i--) {
			const j = this.#random.below(i + 1);
			[order[i], order[j]] = [order[j] as number, order[i] as number];
		}
		this.#order = order;
		this.#next = 0;
	}

	/** Index of the document that holds the byte at `position`. */
	#documentAt(position: number): number {
		const { starts } = this.#documents;
		let low = 0;
		let high = starts.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if ((starts[middle] as number) <= position) low = middle;
			else high = middle - 1;
		}
		return low;
	}
}

/** Reads pieces side by side, a new one in each stream when its last is used up. */
export class Streams {
	readonly #source: PieceSource;
	readonly #unroll: number;
	readonly #streams: { piece: Piece; at: number }[];

	constructor(source: PieceSource, { batch, unroll }: { readonly batch: number; readonly unroll: number }) {
		this.#source = source;
		this.#unroll = unroll;
		this.#streams = Array.from({ length: batch }, () => ({ piece: nothing, at: 0 }));
	}

	/** Every stream begins a new piece. */
	restart(): void {
		for (const stream of this.#streams) stream.piece = nothing;
	}

	/** The next `unroll` steps of every stream, and how many bytes they newly teach. */
	segment(): Segment & { readonly learned: number } {
		const unroll = this.#unroll;
		const batch = this.#streams.length;
		const inputs = new Uint8Array(unroll * batch);
		const targets = new Uint8Array(unroll * batch);
		const mask = new Uint8Array(unroll * batch);
		const reset = new Uint8Array(batch);
		let learned = 0;
		for (const [b, stream] of this.#streams.entries()) {
			if (stream.at >= stream.piece.bytes.length - 1) {
				stream.piece = this.#source.next();
				stream.at = 0;
				reset[b] = 1;
			}
			const { bytes, learn } = stream.piece;
			const steps = Math.min(unroll, bytes.length - 1 - stream.at);
			for (let t = 0; t < steps; t++, stream.at++) {
				const i = t * batch + b;
				inputs[i] = bytes[stream.at] as number;
				targets[i] = bytes[stream.at + 1] as number;
				mask[i] = learn[stream.at + 1] as number;
				learned += mask[i] as number;
			}
		}
		return { inputs, targets, mask, reset, learned };
	}
}

const nothing: Piece = { bytes: new Uint8Array(0), learn: new Uint8Array(0) };

/** Pieces of a few documents, read by streams. */
export class Sampler {
	readonly #pieces: Pieces;
	readonly #streams: Streams;

	constructor(
		documents: readonly EncodedDocument[],
		options: { readonly batch: number; readonly unroll: number; readonly segmentBytes: number },
		seed: number,
		position?: SamplerPosition,
	) {
		this.#pieces = new Pieces(concatenate(documents), options.segmentBytes, seed, position);
		this.#streams = new Streams(this.#pieces, options);
	}

	/** Passes over the text, as a fraction. */
	get epochs(): number {
		return this.#pieces.epochs;
	}

	get position(): SamplerPosition {
		return this.#pieces.position;
	}

	/** The next `unroll` steps of every stream, and how many bytes they newly teach. */
	segment(): Segment & { readonly learned: number } {
		return this.#streams.segment();
	}
}
