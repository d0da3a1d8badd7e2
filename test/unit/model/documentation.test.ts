import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "mocha";
import { cells } from "../../../src/domain/cells.ts";
import { createEngine } from "../../../src/engines/registry.ts";
import { scoreFromBothSides } from "../../../src/model/bothSides/score.ts";
import { readModel, writeModel, writeTrainingState } from "../../../src/model/checkpoint.ts";
import { createNetwork } from "../../../src/model/network.ts";
import { bitsPerCharacter, scoreDocument } from "../../../src/model/score.ts";
import { createTriedBothSides } from "../../../src/model/triedNetwork.ts";
import { root } from "../../harness/paths.ts";
import { findPyTorch } from "../support/pyTorch.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";
import { exampleModel, parseFile, randomParameters } from "./modelFixture.ts";

const page = readFileSync(join(root, "models/README.md"), "utf8");

/** The names in code type in the first column of the tables of a section. */
function documented(section: string): string[] {
	const [, text = ""] = page.split(`\n## ${section}\n`);
	const rows = (text.split("\n## ")[0] ?? "").matchAll(/^\|([^|]+)\|/gm);
	return [...rows].flatMap(([, cell = ""]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name));
}

/** Runs a program over a text with one model after another. */
const readEach = `
import runpy, sys
_, program, path, text, *models = sys.argv
for model in models:
    sys.argv = [program, model, path, text]
    runpy.run_path(program)
`;

type ModelToWrite = Parameters<typeof writeModel>[1];

describe("models/README.md", () => {
	const path = useTemporaryFolder();
	const shape = { cell: "gru", hidden: 8, layers: 2 } as const;
	const layered = (name: string) => [0, 1].map((layer) => name.replace("{l}", String(layer)));
	const tensors = documented("Network");
	const expectedTensors = [
		...[0, 1].flatMap((layer) => tensors.filter((name) => name.includes("{l}")).map((name) => layered(name)[layer])),
		...tensors.filter((name) => !name.includes("{l}")),
	];
	const headerOf = async (file: string) => {
		const { __metadata__: metadata = {}, ...entries } = parseFile(await readFile(file)).header;
		return { fields: Object.keys(metadata), tensors: Object.keys(entries) };
	};

	it("names the tensors of a model in their order, and all fields of its metadata", async () => {
		await writeModel(path("model"), exampleModel(shape));
		const { fields, tensors } = await headerOf(path("model"));
		assert.deepEqual(tensors, expectedTensors);
		assert.deepEqual(fields.sort(), documented("Metadata").sort());
	});

	it("names what a training state has beside them", async () => {
		const [first, second] = [2, 3].map((seed) => randomParameters(shape, seed));
		assert.ok(first && second);
		const squares = new Map([...second].map(([name, { shape, data }]) => [name, { shape, data: data.map(Math.abs) }]));
		const optimizer = { updates: 5, first, second: squares };
		await writeTrainingState(path("state"), { model: exampleModel(shape), optimizer, position: {} });
		const { fields, tensors } = await headerOf(path("state"));
		const prefixes = ["", "optimizer.first.", "optimizer.second."];
		for (const prefix of prefixes.slice(1)) assert.ok(page.includes(`\`${prefix}\``), prefix);
		assert.deepEqual(
			tensors,
			prefixes.flatMap((prefix) => expectedTensors.map((name) => prefix + name)),
		);
		for (const field of fields) {
			assert.ok([...documented("Metadata"), ...documented("Training state")].includes(field), field);
		}
	});

	const text = "// Grüße ✓\nexport const a = 1;\n";

	/** Checks what the page's program prints of each model, in one process: to load PyTorch takes a second or more. */
	async function assertPrinted(
		python: string,
		models: readonly ModelToWrite[],
		typed: string,
		expected: (file: string) => Promise<number | null>,
	): Promise<void> {
		const [, program = ""] = /```python\n(.*?)```/s.exec(page) ?? [];
		await writeFile(path("read.py"), program);
		await writeFile(path("each.py"), readEach);
		await writeFile(path("text"), typed);
		const files = models.map((_, index) => path(`model${index}`));
		for (const [index, model] of models.entries()) await writeModel(files[index] as string, model);
		const args = [path("each.py"), path("read.py"), "src/a.ts", path("text"), ...files];
		const { status, stdout, stderr } = spawnSync(python, args, { encoding: "utf8" });
		assert.equal(status, 0, stderr);
		const lines = stdout.trimEnd().split("\n");
		assert.equal(lines.length, files.length);
		for (const [index, file] of files.entries()) {
			const bpc = (await expected(file)) ?? Number.NaN;
			const { cell, precision } = { ...models[index]?.shape, ...models[index] };
			assert.ok(Math.abs(Number(lines[index]) - bpc) < 1e-4, `${cell}, ${precision}: ${lines[index]} and ${bpc}`);
		}
	}

	it("has a program for PyTorch that prints what `score` does, of each cell and precision", async function () {
		const python = findPyTorch();
		if (python === undefined) return this.skip();
		const models = cells.flatMap((cell) =>
			(["float32", "int8"] as const).map((precision) => ({ ...exampleModel({ ...shape, cell }), precision })),
		);
		await assertPrinted(python, models, `\ufeff${text.replaceAll("\n", "\r\n")}`, async (file) => {
			const model = await readModel(file);
			const predictor = await (await createEngine()).createPredictor(model.shape, model.parameters, "float32", 1);
			const bpc = bitsPerCharacter(scoreDocument(createNetwork(predictor), "src/a.ts", text).total);
			predictor.dispose();
			return bpc;
		});
	});

	it("has a program for PyTorch that prints what `score --both` does, of each cell", async function () {
		const python = findPyTorch();
		if (python === undefined) return this.skip();
		const models = cells.map((cell) => exampleModel({ ...shape, cell, direction: "both" }));
		await assertPrinted(python, models, text, async (file) => {
			const network = await createTriedBothSides(await createEngine(), await readModel(file), "float32");
			const bpc = bitsPerCharacter(scoreFromBothSides(network, "src/a.ts", text).total);
			network.dispose();
			return bpc;
		});
	});

	it("names the tensors of a network of both directions", async () => {
		await writeModel(path("model"), exampleModel({ ...shape, direction: "both" }));
		const { fields, tensors: found } = await headerOf(path("model"));
		const expected = expectedTensors.flatMap((name = "") =>
			name.startsWith("head.") ? [name] : [name, `${name}_reverse`],
		);
		assert.deepEqual(found.toSorted(), expected.toSorted());
		assert.ok(fields.includes("direction"));
		assert.ok(page.includes("`direction`") && page.includes("_reverse`"));
	});
});
