import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { bundleOptions, entries, pageOptions } from "../../build.ts";
import { languages } from "../../l10n/missing.ts";
import { isNetworkModule, networkUse } from "../../manifest/networkUse.ts";
import { shippedRecords } from "../../manifest/shipped.ts";
import { packageFiles } from "../../src/editor/privacy/packageFacts.ts";
import { packageExtension } from "../harness/packageExtension.ts";
import { root } from "../harness/paths.ts";
import { listZip } from "./zip.ts";

const baseModel = join(root, "models/base.safetensors");
const memoryPrior = join(root, "models/memory.prior");

/** Everything that users get, and nothing else. */
const expectedFiles = [
	"[Content_Types].xml",
	"extension.vsixmanifest",
	"extension/LICENSE.txt",
	"extension/changelog.md",
	"extension/dist/cli.cjs",
	"extension/dist/counter.cjs",
	"extension/dist/counter.relaxed.wasm",
	"extension/dist/counter.simd.wasm",
	"extension/dist/english.aff",
	"extension/dist/english.dic",
	"extension/dist/english.license",
	"extension/dist/extension.cjs",
	"extension/dist/kernels.relaxed.wasm",
	"extension/dist/kernels.simd.wasm",
	"extension/dist/memory.relaxed.wasm",
	"extension/dist/memory.simd.wasm",
	"extension/dist/server.cjs",
	"extension/dist/sharedMemory.relaxed.wasm",
	"extension/dist/sharedMemory.simd.wasm",
	"extension/dist/shipped.json",
	"extension/dist/trainer.cjs",
	"extension/dist/view.css",
	"extension/dist/view.js",
	"extension/dist/worker.cjs",
	...languages.map((language) => `extension/l10n/bundle.l10n.${language}.json`),
	"extension/l10n/bundle.l10n.json",
	"extension/media/icon.png",
	"extension/media/walkthrough/perplexity.svg",
	"extension/media/walkthrough/privacy.svg",
	"extension/media/walkthrough/take.svg",
	"extension/media/walkthrough/train.svg",
	"extension/media/walkthrough/type.svg",
	"extension/models/base.safetensors",
	"extension/models/memory.prior",
	"extension/package.json",
	...languages.map((language) => `extension/package.nls.${language}.json`),
	"extension/package.nls.json",
	"extension/readme.md",
];

const maximumBytes = 6_000_000;
const maximumBytesWithoutModels = 1_000_000;

/** Of a heading, as Markdown pages give it. */
function anchorOf(heading: string): string {
	return `#${heading
		.toLowerCase()
		.replaceAll(/[^\p{L}\p{N} -]/gu, "")
		.replaceAll(" ", "-")}`;
}

describe("The package", () => {
	const scratch = mkdtempSync(join(tmpdir(), "inkling-package-"));
	const packagePath = join(scratch, "inkling.vsix");
	let archive: Buffer;

	before(async () => {
		await packageExtension(packagePath);
		archive = readFileSync(packagePath);
	});

	after(() => rmSync(scratch, { recursive: true }));

	it("holds exactly the files that it needs", () => {
		const names = listZip(archive).map(({ name }) => name);
		assert.deepEqual(names.sort(), expectedFiles.toSorted());
	});

	it("records of each file that it runs or reads its digest, and of each program that it reaches no network", async () => {
		const shipped = await packageFiles(root);
		assert.ok(shipped);
		assert.deepEqual(JSON.parse(readFileSync(join(root, "dist/shipped.json"), "utf8")), shippedRecords(root));
		const recorded = shipped.map(({ name }) => `extension/${name}`);
		const run = expectedFiles.filter((name) => /\/(?:dist|models)\/(?!shipped)/.test(name));
		assert.deepEqual(recorded.sort(), run);
		assert.ok(shipped.every(({ isAsBuilt }) => isAsBuilt));
		const programs = shipped.filter(({ name }) => name.endsWith("js"));
		const reaching = programs.filter(({ network }) => network === undefined || network.length > 0);
		// These two can load the TensorFlow.js that a user has installed.
		assert.deepEqual(
			reaching.map(({ name }) => name),
			["dist/cli.cjs", "dist/trainer.cjs"],
		);
	});

	it("shows nothing on its page that VS Code does not: a picture, or a link to a file", () => {
		// The page takes pictures from the web only, and its links lead to the web or to a heading of the same page.
		const page = readFileSync(join(root, "README.md"), "utf8");
		const headings = new Set([...page.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? "")));
		const links = [...page.matchAll(/\[[^\]]*\]\(([^)\s]+)[^)]*\)/g)].map(([, target]) => target ?? "");
		assert.ok(links.length > 0);
		assert.doesNotMatch(page, /!\[|<img|<a /);
		assert.deepEqual(
			links.filter((link) => !link.startsWith("https://") && !headings.has(link)),
			[],
		);
	});

	it("is small", () => {
		assert.ok(archive.length < maximumBytes, `${archive.length} bytes`);
		const models = statSync(baseModel).size + statSync(memoryPrior).size;
		assert.ok(archive.length - models < maximumBytesWithoutModels, `${archive.length} bytes, ${models} of the models`);
	});

	it("needs no packages at run time, but may be given TensorFlow.js", () => {
		const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
		assert.equal(manifest.dependencies, undefined);
		const peers = Object.keys(manifest.peerDependencies);
		assert.deepEqual(peers, ["@tensorflow/tfjs-node"]);
		assert.deepEqual(manifest.peerDependenciesMeta, { "@tensorflow/tfjs-node": { optional: true } });
	});

	describe("bundles", () => {
		let metafile: Metafile;
		let built: Map<string, string>;

		before(async () => {
			const result = await build({ ...bundleOptions(true), write: false, metafile: true });
			metafile = result.metafile;
			built = new Map(result.outputFiles.map(({ path, text }) => [path, text]));
		});

		it("of the page are what is built from the present sources, import nothing and reach no network", async () => {
			const { outputFiles, metafile: parts } = await build({ ...pageOptions(true), write: false, metafile: true });
			assert.equal(outputFiles.length, 2);
			for (const { path, text } of outputFiles) assert.equal(readFileSync(path, "utf8") === text, true, path);
			for (const { imports } of Object.values(parts.outputs)) assert.deepEqual(imports, []);
			assert.deepEqual(networkUse(readFileSync(join(root, "dist", "view.js"), "utf8")), []);
		});

		for (const name of Object.keys(entries)) {
			describe(name, () => {
				const file = join(root, "dist", `${name}.cjs`);

				it("is what is built from the present sources", () => {
					assert.equal(readFileSync(file, "utf8") === built.get(file), true);
				});

				it("imports nothing that reaches a network", () => {
					const imports = metafile.outputs[`dist/${name}.cjs`]?.imports ?? [];
					assert.ok(imports.length > 0);
					assert.deepEqual(
						imports.filter(({ external, path }) => external && isNetworkModule(path)),
						[],
					);
				});

				it("has no other way to a network", () => {
					const found = networkUse(readFileSync(file, "utf8"));
					// One place loads the TensorFlow.js that a user has installed and named.
					const loadsTensorFlow = ["trainer", "cli"].includes(name);
					const own = found.filter((use) => !/^require\(\(0, [\w$]+\.pathToFileURL$/.test(use));
					assert.deepEqual(own, []);
					assert.equal(found.length, loadsTensorFlow ? 1 : 0, found.join());
				});

				it("imports vscode in the editor only", () => {
					const imports = metafile.outputs[`dist/${name}.cjs`]?.imports ?? [];
					assert.equal(
						imports.some(({ path }) => path === "vscode"),
						name === "extension",
					);
				});
			});
		}
	});
});
