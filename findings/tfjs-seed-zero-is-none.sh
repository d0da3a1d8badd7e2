#!/usr/bin/env bash
# npm package @tensorflow/tfjs 4.22.0: the same seed should give the same numbers. For some functions 0 is no seed: `multinomial`, which
# samples from logits, `randomNormal`, `truncatedNormal`, `randomGamma` and `randomStandardNormal` then give other numbers each time, as
# they take a seed that is falsy for one that is missing; with 1 they repeat themselves. The initializers that are made of them,
# `randomNormal` and `orthogonal`, are no better. `randomUniform`, `randomUniformInt`, `dropout` and `glorotUniform` repeat themselves with 0, too: a network that
# begins with the latter looks reproducible until it samples.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @tensorflow/tfjs@4.22.0 >/dev/null

cat >seeds.cjs <<'SCRIPT'
const assert = require("node:assert/strict");
const tf = require("@tensorflow/tfjs");
tf.enableProdMode();
tf.setBackend("cpu");

const logits = tf.tensor1d(new Float32Array(50));
const functions = {
	multinomial: (seed) => tf.multinomial(logits, 12, seed),
	randomNormal: (seed) => tf.randomNormal([12], 0, 1, "float32", seed),
	truncatedNormal: (seed) => tf.truncatedNormal([12], 0, 1, "float32", seed),
	randomGamma: (seed) => tf.randomGamma([12], 1, 1, "float32", seed),
	randomStandardNormal: (seed) => tf.randomStandardNormal([12], "float32", seed),
	"initializers.randomNormal": (seed) => tf.initializers.randomNormal({ seed }).apply([3, 4]),
	"initializers.orthogonal": (seed) => tf.initializers.orthogonal({ seed }).apply([3, 3]),
	randomUniform: (seed) => tf.randomUniform([12], 0, 1, "float32", seed),
	randomUniformInt: (seed) => tf.randomUniformInt([12], 0, 1000, seed),
	dropout: (seed) => tf.dropout(tf.ones([40]), 0.5, undefined, seed),
	"initializers.glorotUniform": (seed) => tf.initializers.glorotUniform({ seed }).apply([3, 4]),
};
const repeats = (of, seed) => of(seed).dataSync().join() === of(seed).dataSync().join();
const unseeded = [];
for (const [name, of] of Object.entries(functions)) {
	assert.ok(repeats(of, 1), `${name} with 1`);
	const isSeed = repeats(of, 0);
	console.log(`${name} with seed 0: ${isSeed ? "the same numbers again" : "other numbers each time"}`);
	if (!isSeed) unseeded.push(name);
}
assert.deepEqual(unseeded, Object.keys(functions).slice(0, 7));
SCRIPT
node seeds.cjs
