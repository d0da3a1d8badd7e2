/**
 * The mixture: the network generalises, the memory remembers, and a mixer in the memory weighs them bit by bit. Without a
 * network the memory stands alone.
 */
import type { AdaptiveModel, Context, LanguageModel, Learned } from "./languageModel.ts";
import type { Cursor, Memory } from "./memory/index.ts";

class MixtureContext implements Context {
	readonly cursor: Cursor;
	/** Of the network, if there is one. */
	readonly network: Context | null;
	readonly memory: Memory;
	#logProbabilities: Float32Array | null = null;

	constructor(memory: Memory, cursor: Cursor, network: Context | null) {
		this.memory = memory;
		this.cursor = cursor;
		this.network = network;
	}

	/** Computed when asked for: most contexts are only read past. */
	get logProbabilities(): Float32Array {
		this.#logProbabilities ??= this.memory.predict(
			this.cursor,
			this.network?.logProbabilities ?? null,
			this.network?.origin,
		);
		return this.#logProbabilities;
	}
}

/** `network`: frozen, or null. Contexts of another model are refused with a TypeError. */
export function createMixture(network: LanguageModel | null, memory: Memory): AdaptiveModel {
	const single = new Uint8Array(1);

	function own(context: Context): MixtureContext {
		const isOwn =
			context instanceof MixtureContext &&
			context.memory === memory &&
			(context.network === null) === (network === null);
		if (!isOwn) throw new TypeError("The context is not one of this mixture");
		return context;
	}

	function learnByte(context: MixtureContext, byte: number): { context: MixtureContext; nats: number } {
		const before = context.network;
		const { cursor, nats } = memory.learnByte(context.cursor, byte, before?.logProbabilities ?? null, before?.origin);
		single[0] = byte;
		const after = context.network === null ? null : (network?.advance([context.network], single)[0] ?? null);
		return { context: new MixtureContext(memory, cursor, after), nats };
	}

	return {
		start: () => new MixtureContext(memory, memory.start(), network?.start() ?? null),
		advance(contexts, bytes) {
			const mixed = contexts.map(own);
			const networks = network?.advance(
				mixed.map((context) => context.network as Context),
				bytes,
			);
			return mixed.map(({ cursor }, i) => {
				single[0] = bytes[i] as number;
				return new MixtureContext(memory, memory.read(cursor, single), networks?.[i] ?? null);
			});
		},
		read(context, bytes) {
			const { cursor, network: state } = own(context);
			if (bytes.length === 0) return context;
			return new MixtureContext(
				memory,
				memory.read(cursor, bytes),
				state === null ? null : (network?.read(state, bytes) ?? null),
			);
		},
		learn(context, bytes): Learned {
			const first = own(context);
			if (network === null) {
				const { cursor, nats } = memory.learn(first.cursor, bytes);
				return { context: new MixtureContext(memory, cursor, null), nats };
			}
			let at = first;
			let total = 0;
			for (const byte of bytes) {
				const learned = learnByte(at, byte);
				at = learned.context;
				total += learned.nats;
			}
			return { context: at, nats: total };
		},
	};
}
