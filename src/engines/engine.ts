/**
 * The interface between the model and the code that does the arithmetic. An engine trains and runs recurrent networks
 * over the 256 byte values, or over these and words. Its memory layouts stay its own: parameters go in and out by PyTorch's names and shapes.
 */

import type { Cell, Direction } from "../domain/cells.ts";
import { SYMBOLS, type Symbols } from "./symbols.ts";

export type { Cell, Direction, Symbols };
export { SYMBOLS };

/** Of a network that reads and predicts words, too; it reads forward only. */
export interface WordShape {
	/** The 256 byte values, then the words, the most frequent first. */
	readonly symbols: number;
	/**
	 * Of an adaptive softmax (Grave et al. 2017): the first symbol of each cluster, ascending, the first after the byte values. Empty:
	 * a softmax over all symbols.
	 */
	readonly cutoffs: readonly number[];
}

export interface NetworkShape {
	readonly cell: Cell;
	/** Units per layer and direction. */
	readonly hidden: number;
	readonly layers: number;
	/**
	 * `forward` if absent. In a network of `both` directions a layer above the first reads the layer below of its own direction only. If
	 * it read both, as PyTorch's `bidirectional=True` allows, the state before a byte would depend on that byte.
	 */
	readonly direction?: Direction;
	/** Absent: the network reads and predicts bytes. */
	readonly words?: WordShape;
}

/** Row-major float32 tensor. */
export interface Tensor {
	readonly shape: readonly number[];
	readonly data: Float32Array;
}

/**
 * Tensors by PyTorch name: `gru.weight_ih_l0 [3H,256]`, `gru.weight_hh_l0 [3H,H]`, …, `head.weight [256,H]`, `head.bias`. With both
 * directions also `gru.weight_ih_l0_reverse`, …; `head.weight` is then `[256,2H]`, the columns of the forward state first, and
 * so is `weight_ih` above the first layer, where the columns of the other direction are 0.
 *
 * A network of words has `embedding.weight [symbols,H]`, and `gru.weight_ih_l0` is `[3H,H]`. Its output layer is `head.weight
 * [symbols,H]` and `head.bias` or, if adaptive, what `AdaptiveLogSoftmaxWithLoss(…, head_bias=True)` has: `head.head.weight`
 * with a row for each symbol before the first cluster and for each cluster, `head.head.bias`, and for cluster i
 * `head.tail.i.0.weight [width,H]` and `head.tail.i.1.weight [symbols of the cluster,width]`.
 */
export type Parameters = ReadonlyMap<string, Tensor>;

/**
 * What an optimiser remembers, a tensor per parameter, and the number of updates made. `first` is the mean of the gradients
 * (`adam`, `adamw`) or PyTorch's momentum buffer (`momentum`); `second` the mean of their squares (`adam`, `adamw`,
 * `rmsprop`). Where an optimiser has none of them, nothing depends on what stands there.
 */
export interface OptimizerState {
	readonly updates: number;
	readonly first: Parameters;
	readonly second: Parameters;
}

/**
 * The rules by which parameters follow their gradient, which is clipped first. Each is as PyTorch defines it: `sgd` is
 * `torch.optim.SGD`, `momentum` the same with `momentum` β₁, `rmsprop` is `RMSprop` with `alpha` β₂, `adam` is `Adam`,
 * `adamw` is `AdamW`, both with `betas` (β₁, β₂).
 */
export const optimizers = ["adamw", "adam", "rmsprop", "momentum", "sgd"] as const;
export type OptimizerName = (typeof optimizers)[number];

export interface TrainerOptions {
	/** Streams trained side by side. */
	readonly batch: number;
	/** Time steps per update (truncated back-propagation through time). */
	readonly unroll: number;
	readonly threads: number;
	/** `adamw` if absent. */
	readonly optimizer?: OptimizerName;
	/** How much remains, from update to update, of the mean of the gradients and of the mean of their squares. */
	readonly beta1: number;
	readonly beta2: number;
	/** Added to the root of the mean of the squares. */
	readonly epsilon: number;
	/**
	 * `adamw`: parameters shrink by this times the learning rate in each update. Others: this times the parameter is added
	 * to its gradient. The input weights of bytes that have not been met yet stay as they are.
	 */
	readonly weightDecay: number;
	/** Largest global L2 norm of the gradient. */
	readonly clip: number;
	/**
	 * The byte values that occur as targets; all if absent. Others keep the probability that they begin with, as far as
	 * their output weights are zero, and cost nothing.
	 */
	readonly symbols?: Uint8Array | undefined;
	/** Of a network of words with a softmax over all symbols: trains it on samples of the symbols. */
	readonly sampled?: SampledSoftmax;
	/** Most bytes behind the targets that a network of both directions reads before a segment; none if absent. */
	readonly lookahead?: number;
	/** Allows targets that are mixed with what another model says of them. `symbols` is then ignored: all are learned. */
	readonly mixture?: MixtureWeights;
}

/**
 * A softmax over the targets of a segment and further symbols that are drawn for it, in place of all (Jean et al. 2015, "On Using Very
 * Large Target Vocabulary"). From the logit of a symbol it subtracts the logarithm of the probability that the symbol takes part.
 * An evaluation is not sampled.
 */
export interface SampledSoftmax {
	/** Drawn for each segment, with repetition. */
	readonly draws: number;
	/** `[symbols]`: how often each is drawn, in any unit. A symbol of 0 takes part as a target only. */
	readonly weights: Float64Array;
	/** 32-bit integer. */
	readonly seed: number;
}

/**
 * How the network is mixed with another model, bit by bit of a byte, the highest first: in favour of the bit that comes, the
 * mixture has the log-odds w · n + o, where n are the network's. w and o depend on the log-odds a of the other model, in
 * tenths of a nat from −128 to 127, and stand at index 128 + a.
 */
export interface MixtureWeights {
	/** w, `[256]`. */
	readonly network: Float32Array;
	/** o, `[256]`. */
	readonly offset: Float32Array;
}

/** A segment for one update. Arrays are `[unroll, batch]`, time-major. */
export interface Segment<S extends Symbols = Uint8Array> {
	readonly inputs: S;
	readonly targets: S;
	/** 1 where the target counts; a position with 0 trains nothing. */
	readonly mask: Uint8Array;
	/** `[batch]`, 1 where the stream starts afresh: its state is zeroed before the segment. */
	readonly reset: Uint8Array;
	/** What stands behind the targets, for a network of both directions; nothing if absent. */
	readonly following?: FollowingText;
	/**
	 * `[unroll, batch, 8]`: what another model says of each target, as its log-odds in favour of each bit that comes, in
	 * tenths of a nat. The loss is then that of the mixture.
	 */
	readonly advice?: Int8Array;
}

/**
 * The bytes behind the targets of a segment. The backward network begins behind them, or where the text of a stream ends, with
 * the zero state. It reads them, without a gradient, and then the targets from the last to the second.
 */
export interface FollowingText {
	/** `[any number up to lookahead, batch]`, time-major. */
	readonly bytes: Uint8Array;
	/** `[batch]`: how many of the targets and these bytes, from the first target on, are text of the stream. */
	readonly lengths: Uint32Array;
}

/** Cross-entropy of some symbols, summed. */
export interface CrossEntropy {
	readonly nats: number;
	/** The same of the mixture with what another model says; as `nats` where it says nothing. */
	readonly mixtureNats: number;
	/** Symbols that counted. */
	readonly bytes: number;
}

export interface UpdateResult {
	/** Mean cross-entropy of the counted targets by the network alone, nats; with samples, by the softmax over these. */
	readonly loss: number;
	/** Global gradient norm before clipping. */
	readonly gradientNorm: number;
}

/** An engine may answer at once or, where the arithmetic is done elsewhere, with a promise. */
export type Awaitable<T> = T | Promise<T>;

/**
 * Trains one network, one call at a time; state is carried from segment to segment in each stream.
 *
 * A trainer that has lost a thread throws `threadLost` from every `update` and `evaluate`; its parameters may then be those
 * of an update that was half made.
 */
export interface NetworkTrainer {
	/**
	 * One forward pass, backward pass and step of the optimiser. The gradient does not reach beyond the segment: truncated
	 * back-propagation through time (Williams and Peng 1990).
	 *
	 * @throws {Failure} threadLost
	 */
	update(segment: Segment<Symbols>, learningRate: number): Awaitable<UpdateResult>;
	/** Copies of the present parameters, for a checkpoint. */
	parameters(): Awaitable<Parameters>;
	optimizer(): Awaitable<OptimizerState>;
	/**
	 * Cross-entropy (nats, summed) of `texts`, each read from the zero state, by the present parameters or those given;
	 * the first `skip[i]` bytes of text i are read but not counted. What is trained is untouched. A network of both directions sees
	 * right of a byte no more than the rest of its segment and `lookahead` further bytes.
	 *
	 * @param advice what another model says of each byte of each text, eight numbers a byte, as in `Segment`
	 */
	evaluate(
		texts: readonly Symbols[],
		skip: readonly number[],
		parameters?: Parameters,
		advice?: readonly Int8Array[],
	): Awaitable<CrossEntropy>;
	/**
	 * As `evaluate`, in steps of some milliseconds. Between them nothing else may be asked of the trainer; `return` breaks
	 * it off.
	 */
	evaluation(
		texts: readonly Symbols[],
		skip: readonly number[],
		parameters?: Parameters,
		advice?: readonly Int8Array[],
	): Generator<undefined, CrossEntropy> | AsyncGenerator<undefined, CrossEntropy>;
	dispose(): void;
}

/** Runs one network forward, a few hypotheses at a time; never asynchronous, as a suggestion takes hundreds of steps. */
export interface Predictor {
	readonly shape: NetworkShape;
	/** Floats in one state (all layers). */
	readonly stateSize: number;
	/** Largest number of hypotheses in one call of `step`. */
	readonly maxBatch: number;
	/**
	 * Advances `count` states by one symbol each. `states` is `[count, stateSize]` and is overwritten; if `logits` is
	 * given, `[count, symbols]` unnormalised log-probabilities of the next symbol are written to it.
	 */
	step(count: number, states: Float32Array, symbols: Symbols, logits?: Float32Array): void;
	/** Advances one state through `symbols` without computing logits. */
	read(state: Float32Array, symbols: Symbols): void;
	dispose(): void;
}

export type Precision = "float32" | "int8";

/** What an engine can run. A caller looks here before it asks; the engine refuses the rest with a `Failure`. */
export interface EngineCapabilities {
	readonly cells: ReadonlySet<Cell>;
	/** Of networks that it trains. A predictor reads forward only. */
	readonly directions: ReadonlySet<Direction>;
	readonly optimizers: ReadonlySet<OptimizerName>;
	/** Of the weights of a predictor. */
	readonly precisions: ReadonlySet<Precision>;
	/** Most threads of one trainer. */
	readonly threads: number;
	/** Whether a trainer can learn from the loss of a mixture (`TrainerOptions.mixture`). */
	readonly mixtures: boolean;
}

export interface Engine {
	readonly name: string;
	readonly capabilities: EngineCapabilities;
	/** Which build of the kernels runs, how many threads it may use: for logs and benchmarks. */
	readonly description: string;
	/** @throws {Failure} badArgument, modelUnsupported, modelBroken or threadLost */
	createTrainer(
		shape: NetworkShape,
		parameters: Parameters,
		options: TrainerOptions,
		optimizer?: OptimizerState,
	): Promise<NetworkTrainer>;
	/** @throws {Failure} badArgument, modelUnsupported or modelBroken */
	createPredictor(
		shape: NetworkShape,
		parameters: Parameters,
		precision: Precision,
		maxBatch: number,
	): Promise<Predictor>;
}
