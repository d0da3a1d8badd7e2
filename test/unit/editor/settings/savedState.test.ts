import assert from "node:assert/strict";
import { SavedState } from "../../../../src/editor/settings/savedState.ts";

describe("SavedState", () => {
	it("keeps values, and goes on with a line in the log where one cannot be written", async () => {
		const values = new Map<string, unknown>();
		const warnings: string[] = [];
		let isBroken = false;
		const memento = {
			get: (key: string) => values.get(key) as never,
			update: async (key: string, value: unknown) => {
				if (isBroken) throw new Error("the database is locked");
				values.set(key, value);
			},
		};
		const saved = new SavedState(memento as never, { warn: (text: string) => warnings.push(text) });
		await saved.update("a", 1);
		assert.equal(saved.get("a"), 1);
		isBroken = true;
		await saved.update("a", 2);
		assert.deepEqual([saved.get("a"), warnings], [1, ["VS Code could not save a: the database is locked"]]);
	});
});
