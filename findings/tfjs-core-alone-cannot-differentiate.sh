#!/usr/bin/env bash
# npm package @tensorflow/tfjs-core 4.22.0, loaded by Node through its `main`: with a back end beside it, it computes, and it
# exports tf.grad, tf.variableGrads and the optimisers, but no operation has a gradient: all of them throw "gradient function not
# found". Gradients, and the chained methods (x.square()), are registered by further modules of the same package that its
# main file does not load and that, being ES modules without that type, Node 20 cannot. The whole @tensorflow/tfjs has
# both. So the small package is no replacement for anything that trains.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @tensorflow/tfjs@4.22.0 >/dev/null
cat >gradient.cjs <<'JS'
const name = process.argv[2];
const tf = require(name);
require("@tensorflow/tfjs-backend-cpu");
tf.enableProdMode();
(async () => {
	await tf.setBackend("cpu");
	const square = (x) => tf.mul(x, x);
	console.log(`${name}: 3² = ${square(tf.scalar(3)).dataSync()}, chained methods: ${typeof tf.scalar(3).square === "function"}`);
	try {
		console.log(`${name}: gradient ${tf.grad(square)(tf.scalar(3)).dataSync()}`);
	} catch (error) {
		console.log(`${name}: ${error.message}`);
	}
})();
JS
for name in @tensorflow/tfjs-core @tensorflow/tfjs; do node gradient.cjs "$name"; done | tee seen
diff seen - <<'SEEN' && echo "as described"
@tensorflow/tfjs-core: 3² = 9, chained methods: false
@tensorflow/tfjs-core: Cannot compute gradient: gradient function not found for Multiply.
@tensorflow/tfjs: 3² = 9, chained methods: true
@tensorflow/tfjs: gradient 6
SEEN
