/** Which bytes are trained on next: segments from all over the text, each read in order by one stream. */
import type { Segment } from "../engines/engine.ts";

/** A document as `encodeDocument` makes it; the first `skip` bytes are its header. */
export interface EncodedDocument {
	readonly bytes: Uint8Array;
	readonly skip: number;
}

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

/** Where the sampler stands, for a checkpoint. Streams are not in it: they take new segments after a restart. */
export interface SamplerPosition {
	readonly random: number;
	readonly epoch: number;
	readonly offset: number;
	readonly next: number;
}

interface Stream {
	/** What is read: a document's header unless the segment begins with it, then the segment. */
	bytes: Uint8Array;
	/** 1 for a byte that is learned, 0 for one that is only read. */
	learn: Uint8Array;
	at: number;
}

/**
 * Cuts the concatenated documents into segments at a new offset in each epoch, deals them out in random order, and
 * gives each stream a new one when its last is used up. A segment from the middle of a document is preceded by the
 * document's header, as the model meets it when it completes.
 */
export class Sampler {
	readonly #text: Uint8Array;
	/** 0 for the bytes of headers: they are given, not predicted. */
	readonly #learn: Uint8Array;
	/** Start of each document in the text, ascending. */
	readonly #starts: readonly number[];
	readonly #headers: readonly Uint8Array[];
	readonly #segmentBytes: number;
	readonly #batch: number;
	readonly #unroll: number;
	readonly #random: RandomSource;
	readonly #streams: Stream[];
	#epoch = -1;
	/** The state of the random source from which the present order was drawn. */
	#orderSeed = 0;
	#offset = 0;
	#order: readonly number[] = [];
	#next = 0;

	constructor(
		documents: readonly EncodedDocument[],
		options: { readonly batch: number; readonly unroll: number; readonly segmentBytes: number },
		seed: number,
		position?: SamplerPosition,
	) {
		const length = documents.reduce((sum, document) => sum + document.bytes.length, 0);
		this.#text = new Uint8Array(length);
		this.#learn = new Uint8Array(length).fill(1);
		const starts: number[] = [];
		let at = 0;
		for (const document of documents) {
			starts.push(at);
			this.#text.set(document.bytes, at);
			this.#learn.fill(0, at, at + document.skip);
			at += document.bytes.length;
		}
		this.#starts = starts;
		this.#headers = documents.map((document) => document.bytes.subarray(0, document.skip));
		this.#segmentBytes = options.segmentBytes;
		this.#batch = options.batch;
		this.#unroll = options.unroll;
		this.#random = new RandomSource(position?.random ?? seed);
		this.#streams = Array.from({ length: options.batch }, () => ({
			bytes: new Uint8Array(0),
			learn: new Uint8Array(0),
			at: 0,
		}));
		if (position !== undefined) {
			this.#epoch = position.epoch - 1;
			this.#shuffle(position.offset);
			this.#next = position.next;
		}
	}

	/** Passes over the text, as a fraction. */
	get epochs(): number {
		return Math.max(0, this.#epoch) + (this.#order.length === 0 ? 0 : this.#next / this.#order.length);
	}

	get position(): SamplerPosition {
		return { random: this.#orderSeed, epoch: this.#epoch, offset: this.#offset, next: this.#next };
	}

	/** The next `unroll` steps of every stream, and how many bytes they newly teach. */
	segment(): Segment & { readonly learned: number } {
		const { batch, unroll } = { batch: this.#batch, unroll: this.#unroll };
		const inputs = new Uint8Array(unroll * batch);
		const targets = new Uint8Array(unroll * batch);
		const mask = new Uint8Array(unroll * batch);
		const reset = new Uint8Array(batch);
		let learned = 0;
		for (const [b, stream] of this.#streams.entries()) {
			if (stream.at >= stream.bytes.length - 1) {
				this.#refill(stream);
				reset[b] = 1;
			}
			const steps = Math.min(unroll, stream.bytes.length - 1 - stream.at);
			for (let t = 0; t < steps; t++, stream.at++) {
				const i = t * batch + b;
				inputs[i] = stream.bytes[stream.at] as number;
				targets[i] = stream.bytes[stream.at + 1] as number;
				mask[i] = stream.learn[stream.at + 1] as number;
				learned += mask[i] as number;
			}
		}
		return { inputs, targets, mask, reset, learned };
	}

	#shuffle(offset?: number): void {
		this.#epoch++;
		this.#orderSeed = this.#random.state;
		const drawn = this.#random.below(this.#segmentBytes);
		this.#offset = offset ?? drawn;
		const count = Math.max(1, Math.ceil((this.#text.length - 1 + this.#offset) / this.#segmentBytes));
		const order = Array.from({ length: count }, (_, index) => index);
		for (let i = count - 1; i > 0; i--) {
			const j = this.#random.below(i + 1);
			[order[i], order[j]] = [order[j] as number, order[i] as number];
		}
		this.#order = order;
		this.#next = 0;
	}

	#refill(stream: Stream): void {
		if (this.#next >= this.#order.length) this.#shuffle();
		const start = (this.#order[this.#next++] as number) * this.#segmentBytes - this.#offset;
		const from = Math.max(0, start);
		// One byte more than is read: the last target.
		const end = Math.min(start + this.#segmentBytes + 1, this.#text.length);
		const segment = this.#text.subarray(from, end);
		const learn = this.#learn.subarray(from, end);
		const document = this.#documentAt(from);
		const header = this.#headers[document] as Uint8Array;
		stream.at = 0;
		if (from === this.#starts[document]) {
			stream.bytes = segment;
			stream.learn = learn;
			return;
		}
		stream.bytes = new Uint8Array(header.length + segment.length);
		stream.bytes.set(header);
		stream.bytes.set(segment, header.length);
		stream.learn = new Uint8Array(stream.bytes.length);
		stream.learn.set(learn, header.length);
		// The segment does not continue the header.
		stream.learn[header.length] = 0;
	}

	/** Index of the document that holds the byte at `position`. */
	#documentAt(position: number): number {
		let low = 0;
		let high = this.#starts.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if ((this.#starts[middle] as number) <= position) low = middle;
			else high = middle - 1;
		}
		return low;
	}
}
