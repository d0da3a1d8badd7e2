import assert from "node:assert/strict";
import type { LanguageModel } from "../../../src/model/languageModel.ts";
import { ReadingWindow } from "../../../src/server/readingWindow.ts";

describe("The window of text that is read for an answer", () => {
	let time: number;
	/** What the readings take, ms; the last one also what all later ones take. */
	let readings: number[];
	let window: ReadingWindow;

	const context = { logProbabilities: new Float32Array(256) };
	function model(): LanguageModel {
		return {
			start: () => context,
			advance: () => [],
			read() {
				time += readings.length > 1 ? (readings.shift() as number) : (readings[0] as number);
				return context;
			},
		};
	}

	beforeEach(() => {
		time = 0;
		window = new ReadingWindow(() => time);
	});

	const cases: readonly [what: string, readings: readonly number[], size: number][] = [
		["all that is worth reading on a fast machine", [1], 2560],
		["less on a slow one", [9], 1280],
		["a least one on the slowest", [1000], 512],
		["not fixed by the first reading, which compiles", [1000, 1], 2560],
		["not fixed by a slow moment", [5, 1000, 1, 1000], 2560],
	];
	for (const [what, times, size] of cases)
		it(`is ${what}`, () => {
			readings = [...times];
			window.use(model());
			while (window.measure());
			assert.equal(window.size, size);
		});

	it("is measured before it is first asked for, however early that is, and better in idle time", () => {
		readings = [1000, 9, 4.5];
		window.use(model());
		assert.deepEqual([window.size, readings.length], [1280, 1]);
		assert.deepEqual([window.measure(), window.measure(), window.measure()], [true, true, false]);
		assert.equal(window.size, 2560);
	});

	it("is measured again in idle time while it is small, now and then and not for ever", () => {
		readings = [9];
		window.use(model());
		while (window.measure());
		assert.equal(window.measureAgain(), false, "at once");
		time += 5_000;
		readings = [1000];
		assert.equal(window.measureAgain(), true);
		assert.equal(window.size, 1280);
		time += 5_000;
		readings = [4.5];
		assert.equal(window.measureAgain(), true);
		assert.equal(window.size, 2560);
		time += 5_000;
		assert.equal(window.measureAgain(), false, "it is the greatest");

		readings = [9];
		window.use(model());
		while (window.measure());
		let again = 0;
		for (let i = 0; i < 100; i++) {
			time += 5_000;
			if (window.measureAgain()) again++;
		}
		assert.equal(again, 7);
	});

	it("is measured anew for another model only", () => {
		readings = [9];
		const first = model();
		window.use(first);
		assert.equal(window.size, 1280);
		readings = [1];
		window.use(first);
		assert.equal(window.size, 1280);
		window.use(model());
		assert.equal(window.size, 2560);
	});
});
