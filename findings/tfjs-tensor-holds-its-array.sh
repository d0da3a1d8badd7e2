#!/usr/bin/env bash
# npm packages @tensorflow/tfjs-core, -backend-cpu and -backend-wasm 4.22.0: whether a tensor has a copy of the array that
# it was made of depends on the back end, though tensors are said to be immutable.
#   * cpu: tf.tensor(array) keeps the array itself, and dataSync() gives it back. Whoever fills one array anew for every
#     batch changes tensors that are still in use; whoever sorts a result in place changes the tensor.
#   * wasm: both copy.
# The documentation says neither. An array that a tensor was made of, or that came out of one, must not be written to.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts \
	@tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0 >/dev/null
cat >holds.cjs <<'JS'
const tf = require("@tensorflow/tfjs-core");
require("@tensorflow/tfjs-backend-cpu");
require("@tensorflow/tfjs-backend-wasm");
tf.enableProdMode();
(async () => {
	for (const name of ["cpu", "wasm"]) {
		await tf.setBackend(name);
		const array = Float32Array.of(1, 2);
		const tensor = tf.tensor(array);
		array[0] = 10;
		const twice = tf.mul(tensor, 2).dataSync();
		tensor.dataSync()[1] = 20;
		console.log(`${name}: twice [1, 2] is [${twice}]; after writing to what was read, the tensor is [${tensor.dataSync()}]`);
	}
})();
JS
node holds.cjs | tee seen
diff seen - <<'SEEN' && echo "as described"
cpu: twice [1, 2] is [20,4]; after writing to what was read, the tensor is [10,20]
wasm: twice [1, 2] is [2,4]; after writing to what was read, the tensor is [1,2]
SEEN
