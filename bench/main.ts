/**
 * The benchmarks, as `npm run bench -- NAME [OPTIONS]`; each prints a table and writes bench/results/NAME.json, some
 * plots and the table in Markdown, too. What they measure, and what came out, stands in NOTES.md.
 */
import { explain, parseOptions, UsageError, type Values } from "../src/cli/terminal/options.ts";
import { edits, editsOptions } from "./edits.ts";
import { quality, qualityOptions } from "./quality.ts";
import { shakespeare, shakespeareOptions } from "./shakespeare.ts";
import { speed, speedOptions } from "./speed.ts";
import { usefulness, usefulnessOptions } from "./usefulness.ts";

const usage = `Usage: npm run bench -- NAME [OPTIONS]

  speed                   arithmetic, training, single steps, answers, other libraries
  quality [WORKSPACE…]    bits per character on held-out files over CPU budgets, compressors
  usefulness [WORKSPACE…] keys that suggestions save on held-out files
  edits GITDIR…           keys that suggestions save on the last commits of git histories
  shakespeare FILE        nats per character on the last tenth of a text

--help after a NAME lists its options.
`;

type Benchmark = (args: readonly string[]) => Promise<void>;

const benchmarks: Readonly<Record<string, Benchmark>> = {
	speed: benchmark(speedOptions, 0, speed),
	quality: benchmark(qualityOptions, Number.POSITIVE_INFINITY, quality),
	usefulness: benchmark(usefulnessOptions, Number.POSITIVE_INFINITY, usefulness),
	edits: benchmark(editsOptions, Number.POSITIVE_INFINITY, edits),
	shakespeare: benchmark(shakespeareOptions, 1, shakespeare),
};

function benchmark<O extends Parameters<typeof parseOptions>[0]>(
	options: O,
	most: number,
	run: (values: Values<O>, positionals: readonly string[]) => Promise<void>,
): Benchmark {
	return async (args) => {
		if (args.includes("--help")) {
			process.stdout.write(explain(options));
			return;
		}
		const { values, positionals } = parseOptions(options, { least: 0, most }, args);
		await run(values, positionals);
	};
}

const [name = "", ...args] = process.argv.slice(2);
try {
	const chosen = benchmarks[name];
	if (chosen === undefined) throw new UsageError(usage);
	await chosen(args);
} catch (error) {
	process.stderr.write(error instanceof UsageError ? `${error.message}\n` : `${(error as Error).stack}\n`);
	process.exitCode = error instanceof UsageError ? 2 : 1;
}
