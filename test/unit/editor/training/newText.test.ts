import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { type CorpusReport, newShare, type UsedFile } from "../../../../src/domain/corpus.ts";
import { storageFiles } from "../../../../src/domain/storage.ts";
import type { TrainerMessage, TrainerRequest } from "../../../../src/protocol/trainer.ts";
import { FakeClock, FakeLauncher } from "../fakes.ts";
import * as fake from "../fakeVscode.ts";

const { hasEnoughNewText } = await import("../../../../src/editor/training/newText.ts");
const { ModelStore } = await import("../../../../src/editor/models/modelStore.ts");
const { useTemporaryFolder } = await import("../../support/temporaryFolder.ts");

/** Each file is named after the digest of its text. */
function report(sizes: Readonly<Record<string, number>>, changes: Partial<UsedFile> = {}): CorpusReport {
	const used = Object.entries(sizes).map(([digest, bytes]) => ({
		path: `${digest}.ts`,
		bytes,
		heldOut: false,
		digest,
		masked: 0,
		...changes,
	}));
	return { used, leftOut: [] };
}

describe("newShare", () => {
	const before = report({ a: 90, b: 10 });

	it("is that of the characters in files whose text was not there", () => {
		assert.equal(newShare(before, report({ a: 90, b: 10 })), 0);
		assert.equal(newShare(before, report({ a: 90, c: 10 })), 0.1);
		assert.equal(newShare(before, report({ c: 90, d: 10 })), 1);
	});

	it("knows a text by any name, and takes nothing for new that was deleted", () => {
		assert.equal(newShare(before, report({ a: 90, b: 10 }, { path: "moved.ts" })), 0);
		assert.equal(newShare(before, report({ b: 10 })), 0);
		assert.equal(newShare(before, report({})), 0);
	});
});

describe("Whether there is enough new text for a training in idle time", () => {
	const path = useTemporaryFolder();
	let launcher: FakeLauncher<TrainerRequest, TrainerMessage>;

	beforeEach(() => {
		launcher = new FakeLauncher();
		fake.workspace.workspaceFolders = [{ name: "work", uri: { scheme: "file", fsPath: "/work" } }];
	});
	afterEach(() => {
		fake.workspace.workspaceFolders = undefined;
	});

	const ask = (): Promise<boolean> =>
		hasEnoughNewText({
			store: new ModelStore(path("storage")),
			settings: { corpusRules: () => ({ exclude: [], maxFileKiB: 256, maxTotalMiB: 64 }) } as never,
			launch: launcher.launch,
			clock: new FakeClock(),
		});
	const settle = async (json: string): Promise<void> => {
		await mkdir(path("storage"), { recursive: true });
		await writeFile(path("storage", storageFiles.settled), json);
	};

	it("there is as long as no training has found that it has nothing more to gain, without a look at the files", async () => {
		assert.equal(await ask(), true);
		await settle("broken");
		assert.equal(await ask(), true);
		assert.equal(launcher.children.length, 0);
	});

	for (const [changed, isEnough] of [
		[9, false],
		[10, true],
	] as const)
		it(`there is ${isEnough ? "" : "not "}if ${changed} % have changed since`, async () => {
			await settle(JSON.stringify(report({ a: 100 - changed, b: changed })));
			const asked = ask();
			while (launcher.children.length === 0) await new Promise((resolve) => setImmediate(resolve));
			launcher.last.say({ type: "corpus", report: report({ a: 100 - changed, c: changed }) });
			assert.equal(await asked, isEnough);
		});
});
