/**
 * The training text of the base model, as `node node24.cjs models/pretrain/corpus.ts`; models/README.md says what it is.
 */
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { explain, flag, parseOptions, required, text, UsageError } from "../../src/cli/terminal/options.ts";
import { build } from "./build.ts";
import { check, textOf } from "./check.ts";
import { type Fetched, fetchPackages } from "./fetch.ts";
import { type LanguageName, languageNames } from "./languages.ts";
import { digestsFile, idOf, type Package, readDigests, readPackages } from "./packages.ts";

const usage = `Usage: node node24.cjs models/pretrain/corpus.ts --out DIR [OPTIONS] [--without FOLDER…]
       node node24.cjs models/pretrain/corpus.ts --check DIR --against FOLDER…

Writes the training text of the base model, or fails if such text has near-duplicates of the text of some folders.
`;

const options = {
	out: text("DIR", "where the text goes"),
	cache: text("DIR", "where packages are kept (default: cache, beside this file)"),
	only: text("LANGUAGE,…", "these languages alone"),
	pin: flag("write down the digests of the packages as they come, instead of comparing them"),
	"keep-going": flag("go on without packages that cannot be had"),
	without: flag("leave out near-duplicates of the text of the folders"),
	check: text("DIR", "look at text that was written earlier"),
	against: flag("the folders that it must have no near-duplicates of"),
	help: flag("print this"),
};

/** Number of registries asked at the same time. */
const registriesAtOnce = 3;

function say(line: string): void {
	process.stderr.write(`${line}\n`);
}

/**
 * The packages, in the order of their list.
 *
 * @throws if a package cannot be fetched, unless such packages are to be left out
 */
async function getPackages(cache: string, keepGoing: boolean, pin: boolean): Promise<ReadonlyMap<Package, Fetched>> {
	const packages = readPackages();
	const results = new Map<Package, Fetched>();
	const failures: string[] = [];
	await fetchPackages(packages, cache, pin ? undefined : readDigests(), registriesAtOnce, (one, result) => {
		if (result instanceof Error) failures.push(result.message);
		else results.set(one, result);
		const progress = `${results.size + failures.length}/${packages.length}`;
		say(result instanceof Error ? `${progress} failed: ${result.message}` : `${progress} ${idOf(one)}`);
	});
	if (failures.length > 0 && !keepGoing) {
		throw new Error(`${failures.length} packages cannot be had:\n${failures.join("\n")}`);
	}
	const had = packages.flatMap((one): [Package, Fetched][] => {
		const result = results.get(one);
		return result === undefined ? [] : [[one, result]];
	});
	if (pin) {
		const digests = Object.fromEntries(had.map(([one, { digest }]) => [idOf(one), digest]));
		await writeFile(digestsFile, `${JSON.stringify(digests, null, "\t")}\n`);
	}
	return new Map(had);
}

function languagesIn(list: string): LanguageName[] {
	return list.split(",").map((given) => {
		const name = languageNames.find((one) => one === given);
		if (name === undefined)
			throw new UsageError(`--only is ${JSON.stringify(given)}, not one of ${languageNames.join(", ")}`);
		return name;
	});
}

async function main(args: readonly string[]): Promise<void> {
	const { values, positionals: folders } = parseOptions(options, { least: 0, most: Number.POSITIVE_INFINITY }, args);
	if (values.help) {
		process.stdout.write(`${usage}\n${explain(options)}`);
		return;
	}
	if ((values.without === true || values.against === true) !== folders.length > 0) {
		throw new UsageError("--without and --against come with folders, and nothing else does");
	}
	if (values.check !== undefined) {
		const { documents, found } = await check(values.check, folders);
		say(`${documents} documents, ${found.length} near-duplicates`);
		if (found.length > 0) throw new Error(found.join("\n"));
		return;
	}
	const out = required("out", values.out);
	const cache = resolve(values.cache ?? join(import.meta.dirname, "cache"));
	const names = values.only === undefined ? languageNames : languagesIn(values.only);
	const keptOut = await textOf(folders);
	const packages = await getPackages(cache, values["keep-going"] === true, values.pin === true);
	await build(out, packages, names, keptOut, say);
}

try {
	await main(process.argv.slice(2));
} catch (error) {
	say((error as Error).message);
	process.exitCode = error instanceof UsageError ? 2 : 1;
}
