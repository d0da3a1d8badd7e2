import assert from "node:assert/strict";
import type { ServerRequest } from "../../../src/protocol/server.ts";
import { completeAt, open, SessionBench } from "./sessionBench.ts";

const lines = Array.from(
	{ length: 30 },
	(_, i) => `${String.fromCharCode(97 + (i % 26))}${i} calls step${i}();\n`,
).join("");

const goOn = (id: number, wanted = 5, line = 1): ServerRequest => ({
	type: "continue",
	id,
	document: "doc",
	version: 1,
	position: { line, character: 0 },
	lines: wanted,
	seed: 1,
});

describe("A continuation", () => {
	let bench: SessionBench;

	beforeEach(async () => {
		bench = await SessionBench.with(lines);
		// Each look at the clock takes a millisecond, so that the work comes in slices.
		bench.tick = 1;
		bench.send(open(lines.slice(0, lines.indexOf("\n") + 1)));
	});

	const text = (id: number): string =>
		bench
			.of("continued")
			.filter((message) => message.id === id)
			.map((message) => message.text)
			.join("");
	const ends = (id: number): number =>
		bench.of("continued").filter((message) => message.id === id && message.isOver).length;

	it("comes line by line, so many lines, and then is over", () => {
		bench.send(goOn(1)).work();
		const written = text(1).split("\n");
		assert.equal(written.length, 5);
		for (const line of written) assert.match(line, /^[a-z]\d+ calls step\d+\(\);$/);
		assert.equal(bench.of("continued").length, 5);
		assert.equal(ends(1), 1);
	});

	it("is not empty where the same text has ended before, as in a file that was read from disk", async () => {
		bench = await SessionBench.with(`${"one();\n\0".repeat(9)}one();\n\ntwo();\n`);
		bench.send(open("one();\n"));
		for (let id = 1; id <= 9; id++) {
			bench.send({ ...goOn(id), seed: id } as ServerRequest).work();
			assert.match(text(id), /[^\s]/);
		}
	});

	it("is the same for the same seed, and another for another", () => {
		bench.send(goOn(1)).work();
		bench.send(goOn(2)).work();
		bench.send({ ...goOn(3), seed: 2 } as ServerRequest).work();
		assert.equal(text(2), text(1));
		assert.notEqual(text(3), text(1));
	});

	it("lets a completion go first", () => {
		bench.send(goOn(1)).turn();
		bench.send(completeAt(0, 2)).work();
		const types = bench.messages
			.map(({ type }) => type)
			.filter((type) => type === "continued" || type === "completions");
		assert.ok(types.indexOf("completions") < types.lastIndexOf("continued"), types.join());
	});

	it("is over when it is cancelled, when its document is edited or closed, and when another begins", () => {
		const start = { line: 0, character: 0 };
		const endings: readonly ServerRequest[] = [
			{ type: "cancel", id: 1 },
			{ type: "close", document: "doc" },
			goOn(2),
			{ type: "change", document: "doc", version: 2, changes: [{ start, end: start, text: "x" }] },
		];
		for (const ending of endings) {
			bench.messages.length = 0;
			bench.send(open(lines.slice(0, lines.indexOf("\n") + 1)), goOn(1)).turn();
			assert.equal(ends(1), 0, ending.type);
			bench.send(ending).work();
			assert.equal(ends(1), 1, ending.type);
			assert.ok(text(1).split("\n").length < 5, ending.type);
		}
	});

	it("is over at once where nothing can be written: another version, no such place, no document, no model", async () => {
		bench.send({ ...goOn(1), version: 7 } as ServerRequest, goOn(2, 5, 99), {
			...goOn(3),
			document: "other",
		} as ServerRequest);
		await bench.load(null);
		bench.send(goOn(4)).work();
		assert.deepEqual(
			bench.of("continued"),
			[1, 2, 3, 4].map((id) => ({ type: "continued", id, text: "", isOver: true })),
		);
	});

	it("ends where the model would go round in a loop", async () => {
		const loop = "again and again and on;\n".repeat(12);
		bench = await SessionBench.with(loop);
		bench.send(open(loop.slice(0, 24)), goOn(1, 20)).work();
		assert.ok(text(1).split("\n").length < 12, text(1));
		assert.equal(ends(1), 1);
	});
});
