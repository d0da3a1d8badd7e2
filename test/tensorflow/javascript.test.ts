/** The TensorFlow engine on the back ends that need no native library. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import type { TrainingJob, TrainingProgress } from "../../src/domain/training.ts";
import type { TensorFlow } from "../../src/engines/tensorflow/api.ts";
import { loadTensorFlow } from "../../src/engines/tensorflow/load.ts";
import { readTrainingState } from "../../src/model/checkpoint.ts";
import { Trainer } from "../process/trainerProcess.ts";
import { useTemporaryFolder } from "../unit/support/temporaryFolder.ts";
import { testEngine } from "./contract.ts";
import { installJavaScript } from "./install.ts";
import { testTransformer } from "./transformer/contract.ts";
import { testWords } from "./words.ts";

for (const backend of ["cpu", "wasm"]) {
	describe(`TensorFlow engine, back end ${backend}`, () => {
		let tf: TensorFlow;

		before(async function () {
			const folder = await installJavaScript();
			if (folder === undefined) return this.skip();
			tf = await loadTensorFlow({ folder });
			await tf.setBackend(backend);
			await tf.ready();
		});

		testEngine(() => tf, 50);
		testWords(() => tf);
		testTransformer(() => tf);
	});
}

describe("The trainer on TensorFlow.js", () => {
	const path = useTemporaryFolder();

	it("keeps a state from which Inkling's own engine goes on, and the other way round", async function () {
		const folder = await installJavaScript();
		if (folder === undefined) return this.skip();
		mkdirSync(path("workspace"));
		for (let i = 0; i < 20; i++) {
			const lines = Array.from({ length: 20 }, (_, line) => `let value${line} = file${i}.read(${line * i});\n`);
			writeFileSync(path("workspace", `file${i}.ts`), lines.join(""));
		}
		const job: TrainingJob = {
			folders: [{ path: path("workspace"), name: "workspace" }],
			rules: { exclude: [], maxFileKiB: 256, maxTotalMiB: 16 },
			storage: path("storage"),
			minutes: 30,
			threads: 1,
			resume: true,
			cell: null,
			engine: "tensorflow",
			tensorflow: folder,
			hidden: 16,
			base: null,
		};
		let characters = 0;
		for (const engine of ["tensorflow", "inkling", "tensorflow"] as const) {
			const trainer = new Trainer();
			trainer.send({ type: "train", job: { ...job, engine } });
			const isFurther = ({ progress }: { progress: TrainingProgress }) => progress.characters > characters;
			await trainer.next("progress", isFurther);
			trainer.send({ type: "stop" });
			const { end, model } = await trainer.next("finished");
			assert.equal(end, "stopped");
			assert.notEqual(model, null);
			await trainer.ended();
			const log = trainer.messages.flatMap((message) => (message.type === "log" ? [message.message] : [])).join("\n");
			assert.match(log, engine === "inkling" ? /: WebAssembly/ : /: TensorFlow\.js 4\.22\.0, back end wasm\./);
			const { position } = await readTrainingState(path("storage", "training.safetensors"));
			assert.ok((position["characters"] as number) > characters);
			characters = position["characters"] as number;
		}
	});
});
