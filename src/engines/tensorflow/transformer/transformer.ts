/**
 * A Transformer that predicts the next byte: decoder blocks with causal attention and learned positions (Vaswani et al. 2017),
 * each half behind a normalisation (Xiong et al. 2020) by the root mean square (Zhang and Sennrich 2019). The product has no
 * use for it; `npm run bench -- family` compares it with the recurrent networks.
 */
import { SYMBOLS, type UpdateResult } from "../../engine.ts";
import type { TensorFlow, TfTensor, TfVariable } from "../api.ts";
import { type Backend, oneHot } from "../backend.ts";
import { guarded } from "../failures.ts";
import { AdamW, type AdamWOptions } from "./adamw.ts";
import { type Attended, attend, productOf } from "./attention.ts";

export interface TransformerShape {
	/** Numbers that stand for a position between two blocks; a multiple of `heads`. */
	readonly width: number;
	readonly heads: number;
	readonly blocks: number;
	/** Bytes that it sees at most. */
	readonly context: number;
}

/** Texts of one length side by side, row-major `[batch, length]`. */
export interface Rows {
	readonly batch: number;
	readonly inputs: Uint8Array;
	readonly targets: Uint8Array;
	/** 1 where the target counts. */
	readonly mask: Uint8Array;
}

/** What the positions read so far leave for later ones, of each block. */
export type Past = readonly Attended[];

/** Added to mean squares before they divide, as in PyTorch's layers. */
const EPSILON = 1e-5;
/** Inner width of a block's second half, in multiples of its width: Vaswani et al. */
const EXPANSION = 4;

export class Transformer {
	readonly shape: TransformerShape;
	readonly #tf: TensorFlow;
	readonly #backend: Backend;
	/** By name; matrices are `[inputs, outputs]`. */
	readonly weights = new Map<string, TfVariable>();
	readonly #optimizer: AdamW;
	readonly #product: ReturnType<typeof productOf>;

	/**
	 * @param bias logits of the bytes before anything is learned, `[256]`
	 * @param normal gives normally distributed numbers of variance 1
	 */
	constructor(
		backend: Backend,
		shape: TransformerShape,
		options: AdamWOptions,
		bias: ArrayLike<number>,
		normal: () => number,
	) {
		const { tf } = backend;
		this.shape = shape;
		this.#backend = backend;
		this.#tf = tf;
		this.#product = productOf(tf);
		const { width, blocks, context } = shape;
		const inner = EXPANSION * width;
		const random = (deviation: number) => () => deviation * normal();
		this.#add("bytes", [SYMBOLS, width], random(1));
		this.#add("positions", [context, width], random(0.1));
		for (let block = 0; block < blocks; block++) {
			// The more blocks, the less each adds, so that the sum keeps its size (Radford et al. 2019).
			const share = 1 / Math.sqrt(2 * blocks);
			this.#add(`${block}.norm1`, [width], () => 1);
			this.#add(`${block}.attention`, [width, 3 * width], random(1 / Math.sqrt(width)));
			this.#add(`${block}.projection`, [width, width], random(share / Math.sqrt(width)));
			this.#add(`${block}.norm2`, [width], () => 1);
			this.#add(`${block}.up`, [width, inner], random(1 / Math.sqrt(width)));
			this.#add(`${block}.down`, [inner, width], random(share / Math.sqrt(inner)));
		}
		this.#add("norm", [width], () => 1);
		this.#add("head", [width, SYMBOLS], () => 0);
		this.#add("bias", [SYMBOLS], (i) => bias[i] as number);
		this.#optimizer = new AdamW(tf, [...this.weights.values()], options);
	}

	get parameterCount(): number {
		return [...this.weights.values()].reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
	}

	/** One step of AdamW on the mean loss of the targets that count. */
	update({ batch, inputs, targets, mask }: Rows, learningRate: number): UpdateResult {
		const counted = Math.max(1, mask.filter((flag) => flag === 1).length);
		const scales = Float32Array.from(mask, (flag) => flag / counted);
		return this.#run(() => {
			const { value, grads } = this.#tf.variableGrads(
				() => this.#nats(this.#read(this.#embed(inputs, batch, 0), batch).logits, targets, scales),
				[...this.weights.values()],
			);
			return { loss: value.dataSync()[0] as number, gradientNorm: this.#optimizer.update(grads, learningRate) };
		});
	}

	/** −ln p of the targets that count, summed. */
	score({ batch, inputs, targets, mask }: Rows): number {
		const nats = () =>
			this.#nats(this.#read(this.#embed(inputs, batch, 0), batch).logits, targets, Float32Array.from(mask));
		return this.#run(() => nats().dataSync()[0] as number);
	}

	/** Reads further bytes of one text; gives the logits behind each, `[bytes.length, 256]`, and what to go on from, to be disposed of. */
	step(bytes: Uint8Array, past: Past = []): { readonly logits: Float32Array; readonly past: Past } {
		return this.#run(() => {
			const read = this.#read(this.#embed(bytes, 1, past[0]?.keys.shape[1] ?? 0), 1, past);
			for (const { keys, values } of read.past) for (const tensor of [keys, values]) this.#tf.keep(tensor);
			return { logits: read.logits.dataSync().slice(), past: read.past };
		});
	}

	/** The gradient of −ln p(target), where `target` follows `bytes`, by what enters the first block: its norm at each position. */
	reach(bytes: Uint8Array, target: number): readonly number[] {
		const tf = this.#tf;
		const scales = Float32Array.from(bytes, (_, i) => (i === bytes.length - 1 ? 1 : 0));
		const entry = this.#run(() => tf.variable(this.#embed(bytes, 1, 0)));
		const loss = () => this.#nats(this.#read(entry, 1).logits, new Uint8Array(bytes.length).fill(target), scales);
		const norms = () => tf.sqrt(tf.sum(tf.square(tf.variableGrads(loss, [entry]).grads[entry.name] as TfTensor), 1));
		try {
			return this.#run(() => [...norms().dataSync()]);
		} finally {
			entry.dispose();
		}
	}

	dispose(): void {
		for (const variable of this.weights.values()) variable.dispose();
		this.#optimizer.dispose();
	}

	#run<T>(work: () => T): T {
		return guarded(() => this.#tf.tidy(work));
	}

	#add(name: string, shape: readonly number[], fill: (index: number) => number): void {
		const length = shape.reduce((product, size) => product * size, 1);
		const data = Float32Array.from({ length }, (_, i) => fill(i));
		this.weights.set(
			name,
			this.#run(() => this.#tf.variable(this.#tf.tensor(data, shape, "float32"))),
		);
	}

	#weight(name: string): TfVariable {
		return this.weights.get(name) as TfVariable;
	}

	/** What enters the first block, `[batch · length, width]`; the first position is `from`. */
	#embed(inputs: Uint8Array, batch: number, from: number): TfTensor {
		const tf = this.#tf;
		const { rows } = this.#backend.differentiable;
		const [length, { width }] = [inputs.length / batch, this.shape];
		const positions = rows(
			this.#weight("positions"),
			Int32Array.from({ length }, (_, t) => from + t),
		);
		const bytes = rows(this.#weight("bytes"), Int32Array.from(inputs));
		return tf.reshape(tf.add(tf.reshape(bytes, [batch, length, width]), positions), [batch * length, width]);
	}

	/** From what enters the first block to the logits, `[batch · length, 256]`. */
	#read(entry: TfTensor, batch: number, past: Past = []): { readonly logits: TfTensor; readonly past: Past } {
		const tf = this.#tf;
		let x = entry;
		const next = Array.from({ length: this.shape.blocks }, (_, block) => {
			const parts = this.#product(this.#normalized(x, `${block}.norm1`), this.#weight(`${block}.attention`));
			const { output, attended } = attend(tf, this.#product, parts, { batch, heads: this.shape.heads }, past[block]);
			x = tf.add(x, this.#product(output, this.#weight(`${block}.projection`)));
			const inner = this.#product(this.#normalized(x, `${block}.norm2`), this.#weight(`${block}.up`));
			x = tf.add(x, this.#product(tf.relu(inner), this.#weight(`${block}.down`)));
			return attended;
		});
		const logits = this.#product(this.#normalized(x, "norm"), this.#weight("head"));
		return { logits: tf.add(logits, this.#weight("bias")), past: next };
	}

	#normalized(x: TfTensor, name: string): TfTensor {
		const tf = this.#tf;
		const meanSquare = tf.mul(tf.sum(tf.square(x), 1, true), 1 / this.shape.width);
		return tf.mul(tf.div(x, tf.sqrt(tf.add(meanSquare, EPSILON))), this.#weight(name));
	}

	/** −ln p of each target times its scale, summed. */
	#nats(logits: TfTensor, targets: Uint8Array, scales: Float32Array): TfTensor {
		const tf = this.#tf;
		const logProbabilities = tf.sum(tf.mul(tf.logSoftmax(logits), oneHot(tf, targets, SYMBOLS)), 1);
		return tf.mul(tf.sum(tf.mul(logProbabilities, tf.tensor(scales, [scales.length], "float32"))), -1);
	}
}
