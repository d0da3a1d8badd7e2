#!/usr/bin/env bash
# npm package @tensorflow/tfjs 4.22.0: tf.layers.gru cannot compute what PyTorch's nn.GRU or Keras' GRU (since
# TensorFlow 2) does, so weights of those cannot be loaded into it.
#   * resetAfter: true, the form of both and Keras' default, is in the type of the arguments but throws. What there is multiplies
#     each state by its own reset gate before the recurrent product: of two units that see only each other, the one whose
#     reset gate is closed is not seen. With resetAfter it would see nothing.
#   * recurrentActivation is hardSigmoid by default (0.2 x + 0.5 cut to 0…1), not sigmoid.
#   * The gates stand in the order z, r, h in the weights (an open first gate keeps the state, an open second one does not);
#     PyTorch has r, z, n.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @tensorflow/tfjs@4.22.0 >/dev/null
cat >gru.cjs <<'JS'
const tf = require("@tensorflow/tfjs");
const { layers } = tf;
tf.enableProdMode();
/* The outputs of two steps of a cell that reads 1 twice. kernel: [1, 3 · units]; the recurrent kernel is that of the third gate. */
function outputs(kernel, recurrent) {
	const units = kernel.length / 3;
	const cell = layers.gru({ units, returnSequences: true, inputShape: [2, 1], useBias: false, recurrentActivation: "sigmoid" });
	const x = tf.ones([1, 2, 1]);
	cell.apply(x);
	cell.setWeights([tf.tensor2d([kernel]), tf.concat([tf.zeros([units, 2 * units]), tf.tensor2d(recurrent)], 1)]);
	const steps = cell.apply(x).unstack(1);
	return steps.map((step) => Array.from(step.dataSync(), (value) => value.toFixed(2)).join(" ")).join(", then ");
}
(async () => {
	await tf.setBackend("cpu");
	try {
		layers.gru({ units: 1, resetAfter: true });
		console.log("resetAfter works");
	} catch (error) {
		console.log(`resetAfter: ${error.message}`);
	}
	console.log(`recurrentActivation: ${layers.gru({ units: 1 }).getConfig().recurrentActivation}`);
	// Open gates are those whose weight of the input is 20.
	console.log(`no gate open: ${outputs([0, 0, 1], [[1]])}`);
	console.log(`first gate open: ${outputs([20, 0, 1], [[1]])}`);
	console.log(`second gate open: ${outputs([0, 20, 1], [[1]])}`);
	// Each unit sees the other one; the reset gate of the first is open, that of the second closed.
	console.log(`reset of one of two units: ${outputs([0, 0, 20, -20, 1, 1], [[0, 1], [1, 0]])}`);
})();
JS
node gru.cjs 2>/dev/null | tee seen
diff seen - <<'SEEN' && echo "as described"
resetAfter: GRUCell does not support reset_after parameter set to true.
recurrentActivation: hardSigmoid
no gate open: 0.38, then 0.61
first gate open: 0.00, then 0.00
second gate open: 0.38, then 0.63
reset of one of two units: 0.38 0.38, then 0.57 0.63
SEEN
