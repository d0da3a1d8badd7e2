#!/usr/bin/env bash
# npm package @tensorflow/tfjs 4.22.0, back end cpu: to sample from the likeliest outcomes only (top k, nucleus), one would set the
# probabilities of all others to 0 and hand the rest to `multinomial` with `normalized` true. An outcome of probability 0 should then never
# come, whatever they sum to, or a sum other than 1 be refused. But what is missing to 1 goes to the last outcome, as its own probability is
# never read: of 0.2, 0.2, 0.2 and 0 the last comes in 40 of 100 draws. Logarithms of the same, with −Infinity for 0, and `normalized` false
# give each of the first three a third.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @tensorflow/tfjs@4.22.0 >/dev/null

cat >rest.cjs <<'SCRIPT'
const assert = require("node:assert/strict");
const tf = require("@tensorflow/tfjs");
tf.enableProdMode();
tf.setBackend("cpu");

const draws = 20_000;
const shares = (values, normalized) => {
	const counts = values.map(() => 0);
	for (const outcome of tf.multinomial(tf.tensor1d(values), draws, 7, normalized).dataSync()) counts[outcome]++;
	return counts.map((count) => (count / draws).toFixed(2)).join(" ");
};
const kept = [0.2, 0.2, 0.2, 0];
const asProbabilities = shares(kept, true);
const asLogits = shares(kept.map(Math.log), false);
console.log(`as probabilities: ${asProbabilities}`);
console.log(`as logits: ${asLogits}`);
assert.equal(asProbabilities, "0.20 0.20 0.20 0.40");
assert.match(asLogits, /^0\.3[234] 0\.3[234] 0\.3[234] 0\.00$/);
SCRIPT
node rest.cjs
