#!/usr/bin/env bash
# npm package @tensorflow/tfjs 4.22.0: of a tensor [2, 2] the gradient through `unstack` is right. Of a tensor [1, 2], which
# `unstack` takes apart into one part, the gradient fails: "Argument tensors passed to stack must be a `Tensor[]` or
# `TensorLike[]`". The engine of TensorFlow.js hands the gradient of an operation with one result to its rule as a tensor, and
# that of one with more as a list; the rule of `unstack` expects a list. A network that is unrolled over one step
# needs `reshape` instead.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @tensorflow/tfjs@4.22.0 >/dev/null

cat >unstack.cjs <<'SCRIPT'
const tf = require("@tensorflow/tfjs");
tf.enableProdMode();
tf.setBackend("cpu");
const gradientOf = (rows) => {
	const variable = tf.variable(tf.tensor(new Float32Array(2 * rows).fill(1), [rows, 2]));
	const loss = () => tf.sum(tf.stack(tf.unstack(variable)));
	return Array.from(tf.variableGrads(loss, [variable]).grads[variable.name].dataSync());
};
const two = gradientOf(2).join();
console.log(`two parts: the gradient is ${two}`);
let one;
try {
	one = `is ${gradientOf(1).join()}`;
} catch (error) {
	one = `fails: ${error.message.split("\n")[0]}`;
}
console.log(`one part: the gradient ${one}`);
process.exit(two === "1,1,1,1" && /fails: Argument tensors passed to stack/.test(one) ? 0 : 1);
SCRIPT
node unstack.cjs
