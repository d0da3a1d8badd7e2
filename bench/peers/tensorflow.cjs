/* TensorFlow.js. Arguments: hidden, batch, unroll, repetitions, seconds, backend. Prints characters per second. */
const [hidden, batch, unroll, repetitions, seconds] = process.argv.slice(2, 7).map(Number);
const backend = process.argv[7];
const symbols = 256;

async function main() {
	let tf;
	try {
		tf = require("@tensorflow/tfjs");
		require(backend === "wasm" ? "@tensorflow/tfjs-backend-wasm" : "@tensorflow/tfjs-node");
	} catch {
		process.exit(3);
	}
	if (!(await tf.setBackend(backend))) process.exit(3);
	await tf.ready();
	const model = tf.sequential();
	model.add(tf.layers.gru({ units: hidden, returnSequences: true, inputShape: [unroll, symbols] }));
	model.add(tf.layers.dense({ units: symbols, activation: "softmax" }));
	model.compile({ optimizer: tf.train.adam(2e-3), loss: "categoricalCrossentropy" });
	const codes = Array.from({ length: batch * unroll }, (_, i) => (i * 7919) % 128);
	const inputs = tf.oneHot(codes, symbols).reshape([batch, unroll, symbols]).toFloat();
	const rate = async () => {
		const start = performance.now();
		let updates = 0;
		let elapsed;
		do {
			await model.trainOnBatch(inputs, inputs);
			updates++;
			elapsed = (performance.now() - start) / 1000;
		} while (elapsed < seconds);
		return (updates * batch * unroll) / elapsed;
	};
	await rate();
	const rates = [];
	for (let i = 0; i < repetitions; i++) rates.push(await rate());
	process.stdout.write(JSON.stringify({ rates }));
}

void main();
