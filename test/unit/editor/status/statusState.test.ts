import assert from "node:assert/strict";
import { perplexity } from "../../../../src/domain/model.ts";
import { type StatusInputs, type StatusKind, statusKind } from "../../../../src/editor/status/statusState.ts";
import { freshInputs } from "./inputs.ts";

const off = { enabled: false, decidedBy: { layer: "user", forLanguage: false } } as const;
const languageOff = { enabled: false, decidedBy: { layer: "user", forLanguage: true } } as const;
const forcedOff = { enabled: false, decidedBy: "policy" } as const;
const offEverywhere = { enabled: false, decidedBy: "everywhere" } as const;

describe("statusKind", () => {
	const broken = { code: "modelBroken", detail: "" } as const;
	const reading = { reading: true, files: 3, characters: 100 };
	const memory = { ...reading, reading: false };
	const cases: readonly [StatusKind, Partial<StatusInputs>][] = [
		["untrained", {}],
		["untrusted", { trusted: false }],
		["noFolder", { hasFolder: false }],
		["noFolder", { hasFolder: false, trusted: false }],
		["virtual", { isOnDisk: false }],
		["virtual", { isOnDisk: false, trusted: false }],
		["ready", { isOnDisk: false, hasModel: true }],
		["untrained", { memory }],
		["reading", { memory: reading }],
		["noFolder", { memory, hasFolder: false }],
		["ready", { memory: reading, hasModel: true }],
		["off", { memory: reading, suggestions: off }],
		["ready", { hasModel: true }],
		["ready", { hasModel: true, trusted: false }],
		["ready", { hasModel: true, server: "waiting" }],
		["off", { hasModel: true, suggestions: off }],
		["languageOff", { hasModel: true, suggestions: languageOff }],
		["offEverywhere", { hasModel: true, suggestions: offEverywhere }],
		["offEverywhere", { suggestions: offEverywhere, editorShowsSuggestions: false }],
		["off", { suggestions: off, editorShowsSuggestions: false }],
		["editorOff", { hasModel: true, editorShowsSuggestions: false }],
		["training", { training: "starting" }],
		["training", { training: "starting", suggestions: off }],
		["paused", { training: "starting", paused: true }],
		["error", { hasModel: true, server: "failed" }],
		["error", { hasModel: true, server: "failed", training: "starting" }],
		["error", { hasModel: true, modelFailure: broken }],
		["error", { modelFailure: broken }],
		["training", { hasModel: true, modelFailure: broken, training: "starting" }],
		["elsewhere", { hasModel: true, trainsElsewhere: true }],
		["training", { trainsElsewhere: true, training: "starting" }],
		["off", { trainsElsewhere: true, suggestions: off }],
		["forcedOff", { hasModel: true, suggestions: forcedOff }],
		["forcedOff", { suggestions: forcedOff, server: "failed", training: "starting" }],
	];
	for (const [kind, inputs] of cases)
		it(`is ${kind} given ${JSON.stringify(inputs)}`, () => {
			assert.equal(statusKind({ ...freshInputs, ...inputs }), kind);
		});
});

describe("perplexity", () => {
	it("is two to the power of the bits per character", () => {
		assert.equal(perplexity(8), 256);
		assert.equal(perplexity(0), 1);
	});
});
