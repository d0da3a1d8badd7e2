/**
 * The output layer over a segment: a softmax over all symbols, over those that were drawn for the segment, or an adaptive one, whose
 * head says the frequent symbols and the cluster of the others. Positions are rows of the last layer's h.
 */
import type { Candidates } from "../candidates.ts";
import type { NetworkShape, Symbols } from "../engine.ts";
import { type Cluster, clusterNames, clustersOf, headNames, headRows } from "../shapes.ts";
import type { TensorFlow, TfTensor } from "./api.ts";
import { type Backend, type Operations, oneHot } from "./backend.ts";
import { productTransposed, sumRows, transposedProduct } from "./products.ts";
import type { Weights } from "./weights.ts";

/** What is to be predicted. */
export interface Targets {
	readonly targets: Symbols;
	/** By which the cross-entropy of each position is multiplied; 0: it does not count. */
	readonly scales: Float32Array;
	/** Of a sampled softmax in training; the weights of the head are then theirs. */
	readonly candidates?: Candidates | undefined;
}

/** One of the softmaxes that a probability is made of: that of the head, or of a cluster. */
interface Part {
	/** The weights by which h is multiplied to logits, the first of a cluster without a bias. */
	readonly cluster: number | undefined;
	/** The positions whose targets it says; undefined: all. */
	readonly places: Int32Array | undefined;
	/** The place of each target among its logits. */
	readonly labels: Int32Array;
	readonly scales: Float32Array;
	readonly width: number;
}

export class Output {
	readonly #tf: TensorFlow;
	readonly #direct: Operations;
	readonly #shape: NetworkShape;
	readonly #names: ReturnType<typeof headNames>;
	readonly #clusters: readonly Cluster[];
	/** Symbols that the head says itself. */
	readonly #single: number;

	constructor({ tf, direct }: Backend, shape: NetworkShape) {
		this.#tf = tf;
		this.#direct = direct;
		this.#shape = shape;
		this.#names = headNames(shape);
		this.#clusters = clustersOf(shape);
		this.#single = headRows(shape) - this.#clusters.length;
	}

	/** `[rows, symbols]`: logits; log-probabilities of an adaptive softmax. */
	logits(weights: Weights, output: TfTensor): TfTensor {
		const tf = this.#tf;
		const logits = this.#headLogits(weights, output, undefined);
		if (this.#clusters.length === 0) return logits;
		const ones = this.#clusters.map(() => 1);
		const [single, ...clusters] = tf.split(tf.logSoftmax(logits), [this.#single, ...ones], 1) as [
			TfTensor,
			...TfTensor[],
		];
		const tails = clusters.map((cluster, index) => {
			const { projection, weight } = this.#tailWeights(weights, index);
			return tf.add(tf.logSoftmax(tf.matMul(tf.matMul(output, projection), weight)), cluster);
		});
		return tf.concat([single, ...tails], 1);
	}

	/** The cross-entropies of all positions, each times its scale, summed. */
	loss(weights: Weights, output: TfTensor, task: Targets, operations: Operations): TfTensor {
		const tf = this.#tf;
		const sums = this.#parts(task).map((part) => {
			const logits = this.#logitsOf(weights, output, task, part, operations);
			return this.#crossEntropy(tf.logSoftmax(logits), part).loss;
		});
		return sums.reduce((sum, one) => tf.add(sum, one));
	}

	/** The same, added up in float64. To be called inside of `tidy`. */
	nats(weights: Weights, output: TfTensor, task: Targets): number {
		let nats = 0;
		for (const part of this.#parts(task)) {
			const logits = this.#logitsOf(weights, output, task, part, this.#direct);
			const logProbabilities = this.#tf.logSoftmax(logits).dataSync();
			for (const [row, label] of part.labels.entries()) {
				const scale = part.scales[row] as number;
				if (scale !== 0) nats -= scale * (logProbabilities[row * part.width + label] as number);
			}
		}
		return nats;
	}

	/**
	 * The cross-entropies as `loss` has them, and the gradient of `output`. Adds those of the weights to `gradients`, but for weights that
	 * stay untouched.
	 */
	backward(
		weights: Weights,
		output: TfTensor,
		task: Targets,
		gradients: Map<string, TfTensor>,
	): { readonly loss: TfTensor; readonly above: TfTensor } {
		const tf = this.#tf;
		const results = this.#parts(task).map((part) =>
			part.cluster === undefined
				? this.#headBackward(weights, output, task.candidates, part, gradients)
				: this.#tailBackward(weights, output, part, part.cluster, gradients),
		);
		return {
			loss: results.map(({ loss }) => loss).reduce((sum, one) => tf.add(sum, one)),
			above: results.map(({ above }) => above).reduce((sum, one) => tf.add(sum, one)),
		};
	}

	/** The parameters that a segment leaves as they are, by their names: those of clusters without a target. */
	untouched({ targets, scales }: Targets): Set<string> {
		const untouched = new Set<string>();
		for (const [index, { first, last }] of this.#clusters.entries()) {
			const isMet = targets.some((target, p) => scales[p] !== 0 && target >= first && target < last);
			if (!isMet) for (const name of Object.values(clusterNames(index))) untouched.add(name);
		}
		return untouched;
	}

	#parts({ targets, scales, candidates }: Targets): Part[] {
		const head = (symbol: number) => {
			// A target that does not count may be no candidate.
			if (candidates !== undefined) return Math.max(0, candidates.rowOf[symbol] as number);
			const cluster = this.#clusters.findIndex(({ first, last }) => symbol >= first && symbol < last);
			return cluster === -1 ? symbol : this.#single + cluster;
		};
		const width = candidates?.symbols.length ?? headRows(this.#shape);
		const labels = Int32Array.from(targets, head);
		const parts: Part[] = [{ cluster: undefined, places: undefined, labels, scales, width }];
		for (const [cluster, { first, last }] of this.#clusters.entries()) {
			const isHere = (p: number) => {
				const target = targets[p] as number;
				return scales[p] !== 0 && target >= first && target < last;
			};
			const places = Int32Array.from([...targets.keys()].filter(isHere));
			if (places.length === 0) continue;
			parts.push({
				cluster,
				places,
				labels: places.map((p) => (targets[p] as number) - first),
				scales: Float32Array.from(places, (p) => scales[p] as number),
				width: last - first,
			});
		}
		return parts;
	}

	#logitsOf(
		weights: Weights,
		output: TfTensor,
		{ candidates }: Targets,
		{ cluster, places }: Part,
		operations: Operations,
	): TfTensor {
		if (cluster === undefined) return this.#headLogits(weights, output, candidates);
		return this.#tailLogits(weights, rowsAt(operations, output, places), cluster).logits;
	}

	#headLogits(weights: Weights, output: TfTensor, candidates: Candidates | undefined): TfTensor {
		const tf = this.#tf;
		const weight = weights.get(this.#names.weight) as TfTensor;
		const logits = tf.add(tf.matMul(output, weight), weights.get(this.#names.bias) as TfTensor);
		if (candidates === undefined) return logits;
		const { corrections } = candidates;
		return tf.sub(logits, tf.tensor(Float32Array.from(corrections), [corrections.length], "float32"));
	}

	#tailWeights(weights: Weights, cluster: number): { readonly projection: TfTensor; readonly weight: TfTensor } {
		const names = clusterNames(cluster);
		return {
			projection: weights.get(names.projection) as TfTensor,
			weight: weights.get(names.weight) as TfTensor,
		};
	}

	#tailLogits(weights: Weights, rows: TfTensor, cluster: number) {
		const { projection, weight } = this.#tailWeights(weights, cluster);
		const projected = this.#tf.matMul(rows, projection);
		return { projected, logits: this.#tf.matMul(projected, weight) };
	}

	#crossEntropy(logProbabilities: TfTensor, { labels, scales, width }: Part) {
		const tf = this.#tf;
		const wanted = oneHot(tf, labels, width);
		const scale = tf.tensor(scales, [scales.length, 1], "float32");
		const loss = tf.mul(tf.sum(tf.mul(tf.mul(logProbabilities, wanted), scale)), -1);
		return { loss, wanted, scale };
	}

	/** The loss of a part, and its gradient by the logits. */
	#slopes(logits: TfTensor, part: Part) {
		const tf = this.#tf;
		const logProbabilities = tf.logSoftmax(logits);
		const { loss, wanted, scale } = this.#crossEntropy(logProbabilities, part);
		return { loss, slopes: tf.mul(tf.sub(tf.exp(logProbabilities), wanted), scale) };
	}

	#headBackward(
		weights: Weights,
		output: TfTensor,
		candidates: Candidates | undefined,
		part: Part,
		gradients: Map<string, TfTensor>,
	) {
		const tf = this.#tf;
		const { loss, slopes } = this.#slopes(this.#headLogits(weights, output, candidates), part);
		gradients.set(this.#names.weight, transposedProduct(tf, output, slopes));
		gradients.set(this.#names.bias, tf.sum(slopes, 0));
		return { loss, above: productTransposed(tf, slopes, weights.get(this.#names.weight) as TfTensor) };
	}

	#tailBackward(weights: Weights, output: TfTensor, part: Part, cluster: number, gradients: Map<string, TfTensor>) {
		const tf = this.#tf;
		const names = clusterNames(cluster);
		const { projection, weight } = this.#tailWeights(weights, cluster);
		const rows = rowsAt(this.#direct, output, part.places);
		const { projected, logits } = this.#tailLogits(weights, rows, cluster);
		const { loss, slopes } = this.#slopes(logits, part);
		const ofProjected = productTransposed(tf, slopes, weight);
		gradients.set(names.weight, transposedProduct(tf, projected, slopes));
		gradients.set(names.projection, transposedProduct(tf, rows, ofProjected));
		const above = productTransposed(tf, ofProjected, projection);
		return { loss, above: sumRows(tf, part.places as Int32Array, above, output.shape[0] as number) };
	}
}

function rowsAt(operations: Operations, output: TfTensor, places: Int32Array | undefined): TfTensor {
	return places === undefined ? output : operations.rows(output, places);
}
