import assert from "node:assert/strict";
import { encodeDocument } from "../../../../src/model/document.ts";
import { createMemory } from "../../../../src/model/memory/index.ts";
import { createMixture } from "../../../../src/model/mixture.ts";
import { bitsPerCharacter, scoreDocument } from "../../../../src/model/score.ts";
import { FileMeasurement, measuring } from "../../../../src/server/measuring/fileMeasurement.ts";
import { sampleOf } from "../../../../src/server/memory/tuningSample.ts";
import { ngramModel } from "../../support/ngramModel.ts";
import { useTemporaryFolder } from "../../support/temporaryFolder.ts";
import { WorkspaceBench } from "../memory/workspaceBench.ts";

const known = "const harvest = gather(firstBasket, secondBasket);\nstoreApples(harvest, cellar);\n".repeat(6);
const strange = "zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.\n".repeat(6);

describe("Measuring files that were held out", () => {
	it("says how many bits a character of each takes, by network, memory and both", async () => {
		const network = ngramModel("const value = gather(basket);\n");
		const texts = { "src/known.ts": known, "empty.ts": "", "strange.md": strange };
		const unseen = Object.entries(texts).map(([path, text]) => encodeDocument(path, text));
		const sample = sampleOf([encodeDocument("seen.ts", known)], unseen, 8, Object.keys(texts));
		const alone = await createMemory(sample);
		const mixed = await createMemory(sample);
		const models = { network, memory: createMixture(null, alone), mixture: createMixture(network, mixed) };
		const steps = measuring(sample, { alone, mixed }, models, mixed.mixerState());
		let yields = 0;
		let step = steps.next();
		for (; !step.done; step = steps.next()) yields++;
		const [first, second, ...others] = step.value;
		assert.ok(first && second);
		assert.deepEqual([others.length, first.path, second.path], [0, "src/known.ts", "strange.md"]);
		assert.equal(first.characters, known.length);
		assert.equal(second.characters, [...strange].length, "characters, not bytes");
		assert.ok(yields > 20, "in slices");
		for (const { path, network: bpc } of [first, second]) {
			const { total } = scoreDocument(network, path, texts[path as keyof typeof texts]);
			assert.ok(Math.abs(bpc - (bitsPerCharacter(total) ?? 0)) < 1e-6, path);
		}
		assert.ok(first.memory < second.memory / 3, "the memory knows what it has read");
		assert.ok(first.mixture < first.network, "and both together profit from it");
		assert.ok(second.memory < 4, "it learns while a file is read");
		const bytes = [...sample.seen, ...unseen].reduce((sum, document) => sum + document.bytes.length, 0);
		// A file without text is not read, and the names of those seen before are not learned.
		assert.equal(alone.learned, bytes - (unseen[1]?.bytes.length ?? 0) - (sample.seen[0]?.skip ?? 0));
	});

	it("fails without an end of the process", async () => {
		const failures: unknown[] = [];
		const failed = new Promise<void>((resolve) => {
			const host = {
				createMemory: () => Promise.reject(new RangeError("out of memory")),
				mix: createMixture,
				wake: () => {},
				measured: () => assert.fail(),
				failed: (error: unknown) => {
					failures.push(error);
					resolve();
				},
			};
			const measurement = new FileMeasurement(host, sampleOf([], [], 8), ngramModel(""), {} as never);
			assert.equal(
				measurement.work(() => true),
				false,
			);
		});
		await failed;
		assert.equal(failures.length, 1);
	});

	describe("in a session", () => {
		const folder = useTemporaryFolder();
		const files = Object.fromEntries(
			Array.from({ length: 40 }, (_, i) => [`src/${i}.ts`, `const value${i} = compute(${i});\n`.repeat(5)]),
		);

		async function loaded(name = "one"): Promise<WorkspaceBench> {
			const bench = new WorkspaceBench(folder(name));
			await bench.lay(files);
			await bench.begin();
			bench.files.set("model", "const value = compute(1);\n");
			await bench.load("model");
			return bench;
		}

		it("follows the tuning to a network, once", async () => {
			const bench = await loaded();
			await bench.rest();
			const [report, ...others] = bench.of("perplexities");
			assert.equal(others.length, 0);
			assert.ok(report && report.files.length > 0);
			for (const { path, characters } of report.files) assert.equal(files[path]?.length, characters, path);
			await bench.load("model");
			await bench.rest();
			assert.equal(bench.of("perplexities").length, 1);
		});

		it("ends when a training begins, or another network comes", async () => {
			for (const [name, end] of Object.entries({
				training: async (bench: WorkspaceBench) => bench.send({ type: "training", isRunning: true }),
				other: async (bench: WorkspaceBench) => bench.load(null),
			})) {
				const bench = await loaded(name);
				bench.tick = 10;
				await bench.until("it is measured", () => (bench.memories[2]?.learned ?? 0) > 0);
				await end(bench);
				bench.tick = 0;
				await bench.rest();
				assert.deepEqual(bench.of("perplexities"), []);
			}
		});
	});
});
