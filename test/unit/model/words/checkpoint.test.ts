import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { NetworkShape } from "../../../../src/engines/engine.ts";
import { createEngine } from "../../../../src/engines/registry.ts";
import {
	type Model,
	readModel,
	readModelInfo,
	readTrainingState,
	writeModel,
	writeTrainingState,
} from "../../../../src/model/checkpoint.ts";
import { createTriedNetwork, createTriedWords } from "../../../../src/model/triedNetwork.ts";
import { Vocabulary } from "../../../../src/model/words/vocabulary.ts";
import { root } from "../../../harness/paths.ts";
import { useTemporaryFolder } from "../../support/temporaryFolder.ts";
import { exampleModel, formatFile, type Header, parseFile, randomParameters } from "../modelFixture.ts";

const vocabulary = new Vocabulary(["value", "größe", "    ", '""', "let", "if"]);

function wordModel(cutoffs: readonly number[]): Model {
	const shape: NetworkShape = { cell: "gru", hidden: 16, layers: 1, words: { symbols: vocabulary.size, cutoffs } };
	return { ...exampleModel(shape), vocabulary };
}

describe("The file of a word model", () => {
	const path = useTemporaryFolder();

	for (const cutoffs of [[], [258], [257, 260]]) {
		it(`keeps vocabulary, clusters and parameters: cutoffs ${JSON.stringify(cutoffs)}`, async () => {
			const model = wordModel(cutoffs);
			await writeModel(path("model"), model);
			const { shape, parameters, vocabulary: words, remarks } = await readModel(path("model"));
			assert.deepEqual(shape, model.shape);
			assert.deepEqual(words?.words, vocabulary.words);
			assert.deepEqual(parameters, model.parameters);
			assert.equal(remarks, undefined);
			assert.equal((await readModelInfo(path("model"))).words, 6);

			// Rounded to 8 bits it keeps what it is, too.
			await writeModel(path("small"), { ...model, precision: "int8" });
			assert.deepEqual((await readModel(path("small"))).shape, model.shape);

			const [first, second] = [2, 3].map((seed) => randomParameters(model.shape, seed));
			assert.ok(first && second);
			const squares = new Map(
				[...second].map(([name, { shape, data }]) => [name, { shape, data: data.map(Math.abs) }]),
			);
			const optimizer = { updates: 5, first, second: squares };
			await writeTrainingState(path("state"), { model, optimizer, position: {} });
			assert.deepEqual((await readTrainingState(path("state"))).model.vocabulary?.words, vocabulary.words);
		});
	}

	it("is refused with one sentence if its vocabulary or its clusters cannot be", async () => {
		await writeModel(path("model"), wordModel([258]));
		const { header, data } = parseFile(readFileSync(path("model")));
		for (const [field, value, code] of [
			["vocabulary", 'value\nvalue\n    \n""\nlet\nif', "modelBroken"],
			["vocabulary", "value", "modelBroken"],
			["vocabulary", 'two words\ngröße\n    \n""\nlet\nif', "modelBroken"],
			["cutoffs", "12", "modelBroken"],
			["cutoffs", "262", "modelBroken"],
			["cutoffs", "259 258", "modelBroken"],
			["cutoffs", "many", "modelBroken"],
			["direction", "both", "modelUnsupported"],
		] as const) {
			const changed = { ...header, __metadata__: { ...header.__metadata__, [field]: value } } as Header;
			writeFileSync(path("changed"), formatFile(changed, data));
			await assert.rejects(readModel(path("changed")), { code }, `${field}: ${value}`);
		}
	});

	it("is described in models/README.md", async () => {
		const page = readFileSync(join(root, "models/README.md"), "utf8");
		await writeModel(path("model"), wordModel([257, 260]));
		const { header } = parseFile(readFileSync(path("model")));
		for (const name of Object.keys(header)) {
			const general = name.replace(/tail\.\d/, "tail.{i}").replace(/_l0$/, "_l{l}");
			if (name !== "__metadata__") assert.ok(page.includes(`\`${general}\``), name);
		}
		for (const field of Object.keys(header.__metadata__ ?? {})) assert.ok(page.includes(`\`${field}\``), field);
	});

	it("is used as a word model, and not where bytes are predicted", async () => {
		const engine = await createEngine();
		await assert.rejects(createTriedNetwork(engine, wordModel([]), "float32", 1), { code: "wordsOnly" });
		await assert.rejects(createTriedWords(engine, exampleModel(), "float32", 1), { code: "badArgument" });
		const { model, dispose } = await createTriedWords(engine, wordModel([258]), "float32", 1);
		const { logProbabilities } = model.read(model.start(), vocabulary.encode(Buffer.from("let größe")));
		assert.equal(logProbabilities.length, vocabulary.size);
		const sum = logProbabilities.reduce((total, value) => total + Math.exp(value), 0);
		assert.ok(Math.abs(sum - 1) < 1e-5, `the probabilities sum to ${sum}`);
		dispose();
	});
});
