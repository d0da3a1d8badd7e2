/** The TensorFlow engine on the back ends that need no native library. */
import type { TensorFlow } from "../../src/engines/tensorflow/api.ts";
import { loadTensorFlow } from "../../src/engines/tensorflow/load.ts";
import { testEngine } from "./contract.ts";
import { installJavaScript } from "./install.ts";

for (const backend of ["cpu", "wasm"]) {
	describe(`TensorFlow engine, back end ${backend}`, () => {
		let tf: TensorFlow;

		before(async function () {
			const folder = await installJavaScript();
			if (folder === undefined) return this.skip();
			tf = await loadTensorFlow({ folder });
			await tf.setBackend(backend);
			await tf.ready();
		});

		testEngine(() => tf, 50);
	});
}
