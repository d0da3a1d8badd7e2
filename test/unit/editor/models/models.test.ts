import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as fileSystem from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { storageFiles, trainingLock } from "../../../../src/domain/storage.ts";
import type { ModelParts } from "../../../../src/editor/models/models.ts";
import type { FailureReport } from "../../../../src/platform/failure.ts";
import { isLocked } from "../../../../src/platform/fileLock.ts";
import { useTemporaryFolder } from "../../support/temporaryFolder.ts";
import * as fake from "../fakeVscode.ts";

const { mkdir, writeFile } = fileSystem;
const { Models } = await import("../../../../src/editor/models/models.ts");
const { ModelStore } = await import("../../../../src/editor/models/modelStore.ts");

const broken = { code: "modelBroken", detail: "it is cut short" } as const;

describe("Models", () => {
	const path = useTemporaryFolder();
	/** What became of the rest of Inkling, in its order. */
	let events: string[];
	let refused: typeof broken | undefined;
	/** Why the model cannot be loaded once it is in its place. */
	let unloadable: FailureReport | undefined;
	let exportFolder: string | undefined;
	const policy = { isForcedOff: () => false, forbidsExport: () => false };

	beforeEach(() => {
		events = [];
		refused = undefined;
		unloadable = undefined;
		exportFolder = undefined;
		Object.assign(policy, { isForcedOff: () => false, forbidsExport: () => false });
		fake.env.remoteName = undefined;
		fake.messages.length = 0;
		fake.answers.length = 0;
	});

	afterEach(fake.assertReadable);

	/** Models over a folder that holds these files. */
	async function setUp(...names: readonly string[]) {
		const folder = path("storage");
		await mkdir(folder, { recursive: true });
		for (const name of names) await writeFile(join(folder, name), `the old ${name}`);
		await writeFile(path("other.safetensors"), "another");
		const store = new ModelStore(folder);
		await store.refresh();
		const note = (event: string) => async () => void events.push(event);
		const parts = {
			store,
			server: {
				load: async (file: string) => {
					events.push(`load ${file === store.modelFile ? "own" : "candidate"}`);
					return { file, model: null, failure: file === store.modelFile ? unloadable : refused };
				},
			},
			training: {
				without: async (action: () => Promise<unknown>) => {
					events.push("no training");
					try {
						return await action();
					} finally {
						events.push("training again");
					}
				},
			},
			memory: { forget: note("forget") },
			settings: policy,
			saved: {
				get: () => exportFolder,
				update: async (_key: string, value: string) => {
					exportFolder = value;
				},
			},
			log: { error: () => {}, info: () => {} },
			replaced: async (loaded: unknown) => void events.push(loaded ? "replaced" : "emptied"),
			unchanged: note("unchanged"),
		};
		return { models: new Models(parts as unknown as ModelParts), parts, store, folder };
	}

	const other = () => fake.Uri.file(path("other.safetensors")) as never;
	const everything = [storageFiles.model, storageFiles.training, storageFiles.corpus];

	describe("import", () => {
		it("puts the model in the place of the old one and of what belonged to it", async () => {
			const { models, store, folder } = await setUp(...everything);
			assert.equal(await models.import(other(), { confirm: false }), true);
			assert.deepEqual(events, ["load candidate", "no training", "load own", "replaced", "training again"]);
			assert.equal(readFileSync(store.modelFile, "utf8"), "another");
			assert.deepEqual(readdirSync(folder), [storageFiles.model]);
			assert.equal(fake.messages.at(-1)?.text, "The model was imported.");
		});

		it("does not say that it is done if the model cannot be loaded in its place, but why", async () => {
			const { models } = await setUp(...everything);
			unloadable = { code: "internal", detail: "the completion process ended" };
			assert.equal(await models.import(other(), { confirm: false }), false);
			assert.deepEqual(events, ["load candidate", "no training", "load own", "replaced", "training again"]);
			assert.deepEqual(
				fake.messages.map(({ text }) => text),
				["Something went wrong inside Inkling: the completion process ended."],
			);
		});

		it("waits for an import or a reset that is under way", async () => {
			const { models, store, folder } = await setUp(...everything);
			await writeFile(path("third.safetensors"), "a third");
			const third = fake.Uri.file(path("third.safetensors")) as never;
			const done = [
				models.import(other(), { confirm: false }),
				models.reset({ confirm: false }),
				models.import(third, { confirm: false }),
			];
			assert.deepEqual(await Promise.all(done), [true, true, true]);
			const imported = ["load candidate", "no training", "load own", "replaced", "training again"];
			assert.deepEqual(events, [...imported, "no training", "forget", "emptied", "training again", ...imported]);
			assert.equal(readFileSync(store.modelFile, "utf8"), "a third");
			assert.deepEqual(readdirSync(folder), [storageFiles.model]);
		});

		for (const names of [everything, []]) {
			const before = names.length > 0 ? "a model" : "no model";

			it(`leaves everything as it was if the file is refused, where there is ${before}`, async () => {
				const { models, folder } = await setUp(...names);
				refused = broken;
				assert.equal(await models.import(other(), { confirm: false }), false);
				assert.deepEqual(events, ["load candidate", "unchanged"]);
				assert.deepEqual(readdirSync(folder).sort(), [...names].sort());
			});

			it(`leaves everything as it was if the file is missing, where there is ${before}`, async () => {
				const { models, folder } = await setUp(...names);
				const missing = fake.Uri.file(path("missing")) as never;
				assert.equal(await models.import(missing, { confirm: false }), false);
				assert.deepEqual(events, []);
				assert.deepEqual(readdirSync(folder).sort(), [...names].sort());
			});
		}

		it("leaves everything as it was if the user keeps the present model", async () => {
			const { models, folder } = await setUp(...everything);
			fake.answers.push("Keep Present Model");
			assert.equal(await models.import(other()), false);
			assert.deepEqual(events, ["load candidate", "unchanged"]);
			assert.deepEqual(readdirSync(folder).sort(), [...everything].sort());
		});

		it("leaves everything as it was if the model cannot be put in place", async () => {
			const { models, folder } = await setUp(storageFiles.training, storageFiles.corpus);
			// A folder of that name is in the way.
			await mkdir(join(folder, storageFiles.model));
			await writeFile(join(folder, storageFiles.model, "x"), "");
			assert.equal(await models.import(other(), { confirm: false }), false);
			assert.deepEqual(events, ["load candidate", "no training", "training again", "unchanged"]);
			assert.equal(readFileSync(join(folder, storageFiles.training), "utf8"), `the old ${storageFiles.training}`);
			assert.equal(readFileSync(join(folder, storageFiles.corpus), "utf8"), `the old ${storageFiles.corpus}`);
		});
	});

	describe("reset", () => {
		it("leaves nothing", async () => {
			const { models, folder } = await setUp(...everything, storageFiles.memory);
			assert.equal(await models.reset({ confirm: false }), true);
			assert.deepEqual(events, ["no training", "forget", "emptied", "training again"]);
			assert.equal(existsSync(folder), false);
		});

		it("leaves everything as it was if the files cannot be moved", async () => {
			const { models, folder } = await setUp(...everything, storageFiles.memory);
			// A file is where the folder for what is deleted should be.
			await writeFile(join(folder, "deleted"), "");
			assert.equal(await models.reset({ confirm: false }), false);
			assert.deepEqual(events, ["no training", "training again"]);
			for (const name of [...everything, storageFiles.memory])
				assert.equal(readFileSync(join(folder, name), "utf8"), `the old ${name}`);
		});

		it("does nothing on Enter, which presses the first button", async () => {
			const { models, folder } = await setUp(...everything);
			fake.answers.push("Keep");
			assert.equal(await models.reset(), false);
			assert.deepEqual(fake.messages[0]?.items.slice(1), ["Keep", "Delete"]);
			assert.deepEqual(readdirSync(folder).sort(), [...everything].sort());
			fake.answers.push("Delete");
			assert.equal(await models.reset(), true);
		});

		it("does nothing if the user closes the question", async () => {
			const { models, folder } = await setUp(...everything);
			assert.equal(await models.reset(), false);
			assert.deepEqual(events, []);
			assert.deepEqual(readdirSync(folder).sort(), [...everything].sort());
		});
	});

	describe("export", () => {
		it("offers to train where there is no model yet", async () => {
			const { models } = await setUp();
			assert.equal(await models.export(), false);
			assert.deepEqual(fake.messages[0]?.items, ["Train on Workspace"]);
		});

		it("leaves the old file if the new one cannot be written", async () => {
			const { models, store } = await setUp(storageFiles.model);
			const target = fake.Uri.file(path("exported", "x.safetensors")) as never;
			assert.equal(await models.export(target), false);
			assert.deepEqual(fake.messages[0]?.items, ["Show Log"]);
			assert.deepEqual(events, []);
			assert.equal(readFileSync(store.modelFile, "utf8"), `the old ${storageFiles.model}`);
		});

		it("writes the model under the name, and nothing beside it", async () => {
			const { models } = await setUp(storageFiles.model);
			const folder = path("exported");
			await mkdir(folder);
			await writeFile(join(folder, "x.safetensors.part"), "of another program");
			assert.equal(await models.export(fake.Uri.file(join(folder, "x.safetensors")) as never), true);
			assert.equal(readFileSync(join(folder, "x.safetensors"), "utf8"), `the old ${storageFiles.model}`);
			assert.deepEqual(readdirSync(folder).sort(), ["x.safetensors", "x.safetensors.part"]);
			assert.equal(readFileSync(join(folder, "x.safetensors.part"), "utf8"), "of another program");
		});

		it("ends with an offer to show the file, and the next import begins there", async () => {
			const { models } = await setUp(storageFiles.model);
			const revealed: unknown[] = [];
			const command = fake.commands.registerCommand("revealFileInOS", (file) => revealed.push(file));
			const target = fake.Uri.file(path("x.safetensors"));
			fake.answers.push("Reveal");
			assert.equal(await models.export(target as never), true);
			while (revealed.length === 0) await new Promise((resolve) => setImmediate(resolve));
			command.dispose();
			assert.deepEqual(revealed, [target]);
			fake.window.openDialogs.length = 0;
			assert.equal(await models.import(), false);
			assert.equal(fake.window.openDialogs[0]?.defaultUri?.fsPath, join(path("x.safetensors"), ".."));
		});

		it("offers nothing that VS Code cannot do: showing a file of another machine", async () => {
			const { models } = await setUp(storageFiles.model);
			const command = fake.commands.registerCommand("revealFileInOS", () => {});
			fake.env.remoteName = "ssh-remote";
			assert.equal(await models.export(fake.Uri.file(path("x.safetensors")) as never), true);
			while (fake.messages.length === 0) await new Promise((resolve) => setImmediate(resolve));
			command.dispose();
			assert.deepEqual(fake.messages[0]?.items, []);
		});
	});

	it("obeys the policies of the machine, and says so", async () => {
		const { models } = await setUp(...everything);
		policy.forbidsExport = () => true;
		const target = path("x.safetensors");
		assert.equal(await models.export(fake.Uri.file(target) as never, { confirm: false }), false);
		assert.equal(existsSync(target), false);
		policy.isForcedOff = () => true;
		assert.equal(await models.import(other(), { confirm: false }), false);
		assert.deepEqual(events, []);
		assert.deepEqual(
			fake.messages.map(({ text }) => /inkling\.policy\.\w+/.exec(text)?.[0]),
			["inkling.policy.forbidExport", "inkling.policy.forceOff"],
		);
	});

	describe("while another window trains, whose next better model would undo it,", () => {
		for (const [name, run] of [
			["resets nothing", (models: InstanceType<typeof Models>) => models.reset({ confirm: false })],
			["imports nothing", (models: InstanceType<typeof Models>) => models.import(other(), { confirm: false })],
		] as const)
			it(name, async () => {
				const { models, folder } = await setUp(...everything);
				const lock = join(folder, trainingLock);
				// This process is alive.
				await writeFile(lock, JSON.stringify({ host: hostname(), pid: process.pid, token: "t" }));
				assert.equal(await run(models), false);
				assert.equal(fake.messages.at(-1)?.text, "Another window is training on this workspace.");
				for (const file of everything) assert.equal(readFileSync(join(folder, file), "utf8"), `the old ${file}`);
				// A process that was killed trains no more.
				await writeFile(lock, JSON.stringify({ host: hostname(), pid: 2 ** 22 + 1, token: "t" }));
				assert.equal(await run(models), true);
			});
	});

	describe("while it deletes or replaces what was learned,", () => {
		for (const [name, run, left] of [
			["a reset", (models: InstanceType<typeof Models>) => models.reset({ confirm: false }), []],
			["an import", (models: InstanceType<typeof Models>) => models.import(other(), { confirm: false }), ["model"]],
		] as const) {
			it(`${name} lets no training begin in another window, and one afterwards`, async () => {
				const { models, parts, folder } = await setUp(...everything);
				const lock = join(folder, trainingLock);
				const held: boolean[] = [];
				const look = async () => void held.push(await isLocked(lock, fileSystem));
				parts.memory.forget = look;
				parts.server.load = async (file) => {
					if (file === parts.store.modelFile) await look();
					return { file, model: null, failure: undefined };
				};
				assert.equal(await run(models), true);
				assert.deepEqual(held, [true]);
				assert.equal(await isLocked(lock, fileSystem), false);
			});

			it(`${name} goes on where no lock can be made, as on a full disk`, async () => {
				const { models, folder } = await setUp(...everything);
				await mkdir(join(folder, trainingLock));
				assert.equal(await run(models), true);
				const files = left.map((file) => storageFiles[file]);
				const found = existsSync(folder) ? readdirSync(folder).filter((file) => file !== trainingLock) : [];
				assert.deepEqual(found, files);
			});
		}
	});

	it("says that a reset is done", async () => {
		const { models } = await setUp(...everything);
		await models.reset({ confirm: false });
		assert.equal(fake.messages.at(-1)?.text, "Inkling has forgotten this workspace.");
	});
});
