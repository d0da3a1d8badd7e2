import assert from "node:assert/strict";
import type { OpenFilePerplexity as Perplexity } from "../../../../src/editor/perplexity/openFile.ts";
import { FakeClock, settle } from "../fakes.ts";
import * as fake from "../fakeVscode.ts";

const { OpenFilePerplexity } = await import("../../../../src/editor/perplexity/openFile.ts");

describe("The perplexity of the open file", () => {
	let clock: FakeClock;
	let asked: string[];
	let answers: (number | null)[];
	let isReady: boolean;
	let changes: number;
	let perplexity: Perplexity;

	beforeEach(() => {
		clock = new FakeClock();
		asked = [];
		answers = [];
		isReady = true;
		changes = 0;
		perplexity = new OpenFilePerplexity({
			server: {
				get ready() {
					return isReady;
				},
				score: async (document) => {
					asked.push(document);
					return answers.shift() ?? null;
				},
			},
			documents: { ensureOpen: () => true },
			clock,
		});
		perplexity.onDidChange(() => changes++);
	});

	afterEach(() => {
		perplexity.dispose();
		fake.window.activeTextEditor = undefined;
	});

	const activate = (name: string): object => {
		const document = { uri: { toString: () => name } };
		fake.window.activeTextEditor = { document } as never;
		fake.activeChanged.fire();
		return document;
	};
	const rest = async (): Promise<void> => {
		clock.turn(3_000);
		await settle();
	};

	it("is asked for once the user rests, for the last document that was shown", async () => {
		answers = [2];
		activate("a");
		clock.turn(2_000);
		activate("b");
		clock.turn(2_000);
		assert.deepEqual(asked, []);
		await rest();
		assert.deepEqual(asked, ["b"]);
		assert.equal(perplexity.bpc, 2);
		assert.equal(changes, 1);
		activate("c");
		assert.equal(perplexity.bpc, undefined, "it is not that of another document");
	});

	it("is asked for again after an edit of that document only", async () => {
		const document = activate("a");
		await rest();
		fake.changed.fire({ document: {} });
		await rest();
		assert.deepEqual(asked, ["a"]);
		fake.changed.fire({ document });
		await rest();
		assert.deepEqual(asked, ["a"], "a pause in typing is no rest");
		clock.turn(12_000);
		await settle();
		assert.deepEqual(asked, ["a", "a"]);
	});

	it("starts no process", async () => {
		isReady = false;
		activate("a");
		await rest();
		assert.deepEqual(asked, []);
	});
});
