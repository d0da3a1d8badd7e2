import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { describe, it } from "mocha";
import { mapConcurrently } from "../../../src/corpus/concurrency.ts";

describe("mapConcurrently", () => {
	it("returns results in the order of the items, whichever is done first", async () => {
		const results = await mapConcurrently([3, 1, 2], 3, async (item) => {
			await delay(item);
			return item * 10;
		});
		assert.deepEqual(results, [30, 10, 20]);
	});

	it("works on as many items at once as it may, and on no more", async () => {
		let running = 0;
		let most = 0;
		await mapConcurrently(Array.from({ length: 20 }), 4, async () => {
			most = Math.max(most, ++running);
			await delay(1);
			running--;
		});
		assert.equal(most, 4);
	});

	it("does nothing for no items", async () => {
		assert.deepEqual(await mapConcurrently([], 4, () => Promise.reject(new Error("called"))), []);
	});

	it("begins nothing new after an error", async () => {
		const begun: number[] = [];
		const work = async (item: number) => {
			begun.push(item);
			await delay(item);
			if (item === 1) throw new Error("one");
		};
		await assert.rejects(mapConcurrently([1, 5, 6, 7], 2, work), /one/);
		await delay(10);
		assert.deepEqual(begun, [1, 5]);
	});

	it("stops with the reason of an abort", async () => {
		const controller = new AbortController();
		const begun: number[] = [];
		const work = async (item: number) => {
			begun.push(item);
			if (item === 2) controller.abort(new Error("enough"));
		};
		await assert.rejects(mapConcurrently([1, 2, 3], 1, work, controller.signal), /enough/);
		assert.deepEqual(begun, [1, 2]);
	});
});
