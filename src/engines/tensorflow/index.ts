/** The TensorFlow engine: the same networks over the API of TensorFlow.js, which the user installs. */
import { directions } from "../../domain/cells.ts";
import { type Engine, type EngineCapabilities, optimizers } from "../engine.ts";
import { requirePredictable, requireTrainable } from "../requirements.ts";
import type { TensorFlow } from "./api.ts";
import { backendOf } from "./backend.ts";
import { cellNames } from "./cells/index.ts";
import { guarded } from "./failures.ts";
import { TfPredictor } from "./predictor.ts";
import { type GradientMethod, TfTrainer } from "./trainer.ts";

const capabilities: EngineCapabilities = {
	cells: cellNames,
	directions: new Set(directions),
	optimizers: new Set(optimizers),
	precisions: new Set(["float32"]),
	// TensorFlow has threads of its own; this is the most that the setting and the command line take.
	threads: 64,
	mixtures: false,
};

/**
 * An engine over the present back end of `tf`.
 *
 * @throws {Failure} engineUnavailable if the back end lacks a kernel or computes wrongly
 */
export function createTensorFlowEngine(tf: TensorFlow, method: GradientMethod = "byHand"): Engine {
	const backend = guarded(() => backendOf(tf));
	return {
		name: "tensorflow",
		description: describe(tf),
		capabilities,
		async createTrainer(shape, parameters, options, optimizer) {
			requireTrainable(capabilities, shape, options);
			return guarded(() => new TfTrainer(backend, shape, parameters, options, optimizer, method));
		},
		async createPredictor(shape, parameters, precision, maxBatch) {
			requirePredictable(capabilities, shape, precision, maxBatch);
			return guarded(() => new TfPredictor(backend, shape, parameters, maxBatch));
		},
	};
}

function describe(tf: TensorFlow): string {
	// Only the native back end has a library behind it.
	const { binding } = tf.backend() as { readonly binding?: { readonly TF_Version?: unknown } };
	const library = typeof binding?.TF_Version === "string" ? ` (TensorFlow ${binding.TF_Version})` : "";
	return `TensorFlow.js ${tf.version_core}, back end ${tf.getBackend()}${library}`;
}
