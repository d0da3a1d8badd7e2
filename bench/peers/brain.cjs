/* brain.js in the race (bench/race.ts), which trains one text at a time. Arguments: hidden, batch, unroll, seconds. */
const { createInterface } = require("node:readline");

const [hidden, , unroll, seconds] = process.argv.slice(2).map(Number);
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

function lap() {
	const before = process.cpuUsage();
	const start = performance.now();
	let updates = 0;
	let elapsed;
	do {
		update();
		updates++;
		elapsed = (performance.now() - start) / 1000;
	} while (elapsed < seconds);
	const { user, system } = process.cpuUsage(before);
	const characters = updates * unroll;
	return { perSecond: characters / elapsed, perCpuSecond: characters / ((user + system) / 1e6) };
}

const write = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
lap();
write({ about: `brain.js ${require("brain.js/package.json").version}` });
createInterface({ input: process.stdin }).on("line", () => write(lap()));
