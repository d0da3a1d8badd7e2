import assert from "node:assert/strict";
import type { Workspace } from "../../../src/domain/memory.ts";
import { scoreDocument } from "../../../src/model/score.ts";
import { Failure } from "../../../src/platform/failure.ts";
import type { ServerMessage, ServerRequest } from "../../../src/protocol/server.ts";
import { ngramModel } from "../support/ngramModel.ts";
import { code, completeAt, open, SessionBench, summary } from "./sessionBench.ts";

type Scored = Extract<ServerMessage, { type: "scored" }>;
type DocumentFile = Extract<ServerRequest, { type: "open" }>["file"];

describe("the server's session", () => {
	describe("completing", () => {
		it("answers with what the model has learned", async () => {
			const bench = await SessionBench.with(code);
			bench.send(open("const "), completeAt(0, 6)).work();
			assert.deepEqual(bench.answers, [[1, "value = compute(first);", undefined]]);
			assert.ok((bench.last("completions")?.suggestions[0]?.probability ?? 0) > 0.5);
		});

		it("sees the text above a document, also when that changes", async () => {
			const bench = await SessionBench.with("a1\n\nset(first);\nb2\n\nset(second);\n".repeat(3));
			const cell = { ...open("set("), above: "b2\n\n" } as ServerRequest;
			bench.send(cell, completeAt(0, 4)).work();
			bench.send({ type: "above", document: "doc", text: "a1\n\n" }, completeAt(0, 4, { id: 2 })).work();
			bench.send({ type: "above", document: "gone", text: "a1\n\n" });
			assert.deepEqual(
				bench.answers.map(([, text]) => text),
				["second);", "first);"],
			);
		});

		it("sees the text as it has been changed", async () => {
			const bench = await SessionBench.with(code);
			bench
				.send(open("x"), {
					type: "change",
					document: "doc",
					version: 2,
					changes: [{ start: { line: 0, character: 0 }, end: { line: 0, character: 1 }, text: "\r\nconst " }],
				})
				.send(completeAt(1, 6, { version: 2 }))
				.work();
			assert.deepEqual(bench.answers, [[1, "value = compute(first);", undefined]]);
		});

		const silences: readonly [what: string, silence: string, requests: readonly ServerRequest[]][] = [
			["a document that is not open", "unknownDocument", [completeAt(0, 0)]],
			["a closed document", "unknownDocument", [open("const "), { type: "close", document: "doc" }, completeAt(0, 6)]],
			["another version", "stale", [open("const "), completeAt(0, 6, { version: 2 })]],
			["a place outside the document", "stale", [open("const "), completeAt(0, 7)]],
			["a line that nobody types", "longLine", [open("x".repeat(2 ** 15)), completeAt(0, 6)]],
			["text it does not know", "unsure", [open("zzz"), completeAt(0, 3)]],
			["a file of secrets", "secret", [open("const ", ".env"), completeAt(0, 6)]],
		];
		for (const [what, silence, requests] of silences) {
			it(`is silent, and says why, in ${what}`, async () => {
				const bench = await SessionBench.with(code);
				bench.send(...requests).work();
				assert.deepEqual(bench.answers, [[1, undefined, silence]]);
			});
		}

		it("is silent without a model", () => {
			assert.deepEqual(new SessionBench().send(open("const "), completeAt(0, 6)).work().answers, [
				[1, undefined, "noModel"],
			]);
		});

		it("forgets a document that gets out of step, and logs no text of it", async () => {
			const bench = await SessionBench.with(code);
			const changes = [{ start: { line: 7, character: 0 }, end: { line: 7, character: 0 }, text: "confidential" }];
			bench.send(open("const "), { type: "change", document: "doc", version: 2, changes });
			bench.send(completeAt(0, 6, { version: 2 })).work();
			assert.deepEqual(bench.answers, [[1, undefined, "unknownDocument"]]);
			assert.equal(bench.last("log")?.level, "warn");
			assert.ok(!JSON.stringify(bench.of("log")).includes("confidential"));
			bench.send(open("const "), completeAt(0, 6, { id: 2 })).work();
			assert.equal(bench.last("completions")?.suggestions.length, 1);
		});

		it("ignores changes to documents that are not open", async () => {
			const bench = await SessionBench.with(code);
			bench.send({ type: "change", document: "doc", version: 2, changes: [] }).work();
			assert.equal(bench.of("log").length, 0);
		});

		it("reports how long it took", async () => {
			const bench = await SessionBench.with(code);
			bench.tick = 0.25;
			bench.send(open("const "), completeAt(0, 6)).work();
			assert.ok((bench.last("completions")?.milliseconds ?? 0) >= 0.25);
		});

		it("answers all the same when something breaks", async () => {
			const bench = await SessionBench.with("faulty");
			bench.send(open("const "), completeAt(0, 6, { explicit: true })).work();
			assert.deepEqual(bench.answers, [[1, undefined, "unsure"]]);
			assert.deepEqual(bench.last("log"), { type: "log", level: "error", message: "out of order" });
		});

		it("works in many documents", async () => {
			const bench = await SessionBench.with(code);
			for (let round = 0; round < 2; round++) {
				for (let i = 0; i < 20; i++) {
					if (round === 0) bench.send(open("const ", "a.ts", `doc${i}`));
					bench.send(completeAt(0, 6, { document: `doc${i}` })).work();
				}
			}
			assert.equal(new Set(bench.answers.map(([, text]) => text)).size, 1);
			assert.equal(bench.answers.length, 40);
		});
	});

	describe("with requests that overtake each other", () => {
		it("computes only the newest", async () => {
			const bench = await SessionBench.with(code);
			bench.send(open("const "), completeAt(0, 5, { id: 1 }), completeAt(0, 6, { id: 2 })).work();
			assert.deepEqual(bench.answers, [
				[1, undefined, "cancelled"],
				[2, "value = compute(first);", undefined],
			]);
		});

		it("drops what is cancelled, and nothing else", async () => {
			const bench = await SessionBench.with(code);
			bench
				.send(open("const "), completeAt(0, 6, { id: 1 }), { type: "cancel", id: 7 }, { type: "cancel", id: 1 })
				.work();
			assert.deepEqual(bench.answers, [[1, undefined, "cancelled"]]);
			bench.send({ type: "cancel", id: 1 }).work();
			assert.equal(bench.answers.length, 1);
		});

		it("answers what a change has overtaken", async () => {
			const bench = await SessionBench.with(code);
			const changes = [{ start: { line: 0, character: 6 }, end: { line: 0, character: 6 }, text: "v" }];
			bench.send(open("const "), completeAt(0, 6), { type: "change", document: "doc", version: 2, changes }).work();
			assert.deepEqual(bench.answers, [[1, undefined, "stale"]]);
		});
	});

	for (const [title, isBase, leavesIt] of [
		["leaves it to the model as long as the memory has seen next to nothing", false, true],
		["asks the memory beside a base, however little it has seen", true, false],
	] as const)
		it(title, async () => {
			const bench = new SessionBench();
			bench.summary = { ...summary, corpusCharacters: 1000 };
			bench.files.set("model", code);
			await bench.load("model", isBase);
			const rules = { exclude: [], maxFileKiB: 256, maxTotalMiB: 64 };
			const workspace: Workspace = { folders: [], rules, index: false, storage: null, memoryMiB: 64 };
			bench.send({ type: "workspace", workspace });
			await bench.until("a memory", () => bench.memories.length > 0);
			const isOfModel = (lines: number): boolean => {
				bench.memories[0]?.index(bench.memories[0].start(), Buffer.from("const else;\n".repeat(lines)));
				bench.send(open("const "), completeAt(0, 6)).turn();
				return bench.last("completions")?.suggestions[0]?.text === "value = compute(first);";
			};
			assert.equal(isOfModel(5), leavesIt);
			assert.equal(isOfModel(10), false);
		});

	describe("loading models", () => {
		it("says what it has loaded", async () => {
			const bench = new SessionBench();
			bench.files.set("model", code);
			assert.deepEqual(await bench.load("model"), { type: "model", model: { ...summary, characters: code.length } });
		});

		it("says why it cannot", async () => {
			const bench = new SessionBench();
			bench.files.set("broken", new Failure("modelBroken", "broken: cut short"));
			bench.files.set("odd", new Error("odd"));
			assert.deepEqual(await bench.load("broken"), {
				type: "model",
				model: null,
				failure: { code: "modelBroken", detail: "broken: cut short" },
			});
			assert.equal((await bench.load("odd"))?.failure?.code, "internal");
			assert.equal((await bench.load("gone"))?.failure?.code, "modelMissing");
		});

		it("takes a new model between two requests and lets the old one go", async () => {
			const bench = await SessionBench.with(code);
			bench.files.set("other", code.replaceAll("value", "answer"));
			bench.send(open("const "), completeAt(0, 6)).work();
			await bench.load("other");
			bench.send(completeAt(0, 6)).work();
			assert.deepEqual(
				bench.answers.map(([, text]) => text),
				["value = compute(first);", "answer = compute(first);"],
			);
			assert.deepEqual(bench.disposed, ["model"]);
		});

		it("keeps the old one when the new one is broken", async () => {
			const bench = await SessionBench.with(code);
			const message = await bench.load("gone");
			assert.deepEqual([message?.model?.characters, message?.failure?.code], [code.length, "modelMissing"]);
			bench.send(open("const "), completeAt(0, 6)).work();
			assert.equal(bench.answers[0]?.[1], "value = compute(first);");
			assert.deepEqual(bench.disposed, []);
		});

		it("forgets it when told to", async () => {
			const bench = await SessionBench.with(code);
			assert.deepEqual(await bench.load(null), { type: "model", model: null });
			assert.deepEqual(bench.disposed, ["model"]);
			bench.send(open("const "), completeAt(0, 6)).work();
			assert.deepEqual(bench.answers, [[1, undefined, "noModel"]]);
		});

		it("answers each of several loads, in order", async () => {
			const bench = new SessionBench();
			bench.files.set("a", "a").set("b", "bb");
			bench.send({ type: "load", file: "a" }, { type: "load", file: "gone" }, { type: "load", file: "b" });
			await new Promise(setImmediate);
			assert.deepEqual(
				bench.of("model").map(({ model, failure }) => [model?.characters, failure?.code]),
				[
					[1, undefined],
					[1, "modelMissing"],
					[2, undefined],
				],
			);
		});

		it("reads less text around the cursor where reading is slow", async () => {
			const bench = new SessionBench();
			// A look at the clock takes a second: even the least window is too slow, and is used all the same.
			bench.tick = 1000;
			bench.files.set("model", code);
			await bench.load("model");
			bench.send(open(`${"x = 1;\n".repeat(1000)}const `), completeAt(1000, 6, { explicit: true })).work();
			assert.equal(bench.last("completions")?.id, 1);
		});
	});

	describe("scoring", () => {
		const text = "const value = other(second);\n".repeat(20);
		const score: ServerRequest = { type: "score", id: 9, document: "doc" };

		it("gives the bits per character of the document", async () => {
			const bench = await SessionBench.with(code);
			bench.send(open(text), score).work();
			const { total } = scoreDocument(ngramModel(code), "a.ts", text);
			const expected: Scored = { type: "scored", id: 9, bpc: total.bits / total.characters, characters: text.length };
			assert.deepEqual(bench.last("scored"), expected);
		});

		it("reads a document under the name that its file is learned by, also where two folders have the same name", async () => {
			// Only what follows "src 2/a" is known.
			const known = `src 2/a\n${text}`;
			const bench = await SessionBench.with(known);
			const folders = [
				{ path: "/one/src", name: "src" },
				{ path: "/two/src", name: "src" },
			];
			const rules = { exclude: [], maxFileKiB: 256, maxTotalMiB: 1 };
			const workspace: Workspace = { folders, rules, index: false, storage: null, memoryMiB: 64 };
			const scoreOf = (path: string, file: DocumentFile): number | null | undefined => {
				const opened = open("const value", path) as Extract<ServerRequest, { type: "open" }>;
				bench.send({ ...opened, file }, score).work();
				return bench.last("scored")?.bpc;
			};
			bench.send({ type: "workspace", workspace });
			const second = scoreOf("src/a", { path: "/two/src/a", whole: true });
			assert.equal(second, scoreOf("src 2/a", null));
			assert.notEqual(second, scoreOf("src/a", null));
			assert.equal(scoreOf("src 2/a", { path: "/one/src/a", whole: true }), scoreOf("src/a", null));
		});

		it("gives way to completions, and answers each", async () => {
			const bench = await SessionBench.with(code);
			bench.tick = 10;
			bench.send(open(text), score, { ...score, id: 10 });
			bench.turn().turn();
			assert.equal(bench.of("scored").length, 0);
			bench.send(completeAt(0, 6)).turn();
			assert.equal(bench.of("completions").length, 1);
			bench.work();
			assert.deepEqual(
				bench.of("scored").map(({ id }) => id),
				[9, 10],
			);
			assert.equal(bench.of("scored")[0]?.bpc, bench.of("scored")[1]?.bpc);
		});

		it("starts again when the model changes on the way", async () => {
			const bench = await SessionBench.with("nothing of the kind");
			bench.files.set("better", text);
			bench.tick = 10;
			bench.send(open(text), score).turn().turn();
			await bench.load("better");
			bench.work();
			const { total } = scoreDocument(ngramModel(text), "a.ts", text);
			assert.equal(bench.last("scored")?.bpc, total.bits / total.characters);
		});

		const nothing: readonly [what: string, requests: readonly ServerRequest[]][] = [
			["a document that is not open", [score]],
			["a file of secrets", [open("x", ".env"), score]],
			["an empty document", [open(""), score]],
		];
		for (const [what, requests] of nothing) {
			it(`gives none for ${what}`, async () => {
				const bench = await SessionBench.with(code);
				bench.send(...requests).work();
				assert.deepEqual(bench.last("scored"), { type: "scored", id: 9, bpc: null, characters: 0 });
			});
		}

		it("gives none without a model or when the model breaks", async () => {
			assert.equal(new SessionBench().send(open(text), score).work().last("scored")?.bpc, null);
			const bench = await SessionBench.with("faulty");
			bench.send(open(text), score).work();
			assert.equal(bench.last("scored")?.bpc, null);
			assert.equal(bench.last("log")?.level, "error");
		});
	});
});
