import assert from "node:assert/strict";
import type { ModelSummary } from "../../../../src/domain/model.ts";
import type { LoadResult } from "../../../../src/editor/processes/completionServer.ts";
import "../fakeVscode.ts";

const { ModelInUse } = await import("../../../../src/editor/models/modelInUse.ts");

const summary: ModelSummary = {
	trainedAt: "2026-01-02T03:04:05.000Z",
	characters: 1000,
	corpusCharacters: 500,
	files: 3,
	cpuSeconds: 60,
	validationBpc: 2,
	initialBpc: 3,
	mixtureBpc: 1.5,
	initialMixtureBpc: 1.75,
	cell: "gru",
	hidden: 8,
	layers: 1,
	parameters: 4000,
};
const broken = { code: "modelBroken", detail: "x" } as const;

function setUp({ hasModel = false, server: serverState = "running", saved = summary as unknown } = {}) {
	const used: [string | null, boolean][] = [];
	const order: string[] = [];
	const kept = new Map<string, unknown>([["inkling.model", saved]]);
	const store = { hasModel, modelFile: "/own", refresh: async () => {} };
	const base = { file: "/base" as string | null };
	const hooks = { noted: () => {} };
	let restarts = 0;
	const model = new ModelInUse({
		store,
		server: {
			use: (file: string | null, isBase = false) => {
				used.push([file, isBase]);
				order.push(`use ${file}`);
			},
			state: serverState,
			restart: () => void restarts++,
		} as never,
		baseFile: () => base.file,
		saved: {
			get: (key: string) => kept.get(key),
			update: async (key: string, value: unknown) => void kept.set(key, value),
		} as never,
		log: { error: () => {} },
		note: async () => {
			order.push("note");
			hooks.noted();
		},
	});
	return { model, hooks, used, order, kept, store, base, restarts: () => restarts };
}

const loaded = (file: string, failure?: typeof broken): LoadResult =>
	({ file, model: failure ? null : summary, failure }) as LoadResult;

describe("The model in use", () => {
	it("is the workspace's own, of which something is known before it is loaded", async () => {
		const { model, used } = setUp({ hasModel: true });
		await model.start();
		assert.deepEqual(used, [["/own", false]]);
		assert.equal(model.own, summary);
		assert.equal(model.base, null);
	});

	it("is not known before it is loaded where an earlier version kept less of it, which would be shown as NaN", async () => {
		const { mixtureBpc: _, initialMixtureBpc: __, ...less } = summary;
		for (const saved of [less, 1, null]) {
			const { model } = setUp({ hasModel: true, saved });
			await model.start();
			assert.equal(model.own, null);
			model.loaded(loaded("/own"));
			assert.equal(model.own, summary);
		}
	});

	it("is the base model without one, and another when the settings name another", async () => {
		const { model, used, base } = setUp();
		await model.start();
		assert.equal(model.own, null);
		model.loaded(loaded("/base"));
		assert.equal(model.base, summary);
		model.settingsChanged();
		base.file = "/other";
		model.settingsChanged();
		assert.deepEqual(used, [
			["/base", true],
			["/other", true],
		]);
		assert.equal(model.base, null);
		model.loaded(loaded("/base"));
		assert.equal(model.base, null, "the answer for the former file comes late");
	});

	it("says why it cannot be used", async () => {
		const { model, kept } = setUp({ hasModel: true });
		await model.start();
		model.loaded(loaded("/own", broken));
		assert.deepEqual([model.failure, model.own, kept.get("inkling.model")], [broken, null, undefined]);
		model.loaded(loaded("/candidate"));
		assert.equal(model.failure, broken, "a file that is only looked at changes nothing");
	});

	it("is the one that was trained, also after its predecessor brought the process down", async () => {
		const { model, used, store, kept, restarts } = setUp({ server: "failed" });
		await model.start();
		store.hasModel = true;
		await model.learned(summary);
		assert.deepEqual(used.at(-1), ["/own", false]);
		assert.deepEqual([model.own, kept.get("inkling.model"), restarts()], [summary, summary, 1]);
	});

	it("is noted before it is read: what another window stores while it is read is another one", async () => {
		const { model, store, order } = setUp({ hasModel: true });
		await model.start();
		await model.learned(summary);
		await model.replaced(loaded("/own"));
		store.hasModel = false;
		await model.replaced(undefined);
		assert.deepEqual(order, ["note", "use /own", "note", "use /own", "note", "note", "use /base"]);
	});

	it("is not one that was deleted while it was taken up, or loaded", async () => {
		const { model, used, store, hooks } = setUp({ hasModel: true });
		await model.start();
		const learned = model.learned(summary);
		let reset: Promise<void> | undefined;
		hooks.noted = () => {
			store.hasModel = false;
			reset ??= model.replaced(undefined);
		};
		await learned;
		await reset;
		model.loaded(loaded("/own"));
		assert.equal(model.own, null);
		assert.deepEqual(used, [
			["/own", false],
			["/base", true],
		]);
	});

	it("is the base model again when its own was deleted", async () => {
		const { model, used, store } = setUp({ hasModel: true });
		await model.start();
		store.hasModel = false;
		await model.replaced(undefined);
		assert.equal(model.own, null);
		assert.deepEqual(used.at(-1), ["/base", true]);
	});
});
