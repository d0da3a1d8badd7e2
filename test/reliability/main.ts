/**
 * A campaign against what others may do to Inkling: `npm run test:reliability -- --minutes M --seed S`. Prints figures; inputs
 * that led to a fault are written to test/artifacts/reliability. The same seed gives the same inputs.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { table } from "../../src/cli/terminal/format.ts";
import { artifacts } from "../harness/paths.ts";
import { type DamageFault, type DamageResult, damageReaders } from "./damage.ts";
import { failEachOperation } from "./faultyDisk.ts";
import { killCommands, killPairs, killServers, killTrainers } from "./kills.ts";

/** A step that takes longer would be felt, ms. */
const longestStep = 2000;

const { values } = parseArgs({
	options: { minutes: { type: "string", default: "10" }, seed: { type: "string", default: "1" } },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes > 0) || !Number.isSafeInteger(seed)) throw new Error("--minutes is above 0, --seed a whole number");

/** Whether a share of the time is over, counted from now. */
function during(share: number): () => boolean {
	const end = performance.now() + share * minutes * 60_000;
	return () => performance.now() >= end;
}

async function keep({ reader, input, error }: DamageFault, index: number): Promise<string> {
	const folder = join(artifacts, "reliability");
	const file = join(folder, `${reader.replaceAll(" ", "-")}-${seed}-${index}.bin`);
	await mkdir(folder, { recursive: true });
	await writeFile(file, input);
	return `${reader}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n  ${file}`;
}

// All inputs of a reader that has the time for them; a second gives some thousand.
const damaged: (readonly DamageResult[])[] = [];
const isOver = during(0.5);
for (let round = 0; !isOver(); round++) damaged.push(await damageReaders(seed + round, 2000, isOver));
const kills = [
	await killTrainers(seed, Number.POSITIVE_INFINITY, during(0.15)),
	await killPairs(seed, Number.POSITIVE_INFINITY, during(0.1)),
	await killServers(seed, Number.POSITIVE_INFINITY, during(0.15)),
	await killCommands(seed, Number.POSITIVE_INFINITY, during(0.1)),
];

const disk = await failEachOperation();

const names = [...new Set(damaged.flat().map(({ name }) => name))];
const rows = names.map((name) => {
	const of = damaged.flat().filter((result) => result.name === name);
	const sum = (pick: (result: (typeof of)[number]) => number) => of.reduce((total, result) => total + pick(result), 0);
	return {
		name,
		inputs: sum(({ inputs }) => inputs),
		taken: sum(({ taken }) => taken),
		slowest: Math.max(...of.map(({ slowest }) => slowest)),
		faults: of.flatMap(({ faults }) => faults),
	};
});
console.log(`Seed ${seed}, ${minutes} minutes\n`);
console.log(
	table([
		["damaged", "inputs", "taken", "slowest, ms", "faults"],
		...rows.map((row) => [row.name, `${row.inputs}`, `${row.taken}`, row.slowest.toFixed(1), `${row.faults.length}`]),
	]),
);
console.log(
	table([
		["killed", "times", "while writing"],
		...kills.map((row) => [row.name, `${row.kills}`, `${row.insideWrites}`]),
	]),
);
console.log(`Operations of the disk that failed: ${disk.faults}, of which ${disk.borne} did no harm\n`);
const faults = rows.flatMap((row) => row.faults);
for (const [index, fault] of faults.entries()) console.log(await keep(fault, index));
const slow = rows.filter(({ slowest }) => slowest > longestStep);
for (const { name, slowest } of slow) console.log(`${name}: one input took ${Math.round(slowest)} ms`);
process.exit(faults.length + slow.length === 0 ? 0 : 1);
