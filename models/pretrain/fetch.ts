/**
 * Fetches packages with the tools of their registries as they are configured, which decides the hosts that are asked. Nothing
 * in a package is run.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { mapConcurrently } from "../../src/corpus/concurrency.ts";
import { type Digests, idOf, type Package, type Registry, registries } from "./packages.ts";

const execute = promisify(execFile);

/** Milliseconds after which a tool is ended that waits for an answer. */
const longestMilliseconds = 15 * 60_000;

/** Characters of a tool's error message that are passed on. */
const mostSaid = 400;

async function run(command: string, args: readonly string[], folder: string, env: NodeJS.ProcessEnv = {}) {
	try {
		const options = { cwd: folder, env: { ...process.env, ...env }, timeout: longestMilliseconds };
		const { stdout } = await execute(command, args, { ...options, maxBuffer: 2 ** 26 });
		return stdout;
	} catch (error) {
		const { stderr = "", stdout = "", message } = error as Error & { stderr?: string; stdout?: string };
		const lines = `${stderr}\n${stdout}`.split("\n");
		const said = lines.filter((line) => /^(?:E:|ERROR|\[ERROR\]|npm error|error|go: )/.test(line)).join("\n");
		throw new Error(`${command}: ${(said || message).slice(0, mostSaid)}`, { cause: error });
	}
}

interface Source {
	/** Downloads the archives into `folder`, which is empty. */
	download(packages: readonly Package[], folder: string, cache: string): Promise<void>;
	/** Matches the file name of a package's archive. */
	archive(one: Package): RegExp;
	/** The folder of the files in the unpacked archive, whose top level holds `roots`. */
	inside(one: Package, roots: readonly string[]): string;
	/** Prefix of their paths: their place in the repository. */
	readonly repository?: string;
}

const onlyRoot = (_: Package, roots: readonly string[]) => (roots.length === 1 ? (roots[0] as string) : ".");
const asItIs = () => ".";

const sources: Readonly<Record<Registry, Source>> = {
	npm: {
		archive: ({ name, version }) => exactly(`${name.replace("@", "").replace("/", "-")}-${version}.tgz`),
		inside: onlyRoot,
		async download(packages, folder) {
			const wanted = packages.map(({ name, version }) => `${name}@${version}`);
			await run("npm", ["pack", "--silent", "--ignore-scripts", ...wanted], folder);
		},
	},
	pypi: {
		archive: ({ name, version }) =>
			new RegExp(`^${literal(name).replaceAll(/[-_.]+/g, "[-_.]+")}-${literal(version)}-.*\\.whl$`, "i"),
		inside: asItIs,
		async download(packages, folder) {
			// Wheels, since pip runs the build script of a source archive; of one platform, so that everyone gets the same.
			const platform = ["--platform", "manylinux2014_x86_64", "--platform", "manylinux_2_28_x86_64"];
			const chosen = ["--only-binary", ":all:", "--python-version", "3.12", ...platform];
			const wanted = packages.map(({ name, version }) => `${name}==${version}`);
			await run("pip", ["download", "--quiet", "--no-deps", ...chosen, ...wanted], folder);
		},
	},
	crates: {
		archive: ({ name, version }) => exactly(`${name}-${version}.crate`),
		inside: onlyRoot,
		async download(packages, folder, cache) {
			const home = join(cache, "cargo");
			for (const { name, version } of packages) {
				// `cargo info` downloads the archive to describe it; `cargo fetch` would download its dependencies, too.
				await run("cargo", ["info", "--quiet", `${name}@${version}`], folder, { CARGO_HOME: home });
				const archive = `${name}-${version}.crate`;
				const archives = join(home, "registry", "cache");
				for (const registry of await readdir(archives)) {
					await copyFile(join(archives, registry, archive), join(folder, archive)).catch(() => undefined);
				}
			}
		},
	},
	go: {
		archive: (one) => exactly(`${fileName(one)}.zip`),
		inside: ({ name, version }) => `${name}@${version}`,
		async download(packages, folder, cache) {
			const env = { GOMODCACHE: join(cache, "go"), GOFLAGS: "-modcacherw", GOWORK: "off" };
			for (const one of packages) {
				const said = await run("go", ["mod", "download", "-json", `${one.name}@${one.version}`], folder, env);
				await copyFile((JSON.parse(said) as { Zip: string }).Zip, join(folder, `${fileName(one)}.zip`));
			}
		},
	},
	maven: {
		archive: ({ name, version }) => exactly(`${name.slice(name.indexOf(":") + 1)}-${version}-sources.jar`),
		inside: asItIs,
		repository: "src/main/java/",
		async download(packages, folder, cache) {
			const dependencies = packages.map(({ name, version }) => {
				const [group, artifact] = name.split(":");
				return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>
					<classifier>sources</classifier>
					<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>`;
			});
			await writeFile(
				join(folder, "pom.xml"),
				`<project><modelVersion>4.0.0</modelVersion>
				<groupId>wanted</groupId><artifactId>wanted</artifactId><version>0</version><packaging>pom</packaging>
				<dependencies>${dependencies.join("")}</dependencies></project>`,
			);
			const goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
			const local = `-Dmaven.repo.local=${join(cache, "maven-repository")}`;
			await run("mvn", ["-B", "-q", goal, `-DoutputDirectory=${folder}`, local], folder);
		},
	},
	debian: {
		// The upstream archive, without Debian's additions; a native Debian package has a single archive.
		archive: ({ name, version }) => {
			const upstream = version.replace(/^\d+:/, "");
			const released = literal(upstream.replace(/-[^-]*$/, ""));
			return new RegExp(`^${literal(name)}_(?:${released}\\.orig|${literal(upstream)})\\.tar\\.\\w+$`);
		},
		inside: onlyRoot,
		async download(packages, folder, cache) {
			const options = await aptOptions(cache);
			const wanted = packages.map(({ name, version }) => `${name}=${version}`);
			const parts = ["--download-only", "--tar-only", "--only-source"];
			await run("apt-get", [...options, "-q", "source", ...parts, ...wanted], folder);
		},
	},
};

function literal(text: string): string {
	return text.replaceAll(/[.+*?^$()[\]{}|\\]/g, "\\$&");
}

function exactly(name: string): RegExp {
	return new RegExp(`^${literal(name)}$`);
}

/** Folder name in the cache. */
function fileName({ name, version }: Package): string {
	return `${name}@${version}`.replaceAll(/[^\w.@+~-]/g, "_");
}

let apt: Promise<readonly string[]> | undefined;

/** Configures apt-get with source packages, in folders of its own. */
function aptOptions(cache: string): Promise<readonly string[]> {
	apt ??= (async () => {
		const folder = join(cache, "apt");
		await mkdir(join(folder, "lists", "partial"), { recursive: true });
		await mkdir(join(folder, "cache", "archives", "partial"), { recursive: true });
		const format = "deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)";
		const targets = await run(
			"apt-get",
			["indextargets", "--format", format, "Created-By: Packages", "Origin: Debian"],
			folder,
		);
		const list = join(folder, "sources.list");
		await writeFile(list, [...new Set(targets.split("\n"))].join("\n"));
		const settings = {
			"Dir::Etc::SourceList": list,
			"Dir::Etc::SourceParts": "/dev/null",
			"Dir::State::Lists": join(folder, "lists"),
			"Dir::Cache": join(folder, "cache"),
		};
		const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
		await run("apt-get", [...options, "-q", "update"], folder);
		return options;
	})();
	return apt;
}

/** The unpacked package. */
export interface Fetched {
	/** Holds the package's files. */
	readonly folder: string;
	/** Prefix of their paths. */
	readonly prefix: string;
	/** SHA-256 of the archive, in hexadecimal digits. */
	readonly digest: string;
}

/** Packages fetched in one call: starting a registry's tool takes longer than most downloads. */
const batchSize = 12;

/**
 * Yields for each package its folder, or the reason why it cannot be had: an error of its registry, or a digest that differs.
 * Packages in the cache are not fetched again.
 *
 * @param digests expected SHA-256; undefined accepts any
 * @param limit number of registries asked at the same time; each tool runs once at a time
 */
export async function fetchPackages(
	packages: readonly Package[],
	cache: string,
	digests: Digests | undefined,
	limit: number,
	onResult: (one: Package, result: Fetched | Error) => void,
): Promise<void> {
	await mapConcurrently(registries, limit, async (registry) => {
		const wanted: Package[] = [];
		for (const one of packages.filter((each) => each.registry === registry)) {
			const known = await lookUp(one, cache, digests);
			if (known) onResult(one, known);
			else wanted.push(one);
		}
		for (let from = 0; from < wanted.length; from += batchSize) {
			await fetchBatch(wanted.slice(from, from + batchSize), cache, digests, onResult);
		}
	});
}

async function fetchBatch(
	batch: readonly Package[],
	cache: string,
	digests: Digests | undefined,
	onResult: (one: Package, result: Fetched | Error) => void,
): Promise<void> {
	await mkdir(cache, { recursive: true });
	const work = await mkdtemp(join(cache, "fetching-"));
	try {
		const failure = await download(batch, work, cache);
		const files = await readdir(work);
		for (const one of batch) {
			const archive = files.find((file) => sources[one.registry].archive(one).test(file));
			if (archive === undefined && batch.length > 1) {
				// A package that cannot be fetched may have stopped the others: fetch them one by one.
				await fetchBatch([one], cache, digests, onResult);
				continue;
			}
			const unpacked =
				archive === undefined
					? (failure ?? new Error("its archive has not come"))
					: await unpack(one, join(work, archive), cache).catch((error: Error) => error);
			const problem = unpacked && new Error(`${idOf(one)}: ${unpacked.message}`, { cause: unpacked });
			const result = problem ?? (await lookUp(one, cache, digests)) ?? new Error(`${idOf(one)}: it is gone`);
			onResult(one, result);
		}
	} finally {
		await rm(work, { recursive: true, force: true });
	}
}

function download(batch: readonly Package[], folder: string, cache: string): Promise<Error | undefined> {
	const [{ registry }] = batch as [Package];
	return sources[registry].download(batch, folder, cache).then(
		() => undefined,
		(error: Error) => error,
	);
}

/** Unpacks an archive into its place in the cache. */
async function unpack(one: Package, archive: string, cache: string): Promise<undefined> {
	const half = `${archive}.unpacked`;
	const files = join(half, "files");
	await mkdir(files, { recursive: true });
	await writeFile(join(half, "digest"), await digestOf(archive));
	if (/\.(?:zip|whl|jar)$/.test(archive)) {
		await run("unzip", ["-q", "-o", archive, "-d", files], half);
	} else {
		const plain = ["--no-same-owner", "--no-same-permissions", "--mode=u+rwX"];
		await run("tar", ["-xf", archive, "-C", files, ...plain], half);
	}
	await rename(join(files, sources[one.registry].inside(one, await readdir(files))), join(half, "package"));
	await rm(files, { recursive: true, force: true });
	await mkdir(join(cache, one.registry), { recursive: true });
	await rename(half, placeOf(one, cache));
}

async function lookUp(one: Package, cache: string, digests: Digests | undefined): Promise<Fetched | Error | undefined> {
	const place = placeOf(one, cache);
	const found = await readFile(join(place, "digest"), "utf8").catch(() => undefined);
	if (found === undefined) return undefined;
	const fetched = { folder: join(place, "package"), prefix: sources[one.registry].repository ?? "", digest: found };
	if (digests === undefined || found === digests[idOf(one)]) return fetched;
	return new Error(`${idOf(one)}: the SHA-256 of its archive is ${found}, not ${digests[idOf(one)]}`);
}

function placeOf(one: Package, cache: string): string {
	return join(cache, one.registry, fileName(one));
}

async function digestOf(file: string): Promise<string> {
	const hash = createHash("sha256");
	await pipeline(createReadStream(file), hash);
	return hash.digest("hex");
}
