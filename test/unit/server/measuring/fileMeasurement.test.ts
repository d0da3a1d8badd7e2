import assert from "node:assert/strict";
import { encodeDocument } from "../../../../src/model/document.ts";
import { createMemory } from "../../../../src/model/memory/index.ts";
import { createMixture } from "../../../../src/model/mixture.ts";
import { bitsPerCharacter, scoreDocument } from "../../../../src/model/score.ts";
import { FileMeasurement, measuring } from "../../../../src/server/measuring/fileMeasurement.ts";
import { finish } from "../../../../src/server/memory/lines/slices.ts";
import { sampleOf } from "../../../../src/server/memory/tuningSample.ts";
import { countingMemory } from "../../support/countingMemory.ts";
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
		const memory = await createMemory(sample);
		const models = { network, memory: createMixture(null, memory), mixture: createMixture(network, memory) };
		const steps = measuring(sample, memory, models, memory.mixerState());
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
		assert.equal(memory.learned, bytes - (unseen[1]?.bytes.length ?? 0) - (sample.seen[0]?.skip ?? 0));
	});

	it("forgets what the memory knew before, and measures both models on the same", async () => {
		const network = ngramModel("const value = gather(basket);\n");
		const unseen = [encodeDocument("src/known.ts", known)];
		const sample = sampleOf([encodeDocument("seen.ts", strange)], unseen, 8, ["src/known.ts"]);
		const results = await Promise.all(
			[false, true].map(async (knewIt) => {
				const memory = await createMemory(sample);
				const mixer = memory.mixerState();
				if (knewIt) memory.learn(memory.start(), (unseen[0] as (typeof unseen)[0]).bytes);
				const models = { network, memory: createMixture(null, memory), mixture: createMixture(network, memory) };
				return finish(measuring(sample, memory, models, mixer));
			}),
		);
		assert.deepEqual(results[1], results[0]);
	});

	it("fails without an end of the process", async () => {
		const failures: unknown[] = [];
		const host = {
			mix: createMixture,
			measured: () => assert.fail(),
			failed: (error: unknown) => void failures.push(error),
		};
		const sample = sampleOf([], [], 8);
		const memory = Object.assign(countingMemory(), {
			forget: () => {
				throw new RangeError("out of memory");
			},
		});
		const measurement = new FileMeasurement(host, sample, ngramModel(""), memory.mixerState(), memory);
		assert.equal(
			measurement.work(() => true),
			true,
		);
		assert.equal(failures.length, 1);
		assert.equal(
			measurement.work(() => true),
			false,
		);
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
				await bench.until("it is measured", () => (bench.memories[1]?.forgotten.length ?? 0) > 0);
				await end(bench);
				bench.tick = 0;
				await bench.rest();
				assert.deepEqual(bench.of("perplexities"), []);
			}
		});
	});
});
