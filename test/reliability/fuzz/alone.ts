/**
 * `node alone.ts READER`: reads what stands on standard input, in a process in which no code is instrumented and nothing was read
 * before, and prints how many ms of CPU time that takes: the least of three times.
 */
import { buffer } from "node:stream/consumers";
import { allReaders } from "./readers/index.ts";

const reader = (await allReaders()).find(({ name }) => name === process.argv[2]);
if (reader === undefined) throw new Error("there is no such reader");
const input = await buffer(process.stdin);
let least = Number.POSITIVE_INFINITY;
for (let attempt = 0; attempt < 3; attempt++) {
	const before = process.cpuUsage();
	try {
		await reader.read(input);
	} catch {
		// Whether that is a fault is judged elsewhere.
	}
	const { user, system } = process.cpuUsage(before);
	least = Math.min(least, (user + system) / 1000);
}
console.log(least);
process.exit(0);
