import assert from "node:assert/strict";
import type { ModelSummary } from "../../../../src/domain/model.ts";
import type { TrainingProgress } from "../../../../src/domain/training.ts";
import type { OnOff } from "../../../../src/editor/settings/onOff.ts";
import type { StatusInputs } from "../../../../src/editor/status/statusState.ts";
import { extensions } from "../fakeVscode.ts";
import { freshInputs, on } from "./inputs.ts";

const { statusText } = await import("../../../../src/editor/status/statusText.ts");
const { languageName, languageNames } = await import("../../../../src/editor/status/languageNames.ts");

const inputs: StatusInputs = { ...freshInputs, hasModel: true };

describe("statusText", () => {
	const cases: readonly [suggestions: OnOff, editorShows: boolean, text: string, sentence: RegExp][] = [
		[on, true, "$(pencil) Inkling", /is ready/],
		[{ enabled: false, decidedBy: "everywhere" }, true, "$(circle-slash) Inkling, off", /off everywhere\.$/],
		[
			{ enabled: false, decidedBy: { layer: "workspace", forLanguage: false } },
			true,
			"$(circle-slash) Inkling, off",
			/off, by the workspace settings\.$/,
		],
		[
			{ enabled: false, decidedBy: { layer: "folder", forLanguage: true } },
			true,
			"$(circle-slash) Inkling, off for Python",
			/off for Python, by the folder settings\.$/,
		],
		[on, false, "$(circle-slash) Inkling, off in VS Code", /editor\.inlineSuggest\.enabled/],
	];
	for (const [suggestions, editorShowsSuggestions, text, sentence] of cases)
		it(`shows “${text}” and why`, () => {
			const status = statusText({ ...inputs, suggestions, editorShowsSuggestions });
			assert.equal(status.text, text);
			assert.match(status.sentence, sentence);
		});

	it("names the network behind the perplexity", () => {
		const model = { cell: "lstm", validationBpc: 2, mixtureBpc: null, initialMixtureBpc: null } as ModelSummary;
		const { sentence } = statusText({ ...inputs, model });
		assert.equal(sentence, "Inkling is ready, with a perplexity of 4.0 per character (LSTM).");
	});

	it("says what a training does instead of a share of nothing", () => {
		const progress = { phase: "collecting", fraction: 0 } as TrainingProgress;
		const texts = (["starting", "stopping", "stoppingSlowly", progress] as const).map(
			(training) => statusText({ ...inputs, training }).text,
		);
		assert.deepEqual(texts, [
			"$(loading~spin) Starting…",
			"$(loading~spin) Stopping…",
			"$(loading~spin) Stopping…",
			"$(loading~spin) Reading files…",
		]);
		assert.equal(statusText({ ...inputs, training: "pausing", paused: true }).text, "$(loading~spin) Pausing…");
	});

	it("counts one file as people do", () => {
		for (const [files, words] of [
			[1, "1 file."],
			[1200, "1,200 files."],
		] as const) {
			const memory = { reading: false, files, characters: 10 };
			assert(statusText({ ...inputs, hasModel: false, memory }).sentence.includes(` its memory of ${words}`), words);
		}
	});
});

describe("The names of languages", () => {
	it("are the first aliases in the manifests, whatever else stands there", () => {
		const manifest = (...languages: unknown[]) => ({ contributes: { languages } });
		const names = languageNames([
			manifest({ id: "cpp", aliases: ["C++", "Cpp"] }, { id: "x" }, { id: "y", aliases: [] }, null, 7),
			manifest({ id: "cpp", aliases: ["Other"] }, { id: "go", aliases: "Go" }),
			{ contributes: { languages: {} } },
			{},
			null,
		]);
		assert.deepEqual([...names], [["cpp", "C++"]]);
	});

	it("include those of an extension that was installed meanwhile", () => {
		assert.equal(languageName("zig"), "zig");
		extensions.all.push({ packageJSON: { contributes: { languages: [{ id: "zig", aliases: ["Zig"] }] } } });
		assert.equal(languageName("zig"), "Zig");
		assert.equal(languageName("plaintext"), "Plain Text");
	});
});
