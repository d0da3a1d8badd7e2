import assert from "node:assert/strict";
import type { CorpusReport } from "../../../../src/domain/corpus.ts";
import { listCorpus } from "../../../../src/editor/training/corpusListing.ts";
import type { TrainerMessage, TrainerRequest } from "../../../../src/protocol/trainer.ts";
import { FakeClock, FakeLauncher } from "../fakes.ts";

const folders = [{ path: "/workspace", name: "workspace" }];
const rules = { exclude: [], maxFileKiB: 256, maxTotalMiB: 64 };
const report: CorpusReport = {
	used: [{ path: "a.ts", bytes: 10, heldOut: false, digest: "", masked: 0 }],
	leftOut: [{ path: ".env", reason: "secret" }],
};

describe("listCorpus", () => {
	let clock: FakeClock;
	let launcher: FakeLauncher<TrainerRequest, TrainerMessage>;

	beforeEach(() => {
		clock = new FakeClock();
		launcher = new FakeLauncher();
	});

	const list = (): Promise<CorpusReport> => listCorpus(launcher.launch, clock, folders, rules);

	it("answers with the report, and leaves no process behind", async () => {
		const listed = list();
		assert.deepEqual(launcher.last.requests, [{ type: "list", folders, rules }]);
		launcher.last.say({ type: "corpus", report });
		assert.deepEqual(await listed, report);
		assert.equal(launcher.last.killed, true);
		assert.equal(clock.pending, 0);
	});

	const failures: readonly [string, () => void, RegExp][] = [
		[
			"the process's own failure",
			() => launcher.last.say({ type: "failed", failure: { code: "folderMissing", detail: "/gone" } }),
			/The folder \/gone does not exist/,
		],
		["a process that ends without a word", () => launcher.last.exit("exit code 1"), /exit code 1/],
		["a process that hangs", () => clock.turn(120_000), /took too long/],
	];
	for (const [name, happen, expected] of failures)
		it(`rejects on ${name}`, async () => {
			const listed = list();
			happen();
			await assert.rejects(listed, expected);
		});

	it("rejects if no process can be started", async () => {
		launcher.failure = new Error("spawn EAGAIN");
		await assert.rejects(list(), /EAGAIN/);
	});
});
