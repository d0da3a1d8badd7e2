import assert from "node:assert/strict";
import { drawEvenly } from "../../../models/pretrain/balance.ts";
import { languageNames, weights } from "../../../models/pretrain/languages.ts";

async function* documents(owner: string, ...sizes: readonly number[]) {
	for (const bytes of sizes) yield { owner, bytes };
}

describe("drawEvenly", () => {
	it("takes alike of all, and of the large what the small cannot give", async () => {
		const drawn = await drawEvenly(
			[documents("small", 10), documents("large", ...Array(100).fill(10)), documents("big", ...Array(100).fill(20))],
			200,
		);
		const sum = (name: string) => drawn.reduce((total, { owner, bytes }) => total + (owner === name ? bytes : 0), 0);
		assert.deepEqual([sum("small"), sum("large"), sum("big")], [10, 90, 100]);
	});

	it("takes all there is where there is room, in the order of each", async () => {
		const drawn = await drawEvenly([documents("a", 1, 5), documents("b", 2, 3)], 100);
		assert.deepEqual(
			drawn.map(({ bytes }) => bytes),
			[1, 2, 5, 3],
		);
	});

	it("never takes more than there is room for", async () => {
		const drawn = await drawEvenly([documents("a", 60, 60)], 100);
		assert.equal(drawn.length, 1);
	});

	it("asks for no more documents than it needs", async () => {
		let asked = 0;
		async function* endless() {
			for (;;) {
				asked++;
				yield { bytes: 10 };
			}
		}
		await drawEvenly([endless()], 100);
		assert.equal(asked, 11);
	});
});

describe("weights", () => {
	it("sum to 1, whichever languages there are", () => {
		for (const names of [languageNames, languageNames.slice(0, 3)]) {
			const sum = [...weights(names).values()].reduce((total, weight) => total + weight, 0);
			assert.ok(Math.abs(sum - 1) < 1e-12);
		}
	});
});
