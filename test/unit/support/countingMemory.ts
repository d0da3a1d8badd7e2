/**
 * A memory that tests can reason about: it counts what followed each of the last few bytes in what it has learned, as the
 * small language model beside it does. What a network says counts as much as what it knows itself.
 */
import { Buffer } from "node:buffer";
import type { Cursor, Lesson, Memory } from "../../../src/model/memory/index.ts";
import type { MemoryPrior } from "../../../src/model/memory/prior.ts";

export interface CountingMemory extends Memory {
	/** Everything learned, in order. */
	readonly text: string;
	/** In order. */
	readonly adopted: readonly MemoryPrior[];
	/** The texts that it knew whenever it forgot everything. */
	readonly forgotten: readonly string[];
}

const order = 12;
/** What the counts of one order less weigh, in occurrences. */
const prior = 0.05;

export function countingMemory(snapshot?: Uint8Array): CountingMemory {
	const counts = new Map<string, Map<number, number>>();
	const adopted: MemoryPrior[] = [];
	const learned: [before: string, text: string][] = [];
	let bytes = 0;
	const forgotten: string[] = [];

	const text = (): string => Buffer.from(learned.map(([, one]) => one).join(""), "latin1").toString();

	function clear(): void {
		counts.clear();
		learned.length = 0;
		bytes = 0;
	}

	function count(history: string, byte: number): void {
		for (let length = 0; length <= history.length; length++) {
			const context = history.slice(history.length - length);
			const next = counts.get(context) ?? new Map<number, number>();
			counts.set(context, next);
			next.set(byte, (next.get(byte) ?? 0) + 1);
		}
	}

	function predict(cursor: Cursor, network: Float32Array | null): Float32Array {
		const history = latin1(cursor);
		const probabilities = new Float64Array(256).fill(1 / 256);
		for (let length = 0; length <= history.length; length++) {
			const next = counts.get(history.slice(history.length - length));
			if (next === undefined) break;
			let total = prior;
			for (const occurrences of next.values()) total += occurrences;
			for (let byte = 0; byte < 256; byte++) probabilities[byte] = ((probabilities[byte] as number) * prior) / total;
			for (const [byte, count] of next) probabilities[byte] = (probabilities[byte] as number) + count / total;
		}
		if (network !== null)
			for (let byte = 0; byte < 256; byte++)
				probabilities[byte] = ((probabilities[byte] as number) + Math.exp(network[byte] as number)) / 2;
		return Float32Array.from(probabilities, Math.log);
	}

	const read = (cursor: Cursor, text: Uint8Array): Cursor => Buffer.concat([cursor, text]).subarray(-order);

	function learn(cursor: Cursor, text: Uint8Array): Lesson {
		let at = cursor;
		for (const byte of text) {
			count(latin1(at), byte);
			at = read(at, Uint8Array.of(byte));
		}
		learned.push([latin1(cursor), latin1(text)]);
		bytes += text.length;
		return { cursor: at, nats: 0 };
	}

	function recall(state: Uint8Array): void {
		for (const [before, text] of JSON.parse(Buffer.from(state).toString()) as [string, string][])
			learn(Buffer.from(before, "latin1"), Buffer.from(text, "latin1"));
	}

	if (snapshot !== undefined) recall(snapshot);

	return {
		get learned() {
			return bytes;
		},
		get text() {
			return text();
		},
		size: 0,
		start: () => new Uint8Array(0),
		read,
		learn,
		learnByte(cursor, byte, network) {
			const nats = -(predict(cursor, network)[byte] as number);
			return { ...learn(cursor, Uint8Array.of(byte)), nats };
		},
		learnTelling: (cursor, text) => ({ ...learn(cursor, text), odds: new Int8Array(8 * text.length) }),
		index: (cursor, text) => learn(cursor, text).cursor,
		rewind(state) {
			clear();
			recall(state);
		},
		forget() {
			forgotten.push(text());
			clear();
		},
		forgotten,
		snapshot: () => Buffer.from(JSON.stringify(learned)),
		restoreMixer: (state) => void adopted.push(state),
		adopted,
		mixerState: () => ({ entries: new Uint32Array(0), weights: new Float32Array(0), finals: new Float32Array(0) }),
		networkCorrection: () => new Uint8Array(0),
		predict,
	};
}

function latin1(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString("latin1");
}
