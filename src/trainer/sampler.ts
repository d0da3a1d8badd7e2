/** Which bytes are trained on next: segments from all over the text, each read in order by one stream. */
import type { Segment, Symbols } from "../engines/engine.ts";
import { symbolsLike } from "../engines/symbols.ts";
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

/** Numbers of advice for a byte: one a bit. */
const ADVICE = 8;

/** −ln p of a bit, by 128 plus the log-odds in tenths of a nat that it was given. */
const natsOf = Float64Array.from({ length: 256 }, (_, index) => Math.log1p(Math.exp((128 - index) / 10)));

/** Where the order of pieces stands, for a checkpoint. Streams are not in it: they take new pieces after a restart. */
export interface SamplerPosition {
	readonly random: number;
	readonly epoch: number;
	readonly offset: number;
	readonly next: number;
}

/** What a stream reads before it goes on elsewhere. */
export interface Piece<S extends Symbols = Uint8Array> {
	/** A document's header unless the segment begins with it, then the segment. */
	readonly bytes: S;
	/** 1 for a byte that is learned, 0 for one that is only read. */
	readonly learn: Uint8Array;
	/** What another model says of the bytes, if it is asked: see `Segment`. */
	readonly advice?: Int8Array;
}

export interface PieceSource<S extends Symbols = Uint8Array> {
	next(): Piece<S>;
}

/** Documents one after the other; the bytes of a word model are symbols. */
export interface Documents<S extends Symbols = Uint8Array> {
	readonly bytes: S;
	/** Where each begins in the bytes, ascending. */
	readonly starts: ArrayLike<number>;
	/** Length of the header of each. */
	readonly skips: ArrayLike<number>;
	/** What another model says of the bytes, eight numbers a byte. */
	readonly advice?: Int8Array;
}

export function concatenate<S extends Symbols>(
	documents: readonly EncodedDocument<S>[],
	advice?: readonly Int8Array[],
): Documents<S> {
	const length = documents.reduce((sum, document) => sum + document.bytes.length, 0);
	const bytes = symbolsLike(documents[0]?.bytes ?? (new Uint8Array(0) as Symbols as S), length);
	const told = advice && new Int8Array(ADVICE * bytes.length);
	const starts: number[] = [];
	let at = 0;
	for (const [index, document] of documents.entries()) {
		starts.push(at);
		told?.set(advice?.[index] as Int8Array, ADVICE * at);
		bytes.set(document.bytes, at);
		at += document.bytes.length;
	}
	return { bytes, starts, skips: documents.map(({ skip }) => skip), ...(told === undefined ? {} : { advice: told }) };
}

/**
 * Cuts the documents into segments at a new offset in each epoch, and deals them out in random order. A segment from the
 * middle of a document is preceded by the document's header, as the model meets it when it completes.
 */
export class Pieces<S extends Symbols = Uint8Array> implements PieceSource<S> {
	readonly #documents: Documents<S>;
	readonly #segmentBytes: number;
	readonly #surpriseShare: number;
	readonly #random: RandomSource;
	#epoch = -1;
	/** The state of the random source from which the present order was drawn. */
	#orderSeed = 0;
	#offset = 0;
	#order = new Uint32Array(0);
	#next = 0;

	/** @param surpriseShare see `Recipe`; without advice all segments are taken */
	constructor(
		documents: Documents<S>,
		segmentBytes: number,
		seed: number,
		position?: SamplerPosition,
		surpriseShare = 1,
	) {
		this.#surpriseShare = surpriseShare;
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

	next(): Piece<S> {
		if (this.#next >= this.#order.length) this.#shuffle();
		const { bytes, starts, skips, advice } = this.#documents;
		const start = (this.#order[this.#next++] as number) * this.#segmentBytes - this.#offset;
		const from = Math.max(0, start);
		// One byte more than is read: the last target.
		const segment = bytes.subarray(from, start + this.#segmentBytes + 1);
		const document = this.#documentAt(from);
		const [first, skip] = [starts[document] as number, skips[document] as number];
		const header = bytes.subarray(first, first + (from === first ? 0 : skip));
		const piece = {
			bytes: symbolsLike(bytes, header.length + segment.length),
			learn: new Uint8Array(header.length + segment.length).fill(1),
			...(advice === undefined ? {} : { advice: new Int8Array(ADVICE * (header.length + segment.length)) }),
		};
		piece.advice?.set(
			(advice as Int8Array).subarray(ADVICE * from, ADVICE * (from + segment.length)),
			ADVICE * header.length,
		);
		piece.bytes.set(header);
		piece.bytes.set(segment, header.length);
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
		const order = this.#worthwhile(count);
		for (let i = order.length - 1; i > 0; i--) {
			const j = this.#random.below(i + 1);
			[order[i], order[j]] = [order[j] as number, order[i] as number];
		}
		this.#order = order;
		this.#next = 0;
	}

	/** The segments of which the memory knows least, as many as hold `surpriseShare` of what it does not know; all without advice. */
	#worthwhile(count: number): Uint32Array<ArrayBuffer> {
		const all = Uint32Array.from({ length: count }, (_, index) => index);
		const { advice } = this.#documents;
		if (advice === undefined || this.#surpriseShare >= 1) return all;
		const width = ADVICE * this.#segmentBytes;
		const surprise = Float64Array.from(all, (index) => {
			const end = (index + 1) * width - ADVICE * this.#offset;
			let nats = 0;
			for (const odds of advice.subarray(Math.max(0, end - width), end)) nats += natsOf[128 + odds] as number;
			return nats;
		});
		all.sort((a, b) => (surprise[b] as number) - (surprise[a] as number));
		let left = this.#surpriseShare * surprise.reduce((sum, nats) => sum + nats, 0);
		const kept = all.findIndex((index) => {
			left -= surprise[index] as number;
			return left <= 0;
		});
		// Not found: nothing is left out by the rounding of the sum.
		return all.slice(0, kept < 0 ? count : kept + 1).sort();
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
export class Streams<S extends Symbols = Uint8Array> {
	readonly #source: PieceSource<S>;
	readonly #unroll: number;
	readonly #streams: { piece: Piece<S> | undefined; at: number }[];

	constructor(source: PieceSource<S>, { batch, unroll }: { readonly batch: number; readonly unroll: number }) {
		this.#source = source;
		this.#unroll = unroll;
		this.#streams = Array.from({ length: batch }, () => ({ piece: undefined, at: 0 }));
	}

	/** Every stream begins a new piece. */
	restart(): void {
		for (const stream of this.#streams) stream.piece = undefined;
	}

	/** The next `unroll` steps of every stream, and how many bytes they newly teach. */
	segment(): Segment<S> & { readonly learned: number } {
		const reset = new Uint8Array(this.#streams.length);
		const pieces = this.#streams.map((stream, b) => {
			if (stream.piece !== undefined && stream.at < stream.piece.bytes.length - 1) return stream.piece;
			stream.piece = this.#source.next();
			stream.at = 0;
			reset[b] = 1;
			return stream.piece;
		});
		const unroll = this.#unroll;
		const batch = this.#streams.length;
		const { bytes: kind } = pieces[0] as Piece<S>;
		const inputs = symbolsLike(kind, unroll * batch);
		const targets = symbolsLike(kind, unroll * batch);
		const mask = new Uint8Array(unroll * batch);
		// The backward network reads no further than the segment, but must know where a piece ends in it.
		const following = { bytes: new Uint8Array(0), lengths: new Uint32Array(batch) };
		let advice: Int8Array | undefined;
		let learned = 0;
		for (const [b, stream] of this.#streams.entries()) {
			const { bytes, learn, advice: told } = pieces[b] as Piece<S>;
			if (told !== undefined) advice ??= new Int8Array(ADVICE * unroll * batch);
			const steps = Math.min(unroll, bytes.length - 1 - stream.at);
			following.lengths[b] = steps;
			for (let t = 0; t < steps; t++, stream.at++) {
				const i = t * batch + b;
				const next = stream.at + 1;
				inputs[i] = bytes[stream.at] as number;
				targets[i] = bytes[next] as number;
				mask[i] = learn[next] as number;
				learned += mask[i] as number;
				if (told !== undefined) advice?.set(told.subarray(ADVICE * next, ADVICE * (next + 1)), ADVICE * i);
			}
		}
		return { inputs, targets, mask, reset, following, learned, ...(advice === undefined ? {} : { advice }) };
	}
}

/** Pieces of a few documents, read by streams. */
export class Sampler<S extends Symbols = Uint8Array> {
	readonly #pieces: Pieces<S>;
	readonly #streams: Streams<S>;

	constructor(
		documents: readonly EncodedDocument<S>[],
		options: {
			readonly batch: number;
			readonly unroll: number;
			readonly segmentBytes: number;
			readonly surpriseShare?: number;
		},
		seed: number,
		position?: SamplerPosition,
		advice?: readonly Int8Array[],
	) {
		this.#pieces = new Pieces(
			concatenate(documents, advice),
			options.segmentBytes,
			seed,
			position,
			options.surpriseShare,
		);
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
	segment(): Segment<S> & { readonly learned: number } {
		return this.#streams.segment();
	}
}
