/**
 * Fuzzes every reader of bytes that others may have written, guided by the code that inputs reach:
 * `npm run test:fuzz -- [--inputs N] [--seed S] [--reader NAME] [--minutes M] [--keep] [--json]`. Inputs that led to a fault are written
 * to test/artifacts/reliability; `--keep` replaces the corpus in the repository by what was found. The same seed gives the same inputs.
 * With `--json` an input that takes long is no fault.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { artifacts } from "../../harness/paths.ts";
import { instrument } from "./coverage.ts";
import type { Fault, FuzzResult } from "./fuzzer.ts";

const { values } = parseArgs({
	options: {
		inputs: { type: "string", default: "10000" },
		seed: { type: "string", default: "1" },
		minutes: { type: "string", default: "Infinity" },
		reader: { type: "string" },
		keep: { type: "boolean", default: false },
		json: { type: "boolean", default: false },
	},
});
const inputs = Number(values.inputs);
const seed = Number(values.seed);
const minutes = Number(values.minutes);
if (!(inputs > 0) || !(minutes > 0) || !Number.isSafeInteger(seed))
	throw new Error("--inputs and --minutes are above 0, --seed a whole number");

// Before any source is imported.
instrument();
const { fuzz, distilled } = await import("./fuzzer.ts");
const { readCorpus, writeCorpus } = await import("./corpus.ts");
const { allReaders } = await import("./readers/index.ts");
const { table } = await import("../../../src/cli/terminal/format.ts");

function keepFault({ reader, input, what }: Fault, index: number): string {
	const folder = join(artifacts, "reliability");
	const file = join(folder, `${reader.replaceAll(" ", "-")}-${seed}-${index}.bin`);
	mkdirSync(folder, { recursive: true });
	writeFileSync(file, input);
	return `${reader}: ${what}\n  ${file}: ${JSON.stringify(input.toString("latin1").slice(0, 300))}`;
}

const all = await allReaders();
const chosen = all.filter(({ name }) => values.reader === undefined || name === values.reader);
if (chosen.length === 0)
	throw new Error(`there is no such reader; there are ${all.map(({ name }) => name).join(", ")}`);
const shares = chosen.reduce((sum, { share }) => sum + share, 0);
const end = performance.now() + minutes * 60_000;
const results: FuzzResult[] = [];
for (const reader of chosen) {
	const result = await fuzz(reader, {
		inputs: Math.ceil((inputs * reader.share) / shares),
		// Each reader has numbers of its own, so that one input can be found again without the readers before it.
		seed: seed * 1000 + all.indexOf(reader),
		corpus: readCorpus(reader),
		isTimed: !values.json,
		isOver: () => performance.now() > end,
	});
	results.push(result);
	if (!values.json) console.error(`${reader.name}: ${result.inputs} inputs, ${result.faults.length} faults`);
	if (values.keep && !reader.isLarge) writeCorpus(reader, await distilled(reader, result.kept));
}

const sum = (of: (result: FuzzResult) => number): number => results.reduce((total, result) => total + of(result), 0);
if (values.json) {
	console.log(
		JSON.stringify(
			results.map(({ kept, faults, ...figures }) => ({
				...figures,
				kept: kept.length,
				faults: faults.map(({ what }) => what),
			})),
		),
	);
} else {
	console.log(`Seed ${seed}, ${sum(({ inputs }) => inputs)} inputs\n`);
	console.log(
		table([
			[
				"reader",
				"inputs",
				"a second",
				"taken",
				"kept",
				"blocks reached",
				"slowest, ms",
				"allocated, bytes a byte",
				"held at once",
				"faults",
			],
			...results.map((result) => [
				result.reader,
				`${result.inputs}`,
				result.inputsPerSecond.toFixed(0),
				`${result.taken}`,
				`${result.kept.length}`,
				`${result.reached}`,
				result.slowest.toFixed(1),
				result.allocation.toFixed(1),
				result.held.toFixed(1),
				`${result.faults.length}`,
			]),
		]),
	);
	for (const [index, fault] of results.flatMap(({ faults }) => faults).entries()) console.log(keepFault(fault, index));
}
process.exit(sum(({ faults }) => faults.length) === 0 ? 0 : 1);
