/**
 * The benchmarks, as `npm run bench -- NAME [OPTIONS]`; each prints a table and writes bench/results/NAME.json, some
 * plots and the table in Markdown, too. What they measure, and what came out, stands in NOTES.md.
 */
import { explain, parseOptions, UsageError, type Values } from "../src/cli/terminal/options.ts";
import { Failure } from "../src/platform/failure.ts";
import { both, bothOptions } from "./both.ts";
import { edits, editsOptions } from "./edits.ts";
import { family, familyOptions } from "./family.ts";
import { install } from "./install.ts";
import { memory, memoryOptions } from "./memory.ts";
import { panel, panelOptions } from "./panel.ts";
import { quality, qualityOptions } from "./quality.ts";
import { shakespeare, shakespeareOptions } from "./shakespeare.ts";
import { speed, speedOptions } from "./speed.ts";
import { spelling, spellingOptions } from "./spelling.ts";
import { surprise, surpriseOptions } from "./surprise.ts";
import { usefulness, usefulnessOptions } from "./usefulness.ts";
import { words, wordsOptions } from "./words.ts";

const usage = `Usage: npm run bench -- NAME [OPTIONS]

  speed                   arithmetic, training, single steps, answers, other libraries
  quality [WORKSPACE…]    bits per character on held-out files over CPU budgets, compressors
  usefulness [WORKSPACE…] keys that suggestions save on held-out files
  edits GITDIR…           keys that suggestions save on the last commits of git histories
  memory GITDIR…          CPU time to index a byte, bits per character of edits and of files left out
  surprise GITDIR…        whether lines with a planted mistake are the most surprising of their file
  both FOLDER…            a network of both directions beside one that reads forward: bits, speed, words in their place
  family                  each kind of network for the same time: bits, speed, how far its gradient reaches
  words                   word models: what each softmax costs and gives, by the number of words
  spelling GITDIR…        misspellings found in histories and prose, beside codespell and nspell
  panel                   processor time to open the perplexity view with 5,000 files, and to follow a training in it
  shakespeare FILE        nats per character on the last tenth of a text
  install                 installs the libraries that speed and family compare with (1.5 GB)

--help after a NAME lists its options.
`;

type Benchmark = (args: readonly string[]) => Promise<void>;

const benchmarks: Readonly<Record<string, Benchmark>> = {
	speed: benchmark(speedOptions, 0, speed),
	quality: benchmark(qualityOptions, Number.POSITIVE_INFINITY, quality),
	usefulness: benchmark(usefulnessOptions, Number.POSITIVE_INFINITY, usefulness),
	edits: benchmark(editsOptions, Number.POSITIVE_INFINITY, edits),
	memory: benchmark(memoryOptions, Number.POSITIVE_INFINITY, memory),
	surprise: benchmark(surpriseOptions, Number.POSITIVE_INFINITY, surprise),
	both: benchmark(bothOptions, Number.POSITIVE_INFINITY, both),
	family: benchmark(familyOptions, 0, family),
	words: benchmark(wordsOptions, 0, words),
	spelling: benchmark(spellingOptions, Number.POSITIVE_INFINITY, spelling),
	panel: benchmark(panelOptions, 0, panel),
	shakespeare: benchmark(shakespeareOptions, 1, shakespeare),
	install: benchmark({}, 0, install),
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
	const chosen = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
	if (name === "--help") process.stdout.write(usage);
	else if (chosen === undefined) throw new UsageError(usage);
	else await chosen(args);
} catch (error) {
	const isTold = error instanceof UsageError || error instanceof Failure;
	process.stderr.write(isTold ? `${error.message}\n` : `${(error as Error).stack}\n`);
	process.exitCode = error instanceof UsageError ? 2 : 1;
}
