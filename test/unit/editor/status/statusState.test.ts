import assert from "node:assert/strict";
import { type Facts, perplexity, type StatusKind, statusKind } from "../../../../src/editor/status/statusState.ts";

const fresh: Facts = {
	enabled: true,
	enabledElsewhere: true,
	trusted: true,
	hasFolder: true,
	hasModel: false,
	model: null,
	base: null,
	memory: null,
	training: null,
	paused: false,
	server: "stopped",
	modelFailure: undefined,
};

describe("statusKind", () => {
	const broken = { code: "modelBroken", detail: "" } as const;
	const reading = { reading: true, files: 3, characters: 100 };
	const memory = { ...reading, reading: false };
	const cases: readonly [StatusKind, Partial<Facts>][] = [
		["untrained", {}],
		["untrusted", { trusted: false }],
		["noFolder", { hasFolder: false }],
		["noFolder", { hasFolder: false, trusted: false }],
		["untrained", { memory }],
		["reading", { memory: reading }],
		["noFolder", { memory, hasFolder: false }],
		["ready", { memory: reading, hasModel: true }],
		["off", { memory: reading, enabled: false, enabledElsewhere: false }],
		["ready", { hasModel: true }],
		["ready", { hasModel: true, trusted: false }],
		["ready", { hasModel: true, server: "waiting" }],
		["off", { hasModel: true, enabled: false, enabledElsewhere: false }],
		["languageOff", { hasModel: true, enabled: false }],
		["training", { training: "starting" }],
		["training", { training: "starting", enabled: false, enabledElsewhere: false }],
		["paused", { training: "starting", paused: true }],
		["error", { hasModel: true, server: "failed" }],
		["error", { hasModel: true, server: "failed", training: "starting" }],
		["error", { hasModel: true, modelFailure: broken }],
		["error", { modelFailure: broken }],
		["training", { hasModel: true, modelFailure: broken, training: "starting" }],
	];
	for (const [kind, facts] of cases)
		it(`is ${kind} given ${JSON.stringify(facts)}`, () => {
			assert.equal(statusKind({ ...fresh, ...facts }), kind);
		});
});

describe("perplexity", () => {
	it("is two to the power of the bits per character", () => {
		assert.equal(perplexity(8), 256);
		assert.equal(perplexity(0), 1);
	});
});
