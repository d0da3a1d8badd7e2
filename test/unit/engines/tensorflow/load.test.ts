/** What the user hears where TensorFlow.js is missing or broken. Packages made up here stand in for it. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createChosenEngine } from "../../../../src/engines/registry.ts";
import { loadTensorFlow } from "../../../../src/engines/tensorflow/load.ts";
import { useTemporaryFolder } from "../../support/temporaryFolder.ts";

/** A package of which Node loads `source`. */
function layPackage(folder: string, name: string, source: string): string {
	const place = join(folder, "node_modules", name);
	mkdirSync(join(place, "dist"), { recursive: true });
	writeFileSync(join(place, "package.json"), JSON.stringify({ name, main: "dist/index.js" }));
	writeFileSync(join(place, "dist/index.js"), source);
	return place;
}

/** The namespace as far as loading needs it. `kernels` are those that its only back end has. */
function namespace(backend: string, kernels: string): string {
	return `
		let present = "";
		module.exports = {
			version_core: "4.22.0",
			variableGrads() {},
			enableProdMode() {},
			setBackend: async (name) => { if (name !== ${JSON.stringify(backend)}) return false; present = name; return true; },
			ready: async () => {},
			getBackend: () => present,
			backend: () => ({}),
			getKernel: (name) => (${kernels})(name) ? {} : undefined,
			tidy: (work) => work(),
			tensor: (values) => values,
			transpose: (values) => values,
			matMul: (a, b) => ({ dataSync: () => [a.reduce((sum, value, i) => sum + value * b[i], 0)] }),
		};`;
}

const all = "() => true";

describe("loading TensorFlow.js", () => {
	const path = useTemporaryFolder();
	const load = (folder: string) => createChosenEngine({ name: "tensorflow", folder });
	const refused = (message: RegExp) => ({ name: "Failure", code: "engineUnavailable", message });

	beforeEach(() => mkdirSync(path("here/below"), { recursive: true }));

	it("finds it in node_modules, in those of a folder above, and in the folder of the package itself", async () => {
		const place = layPackage(path("here"), "@tensorflow/tfjs-node", namespace("tensorflow", all));
		for (const folder of [path("here"), path("here/below"), join(path("here"), "node_modules"), place]) {
			const { description } = await load(folder);
			assert.equal(description, "TensorFlow.js 4.22.0, back end tensorflow");
		}
	});

	it("takes the native library before plain JavaScript, and a wasm back end before that", async () => {
		layPackage(path("here"), "@tensorflow/tfjs", namespace("cpu", all));
		assert.match((await load(path("here"))).description, /back end cpu$/);
		// The package of a back end adds itself to what the namespace knows.
		layPackage(
			path("here"),
			"@tensorflow/tfjs-backend-wasm",
			`const tf = require("@tensorflow/tfjs"); const before = tf.setBackend;
			tf.setBackend = async (name) => name === "wasm" ? ((tf.getBackend = () => "wasm"), true) : before(name);`,
		);
		assert.match((await load(path("here"))).description, /back end wasm$/);
		layPackage(path("here"), "@tensorflow/tfjs-node", namespace("tensorflow", all));
		assert.match((await load(path("here"))).description, /back end tensorflow$/);
	});

	it("says that a folder is missing, or has no TensorFlow.js", async () => {
		await assert.rejects(load(path("nowhere")), refused(/cannot be used: there is no folder .*nowhere\.$/));
		await assert.rejects(load(path("here")), refused(/none of @tensorflow\/tfjs-node-gpu, @tensorflow\/tfjs-node, /));
	});

	it("says in one sentence why a package does not load", async () => {
		const lines = "The addon cannot be found.\\nSee https://example.org for more.";
		layPackage(path("here"), "@tensorflow/tfjs-node", `throw new Error("${lines}");`);
		await assert.rejects(
			load(path("here")),
			refused(
				/^The TensorFlow engine cannot be used: @tensorflow\/tfjs-node in .* does not load: The addon cannot be found\.$/,
			),
		);
	});

	it("says that a package is another one, or that its back end does not start", async () => {
		layPackage(path("here"), "@tensorflow/tfjs-node", "module.exports = {};");
		await assert.rejects(load(path("here")), refused(/does not have the interface of TensorFlow\.js\.$/));
		layPackage(path("other"), "@tensorflow/tfjs", namespace("webgl", all));
		await assert.rejects(
			load(path("other")),
			refused(/has no back end that works \(wasm does not start; cpu does not start\)\.$/),
		);
	});

	it("names the kernels that a back end lacks, and notices one that computes wrongly", async () => {
		layPackage(path("here"), "@tensorflow/tfjs", namespace("cpu", `(name) => !["Tanh", "SplitV"].includes(name)`));
		await assert.rejects(load(path("here")), refused(/its back end cpu lacks the kernels SplitV, Tanh\.$/));
		const wrong = namespace("cpu", all).replace("sum + value", "sum - value");
		layPackage(path("other"), "@tensorflow/tfjs", wrong);
		await assert.rejects(load(path("other")), refused(/computes 1·1 \+ 2·2 \+ 3·3 as -14\.$/));
	});

	it("prepares the library before it loads it", async () => {
		const file = JSON.stringify(path("seen.json"));
		layPackage(
			path("here"),
			"@tensorflow/tfjs-node",
			`require("node:fs").writeFileSync(${file}, JSON.stringify([
				process.env.TF_NUM_INTRAOP_THREADS, require("node:util").isNullOrUndefined(null), require("util").isArray([]),
			]));
			${namespace("tensorflow", all)}`,
		);
		const before = process.env["TF_NUM_INTRAOP_THREADS"];
		try {
			delete process.env["TF_NUM_INTRAOP_THREADS"];
			await loadTensorFlow({ folder: path("here"), threads: 3 });
		} finally {
			if (before === undefined) delete process.env["TF_NUM_INTRAOP_THREADS"];
			else process.env["TF_NUM_INTRAOP_THREADS"] = before;
		}
		const { default: seen } = await import(path("seen.json"), { with: { type: "json" } });
		assert.deepEqual(seen, ["3", true, true]);
	});
});
