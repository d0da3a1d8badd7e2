#!/usr/bin/env bash
# npm package @tensorflow/tfjs 4.22.0: `embedding` with `maskZero` marks the zeros that fill up a short sequence. In Keras a recurrent
# layer passes over such steps, and the loss leaves them out. Here the layer passes over them, too, so that a state does not change any
# more; but `fit` and `evaluate` count them in the loss like all others. A language model whose texts are filled up learns to predict what
# fills them, and its loss, and the perplexity made of it, hang on how long the longest text of a batch is.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @tensorflow/tfjs@4.22.0 >/dev/null

cat >mask.cjs <<'SCRIPT'
const assert = require("node:assert/strict");
const tf = require("@tensorflow/tfjs");
tf.enableProdMode();
tf.setBackend("cpu");

const { initializers, layers } = tf;
const model = tf.sequential({
	layers: [
		layers.embedding({
			inputDim: 5,
			outputDim: 3,
			maskZero: true,
			inputLength: 6,
			embeddingsInitializer: initializers.randomUniform({ minval: -1, maxval: 1, seed: 3 }),
		}),
		layers.gru({
			units: 4,
			returnSequences: true,
			kernelInitializer: initializers.glorotUniform({ seed: 5 }),
			recurrentInitializer: initializers.orthogonal({ seed: 7 }),
		}),
		layers.dense({
			units: 5,
			activation: "softmax",
			kernelInitializer: initializers.randomUniform({ minval: -2, maxval: 2, seed: 9 }),
		}),
	],
});
model.compile({ loss: "sparseCategoricalCrossentropy", optimizer: "sgd" });

// Three symbols, and three places that are filled up.
const inputs = tf.tensor2d([[1, 2, 3, 0, 0, 0]]);
const targets = [2, 3, 4, 0, 0, 0];
const probabilities = model.predict(inputs).arraySync()[0];
const nats = probabilities.map((row, i) => -Math.log(row[targets[i]]));
const mean = (some) => some.reduce((sum, one) => sum + one, 0) / some.length;
const loss = model.evaluate(inputs, tf.tensor3d([targets.map((target) => [target])])).dataSync()[0];
console.log(`nats of each place: ${nats.map((one) => one.toFixed(3)).join(" ")}`);
console.log(`mean of the three symbols ${mean(nats.slice(0, 3)).toFixed(4)}, of all six places ${mean(nats).toFixed(4)}`);
console.log(`loss ${loss.toFixed(4)}`);
// The state does not change where the mask is.
assert.deepEqual(probabilities[4], probabilities[3]);
assert.ok(Math.abs(loss - mean(nats)) < 1e-5);
assert.ok(Math.abs(loss - mean(nats.slice(0, 3))) > 1e-3);
SCRIPT
node mask.cjs
