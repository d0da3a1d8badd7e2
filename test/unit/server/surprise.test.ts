import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaultRules } from "../../../src/domain/corpus.ts";
import type { ServerRequest } from "../../../src/protocol/server.ts";
import { excerptAround } from "../../../src/server/surprise/excerpt.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";
import { completeAt, open, SessionBench } from "./sessionBench.ts";

const known = "const value = compute(first);\n";
const text = `${known.repeat(6)}const value = zygomorphic(first);\n${known.repeat(6)}`;

const surprise = (id: number, version = 1, line = 0, document = "doc"): ServerRequest => ({
	type: "surprise",
	id,
	document,
	version,
	line,
});

const expect = (id: number, line: number, character: number): ServerRequest => ({
	type: "expect",
	id,
	document: "doc",
	version: 1,
	position: { line, character },
});

describe("How surprising an open document is", () => {
	let bench: SessionBench;

	beforeEach(async () => {
		bench = await SessionBench.with(known.repeat(3));
	});

	/** Making a memory takes some turns. */
	const answered = async (id: number) => {
		const isIt = () => bench.of("surprised").some((message) => message.id === id);
		await bench.until(`the answer ${id}`, isIt);
		return bench.of("surprised").find((message) => message.id === id)?.found;
	};

	it("is said by words, of which those that do not fit stand out, and by lines", async () => {
		bench.send(open(text), surprise(1));
		const found = await answered(1);
		assert.ok(found);
		assert.deepEqual([found.from, found.to, found.knowsFiles], [0, text.split("\n").length, false]);
		const [best] = found.words.toSorted((one, other) => other.bitsPerCharacter - one.bitsPerCharacter);
		assert.deepEqual(best && text.split("\n")[best.line]?.slice(best.start, best.end), "zygomorphic");
		assert.equal(best?.grade, 3);
		assert.deepEqual(
			found.lines.map(({ line }) => line),
			[6],
		);
	});

	it("is answered after what the user waits for", async () => {
		bench.send(open(text), surprise(1));
		await new Promise(setImmediate);
		bench.send(completeAt(0, 5));
		await answered(1);
		const order = bench.messages
			.map(({ type }) => type)
			.filter((type) => type === "completions" || type === "surprised");
		assert.deepEqual(order, ["completions", "surprised"]);
	});

	it("is not known of another version, of a document that is not open, or of one whose text may be secret", async () => {
		bench.send(open(text), open(text, ".env", "secret"));
		bench.send(surprise(1, 2), surprise(2, 1, 0, "other"), surprise(3, 1, 0, "secret"));
		for (const id of [1, 2, 3]) assert.equal(await answered(id), null);
	});

	it("is given up when the document changes meanwhile", async () => {
		bench.tick = 1;
		bench.send(open(text), surprise(1));
		await new Promise(setImmediate);
		bench.turn();
		const start = { line: 0, character: 0 };
		bench.send({ type: "change", document: "doc", version: 2, changes: [{ start, end: start, text: "x" }] });
		assert.equal(await answered(1), null);
	});

	it("does not depend on what was measured before: nothing that is measured is remembered", async () => {
		bench.send(open(text), surprise(1));
		const first = await answered(1);
		bench.send(surprise(2));
		assert.deepEqual(await answered(2), first);
	});

	it("says what was expected instead", async () => {
		bench.send(open(text), expect(1, 6, "const value = ".length));
		await bench.until("the answer", () => bench.last("expected"));
		const found = bench.last("expected")?.found ?? [];
		assert.equal(found[0]?.text, "compute");
		assert.ok((found[0]?.probability ?? 0) > 0.5);
	});
});

describe("What is surprising in a workspace", () => {
	const path = useTemporaryFolder();
	const other = "antidisestablishment(quixotic);\n".repeat(3);
	const own = "sesquipedalian(perspicacious);\n".repeat(3);

	/** A session that has learned two files, and has one of them open. */
	async function learned(): Promise<SessionBench> {
		const folder = path("project");
		mkdirSync(folder);
		writeFileSync(join(folder, "other.ts"), other);
		writeFileSync(join(folder, "own.ts"), own);
		const bench = await SessionBench.with(known.repeat(3));
		const workspace = {
			folders: [{ path: folder, name: "project" }],
			rules: defaultRules,
			index: true,
			storage: null,
			memoryMiB: 64,
		};
		bench.send({ type: "workspace", workspace });
		await bench.until("the files are learned", () => bench.last("memory")?.memory?.files === 2 && !bench.isBusy);
		const file = { path: join(folder, "own.ts"), whole: true };
		return bench.send({ type: "open", document: "doc", path: "own.ts", file, version: 1, text: own });
	}

	it("is so to a memory that knows the other files, not the file itself", async () => {
		const bench = await learned();
		bench.send(surprise(1));
		await bench.until("the answer", () => bench.last("surprised"));
		assert.equal(bench.last("surprised")?.found?.knowsFiles, true);
		const memory = bench.memories.at(-1);
		assert.ok(memory?.text.includes("antidisestablishment"));
		// Its own text is known only as far as it was read for this answer: once.
		assert.equal(memory?.text.split("sesquipedalian").length, 4);
	});

	for (const [when, isReached] of [
		["as soon as it is asked", () => true],
		[
			"while it is found out",
			({ memories }: SessionBench, before: number) =>
				memories.length > before && memories.at(-1)?.text.includes("antidisestablishment"),
		],
	] as const)
		it(`is so to a memory without what was forgotten ${when}`, async () => {
			const bench = await learned();
			const { length } = bench.memories;
			bench.tick = 1;
			bench.send(surprise(1));
			await bench.until("it is so far", () => isReached(bench, length));
			assert.equal(bench.last("surprised"), undefined);
			bench.send({ type: "forget", id: 2 });
			await bench.until("the answer", () => bench.last("surprised"));
			assert.equal(bench.last("surprised")?.found?.knowsFiles, false);
		});
});

describe("The part of a document that is measured", () => {
	const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`);
	const long = lines.join("\n");

	it("is all of a short one", () => {
		assert.deepEqual(excerptAround("a\nb", 1), { from: 0, to: 2, before: "", excerpt: "a\nb" });
	});

	for (const line of [0, 1, 50, 98, 99, 1000]) {
		it(`is whole lines around line ${line} of a long one, at most so much of them`, () => {
			const { from, to, before, excerpt } = excerptAround(long, line, 200);
			const shown = Math.min(line, 99);
			assert.ok(from <= shown && shown < to, `${from} ${to}`);
			assert.ok(excerpt.length <= 200 && excerpt.length > 150, `${excerpt.length}`);
			assert.equal(excerpt, lines.slice(from, to).join("\n") + (to < 100 ? "\n" : ""));
			assert.equal(
				before,
				lines
					.slice(0, from)
					.map((one) => `${one}\n`)
					.join(""),
			);
		});
	}

	it("is nothing of a line that is too long by itself", () => {
		assert.equal(excerptAround("x".repeat(300), 0, 200).excerpt, "");
	});
});
