/** AdamW over any variables, with the gradient clipped to a global norm; the networks of src/engines/engine.ts have optimizer.ts. */
import type { TrainerOptions } from "../../engine.ts";
import { stepScalars } from "../../optimizers.ts";
import type { TensorFlow, TfTensor, TfVariable } from "../api.ts";

export type AdamWOptions = Pick<TrainerOptions, "beta1" | "beta2" | "epsilon" | "weightDecay" | "clip">;

export class AdamW {
	readonly #tf: TensorFlow;
	readonly #options: AdamWOptions;
	readonly #parts: readonly {
		readonly variable: TfVariable;
		readonly first: TfVariable;
		readonly second: TfVariable;
	}[];
	#updates = 0;

	/** Vectors among `variables` do not decay, as they are no weights of products. */
	constructor(tf: TensorFlow, variables: readonly TfVariable[], options: AdamWOptions) {
		this.#tf = tf;
		this.#options = options;
		const zeros = ({ shape }: TfVariable) => {
			const data = new Float32Array(shape.reduce((product, length) => product * length, 1));
			return tf.tidy(() => tf.variable(tf.tensor(data, shape, "float32")));
		};
		this.#parts = variables.map((variable) => ({ variable, first: zeros(variable), second: zeros(variable) }));
	}

	/**
	 * Changes the variables by their gradients, which are by the variables' names. To be called inside of `tidy`. Returns the
	 * norm of the gradient before clipping; one that is not finite changes nothing.
	 */
	update(gradients: Readonly<Record<string, TfTensor>>, learningRate: number): number {
		const tf = this.#tf;
		const { beta1, beta2, epsilon, clip } = this.#options;
		const squares = this.#parts.map(({ variable }) => tf.reshape(tf.sum(tf.square(of(gradients, variable))), [1]));
		const norm = Math.sqrt(tf.sum(tf.concat(squares, 0)).dataSync()[0] as number);
		if (!Number.isFinite(norm)) return norm;
		const update = ++this.#updates;
		const step = stepScalars({ ...this.#options, optimizer: "adamw", learningRate, update });
		for (const { variable, first, second } of this.#parts) {
			const gradient = tf.mul(of(gradients, variable), norm > clip ? clip / norm : 1);
			first.assign(tf.add(tf.mul(first, beta1), tf.mul(gradient, 1 - beta1)));
			second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
			const root = tf.add(tf.mul(tf.sqrt(second), step.rootCorrection), epsilon);
			const kept = variable.shape.length === 1 ? variable : tf.mul(variable, step.keep);
			variable.assign(tf.sub(kept, tf.mul(tf.div(first, root), step.rate)));
		}
		return norm;
	}

	dispose(): void {
		for (const { first, second } of this.#parts) for (const tensor of [first, second]) tensor.dispose();
	}
}

function of(gradients: Readonly<Record<string, TfTensor>>, { name }: TfVariable): TfTensor {
	return gradients[name] as TfTensor;
}
