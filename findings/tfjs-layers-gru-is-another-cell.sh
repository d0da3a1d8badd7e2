#!/usr/bin/env bash
# npm package @tensorflow/tfjs-layers 4.22.0: tf.layers.gru cannot compute what PyTorch's nn.GRU or Keras' GRU (since
# TensorFlow 2) does, so weights of those cannot be loaded into it.
#   * resetAfter: true, the form of both and Keras' default, is in the type of the arguments but throws. What there is
#     multiplies the state by the reset gate before the recurrent product, not after it.
#   * recurrentActivation is hardSigmoid by default (0.2 x + 0.5 cut to 0…1), not sigmoid.
#   * The gates stand in the order z, r, h in the weights; PyTorch has r, z, n.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts \
	@tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-layers@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 >/dev/null
cat >gru.cjs <<'JS'
const tf = require("@tensorflow/tfjs-core");
require("@tensorflow/tfjs-backend-cpu");
const { layers } = require("@tensorflow/tfjs-layers");
tf.enableProdMode();
/* Two steps of one unit that reads 1, with one input weight of 1 and the other weights of the input 0. */
function outputs(gate) {
	const cell = layers.gru({ units: 1, returnSequences: true, inputShape: [2, 1], useBias: false });
	const x = tf.ones([1, 2, 1]);
	cell.apply(x);
	const kernel = [0, 1, 2].map((at) => (at === gate ? 1 : 0));
	cell.setWeights([tf.tensor2d([kernel]), tf.tensor2d([[0, 0, 1]])]);
	return Array.from(cell.apply(x).dataSync(), (value) => value.toFixed(3)).join(" ");
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
	for (const gate of [0, 1, 2]) console.log(`input to gate ${gate} only: ${outputs(gate)}`);
})();
JS
node gru.cjs | tee seen
diff seen - <<'SEEN' && echo "as described"
SEEN
