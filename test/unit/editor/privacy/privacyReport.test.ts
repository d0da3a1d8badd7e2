import assert from "node:assert/strict";
import type { PrivacyFacts } from "../../../../src/editor/privacy/privacyReport.ts";
import "../fakeVscode.ts";

const { privacyReport } = await import("../../../../src/editor/privacy/privacyReport.ts");

const facts: PrivacyFacts = {
	version: "1.2.3",
	vscodeVersion: "1.139.1",
	madeAt: "2026-01-02T03:04:05Z",
	files: [
		{ name: "dist/a.cjs", bytes: 2048, sha256: "aa11", isAsBuilt: true, network: [] },
		{ name: "dist/b.cjs", bytes: 1024, sha256: "bb22", isAsBuilt: true, network: ["require(x)"] },
		{ name: "dist/c.wasm", bytes: 512, sha256: "cc33", isAsBuilt: true, network: undefined },
	],
	tensorflow: null,
	storage: "/storage/inkling",
	sizes: new Map([
		["model", 2 ** 20],
		["memory", 2 ** 20],
	]),
	corpus: {
		isOfTraining: true,
		report: {
			used: [
				{ path: "a.ts", bytes: 10, heldOut: false, digest: "", masked: 2 },
				{ path: "b.ts", bytes: 10, heldOut: true, digest: "", masked: 0 },
			],
			leftOut: [
				{ path: ".env", reason: "secret" },
				{ path: "out/", reason: "ignored" },
				{ path: "tmp/", reason: "ignored" },
			],
		},
	},
	memory: { reading: false, files: 3, characters: 100 },
	trusted: true,
	forcedOff: false,
	exportForbidden: true,
};

/** The report as one text. */
const report = (changes: Partial<PrivacyFacts> = {}): string => privacyReport({ ...facts, ...changes }).join("\n");

describe("The privacy report", () => {
	it("says which version it is of, and that no network code was found in any program", () => {
		const text = report();
		assert.match(text, /^Privacy report of Inkling 1\.2\.3\n/);
		assert.match(text, /^ {4}dist\/a\.cjs: none found$/m);
		assert.match(text, /^ {4}dist\/b\.cjs: none, but for one place that loads the TensorFlow\.js/m);
		assert.doesNotMatch(text, /dist\/c\.wasm: none/);
	});

	it("gives the digests of the files, and says whether they are as they were built", () => {
		assert.match(report(), /^ {4}cc33 {2}dist\/c\.wasm, 0\.5 KiB$/m);
		assert.match(report(), /^All of them are as they were built\.$/m);
		const [first, ...others] = facts.files ?? [];
		assert(first);
		const changed = report({ files: [{ ...first, isAsBuilt: false }, ...others] });
		assert.match(changed, /dist\/a\.cjs, 2 KiB: NOT AS IT WAS BUILT$/m);
		assert.match(changed, /^Some are not as they were built/m);
		assert.match(
			report({ files: [{ ...first, bytes: null, sha256: null, isAsBuilt: false }] }),
			/a\.cjs: cannot be read$/m,
		);
		assert.match(report({ files: undefined }), /programs were not searched/);
	});

	it("says where data lies and how large it is", () => {
		const text = report();
		assert.match(text, /^ {4}\/storage\/inkling$/m);
		assert.match(text, /^ {4}model\.safetensors, 1 MiB: the trained model$/m);
		assert.match(text, /^ {4}In all: 2 MiB$/m);
		assert.match(report({ storage: undefined }), /^Nothing is kept on disk/m);
	});

	it("says what was masked and left out, and why", () => {
		const text = report();
		assert.match(text, /^The last training used 2 files\.$/m);
		assert.match(text, /^Masked, .*: 2 in 1 file$\n {4}a\.ts: 2$/m);
		assert.match(text, /^Left out, may hold secrets: 1\n {4}\.env$/m);
		assert.match(text, /^Left out, named in .gitignore or .inklingignore: 2\n {4}out\/\n {4}tmp\/$/m);
	});

	it("names a bounded number of files", () => {
		const leftOut = Array.from({ length: 5000 }, (_, at) => ({ path: `f${at}`, reason: "binary" }) as const);
		const text = report({ corpus: { isOfTraining: false, report: { used: [], leftOut } } });
		assert.match(text, /^ {4}… and 4,900 more$/m);
		assert.ok(text.split("\n").length < 200);
		assert.match(text, /one would use 0 files/);
		assert.match(text, /^Masked: nothing/m);
	});

	it("says where nothing is read, and why", () => {
		assert.match(report({ trusted: false, corpus: undefined }), /not trusted: none of its files is read/);
		assert.match(report({ forcedOff: true, corpus: undefined }), /turned off on this machine: no file is read/);
		assert.match(report({ corpus: undefined }), /no files to read here/);
	});

	it("says what the machine's policies are, and whose code trains", () => {
		assert.match(report(), /^inkling\.policy\.forceOff: false\ninkling\.policy\.forbidExport: true$/m);
		assert.match(report(), /run the engine that comes with Inkling/);
		assert.match(report({ tensorflow: "/tf" }), /run the TensorFlow\.js in \/tf, which you have installed/);
	});
});
