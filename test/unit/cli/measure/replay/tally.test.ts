import assert from "node:assert/strict";
import { Tally } from "../../../../../src/cli/measure/replay/tally.ts";

describe("Tally", () => {
	it("counts what is saved by a thousand characters, and what looking costs", () => {
		const tally = Object.assign(new Tally(), {
			keys: 300,
			characters: 500,
			shown: 40,
			accepted: 10,
			acceptedCharacters: 210,
		});
		assert.deepEqual(tally.figures, {
			keystrokeSavings: 0.4,
			acceptance: 0.25,
			shownPer1000: 80,
			meanAccepted: 21,
			netKeysPer1000: 360,
			// 400 keys; 80 glances, and 20 suggestions of 21 characters to check.
			secondsSavedPer1000: 400 * 0.2 - 80 * 0.15 - 20 * (0.35 + 21 * 0.01),
			acceptedShare: 0.42,
			shown: 40,
			accepted: 10,
		});
	});

	it("has no shares of nothing", () => {
		const { acceptance, meanAccepted, keystrokeSavings } = Object.assign(new Tally(), {
			keys: 5,
			characters: 5,
		}).figures;
		assert.deepEqual([acceptance, meanAccepted, keystrokeSavings], [null, null, 0]);
	});
});
