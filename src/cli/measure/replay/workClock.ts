/**
 * A clock that runs on the work of the models: each call of them takes what it takes on this machine, or a multiple of that.
 * So a search is cut off where it would be cut off on a machine of that speed, whatever else this one does meanwhile.
 */
import type { AdaptiveModel, Context, LanguageModel, Learned } from "../../../model/languageModel.ts";
import { quantile } from "../../terminal/quantile.ts";

/** Milliseconds that the work of a model takes, the search that asks for it included. */
export interface WorkCosts {
	/** Advancing so many contexts by a byte each, in one batch; `[0]` is of none. */
	readonly advance: readonly number[];
	/** The distribution over the next byte in one context. */
	readonly predict: number;
	/** Reading: of each call, and of each byte. */
	readonly read: number;
	readonly readByte: number;
	/** Learning a byte. */
	readonly learnByte: number;
}

/** Larger batches are taken to cost as much more as they are larger. */
const largestBatch = 8;
/** Of one kind of work. The first compile it, and the others are disturbed by other programs now and then. */
const warmUps = 40;
const repetitions = 60;
/** Of the repetitions: neither the luckiest nor the disturbed ones. */
const undisturbed = 0.25;
const shortReading = 16;
const longReading = 256;
const fewLearned = 32;

/** A context of a model whose work a clock counts. */
class CountedContext implements Context {
	readonly inner: Context;
	readonly #clock: WorkClock;
	#isPredicted = false;

	constructor(inner: Context, clock: WorkClock) {
		this.inner = inner;
		this.#clock = clock;
	}

	get logProbabilities(): Float32Array {
		if (!this.#isPredicted) this.#clock.predicted();
		this.#isPredicted = true;
		return this.inner.logProbabilities;
	}
}

export class WorkClock {
	readonly #costs: WorkCosts;
	readonly #factor: number;
	#now = 0;

	/** `factor`: how many times as long everything takes. */
	constructor(costs: WorkCosts, factor: number) {
		this.#costs = costs;
		this.#factor = factor;
	}

	/** Milliseconds. */
	now(): number {
		return this.#now;
	}

	predicted(): void {
		this.#pass(this.#costs.predict);
	}

	/** The same model; its work makes the clock go on. */
	counting(model: AdaptiveModel): AdaptiveModel {
		const { advance, read, readByte, learnByte } = this.#costs;
		const whole = advance[largestBatch] as number;
		const own = (context: Context): Context => (context as CountedContext).inner;
		const counted = (context: Context): Context => new CountedContext(context, this);
		return {
			start: () => counted(model.start()),
			advance: (contexts, bytes) => {
				this.#pass(advance[contexts.length] ?? (whole * contexts.length) / largestBatch);
				return model.advance(contexts.map(own), bytes).map(counted);
			},
			read: (context, bytes) => {
				this.#pass(read + readByte * bytes.length);
				return counted(model.read(own(context), bytes));
			},
			learn: (context, bytes): Learned => {
				this.#pass(learnByte * bytes.length);
				const learned = model.learn(own(context), bytes);
				return { context: counted(learned.context), nats: learned.nats };
			},
		};
	}

	#pass(milliseconds: number): void {
		this.#now += this.#factor * milliseconds;
	}
}

/**
 * What the work of a model takes on this machine. The model learns on the way.
 *
 * @param bytes text such as the model will read, of some thousand bytes at least
 * @param search looks for what may follow a context; what it takes beside its calls of the model is shared out among them
 * @param now a clock in ms
 */
export function measureCosts(
	model: AdaptiveModel,
	bytes: Uint8Array,
	search: (model: LanguageModel, context: Context) => void,
	now: () => number = () => performance.now(),
): WorkCosts {
	const rounds = warmUps + repetitions;
	const step = Math.floor((bytes.length - longReading) / rounds);
	if (step < 1) throw new RangeError("There is too little text to measure with");
	const textAt = (i: number, length: number) => bytes.subarray(step * i, step * i + length);
	const start = model.start();
	/** One that has predicted nothing yet. */
	const contextAt = (i: number) => model.read(start, textAt(i, shortReading));
	const typical = (timeOf: (i: number) => number): number => {
		const times = Array.from({ length: rounds }, (_, i) => timeOf(i));
		return quantile(times.slice(warmUps), undisturbed);
	};
	const timed = (work: (context: Context, i: number) => unknown): number =>
		typical((i) => {
			const context = contextAt(i);
			const begun = now();
			work(context, i);
			return now() - begun;
		});

	const predict = timed((context) => context.logProbabilities);
	const batch = Array.from({ length: largestBatch }, (_, i) => contextAt(i));
	// A context is advanced once it has predicted.
	const advanced = (size: number) => {
		const some = batch.slice(0, size);
		for (const context of some) void context.logProbabilities;
		return timed((_, i) => model.advance(some, textAt(i, size)));
	};
	const advance = [0, ...Array.from({ length: largestBatch }, (_, i) => advanced(i + 1))];
	const short = timed((context, i) => model.read(context, textAt(i, shortReading)));
	const long = timed((context, i) => model.read(context, textAt(i, longReading)));
	const readByte = Math.max(0, (long - short) / (longReading - shortReading));
	const read = Math.max(0, short - shortReading * readByte);
	const learnByte = timed((context, i) => model.learn(context, textAt(i, fewLearned))) / fewLearned;
	const costs = { advance, predict, read, readByte, learnByte };

	const clock = new WorkClock(costs, 1);
	const counting = clock.counting(model);
	const searched = timed((context) => search(model, context));
	const counted = typical((i) => {
		const context = counting.read(counting.start(), textAt(i, shortReading));
		const begun = clock.now();
		search(counting, context);
		return clock.now() - begun;
	});
	const factor = counted > 0 ? Math.max(1, searched / counted) : 1;
	return { ...costs, advance: advance.map((cost) => factor * cost), predict: factor * predict };
}
