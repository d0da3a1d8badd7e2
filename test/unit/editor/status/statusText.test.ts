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

	it("says what the number in the status bar means", () => {
		const model = { cell: "lstm", validationBpc: 2, mixtureBpc: null, initialMixtureBpc: null } as ModelSummary;
		const { text, sentence } = statusText({ ...inputs, model });
		assert.equal(text, "$(pencil) 4.0");
		assert.match(sentence, /^Inkling is ready: in text that it has not read, it hesitates among 4\.0 characters/);
	});

	const base = { validationBpc: 1.585 } as ModelSummary;
	const memory = { reading: true, files: 3, characters: 100 };
	const beginnings: readonly [Partial<StatusInputs>, text: string, sentence: RegExp][] = [
		[{ base }, "$(pencil) Inkling suggests", /^Inkling suggests from its base model/],
		[{}, "$(pencil) Inkling suggests", /^Inkling suggests from what you type here/],
		[{ base, hasFolder: false }, "$(pencil) Inkling suggests", /Open a folder/],
		[{ base, isOnDisk: false }, "$(pencil) Inkling suggests", /not on a disk/],
		[{ base, trusted: false }, "$(workspace-untrusted) Inkling suggests", /only in trusted workspaces/],
		[{ base, memory }, "$(book) Inkling reads files", /^Inkling is reading the files/],
	];
	for (const [changes, text, sentence] of beginnings)
		it(`says at a first start what Inkling is and does, and no number: ${JSON.stringify(changes)}`, () => {
			const status = statusText({ ...inputs, hasModel: false, ...changes });
			assert.equal(status.text, text);
			assert.match(status.sentence, sentence);
		});

	it("shows during a training the perplexity that falls, of the text that is held out", () => {
		const figures = { phase: "training", fraction: 0.42, trainBpc: 1, initialBpc: 3, validationBpc: null } as const;
		const shown = (changes: object): string =>
			statusText({ ...inputs, training: { ...figures, ...changes } as TrainingProgress }).text;
		assert.deepEqual(
			[
				shown({}),
				shown({ validationBpc: 2 }),
				shown({ initialBpc: null }),
				shown({ initialBpc: null, trainBpc: null }),
			],
			["$(loading~spin) 42% · 8.0", "$(loading~spin) 42% · 4.0", "$(loading~spin) 42% · 2.0", "$(loading~spin) 42%"],
		);
	});

	it("says that another window trains, and that a policy of the machine turns Inkling off", () => {
		assert.equal(statusText({ ...inputs, trainsElsewhere: true }).text, "$(loading~spin) in another window");
		const { text, sentence } = statusText({ ...inputs, suggestions: { enabled: false, decidedBy: "policy" } });
		assert.equal(text, "$(circle-slash) Inkling, off");
		assert.equal(sentence, "Inkling is turned off on this machine, by the setting inkling.policy.forceOff.");
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
