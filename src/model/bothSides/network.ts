/** A network of both directions that says how probable the bytes of a text are, each from all bytes before and behind it. */
import { type Predictor, SYMBOLS } from "../../engines/engine.ts";

/** What one direction knows at a place: its state after all text on its side, and its share of the logits. */
interface Side {
	readonly state: Float32Array;
	readonly logits: Float32Array;
}

/** Bytes that are read or scored in a step: one or two milliseconds. */
const stepBytes = 64;

export class BothSides {
	readonly #forward: Predictor;
	readonly #backward: Predictor;
	readonly #start: Side;
	readonly #end: Side;

	/**
	 * @param bias of the output layer, `[256]`: the logits where nothing is known
	 */
	constructor(forward: Predictor, backward: Predictor, bias: Float32Array) {
		this.#forward = forward;
		this.#backward = backward;
		this.#start = { state: new Float32Array(forward.stateSize), logits: bias };
		this.#end = { state: new Float32Array(backward.stateSize), logits: new Float32Array(SYMBOLS) };
	}

	/**
	 * −ln p of each byte from `from` to `to`, exclusive, given all other bytes of `bytes`. Takes three steps of a network of one direction
	 * a byte, and yields after every 64 bytes.
	 */
	*nats(bytes: Uint8Array, from = 0, to = bytes.length): Generator<undefined, Float64Array> {
		let left = yield* this.#read(this.#forward, this.#start, bytes.subarray(0, from));
		let right = yield* this.#read(this.#backward, this.#end, bytes.subarray(to).toReversed());
		// From the last piece to the first: what is known of its end from the right.
		const pieces: { readonly begin: number; readonly end: number; readonly right: Side }[] = [];
		for (let end = to; end > from; ) {
			const begin = Math.max(from, end - stepBytes);
			pieces.push({ begin, end, right });
			if (begin > from) right = yield* this.#read(this.#backward, right, bytes.subarray(begin, end).toReversed());
			end = begin;
		}
		const nats = new Float64Array(to - from);
		for (const piece of pieces.reverse()) {
			left = this.#score(left, bytes.subarray(piece.begin, piece.end), piece.right, nats.subarray(piece.begin - from));
			yield;
		}
		return nats;
	}

	/** Reads the text on both sides of a place, once for all candidates. Takes a step of one network a byte. */
	*between(before: Uint8Array, after: Uint8Array): Generator<undefined, Between> {
		const left = yield* this.#read(this.#forward, this.#start, before);
		const right = yield* this.#read(this.#backward, this.#end, after.toReversed());
		return {
			nats: (bytes) => {
				const nats = new Float64Array(bytes.length);
				this.#score(left, bytes, right, nats);
				return nats;
			},
		};
	}

	dispose(): void {
		this.#forward.dispose();
		this.#backward.dispose();
	}

	*#read(predictor: Predictor, side: Side, bytes: Uint8Array): Generator<undefined, Side> {
		if (bytes.length === 0) return side;
		const state = side.state.slice();
		const last = bytes.length - 1;
		for (let at = 0; at < last; at += stepBytes) {
			predictor.read(state, bytes.subarray(at, Math.min(at + stepBytes, last)));
			yield;
		}
		const logits = new Float32Array(SYMBOLS);
		predictor.step(1, state, bytes.subarray(last), logits);
		return { state, logits };
	}

	/** Writes −ln p of each byte between two sides to `nats`; returns the left side of what follows. */
	#score(left: Side, bytes: Uint8Array, right: Side, nats: Float64Array): Side {
		if (bytes.length === 0) return left;
		const fromRight = new Float32Array(bytes.length * SYMBOLS);
		const state = right.state.slice();
		fromRight.set(right.logits, (bytes.length - 1) * SYMBOLS);
		for (let at = bytes.length - 1; at > 0; at--) {
			const row = fromRight.subarray((at - 1) * SYMBOLS, at * SYMBOLS);
			this.#backward.step(1, state, bytes.subarray(at, at + 1), row);
		}
		const next = { state: left.state.slice(), logits: left.logits.slice() };
		for (const [at, byte] of bytes.entries()) {
			nats[at] = natsOf(byte, next.logits, fromRight.subarray(at * SYMBOLS, (at + 1) * SYMBOLS));
			this.#forward.step(1, next.state, bytes.subarray(at, at + 1), next.logits);
		}
		return next;
	}
}

/** A place whose surroundings have been read. */
export interface Between {
	/** −ln p of each byte of a text there, given its other bytes and both sides. Takes two steps of a network of one direction a byte. */
	nats(bytes: Uint8Array): Float64Array;
}

/** −ln p of a byte by the sum of two rows of logits. */
function natsOf(byte: number, one: Float32Array, other: Float32Array): number {
	let most = Number.NEGATIVE_INFINITY;
	for (let i = 0; i < SYMBOLS; i++) most = Math.max(most, (one[i] as number) + (other[i] as number));
	let sum = 0;
	for (let i = 0; i < SYMBOLS; i++) sum += Math.exp((one[i] as number) + (other[i] as number) - most);
	return most + Math.log(sum) - ((one[byte] as number) + (other[byte] as number));
}
