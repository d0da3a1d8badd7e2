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
	Symbols,
	TrainerOptions,
	UpdateResult,
} from "../engine.ts";
import { evaluationSegments } from "../evaluation.ts";
import { stepScalars } from "../optimizers.ts";
import { learnedSymbols, requireApart, tensorOf } from "../parameters.ts";
import { requireUpdatable } from "../requirements.ts";
import { clustersOf, headNames, headRows, symbolCount } from "../shapes.ts";
import { cellOf } from "./cells/index.ts";
import { createMemory } from "./kernels.ts";
import { SeenBytes } from "./layers/seenBytes.ts";
import { CandidateRows, ClusterTargets, natsAt } from "./layers/targets.ts";
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
	/** Row of each symbol in the output layer, or of its cluster; −1 if it has none. */
	readonly #rowOf: Int32Array;
	/** The last command's targets, in the order of `Plan.targets`, which holds their rows. */
	readonly #targets: Uint16Array;
	readonly #rows: Uint32Array;
	readonly #inputs: Uint8Array | Uint32Array;
	readonly #mask: Uint8Array;
	readonly #clusters: ClusterTargets;
	/** Of a network of bytes. */
	readonly #seen: SeenBytes | undefined;
	readonly #candidates: CandidateRows | undefined;
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
		this.#rowOf = new Int32Array(symbolCount(shape)).fill(-1);
		for (const [row, symbol] of symbols.entries()) this.#rowOf[symbol] = row;
		for (const [index, { first, last }] of clustersOf(shape).entries()) {
			this.#rowOf.fill(headRows(shape) - plan.tails.length + index, first, last);
		}
		const positions = plan.blocks * STREAMS;
		const inputs = plan.stacks[0]?.inputs ?? 0;
		this.#targets = new Uint16Array(positions);
		this.#rows = new Uint32Array(memory.buffer, plan.targets, positions);
		this.#inputs = new (shape.words === undefined ? Uint8Array : Uint32Array)(memory.buffer, inputs, positions);
		this.#mask = new Uint8Array(memory.buffer, plan.mask, positions);
		this.#clusters = new ClusterTargets(plan.tails, memory.buffer);
		this.#seen = shape.words === undefined ? new SeenBytes(plan, memory.buffer) : undefined;
		const { candidates } = plan;
		const { sampled } = options;
		if (candidates !== undefined && sampled !== undefined)
			this.#candidates = new CandidateRows(candidates, sampled, memory.buffer);
		this.#bytes = new Uint8Array(memory.buffer);
		this.#floats = new Float32Array(memory.buffer);
		this.#scalars = new Float64Array(memory.buffer, plan.scalars, SCALARS);
		this.#scalars[scalar.beta2] = options.beta2;
		this.#scalars[scalar.epsilon] = options.epsilon;
		this.#scalars[scalar.clip] = options.clip;
		this.#bias = tensorOf(parameters, headNames(shape).bias, [headRows(shape)]);
		const fixed = this.#bias.map((logit, symbol) => (this.#rowOf[symbol] === -1 ? Math.exp(logit) : 0));
		this.#scalars[scalar.rest] = fixed.reduce((sum, value) => sum + value, 0);
		this.#import(plan.parameters, parameters);
		if (optimizer !== undefined) {
			this.#updates = optimizer.updates;
			this.#import(plan.first, optimizer.first);
			this.#import(plan.second, optimizer.second);
			this.#seen?.restore();
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
		const symbols =
			shape.words === undefined
				? learnedSymbols(shape, parameters, options.mixture === undefined ? options.symbols : undefined)
				: Array.from({ length: headRows(shape) }, (_, row) => row);
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

	update(segment: Segment<Symbols>, learningRate: number): UpdateResult {
		requireUpdatable(segment, learningRate, this.#options);
		const counted = this.#load(segment, true);
		for (const [i, target] of segment.targets.entries()) {
			if (segment.mask[i] && this.#rowOf[target] === -1) throw new RangeError(`byte ${target} is not learned`);
		}
		this.#seen?.read(segment, this.#options);
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
		texts: readonly Symbols[],
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
		texts: readonly Symbols[],
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
		texts: readonly Symbols[],
		skip: readonly number[],
		advice: readonly Int8Array[] | undefined,
	): Generator<undefined, CrossEntropy> {
		const { groups, unroll } = this.#plan;
		const batch = groups * STREAMS;
		const { lookahead = 0 } = this.#options;
		const total = { nats: 0, mixtureNats: 0, bytes: 0 };
		for (const segment of evaluationSegments(texts, skip, { batch, unroll, lookahead }, advice)) {
			total.bytes += this.#load(segment, false, batch);
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
		this.#seen?.note();
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

	/** Lays a segment out in groups of 8 streams. Returns the number of targets that count. */
	#load(segment: Segment<Symbols>, learn: boolean, batch: number = this.#options.batch): number {
		const { groups, unroll, stacks } = this.#plan;
		const width = groups * STREAMS;
		let counted = 0;
		for (let t = 0; t < unroll; t++) {
			for (let b = 0; b < width; b++) {
				const to = t * width + b;
				const from = t * batch + b;
				const counts = b < batch ? (segment.mask[from] as number) : 0;
				// What fills a group up reads what the last stream reads: it must meet no symbol that no stream does.
				this.#inputs[to] = segment.inputs[t * batch + Math.min(b, batch - 1)] as number;
				this.#targets[to] = b < batch ? (segment.targets[from] as number) : 0;
				this.#mask[to] = counts;
				counted += counts;
			}
		}
		const rowOf = this.#rowsOf(learn);
		// For a target without a row, row 0 stands in; `#nats` takes the right logit.
		for (const [i, target] of this.#targets.entries()) this.#rows[i] = Math.max(0, rowOf[target] as number);
		this.#clusters.load(this.#targets, this.#mask);
		for (let b = 0; b < width; b++) {
			if (segment.reset[Math.min(b, batch - 1)]) this.#zeroStream(b);
		}
		if (stacks[1] !== undefined) this.#loadBackward(segment, stacks[1], batch);
		this.#scalars[scalar.isMixed] = segment.advice === undefined ? 0 : 1;
		if (segment.advice !== undefined) this.#loadAdvice(segment.advice, batch);
		return counted;
	}

	/** The row of each symbol in the output layer that is computed; of a sampled one, draws the rows. */
	#rowsOf(learn: boolean): Int32Array {
		if (this.#candidates === undefined || !learn) return this.#rowOf;
		const { parameters, headBias, outputRows } = this.#plan;
		const at = (parameters + headBias) / 4;
		return this.#candidates.load(this.#targets, this.#mask, this.#floats.subarray(at, at + outputRows));
	}

	/** Lays out what the backward network reads: the targets, and what follows them. */
	#loadBackward({ targets, following }: Segment<Symbols>, { inputs, steps }: StackPlan, batch: number): void {
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
		let nats = this.#clusters.nats();
		for (const [place, target] of this.#targets.entries()) {
			if (!this.#mask[place]) continue;
			const logit = this.#rowOf[target] === -1 ? this.#bias[target] : undefined;
			nats += natsAt(this.#floats, this.#plan.losses, place, logit);
		}
		return nats;
	}
}
