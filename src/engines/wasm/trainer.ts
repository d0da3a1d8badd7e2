/** `NetworkTrainer` on the WebAssembly kernels. */
import { Failure } from "../../platform/failure.ts";
import type { CompiledModule } from "../../platform/wasmModules.ts";
import type {
	CrossEntropy,
	NetworkShape,
	NetworkTrainer,
	OptimizerState,
	Parameters,
	Segment,
	TrainerOptions,
	UpdateResult,
} from "../engine.ts";
import { SYMBOLS } from "../engine.ts";
import { evaluationSegments } from "../evaluation.ts";
import { stepScalars, TRACE } from "../optimizers.ts";
import { learnedSymbols, requireApart, tensorOf } from "../parameters.ts";
import { requireUpdatable } from "../requirements.ts";
import { cellOf } from "./cells/index.ts";
import { createMemory } from "./kernels.ts";
import { exportParameters, importParameters } from "./parameters.ts";
import {
	BITS,
	LOSS_BYTES,
	MIXING_BYTES,
	type Plan,
	planTrainer,
	SCALARS,
	STREAMS,
	type StackPlan,
	scalar,
} from "./plan.ts";
import { type TeamOptions, ThreadTeam } from "./threads.ts";
import { command } from "./workerThreads.ts";

export class WasmTrainer implements NetworkTrainer {
	readonly #shape: NetworkShape;
	readonly #options: TrainerOptions;
	readonly #plan: Plan;
	readonly #team: ThreadTeam;
	readonly #bytes: Uint8Array;
	readonly #floats: Float32Array;
	readonly #scalars: Float64Array;
	/** What the trainer was given. Rows of the output layer that are not learned stay as they are there. */
	readonly #given: Parameters;
	readonly #bias: Float32Array;
	readonly #symbols: readonly number[];
	/** Row of each byte value in the output layer; −1 if it has none. */
	readonly #rowOf: Int16Array;
	/** The last command's targets as byte values, in the order of `Plan.targets`, which holds their rows. */
	readonly #targets: Uint8Array;
	#updates = 0;

	private constructor(
		team: ThreadTeam,
		memory: WebAssembly.Memory,
		plan: Plan,
		symbols: readonly number[],
		shape: NetworkShape,
		parameters: Parameters,
		options: TrainerOptions,
		optimizer: OptimizerState | undefined,
	) {
		this.#team = team;
		this.#shape = shape;
		this.#options = options;
		this.#plan = plan;
		this.#given = parameters;
		this.#symbols = symbols;
		this.#rowOf = new Int16Array(SYMBOLS).fill(-1);
		for (const [row, symbol] of symbols.entries()) this.#rowOf[symbol] = row;
		this.#targets = new Uint8Array(plan.blocks * STREAMS);
		this.#bytes = new Uint8Array(memory.buffer);
		this.#floats = new Float32Array(memory.buffer);
		this.#scalars = new Float64Array(memory.buffer, plan.scalars, SCALARS);
		this.#scalars[scalar.beta2] = options.beta2;
		this.#scalars[scalar.epsilon] = options.epsilon;
		this.#scalars[scalar.clip] = options.clip;
		this.#bias = tensorOf(parameters, "head.bias", [SYMBOLS]);
		const fixed = this.#bias.map((logit, symbol) => (this.#rowOf[symbol] === -1 ? Math.exp(logit) : 0));
		this.#scalars[scalar.rest] = fixed.reduce((sum, value) => sum + value, 0);
		this.#import(plan.parameters, parameters);
		if (optimizer !== undefined) {
			this.#updates = optimizer.updates;
			this.#import(plan.first, optimizer.first);
			this.#import(plan.second, optimizer.second);
			this.#markSeenRows();
		}
		team.run(command.pack);
	}

	/** @throws {Failure} badArgument if memory is short; modelBroken if a parameter is missing; threadLost */
	static async create(
		kernels: CompiledModule,
		shape: NetworkShape,
		parameters: Parameters,
		options: TrainerOptions,
		optimizer: OptimizerState | undefined,
		teamOptions: TeamOptions,
	): Promise<WasmTrainer> {
		requireApart(shape, parameters);
		const symbols = learnedSymbols(shape, parameters, options.mixture === undefined ? options.symbols : undefined);
		const plan = planTrainer(shape, cellOf(shape), options, symbols.length);
		const memory = createMemory(plan.bytes);
		const team = await ThreadTeam.start(kernels.module, memory, plan, options.threads, teamOptions);
		try {
			return new WasmTrainer(team, memory, plan, symbols, shape, parameters, options, optimizer);
		} catch (error) {
			team.dispose();
			throw error;
		}
	}

	update(segment: Segment, learningRate: number): UpdateResult {
		requireUpdatable(segment, learningRate, this.#options);
		const counted = this.#load(segment);
		for (const [i, target] of segment.targets.entries()) {
			if (segment.mask[i] && this.#rowOf[target] === -1) throw new RangeError(`byte ${target} is not learned`);
		}
		this.#noteRead(segment);
		this.#updates++;
		this.#scalars[scalar.gradientScale] = counted === 0 ? 0 : 1 / counted;
		const { optimizer } = this.#plan;
		const step = stepScalars({ ...this.#options, optimizer, learningRate, update: this.#updates });
		this.#scalars[scalar.rate] = step.rate;
		this.#scalars[scalar.decay] = step.decay;
		this.#scalars[scalar.keep] = step.keep;
		this.#scalars[scalar.beta1] = step.beta1;
		this.#scalars[scalar.rootCorrection] = step.rootCorrection;
		this.#team.run(command.update);
		const nats = this.#nats();
		this.#carryStates();
		return { loss: counted === 0 ? 0 : nats / counted, gradientNorm: this.#team.gradientNorm() };
	}

	evaluate(
		texts: readonly Uint8Array[],
		skip: readonly number[],
		parameters?: Parameters,
		advice?: readonly Int8Array[],
	): CrossEntropy {
		const steps = this.evaluation(texts, skip, parameters, advice);
		let step = steps.next();
		while (!step.done) step = steps.next();
		return step.value;
	}

	*evaluation(
		texts: readonly Uint8Array[],
		skip: readonly number[],
		parameters?: Parameters,
		advice?: readonly Int8Array[],
	): Generator<undefined, CrossEntropy> {
		const states = this.#saveStates();
		const own = parameters === undefined ? undefined : this.parameters();
		try {
			if (parameters !== undefined) this.#replace(parameters);
			return yield* this.#evaluation(texts, skip, advice);
		} finally {
			if (own !== undefined) this.#replace(own);
			this.#restoreStates(states);
		}
	}

	#replace(parameters: Parameters): void {
		this.#import(this.#plan.parameters, parameters);
		this.#team.run(command.pack);
	}

	*#evaluation(
		texts: readonly Uint8Array[],
		skip: readonly number[],
		advice: readonly Int8Array[] | undefined,
	): Generator<undefined, CrossEntropy> {
		const { groups, unroll } = this.#plan;
		const batch = groups * STREAMS;
		const { lookahead = 0 } = this.#options;
		const total = { nats: 0, mixtureNats: 0, bytes: 0 };
		for (const segment of evaluationSegments(texts, skip, { batch, unroll, lookahead }, advice)) {
			total.bytes += this.#load(segment, batch);
			this.#team.run(command.evaluate);
			const nats = this.#nats();
			total.nats += nats;
			total.mixtureNats += advice === undefined ? nats : this.#mixtureNats();
			this.#carryStates();
			yield;
		}
		return total;
	}

	parameters(): Parameters {
		return this.#export(this.#plan.parameters, this.#given);
	}

	optimizer(): OptimizerState {
		this.#noteSeenRows();
		return {
			updates: this.#updates,
			first: this.#export(this.#plan.first),
			second: this.#export(this.#plan.second),
		};
	}

	dispose(): void {
		this.#team.dispose();
	}

	#import(region: number, parameters: Parameters): void {
		const layout = { ...this.#plan, symbols: this.#symbols };
		importParameters(this.#floats, region, layout, this.#shape, parameters);
	}

	#export(region: number, rest?: Parameters): Parameters {
		return exportParameters(this.#floats, region, { ...this.#plan, symbols: this.#symbols }, this.#shape, rest);
	}

	/**
	 * Sees to it that the second moments tell which bytes updates have met, also where all that followed a byte did not
	 * count, or the optimiser keeps no such moments: a trace is left that is too small to change a step.
	 */
	#noteSeenRows(): void {
		for (const { byte, seen, row } of this.#secondMoments()) {
			if (this.#bytes[seen + byte] && row.every((moment) => moment === 0)) row[0] = TRACE;
		}
	}

	/** Marks the bytes that updates had met before the optimiser was saved. */
	#markSeenRows(): void {
		for (const { byte, seen, row } of this.#secondMoments()) {
			if (row.some((moment) => moment !== 0)) this.#bytes[seen + byte] = 1;
		}
	}

	/** Of the input weights of each byte, in each direction; `seen` is where its network marks what it has read. */
	#secondMoments(): { readonly byte: number; readonly seen: number; readonly row: Float32Array }[] {
		const { rows, second, stacks } = this.#plan;
		return stacks.flatMap(({ layers, seen }) => {
			const table = (second + (layers[0]?.weightIh ?? 0)) / 4;
			return Array.from({ length: SYMBOLS }, (_, byte) => {
				return { byte, seen, row: this.#floats.subarray(table + byte * rows, table + (byte + 1) * rows) };
			});
		});
	}

	/** Marks the bytes that the networks read in an update. */
	#noteRead({ inputs, targets, following }: Segment): void {
		const [forward, backward] = this.#plan.stacks;
		for (const byte of inputs) this.#bytes[(forward?.seen ?? 0) + byte] = 1;
		if (backward === undefined) return;
		const { batch, unroll } = this.#options;
		const mark = (bytes: Uint8Array, before: number) => {
			for (const [i, byte] of bytes.entries()) {
				const t = before + Math.floor(i / batch);
				if (t < (following?.lengths[i % batch] ?? unroll)) this.#bytes[backward.seen + byte] = 1;
			}
		};
		mark(targets, 0);
		mark(following?.bytes ?? new Uint8Array(0), unroll);
	}

	/** Lays a segment out in groups of 8 streams. Returns the number of targets that count. */
	#load(segment: Segment, batch: number = this.#options.batch): number {
		const { groups, unroll, targets, mask, stacks } = this.#plan;
		const inputs = stacks[0]?.inputs ?? 0;
		const width = groups * STREAMS;
		let counted = 0;
		for (let t = 0; t < unroll; t++) {
			for (let b = 0; b < width; b++) {
				const to = t * width + b;
				const from = t * batch + b;
				const input = b < batch ? (segment.inputs[from] as number) : 0;
				const counts = b < batch ? (segment.mask[from] as number) : 0;
				this.#bytes[inputs + to] = input;
				// For a target without a row, row 0 stands in; `#nats` takes the right logit.
				this.#targets[to] = b < batch ? (segment.targets[from] as number) : 0;
				this.#bytes[targets + to] = Math.max(0, this.#rowOf[this.#targets[to] as number] as number);
				this.#bytes[mask + to] = counts;
				counted += counts;
			}
		}
		for (let b = 0; b < batch; b++) {
			if (segment.reset[b]) this.#zeroStream(b);
		}
		if (stacks[1] !== undefined) this.#loadBackward(segment, stacks[1], batch);
		this.#scalars[scalar.isMixed] = segment.advice === undefined ? 0 : 1;
		if (segment.advice !== undefined) this.#loadAdvice(segment.advice, batch);
		return counted;
	}

	/** Lays out what the backward network reads: the targets, and what follows them. */
	#loadBackward({ targets, following }: Segment, { inputs, steps }: StackPlan, batch: number): void {
		const { groups, unroll, absent, stateStride } = this.#plan;
		const width = groups * STREAMS;
		const longest = following?.lengths.reduce((most, length) => Math.max(most, length), 0) ?? 0;
		const behind = Math.min(steps, Math.max(unroll, longest));
		this.#scalars[scalar.behind] = behind;
		// Where more was read before, states stand there.
		for (const start of this.#stateStarts(1)) {
			const first = start + behind * groups * stateStride;
			this.#bytes.fill(0, first, first + groups * stateStride);
		}
		for (let t = 0; t < behind; t++) {
			const isTarget = t < unroll;
			for (let b = 0; b < width; b++) {
				const to = t * width + b;
				const isText = b < batch && t < (following?.lengths[b] ?? unroll);
				const byte = isTarget ? targets[t * batch + b] : following?.bytes[(t - unroll) * batch + b];
				this.#bytes[inputs + to] = isText ? (byte ?? 0) : 0;
				this.#bytes[absent + to] = isText ? 0 : 1;
			}
		}
	}

	/** Lays out the weights and offsets of `mixtureCrossEntropy`. */
	#loadAdvice(advice: Int8Array, batch: number): void {
		const { mixture } = this.#options;
		if (mixture === undefined) throw new Failure("badArgument", "The trainer was not made for a mixture");
		const { groups, unroll, mixing } = this.#plan;
		for (let t = 0; t < unroll; t++) {
			for (let b = 0; b < batch; b++) {
				const block = (mixing + (t * groups + Math.floor(b / STREAMS)) * MIXING_BYTES) / 4 + (b % STREAMS);
				for (let bit = 0; bit < BITS; bit++) {
					const index = 128 + (advice[(t * batch + b) * BITS + bit] as number);
					this.#floats[block + bit * STREAMS] = mixture.network[index] as number;
					this.#floats[block + (BITS + bit) * STREAMS] = mixture.offset[index] as number;
				}
			}
		}
	}

	/**
	 * Addresses of the first states, for each layer of a stack and state vector; of the forward network those before the segment.
	 * The backward network begins each segment anew.
	 */
	#stateStarts(stack = 0): number[] {
		const { stacks, stateVectors, vectorStride } = this.#plan;
		return (stacks[stack]?.layers ?? []).flatMap(({ states }) =>
			Array.from({ length: stateVectors }, (_, vector) => states + vector * vectorStride),
		);
	}

	#zeroStream(stream: number): void {
		const { units, stateStride } = this.#plan;
		for (const start of this.#stateStarts()) {
			const block = (start + Math.floor(stream / STREAMS) * stateStride) / 4 + (stream % STREAMS);
			for (let unit = 0; unit < units; unit++) this.#floats[block + unit * STREAMS] = 0;
		}
	}

	/** The states after the segment become those before the next. */
	#carryStates(): void {
		const { blocks, groups, stateStride } = this.#plan;
		for (const start of this.#stateStarts()) {
			const end = start + blocks * stateStride;
			this.#bytes.copyWithin(start, end, end + groups * stateStride);
		}
	}

	#saveStates(): Uint8Array[] {
		const bytes = this.#plan.groups * this.#plan.stateStride;
		return this.#stateStarts().map((start) => this.#bytes.slice(start, start + bytes));
	}

	#restoreStates(saved: readonly Uint8Array[]): void {
		for (const [index, start] of this.#stateStarts().entries()) this.#bytes.set(saved[index] as Uint8Array, start);
	}

	/** The mixture's −ln p of the counted targets of the last command, summed. */
	#mixtureNats(): number {
		const { blocks, losses } = this.#plan;
		let nats = 0;
		for (let i = 0; i < blocks; i++) {
			const parts = (losses + i * LOSS_BYTES) / 4 + 3 * STREAMS;
			// Streams that do not count have 0.
			for (let s = 0; s < STREAMS; s++) nats += this.#floats[parts + s] as number;
		}
		return nats;
	}

	/** −ln p of the counted targets of the last command, summed. */
	#nats(): number {
		const { blocks, losses, mask } = this.#plan;
		let nats = 0;
		for (let i = 0; i < blocks; i++) {
			const parts = (losses + i * LOSS_BYTES) / 4;
			for (let s = 0; s < STREAMS; s++) {
				if (!this.#bytes[mask + i * STREAMS + s]) continue;
				const target = this.#targets[i * STREAMS + s] as number;
				const logit = this.#rowOf[target] === -1 ? this.#bias[target] : this.#floats[parts + 2 * STREAMS + s];
				const logSum = (this.#floats[parts + s] as number) + Math.log(this.#floats[parts + STREAMS + s] as number);
				nats += logSum - (logit as number);
			}
		}
		return nats;
	}
}
