import assert from "node:assert/strict";
import type { ServerRequest } from "../../../src/protocol/server.ts";
import { ConfusionModel, countEdits } from "../../../src/spelling/channel/confusion.ts";
import type { Lexicon } from "../../../src/spelling/judge.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";
import { WorkspaceBench } from "./memory/workspaceBench.ts";
import { completeAt, open, SessionBench } from "./sessionBench.ts";

const sentence = "we receive the message from the other side";
const words = new Set(sentence.split(" "));
const lexicon: Lexicon = {
	dictionary: { knows: (word) => words.has(word) },
	confusion: new ConfusionModel(countEdits([])),
};

const spell = (id: number, version = 1, document = "doc"): ServerRequest => ({
	type: "spell",
	id,
	document,
	version,
	scope: "text",
});

describe("the spelling of an open document", () => {
	const folder = useTemporaryFolder();
	let bench: SessionBench;
	let loads: number;

	beforeEach(async () => {
		loads = 0;
		bench = new SessionBench({
			loadLexicon: async () => {
				loads++;
				return lexicon;
			},
		});
		bench.files.set("model", `a.md\n${`${sentence}\n`.repeat(3)}`);
		await bench.load("model");
	});

	/** Loading the lexicon takes a turn. */
	const answered = async (): Promise<unknown[]> => {
		await new Promise(setImmediate);
		bench.work();
		return bench.of("spelled").map(({ id, found }) => [id, found?.misspellings.map(({ word }) => word)]);
	};

	it("is answered when there is time, after what the user waits for", async () => {
		bench.send(open("we recieve the message from the other side", "a.md"), spell(1));
		await new Promise(setImmediate);
		bench.send(completeAt(0, 2)).work();
		const order = bench.messages.map(({ type }) => type).filter((type) => type === "completions" || type === "spelled");
		assert.deepEqual(order, ["completions", "spelled"]);
		assert.deepEqual(await answered(), [[1, ["recieve"]]]);
	});

	it("does not wait until the files of the workspace are read", async () => {
		const busy = new WorkspaceBench(folder(), {}, { loadLexicon: async () => lexicon });
		busy.files.set("model", `a.md\n${`${sentence}\n`.repeat(3)}`);
		await busy.load("model");
		await busy.lay({ "a.ts": "const a = 1;\n".repeat(1000) });
		busy.send({ type: "workspace", workspace: busy.workspace });
		await busy.until("the reading", () => busy.state?.reading === true && busy.isBusy);
		// Each look at the clock ends a slice.
		busy.tick = 10;
		busy.send(open("we recieve the message", "a.md"), spell(1));
		await busy.until("the answer", () => busy.of("spelled").length > 0);
		assert.equal(busy.state?.reading, true);
	});

	it("has the dictionary loaded once, and only when it is asked for", async () => {
		bench.send(open("we recieve the message", "a.md")).work();
		assert.equal(loads, 0);
		bench.send(spell(1), spell(2));
		assert.deepEqual(await answered(), [
			[1, ["recieve"]],
			[2, ["recieve"]],
		]);
		assert.equal(loads, 1);
	});

	it("is not known of another version, of a document that is not open, or of one whose text may be secret", async () => {
		bench.send(open("we recieve the message", "a.md"), open("we recieve the message", ".env", "secret"));
		bench.send(spell(1, 2), spell(2, 1, "other"), spell(3, 1, "secret"));
		assert.deepEqual(await answered(), [
			[1, undefined],
			[2, undefined],
			[3, undefined],
		]);
	});

	it("is not known without a model", async () => {
		await bench.load(null);
		bench.send(open("we recieve the message", "a.md"), spell(1));
		assert.deepEqual(await answered(), [[1, undefined]]);
	});

	it("is not known where there is no dictionary; what is wrong is logged", async () => {
		const broken = new SessionBench({ loadLexicon: () => Promise.reject(new Error("no dictionary")) });
		broken.send(open("we recieve", "a.md"), spell(1));
		await new Promise(setImmediate);
		assert.deepEqual(broken.last("spelled")?.found, null);
		assert.match(broken.last("log")?.message ?? "", /no dictionary/);
	});

	it("is known with the next question where the dictionary could not be read at once", async () => {
		let tries = 0;
		const busy = new SessionBench({
			loadLexicon: () => (tries++ === 0 ? Promise.reject(new Error("EMFILE")) : Promise.resolve(lexicon)),
		});
		for (const id of [1, 2]) {
			busy.send(open("we recieve", "a.md"), spell(id));
			await new Promise(setImmediate);
		}
		assert.equal(tries, 2);
		assert.equal(busy.of("log").length, 1);
	});
});
