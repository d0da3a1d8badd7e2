import assert from "node:assert/strict";
import { Turns } from "../../../src/engines/wasm/threadContext.ts";

describe("Turns of waiting at a barrier", () => {
	/** Turns at so many barriers, at each of which the thread sleeps if `sleeps` says so of them. */
	const take = (turns: Turns, barriers: number, sleeps: (turns: number) => boolean): number[] =>
		Array.from({ length: barriers }, () => {
			const next = turns.next();
			turns.note(sleeps(next));
			return next;
		});

	it("stay as many as they are while the others come in time", () => {
		assert.deepEqual(new Set(take(new Turns(), 2000, () => false)), new Set([1_000_000]));
	});

	it("get few where the others have no core, but for one barrier in 512", () => {
		const taken = take(new Turns(), 2048, () => true);
		assert.equal(taken.filter((turns) => turns === 1_000_000).length, 1 + 4);
		assert.equal(taken.filter((turns) => turns === 1_000).length, 2048 - 4 - 10);
	});

	it("are all there again once they are enough", () => {
		const turns = new Turns();
		take(turns, 100, () => true);
		// The others now come within some hundred thousand turns.
		const taken = take(turns, 1000, (turns) => turns < 300_000);
		assert.equal(taken.at(-1), 1_000_000);
		assert.equal(taken.filter((turns) => turns < 1_000_000).length, 411);
	});
});
