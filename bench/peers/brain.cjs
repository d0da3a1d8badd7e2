/* brain.js, which trains one text at a time. Arguments: hidden, batch, unroll, repetitions, seconds. Prints characters per second. */
const [hidden, , unroll, repetitions, seconds] = process.argv.slice(2).map(Number);
const symbols = 96;

let brain;
try {
	brain = require("brain.js");
} catch {
	process.exit(3);
}
const text = Array.from({ length: unroll }, (_, i) => String.fromCharCode(32 + ((i * 37) % symbols))).join("");
const network = new brain.recurrent.GRU({ hiddenLayers: [hidden] });
const update = () => network.train([text], { iterations: 1, errorThresh: 0 });

function rate() {
	const start = performance.now();
	let updates = 0;
	let elapsed;
	do {
		update();
		updates++;
		elapsed = (performance.now() - start) / 1000;
	} while (elapsed < seconds);
	return (updates * unroll) / elapsed;
}

rate();
process.stdout.write(JSON.stringify({ rates: Array.from({ length: repetitions }, rate) }));
