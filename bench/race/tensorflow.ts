/**
 * TensorFlow.js in the race. Arguments: hidden, batch, unroll, seconds, folder, back end, variant. The variants are `hand` and
 * `autodiff`, the two ways of the TensorFlow engine, and `layers`, the layers that come with TensorFlow.js: another GRU of the
 * same size, as these cannot have PyTorch's.
 */
import type { NetworkShape, Segment } from "../../src/engines/engine.ts";
import type { TensorFlow, TfTensor } from "../../src/engines/tensorflow/api.ts";
import { createTensorFlowEngine } from "../../src/engines/tensorflow/index.ts";
import { loadTensorFlow } from "../../src/engines/tensorflow/load.ts";
import { Failure } from "../../src/platform/failure.ts";
import { newParameters } from "../arithmetic.ts";
import { runLaps, type Task, taskOf } from "./laps.ts";
import { optionsOf, raceSegments, raceText, rate } from "./lesson.ts";

const notInstalled = 3;

/** What the layers need of the namespace. */
interface Layers {
	sequential(): {
		add(layer: object): void;
		compile(options: object): void;
		trainOnBatch(inputs: TfTensor, targets: TfTensor): Promise<unknown>;
	};
	readonly layers: { gru(options: object): object; dense(options: object): object };
	readonly train: { adam(rate: number): object };
}

const symbols = 256;

async function engineUpdate(tf: TensorFlow, task: Task, variant: string): Promise<() => unknown> {
	const engine = createTensorFlowEngine(tf, variant === "autodiff" ? "automatic" : "byHand");
	const shape: NetworkShape = { cell: "gru", hidden: task.hidden, layers: 1 };
	const text = raceText();
	const trainer = await engine.createTrainer(shape, newParameters(shape, text), optionsOf(task));
	const segments = raceSegments(text, task);
	let next = 0;
	return () => trainer.update(segments[next++ % segments.length] as Segment, rate);
}

function layersUpdate(tf: TensorFlow & Layers, { hidden, batch, unroll }: Task): () => unknown {
	const model = tf.sequential();
	const inputShape = [unroll, symbols];
	model.add(
		tf.layers.gru({
			units: hidden,
			returnSequences: true,
			inputShape,
			activation: "tanh",
			recurrentActivation: "sigmoid",
		}),
	);
	model.add(tf.layers.dense({ units: symbols, activation: "softmax" }));
	model.compile({ optimizer: tf.train.adam(rate), loss: "categoricalCrossentropy" });
	const ones = new Float32Array(batch * unroll * symbols);
	for (let i = 0; i < batch * unroll; i++) ones[i * symbols + ((i * 7919) % 128)] = 1;
	const inputs = tf.tensor(ones, [batch, unroll, symbols], "float32");
	return () => model.trainOnBatch(inputs, inputs);
}

const task = taskOf(process.argv.slice(2));
const [folder = "", backend = "", variant = ""] = task.more;
try {
	if (folder === "") process.exit(notInstalled);
	const tf = await loadTensorFlow({ folder, threads: 1 });
	if (tf.getBackend() !== backend && !(await tf.setBackend(backend))) process.exit(notInstalled);
	await tf.ready();
	const update =
		variant === "layers" ? layersUpdate(tf as TensorFlow & Layers, task) : await engineUpdate(tf, task, variant);
	await runLaps(task, createTensorFlowEngine(tf).description, update);
} catch (error) {
	if (!(error instanceof Failure) || error.code !== "engineUnavailable") throw error;
	process.stderr.write(`${error.detail}\n`);
	process.exitCode = notInstalled;
}
