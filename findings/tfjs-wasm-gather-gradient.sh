#!/usr/bin/env bash
# npm packages @tensorflow/tfjs and @tensorflow/tfjs-backend-wasm 4.22.0: an embedding looked up with tf.gather cannot be trained on the
# wasm back end. The lookup itself works, so a model loads and predicts; only its gradient fails, as the back end lacks the
# kernel UnsortedSegmentSum, and it fails when it is asked for, not when the loss is built. The cpu back end has the kernel.
# The product of one-hot rows with the table is the same lookup, and has a gradient on every back end.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0 >/dev/null
cat >gather.cjs <<'JS'
const tf = require("@tensorflow/tfjs");
require("@tensorflow/tfjs-backend-wasm");
tf.enableProdMode();
(async () => {
	for (const name of ["cpu", "wasm"]) {
		await tf.setBackend(name);
		const table = tf.tensor2d([1, 2, 3], [3, 1]);
		const ids = tf.tensor1d([2, 0, 2], "int32");
		const lookups = {
			gather: (x) => tf.gather(x, ids),
			"one-hot product": (x) => tf.matMul(tf.cast(tf.oneHot(ids, 3), "float32"), x),
		};
		for (const [how, lookup] of Object.entries(lookups)) {
			const tell = (work) => {
				try {
					return `[${work().dataSync()}]`;
				} catch (error) {
					return error.message.split(".")[0];
				}
			};
			const value = tell(() => lookup(table));
			console.log(`${name}, ${how}: ${value}, gradient ${tell(() => tf.grad((x) => tf.sum(lookup(x)))(table))}`);
		}
	}
})();
JS
node gather.cjs | tee seen
diff seen - <<'SEEN' && echo "as described"
cpu, gather: [3,1,3], gradient [1,0,2]
cpu, one-hot product: [3,1,3], gradient [1,0,2]
wasm, gather: [3,1,3], gradient Kernel 'UnsortedSegmentSum' not registered for backend 'wasm'
wasm, one-hot product: [3,1,3], gradient [1,0,2]
SEEN
