#!/usr/bin/env bash
# npm package @tensorflow/tfjs-core 4.22.0: tf.train.rmsprop and tf.train.adagrad are not the optimisers of the same names in
# PyTorch 2, even with the same learning rate.
#   * RMSProp: the mean square decays by 0.9 (PyTorch: 0.99), and epsilon (1e-7; PyTorch: 1e-8) stands under the root,
#     g / sqrt(v + epsilon), where PyTorch has g / (sqrt(v) + epsilon). Gradients below 1e-3, which are common, then take far
#     smaller steps: with one of 1e-4 the first is a tenth of what it is with one of 1, where PyTorch's is the same to 1e-3.
#   * Adagrad: the sum of squares begins at 0.1 (PyTorch: 0), so the first step is not the learning rate but less.
#   * Adam has epsilon where PyTorch has it, but 1e-7 in place of 1e-8.
# A recipe cannot be carried over by name.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts \
	@tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 >/dev/null
cat >steps.cjs <<'JS'
const tf = require("@tensorflow/tfjs-core");
require("@tensorflow/tfjs-backend-cpu");
tf.enableProdMode();
/* The first steps from 0 with a constant gradient, as multiples of the learning rate. */
function steps(make, gradient, count) {
	const x = tf.variable(tf.scalar(0));
	const optimizer = make(1);
	const taken = [];
	for (let i = 0; i < count; i++) {
		const before = x.dataSync()[0];
		optimizer.applyGradients({ [x.name]: tf.scalar(gradient) });
		taken.push((before - x.dataSync()[0]).toFixed(3));
	}
	return taken.join(" ");
}
(async () => {
	await tf.setBackend("cpu");
	const { rmsprop, adagrad, adam } = tf.train;
	console.log(`rmsprop, gradient 1: ${steps(rmsprop, 1, 3)}; decay ${rmsprop(1).getConfig().decay}`);
	console.log(`rmsprop, gradient 1e-4: ${steps(rmsprop, 1e-4, 1)}`);
	console.log(`adagrad, gradient 1: ${steps(adagrad, 1, 3)}`);
	console.log(`adam, gradient 1e-4: ${steps(adam, 1e-4, 1)}; epsilon ${adam(1).getConfig().epsilon}`);
})();
JS
node steps.cjs | tee seen
diff seen - <<'SEEN' && echo "as described"
rmsprop, gradient 1: 3.162 2.294 1.921; decay 0.9
rmsprop, gradient 1e-4: 0.315
adagrad, gradient 1: 0.953 0.690 0.568
adam, gradient 1e-4: 0.999; epsilon 1e-7
SEEN
