import assert from "node:assert/strict";
import { Buffer, isUtf8 } from "node:buffer";
import fc from "fast-check";
import { Block } from "../../../src/completion/block.ts";
import { type Hypothesis, type SearchLimits, searching } from "../../../src/completion/search.ts";
import { Closers } from "../../../src/completion/suffix/closers.ts";
import { Trie } from "../../../src/completion/trie.ts";
import type { LanguageModel } from "../../../src/model/languageModel.ts";
import { visibleText } from "../../../src/platform/visibleText.ts";
import { drained } from "../support/drained.ts";
import { ngramModel } from "../support/ngramModel.ts";

const limits: SearchLimits = { width: 6, maxBytes: 96, maxSteps: 576, floor: Math.log(0.05) };

function searchAfter(
	model: LanguageModel,
	before: string,
	changed: Partial<SearchLimits & { readonly expired: () => boolean }> = {},
	after = "",
	maxLines = 1,
): Hypothesis[] {
	const trie = new Trie(model, model.read(model.start(), Buffer.from(before)));
	const block = Block.of({ before, after, previousLine: "", nextLine: "" }, maxLines);
	const { expired, ...others } = changed;
	const frame = { closers: Closers.of(before, after), block };
	return drained(searching(trie, trie.root, frame, { ...limits, ...others }), expired);
}

/** A clock that runs out after so many steps. */
function afterSteps(steps: number): () => boolean {
	let asked = 0;
	return () => ++asked > steps;
}

const oneLine = { closers: null, block: null };

function texts(hypotheses: readonly Hypothesis[]): string[] {
	return hypotheses.map(({ text, ending }) => `${text}${ending === "finished" ? "|" : "…"}`).sort();
}

describe("the search", () => {
	const colours = ngramModel("a red;\na red;\na red;\na blue;\na blue;\na green\nb\n");

	it("follows every way that is likely enough to the end of the line", () => {
		assert.deepEqual(texts(searchAfter(colours, "a ")), ["blue;|", "green|", "red;|"]);
	});

	it("drops what is below the floor, keeping its likely beginning", () => {
		assert.deepEqual(texts(searchAfter(colours, "a ", { floor: Math.log(0.2) })), ["blue;|", "red;|"]);
		assert.deepEqual(texts(searchAfter(colours, "a", { floor: Math.log(0.6) })), [" …"]);
	});

	it("keeps the likeliest when there are more than it may follow", () => {
		assert.deepEqual(texts(searchAfter(colours, "a ", { maxSteps: 5 })), ["b…", "g…", "red;|"]);
		assert.deepEqual(texts(searchAfter(colours, "a ", { maxSteps: 10, width: 1 })), ["blue;|", "g…", "red;|"]);
	});

	it("states the joint probability of each beginning", () => {
		const red = searchAfter(colours, "a ").find(({ text }) => text === "red;");
		const trie = new Trie(colours, colours.read(colours.start(), Buffer.from("a ")));
		const expected = [..."red;"].map(
			(_, i) => trie.logProbabilities([trie.root], Buffer.from("red;").subarray(0, i + 1))[0],
		);
		assert.deepEqual([...(red?.logProbabilities ?? [])], expected);
		assert.ok(Math.abs(Math.exp(expected[0] as number) - 3 / 6) < 0.02);
	});

	it("ends at the end of the document", () => {
		assert.deepEqual(texts(searchAfter(ngramModel("fin\0"), "f")), ["in|"]);
	});

	describe("over line ends", () => {
		const python = ngramModel("if x:\n\tgo\n\nif x:\n\tgo\n\n");
		const go = ngramModel("if x {\n\tgo()\n}\nend\n".repeat(2));

		it("goes on when it may", () => {
			assert.deepEqual(texts(searchAfter(python, "if", {}, "", 2)), [" x:\n\tgo|"]);
			assert.deepEqual(texts(searchAfter(python, "if", {}, "", 1)), [" x:|"]);
		});

		it("ends where the block does", () => {
			assert.deepEqual(texts(searchAfter(python, "if", {}, "", 3)), [" x:\n\tgo|"]);
			assert.deepEqual(texts(searchAfter(go, "if", {}, "", 8)), [" x {\n\tgo()\n}|"]);
		});

		it("takes back the beginning of a line that is not in the block", () => {
			const model = ngramModel("if x:\ny = 1\nif x:\ny = 1\n");
			assert.deepEqual(texts(searchAfter(model, "if", {}, "", 3)), [" x:|"]);
		});

		it("takes the greatest length for that of a line", () => {
			assert.deepEqual(texts(searchAfter(go, "if", { maxBytes: 4 }, "", 8)), [" x {\n\tgo(…"]);
		});
	});

	it("states how likely each word is to end", () => {
		const model = ngramModel("red\nred one\nreddish\n");
		const [hypothesis] = searchAfter(model, "r", { floor: Math.log(0.5) });
		assert.equal(hypothesis?.text, "ed");
		assert.ok(Math.abs((hypothesis?.wordEnds[1] ?? 0) - 2 / 3) < 0.02);
		assert.ok((hypothesis?.wordEnds[0] ?? 1) < 0.02);
	});

	it("calls the model once a step, with all that it follows at a time", () => {
		const model = ngramModel("a red;\na red;\na blue;\na green\n");
		searchAfter(model, "a ");
		// The likeliest way has four bytes, and the others five each, side by side.
		assert.deepEqual({ batches: model.work.batches, steps: model.work.steps }, { batches: 4 + 5, steps: 4 + 5 + 5 });
	});

	it("asks nothing when repeated one typed character on", () => {
		const model = ngramModel("a red;\na red;\na blue;\n");
		const trie = new Trie(model, model.read(model.start(), Buffer.from("a ")));
		drained(searching(trie, trie.root, oneLine, limits));
		const { batches } = model.work;
		const again = drained(searching(trie, trie.child(trie.root, "r".charCodeAt(0)), oneLine, limits));
		assert.deepEqual(texts(again), ["ed;|"]);
		assert.equal(model.work.batches, batches);
	});

	it("returns what it has when its time is over", () => {
		assert.deepEqual(texts(searchAfter(colours, "a ", { expired: afterSteps(2) })), ["re…"]);
		assert.deepEqual(texts(searchAfter(colours, "a ", { expired: afterSteps(5) })), ["b…", "g…", "red;|"]);
		assert.deepEqual(texts(searchAfter(colours, "a ", { expired: afterSteps(7) })), ["blu…", "gre…", "red;|"]);
	});

	it("only ever finds more with more time", () => {
		const word = fc.constantFrom("red", "reddish", "blue(", "green", "{", "a", ";", " ", "\n", "né");
		const learned = fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join(""));
		fc.assert(
			fc.property(learned, fc.integer({ min: 1, max: 3 }), (text, maxLines) => {
				const model = ngramModel(text);
				let less: Hypothesis[] = [];
				for (let steps = 0; steps < 30; steps++) {
					const more = searchAfter(model, "", { expired: afterSteps(steps) }, "", maxLines);
					for (const one of less) {
						const goesOn = (other: Hypothesis) =>
							one.ending === "finished"
								? other.ending === "finished" && other.text === one.text
								: other.text.startsWith(one.text) || one.text.startsWith(`${other.text}\n`);
						assert.ok(more.some(goesOn), `${JSON.stringify(one.text)} is lost after ${steps} steps`);
					}
					less = more;
				}
			}),
		);
	});

	it("stops at the greatest length", () => {
		assert.deepEqual(texts(searchAfter(colours, "a ", { maxBytes: 3 })), ["blu…", "gre…", "red…"]);
	});

	it("stops before what is closed right of the cursor", () => {
		const model = ngramModel("foo(bar);\nfoo(bar);\n");
		assert.deepEqual(texts(searchAfter(model, "foo(", {}, ")")), ["bar|"]);
		assert.deepEqual(texts(searchAfter(model, "foo(")), ["bar);|"]);
	});

	it("does not go round in loops", () => {
		const model = ngramModel("la ".repeat(200));
		const [hypothesis] = searchAfter(model, "la ");
		assert.equal(hypothesis?.text, "la ");
		assert.equal(hypothesis?.ending, "open");
	});

	it("writes whole characters only", () => {
		// Cut inside the second character, by length and by time; and a model that would leave one unfinished.
		const model = ngramModel("né 한글 😀\n");
		for (let maxBytes = 0; maxBytes < 14; maxBytes++) {
			for (const { bytes, text } of searchAfter(model, "n", { maxBytes })) {
				assert.ok(isUtf8(bytes));
				assert.equal(Buffer.from(text).compare(bytes), 0);
				assert.ok("é 한글 😀".startsWith(text));
			}
		}
		const broken: LanguageModel = {
			...model,
			advance: (contexts) => contexts.map(() => ({ logProbabilities: new Float32Array(256).fill(-Math.log(256)) })),
		};
		for (const { bytes } of searchAfter(broken, "n", { floor: Math.log(1e-6) })) assert.ok(isUtf8(bytes));
	});

	it("writes no control signs but tabs", () => {
		const model = ngramModel("a\x1b[0m\na\r\na\tb\n");
		assert.deepEqual(texts(searchAfter(model, "a")), ["\tb|"]);
	});

	it("finds whole characters that an editor shows, whatever the model has learned", () => {
		const unit = fc.oneof(
			fc.constantFrom("a", "é", "€", "😀", "{", "}", "\n", "\t", "\0", "\u007f", "\u0085", "\u202e"),
			fc.string({ maxLength: 1, unit: "binary" }),
		);
		const learned = fc.oneof(
			fc.array(unit, { minLength: 1, maxLength: 40 }).map((units) => Buffer.from(units.join(""))),
			fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
		);
		fc.assert(
			fc.property(learned, fc.nat(), fc.integer({ min: 1, max: 3 }), (bytes, cut, maxLines) => {
				const model = ngramModel(bytes);
				const before = bytes.subarray(0, cut % bytes.length).toString("utf8");
				for (const { text, bytes: found, logProbabilities } of searchAfter(model, before, {}, "", maxLines)) {
					assert.ok(isUtf8(found));
					assert.equal(Buffer.from(found).toString("utf8"), text);
					const shown = text.replaceAll(/[\t\n]/g, "");
					assert.equal(visibleText(shown), shown);
					assert.ok(maxLines > 1 || !text.includes("\n"));
					assert.equal(logProbabilities.length, found.length);
					assert.deepEqual(
						[...logProbabilities],
						[...logProbabilities].toSorted((a, b) => b - a),
					);
					assert.ok((logProbabilities.at(-1) ?? 0) >= limits.floor);
				}
			}),
		);
	});
});
