/** `NetworkTrainer` on TensorFlow.js. */

import { CandidateSource, type Candidates } from "../candidates.ts";
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
import { learnedSymbols, requireApart } from "../parameters.ts";
import { requireUpdatable } from "../requirements.ts";
import { embeddingName, headNames } from "../shapes.ts";
import type { TensorFlow } from "./api.ts";
import type { Backend } from "./backend.ts";
import { type Behind, behindOf, bytesRead } from "./behind.ts";
import { guarded } from "./failures.ts";
import { Network, type States } from "./network.ts";
import { Optimizer } from "./optimizer.ts";
import { type Rows, TrainedWeights } from "./tables.ts";
import { disposeWeights, importWeights, type Weights } from "./weights.ts";

/** `automatic`: by TensorFlow.js's automatic differentiation. `byHand`: several times as fast. */
export type GradientMethod = "automatic" | "byHand";

export class TfTrainer implements NetworkTrainer {
	readonly #tf: TensorFlow;
	readonly #shape: NetworkShape;
	readonly #options: TrainerOptions;
	readonly #method: GradientMethod;
	readonly #network: Network;
	/** The byte values that may be targets; undefined: every symbol may. */
	readonly #learned: ReadonlySet<number> | undefined;
	readonly #candidates: CandidateSource | undefined;
	readonly #weights: TrainedWeights;
	readonly #optimizer: Optimizer;
	#states: States;

	/** @throws {Failure} modelBroken if a parameter is missing or of another shape */
	constructor(
		backend: Backend,
		shape: NetworkShape,
		parameters: Parameters,
		options: TrainerOptions,
		optimizer: OptimizerState | undefined,
		method: GradientMethod,
	) {
		this.#tf = backend.tf;
		this.#shape = shape;
		this.#options = options;
		// By hand there is one direction.
		this.#method = shape.direction === "both" ? "automatic" : method;
		requireApart(shape, parameters);
		this.#network = new Network(backend, shape);
		const learned = shape.words === undefined ? learnedSymbols(shape, parameters, options.symbols) : undefined;
		this.#learned = learned && new Set(learned);
		this.#candidates = options.sampled && new CandidateSource(options.sampled);
		const tables = tablesOf(shape, options);
		this.#weights = new TrainedWeights(backend.tf, shape, tables, parameters);
		try {
			this.#optimizer = new Optimizer(backend.tf, shape, options, learned, tables, optimizer);
		} catch (error) {
			this.#weights.dispose();
			throw error;
		}
		this.#states = this.#network.zeroStates(options.batch);
	}

	update(segment: Segment<Symbols>, learningRate: number): UpdateResult {
		requireUpdatable(segment, learningRate, this.#options);
		const { inputs, targets, mask, reset } = segment;
		for (const [i, target] of targets.entries()) {
			if (mask[i] && this.#learned?.has(target) === false) throw new RangeError(`byte ${target} is not learned`);
		}
		const counted = mask.reduce((sum, flag) => sum + flag, 0);
		const behind = this.#behind(segment);
		const scales = Float32Array.from(mask, (flag) => (counted === 0 ? 0 : flag / counted));
		const read = behind === undefined ? [inputs] : [inputs, bytesRead(behind)];
		const candidates = this.#candidates?.draw(targets, mask);
		const untouched = this.#network.output.untouched({ targets, scales });
		const symbols = this.#shape.words && Uint32Array.from(new Set(inputs));
		const rows = this.#rows(symbols, candidates);
		return guarded(() => {
			let next: States = [];
			const borrowed = this.#weights.borrow(rows);
			const result = this.#tf.tidy(() => {
				const lesson = {
					inputs: symbols === undefined ? Int32Array.from(inputs) : placesIn(symbols, inputs),
					targets,
					scales,
					candidates,
					batch: this.#options.batch,
					states: this.#reset(this.#states, reset),
					behind,
				};
				const { weights, loss, states } =
					this.#method === "byHand"
						? this.#network.backPropagate(borrowed, lesson)
						: this.#network.differentiate(borrowed, lesson);
				next = states;
				const gradientNorm = this.#optimizer.update(borrowed, weights, { read, rows, untouched }, learningRate);
				return { loss: counted === 0 ? 0 : loss, gradientNorm };
			});
			this.#weights.restore(borrowed, rows);
			disposeStates(this.#states);
			this.#states = next;
			return result;
		});
	}

	/** The rows of tables that an update needs. */
	#rows(symbols: Uint32Array | undefined, candidates: Candidates | undefined): Rows {
		const rows = new Map<string, Uint32Array>();
		if (symbols !== undefined) rows.set(embeddingName, symbols);
		if (candidates !== undefined) {
			for (const name of Object.values(headNames(this.#shape))) rows.set(name, candidates.symbols);
		}
		return rows;
	}

	parameters(): Parameters {
		return guarded(() => this.#weights.export());
	}

	optimizer(): OptimizerState {
		return guarded(() => this.#optimizer.state());
	}

	evaluate(texts: readonly Symbols[], skip: readonly number[], parameters?: Parameters): CrossEntropy {
		const steps = this.evaluation(texts, skip, parameters);
		let step = steps.next();
		while (!step.done) step = steps.next();
		return step.value;
	}

	*evaluation(
		texts: readonly Symbols[],
		skip: readonly number[],
		parameters?: Parameters,
	): Generator<undefined, CrossEntropy> {
		const { batch, unroll, lookahead = 0 } = this.#options;
		const weights =
			parameters === undefined ? this.#weights.borrow() : importWeights(this.#tf, this.#shape, parameters);
		const total = { nats: 0, bytes: 0 };
		let states = this.#network.zeroStates(batch);
		try {
			for (const segment of evaluationSegments(texts, skip, { batch, unroll, lookahead })) {
				states = guarded(() => this.#evaluate(segment, weights, states, total));
				yield;
			}
			return { ...total, mixtureNats: total.nats };
		} finally {
			disposeStates(states);
			if (parameters === undefined) this.#weights.release(weights);
			else disposeWeights(weights);
		}
	}

	/** Adds to `total` what a segment costs. Disposes of `states` and returns those after the segment. */
	#evaluate(
		segment: Segment<Symbols>,
		weights: Weights,
		states: States,
		total: { nats: number; bytes: number },
	): States {
		const { inputs, targets, mask, reset } = segment;
		const next = this.#tf.tidy(() => {
			const before = this.#reset(states, reset);
			const read = this.#network.read(weights, Int32Array.from(inputs), before, this.#behind(segment));
			const task = { targets, scales: Float32Array.from(mask) };
			total.nats += this.#network.output.nats(weights, read.output, task);
			total.bytes += mask.reduce((sum, flag) => sum + flag, 0);
			return kept(this.#tf, read.states);
		});
		disposeStates(states);
		return next;
	}

	#behind(segment: Segment<Symbols>): Behind | undefined {
		return this.#shape.direction === "both" ? behindOf(segment, this.#options.batch) : undefined;
	}

	/** The states, with zeros in the streams that start afresh. To be called inside of `tidy`. */
	#reset(states: States, reset: Uint8Array): States {
		if (!reset.includes(1)) return states;
		const keep = this.#tf.tensor(
			Float32Array.from(reset, (flag) => (flag === 0 ? 1 : 0)),
			[reset.length, 1],
			"float32",
		);
		return states.map((vectors) => vectors.map((vector) => this.#tf.mul(vector, keep)));
	}

	dispose(): void {
		this.#weights.dispose();
		this.#optimizer.dispose();
		disposeStates(this.#states);
	}
}

/** The parameters of which an update changes some rows only. */
function tablesOf(shape: NetworkShape, { sampled }: TrainerOptions): Set<string> {
	return new Set([
		...(shape.words === undefined ? [] : [embeddingName]),
		...(sampled === undefined ? [] : Object.values(headNames(shape))),
	]);
}

/** Where each of `inputs` stands among the symbols. */
function placesIn(symbols: Uint32Array, inputs: Symbols): Int32Array {
	const places = new Map([...symbols].map((symbol, place) => [symbol, place]));
	return Int32Array.from(inputs, (symbol) => places.get(symbol) as number);
}

function kept(tf: TensorFlow, states: States): States {
	return states.map((vectors) => vectors.map((vector) => tf.keep(vector)));
}

function disposeStates(states: States): void {
	for (const vectors of states) for (const vector of vectors) vector.dispose();
}
