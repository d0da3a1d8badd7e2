import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storageFiles } from "../../../../src/domain/storage.ts";
import { ModelStore } from "../../../../src/editor/models/modelStore.ts";
import { renamePatiently } from "../../../../src/platform/atomicFile.ts";
import { Failure } from "../../../../src/platform/failure.ts";

describe("ModelStore", () => {
	let parent: string;
	let store: ModelStore;

	beforeEach(async () => {
		parent = await mkdtemp(join(tmpdir(), "inkling-store-"));
		store = new ModelStore(join(parent, "storage"));
	});

	afterEach(() => rm(parent, { recursive: true }));

	const put = async (...names: readonly string[]): Promise<void> => {
		await store.prepare();
		for (const name of names) await writeFile(join(store.folder, name), name);
		await store.refresh();
	};
	const names = (): Promise<string[]> => readdir(store.folder);

	it("finds nothing in a folder that does not exist, and makes it when needed", async () => {
		await store.refresh();
		assert.equal(store.hasModel, false);
		assert.equal(store.hasTraining, false);
		assert.equal(await store.corpusReport(), undefined);
		await store.prepare();
		assert.deepEqual(await names(), []);
	});

	it("tells a model from a training that can be gone on with", async () => {
		await put(storageFiles.training);
		assert.deepEqual([store.hasModel, store.hasTraining], [false, true]);
		await put(storageFiles.model);
		assert.deepEqual([store.hasModel, store.hasTraining], [true, true]);
	});

	it("does not take a folder for a model", async () => {
		await mkdir(store.modelFile, { recursive: true });
		await store.refresh();
		assert.equal(store.hasModel, false);
	});

	it("puts a received model in the place of the old one and of what belonged to it", async () => {
		await put(storageFiles.model, storageFiles.training, storageFiles.corpus, storageFiles.settled);
		const candidate = await store.receive(5, (file) => writeFile(file, "other"));
		assert.equal(await readFile(store.modelFile, "utf8"), storageFiles.model, "the old one is there until then");
		await store.install(candidate);
		assert.deepEqual(await names(), [storageFiles.model]);
		assert.equal(await readFile(store.modelFile, "utf8"), "other");
		assert.equal(store.hasModel, true);
	});

	it("waits for a virus scanner that looks at the model, which Windows lets nobody rename meanwhile", async () => {
		const refused = new Set<unknown>();
		store = new ModelStore(store.folder, (from, to) =>
			renamePatiently(from, to, {
				rename: async (...names) => {
					const isFirst = !refused.has(from);
					refused.add(from);
					if (isFirst) throw Object.assign(new Error("operation not permitted"), { code: "EPERM" });
					await rename(...names);
				},
			}),
		);
		await put(storageFiles.model, storageFiles.training);
		await store.install(await store.receive(5, (file) => writeFile(file, "other")));
		assert.deepEqual([await names(), refused.size], [[storageFiles.model], 2]);
		await store.setAside();
		assert.equal(store.hasModel, false);
	});

	it("leaves nothing of a model that was received and discarded", async () => {
		const candidate = await store.receive(5, (file) => writeFile(file, "other"));
		await store.discard(candidate);
		await store.discard(candidate);
		assert.deepEqual(await names(), []);
	});

	it("receives several models at once, in a file each, and deletes what an import that was cut short left behind", async () => {
		const candidates = await Promise.all(
			["one", "two"].map((text) => store.receive(5, (file) => writeFile(file, text))),
		);
		const texts = await Promise.all(candidates.map((file) => readFile(file, "utf8")));
		assert.deepEqual(texts, ["one", "two"]);
		for (const candidate of candidates) await store.discard(candidate);
		const abandoned = `imported.safetensors.${2 ** 22 + 1}-1.tmp`;
		await put(abandoned);
		await store.discard(await store.receive(5, (file) => writeFile(file, "three")));
		assert.deepEqual(await names(), []);
	});

	it("keeps a model from elsewhere where only its owner can read it", async function () {
		if (process.platform === "win32") return this.skip();
		const candidate = await store.receive(5, (file) => writeFile(file, "other", { mode: 0o644 }));
		const modes = await Promise.all([store.folder, candidate].map(async (file) => (await stat(file)).mode & 0o777));
		assert.deepEqual(modes, [0o700, 0o600]);
	});

	it("leaves nothing of a model that could not be copied whole", async () => {
		const receive = store.receive(5, async (file) => {
			await writeFile(file, "oth");
			throw Object.assign(new Error("no space"), { code: "ENOSPC" });
		});
		await assert.rejects(receive, (error: Failure) => error.code === "storageFull" && error.detail === store.folder);
		assert.deepEqual(await names(), []);
	});

	it("does not copy a file that is too large to be a model", async () => {
		const receive = store.receive(2 ** 31, () => assert.fail("copied"));
		await assert.rejects(receive, (error: Failure) => error.code === "modelBroken");
	});

	const errors: readonly [code: string, failure: string][] = [
		["EROFS", "storageReadOnly"],
		["EACCES", "storageReadOnly"],
		["EDQUOT", "storageFull"],
		["EIO", "storageFailed"],
	];
	for (const [code, failure] of errors)
		it(`says ${failure} on ${code}`, async () => {
			const receive = store.receive(5, () => Promise.reject(Object.assign(new Error(code), { code })));
			await assert.rejects(receive, (error: Failure) => error.code === failure);
		});

	it("says that the folder cannot be made", async () => {
		await writeFile(join(parent, "storage"), "a file is in the way");
		await assert.rejects(store.prepare(), Failure);
	});

	it("leaves nothing at all behind on a reset, files it does not know included", async () => {
		await put(storageFiles.model, storageFiles.training, storageFiles.corpus, "model.safetensors.123.tmp");
		await store.removeAll();
		assert.deepEqual(await readdir(parent), []);
		assert.equal(store.hasModel, false);
		await store.removeAll();
	});

	it("reads the report of the last training, unless it is broken", async () => {
		await put(storageFiles.corpus);
		assert.equal(await store.corpusReport(), undefined);
		await writeFile(join(store.folder, storageFiles.corpus), JSON.stringify({ used: [], leftOut: [] }));
		assert.deepEqual(await store.corpusReport(), { used: [], leftOut: [] });
	});
});
