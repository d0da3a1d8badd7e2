import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { describe, it } from "mocha";
import { inSlices, mapConcurrently, sliceItems, sortInSlices } from "../../../src/corpus/concurrency.ts";

/** Work that goes on until it is told to end; `held` has, by item, what is under way. */
function heldWork() {
	const held = new Map<number, { resolve(): void; reject(error: Error): void }>();
	const work = async (item: number): Promise<number> => {
		await new Promise<void>((resolve, reject) => held.set(item, { resolve, reject }));
		held.delete(item);
		return item * 10;
	};
	return { held, work };
}

describe("mapConcurrently", () => {
	it("returns results in the order of the items, whichever is done first", async () => {
		const { held, work } = heldWork();
		const results = mapConcurrently([3, 1, 2], 3, work);
		await turn();
		for (const item of [2, 3, 1]) {
			held.get(item)?.resolve();
			await turn();
		}
		assert.deepEqual(await results, [30, 10, 20]);
	});

	it("works on as many items at once as it may, and on no more", async () => {
		const { held, work } = heldWork();
		const results = mapConcurrently([1, 2, 3, 4, 5, 6], 4, work);
		const running: number[] = [];
		for (let item = 1; item <= 6; item++) {
			await turn();
			running.push(held.size);
			held.get(item)?.resolve();
		}
		await results;
		assert.deepEqual(running, [4, 4, 4, 3, 2, 1]);
	});

	it("does nothing for no items", async () => {
		assert.deepEqual(await mapConcurrently([], 4, () => Promise.reject(new Error("called"))), []);
	});

	it("begins nothing new after an error", async () => {
		const { held, work } = heldWork();
		const results = mapConcurrently([1, 5, 6, 7], 2, work);
		await turn();
		held.get(1)?.reject(new Error("one"));
		await assert.rejects(results, /one/);
		held.get(5)?.resolve();
		await turn();
		assert.deepEqual([...held.keys()], [1]);
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

describe("Work in slices", () => {
	it("deals with all items in their order, and pauses after each slice but the last", async () => {
		for (const count of [0, 1, sliceItems, sliceItems + 1, 5 * sliceItems]) {
			const items = Array.from({ length: count }, (_, index) => index);
			const seen: number[] = [];
			let pauses = 0;
			for await (const slice of inSlices(items, async () => void pauses++)) {
				assert(slice.length <= sliceItems);
				seen.push(...slice);
			}
			assert.deepEqual(seen, items);
			assert.equal(pauses, Math.max(0, Math.ceil(count / sliceItems) - 1));
		}
	});

	it("sorts as toSorted does, and leaves equal items in their order", async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.nat(300), { maxLength: 2000, size: "max" }), async (numbers) => {
				const items = numbers.map((number, place) => ({ number, place }));
				const compare = (one: { number: number }, other: { number: number }) => one.number - other.number;
				assert.deepEqual(await sortInSlices(items, compare, async () => {}), items.toSorted(compare));
			}),
			{ numRuns: 30 },
		);
	});

	it("compares no more than some thousand items between two pauses", async () => {
		const items = Array.from({ length: 50_000 }, (_, index) => (index * 7919) % 50_021);
		let compared = 0;
		let most = 0;
		const pause = async () => {
			most = Math.max(most, compared);
			compared = 0;
		};
		const compare = (one: number, other: number) => {
			compared++;
			return one - other;
		};
		assert.deepEqual(
			await sortInSlices(items, compare, pause),
			items.toSorted((one, other) => one - other),
		);
		assert(Math.max(most, compared) < 2500, `${most}, ${compared}`);
	});
});
