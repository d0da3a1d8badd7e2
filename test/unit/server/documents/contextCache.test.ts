import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Position, TextChange } from "../../../../src/domain/text.ts";
import { documentHeader } from "../../../../src/model/document.ts";
import type { Context } from "../../../../src/model/languageModel.ts";
import { ContextCache } from "../../../../src/server/documents/contextCache.ts";
import { TextDocument } from "../../../../src/server/documents/textDocument.ts";
import { historyModel } from "../../support/historyModel.ts";

const path = "src/a.ts";

/** A document with its contexts. The model's contexts say what has been read since the start. */
class Bench {
	readonly document: TextDocument;
	readonly model = historyModel();
	readonly cache: ContextCache;
	#version = 0;

	constructor(text: string, window = 1000) {
		this.document = new TextDocument(path, 0, text);
		this.cache = new ContextCache(this.model, this.document, window);
	}

	/** What the context at a position has read, less the header, and what it cost. */
	at(position: Position): { readonly read: string; readonly bytes: number } {
		const before = this.model.bytes;
		const { trie, node } = this.cache.at(position);
		const { history } = trie.contextAt(node) as Context & { history: string };
		const header = Buffer.from(documentHeader(path)).toString();
		assert.ok(history.startsWith(header), "the model always knows the file's name");
		return { read: history.slice(header.length), bytes: this.model.bytes - before };
	}

	/** Searches `text` behind a position, as for a suggestion. */
	search(position: Position, text: string): void {
		const { trie, node } = this.cache.at(position);
		for (let length = 1; length <= text.length; length++)
			trie.contextAt(trie.walk(node, Buffer.from(text.slice(0, length))));
	}

	change(...changes: readonly TextChange[]): void {
		this.cache.invalidate(this.document.change(++this.#version, changes));
	}

	type(line: number, character: number, text: string): void {
		this.change({ start: { line, character }, end: { line, character }, text });
	}
}

const header = documentHeader(path).length;
const ten = Array.from({ length: 10 }, (_, i) => `line ${i}`).join("\n");

describe("contexts in a document", () => {
	it("have read all text before the cursor", () => {
		const bench = new Bench(ten);
		assert.deepEqual(bench.at({ line: 2, character: 3 }), { read: "line 0\nline 1\nlin", bytes: header + 17 });
		assert.equal(bench.at({ line: 0, character: 0 }).read, "");
		assert.equal(bench.at({ line: 9, character: 6 }).read, ten);
	});

	it("have read the text above the document, as far as the window holds it", () => {
		const bench = new Bench("one\ntwo", 40);
		bench.document.setAbove(`${ten}\n\n`);
		assert.equal(bench.at({ line: 0, character: 2 }).read, `${`${ten}\n\n`.slice(-40)}on`);
		const far = bench.at({ line: 1, character: 3 });
		assert.deepEqual(far, { read: `${bench.at({ line: 1, character: 0 }).read}two`, bytes: 5 });
		bench.document.setAbove("");
		bench.cache.invalidate(-1);
		assert.equal(bench.at({ line: 1, character: 3 }).read, "one\ntwo");
	});

	it("are read on from the line above when the model has learned, as it may expect something else now", () => {
		const bench = new Bench(ten);
		for (const position of [
			{ line: 5, character: 3 },
			{ line: 0, character: 3 },
		]) {
			const first = bench.at(position);
			const { trie } = bench.cache.at(position);
			bench.cache.learned();
			assert.deepEqual(bench.at(position), { read: first.read, bytes: (position.line > 0 ? 7 : header) + 3 });
			assert.notEqual(bench.cache.at(position).trie, trie);
			assert.equal(bench.at(position).bytes, 0);
		}
	});

	it("cost one step a typed character, and none a deleted one", () => {
		const bench = new Bench(ten);
		bench.at({ line: 5, character: 6 });
		bench.type(5, 6, "x");
		assert.deepEqual(bench.at({ line: 5, character: 7 }).bytes, 1);
		bench.change({ start: { line: 5, character: 6 }, end: { line: 5, character: 7 }, text: "" });
		assert.deepEqual(bench.at({ line: 5, character: 6 }).bytes, 0);
		assert.deepEqual(bench.at({ line: 5, character: 4 }).bytes, 4, "inside what was read at once");
	});

	it("cost the line end to go to the next line, and its indentation", () => {
		const bench = new Bench(ten);
		bench.at({ line: 5, character: 6 });
		bench.type(5, 6, "\n\t");
		assert.deepEqual(bench.at({ line: 6, character: 1 }), { read: `${ten.slice(0, 6 * 7)}\t`, bytes: 2 });
	});

	it("cost nothing after a suggestion of one or several lines is accepted, nor does what was searched beyond it", () => {
		for (const accepted of [" + 1", " + 1;\n\tgo();", " {\n\tgo();\n\tgo();\n}"]) {
			const bench = new Bench(ten);
			const beyond = `\n\tend(${accepted.length})`;
			bench.at({ line: 5, character: 6 });
			bench.search({ line: 5, character: 6 }, accepted + beyond);
			bench.type(5, 6, accepted);
			const lines = accepted.split("\n");
			const last = lines.at(-1)?.length as number;
			const cursor = { line: 5 + lines.length - 1, character: lines.length === 1 ? 6 + last : last };
			assert.deepEqual(bench.at(cursor), { read: ten.slice(0, 6 * 7 - 1) + accepted, bytes: 0 });
			const before = bench.model.bytes;
			bench.search(cursor, beyond);
			assert.equal(bench.model.bytes, before);
			bench.type(cursor.line, cursor.character, beyond);
			const behind = { line: cursor.line + 1, character: beyond.length - 1 };
			assert.deepEqual(bench.at(behind), { read: ten.slice(0, 6 * 7 - 1) + accepted + beyond, bytes: 0 });
		}
	});

	it("cost what is not known yet where something else than the suggestion was written", () => {
		const bench = new Bench(ten);
		bench.search({ line: 5, character: 6 }, " {\n\tgo();");
		bench.type(5, 6, " {\n\tstop();");
		const { read, bytes } = bench.at({ line: 6, character: 8 });
		assert.deepEqual([read, bytes], [`${ten.slice(0, 6 * 7 - 1)} {\n\tstop();`, "stop();".length]);
	});

	it("are read again only from the line of an edit on", () => {
		const bench = new Bench(ten);
		bench.at({ line: 9, character: 0 });
		bench.type(7, 0, "x");
		const { read, bytes } = bench.at({ line: 9, character: 0 });
		assert.equal(read, ten.replace("line 7", "xline 7").slice(0, 9 * 7 + 1));
		assert.equal(bytes, 8 + 7);
	});

	it("are kept when what follows changes", () => {
		const bench = new Bench(ten);
		bench.at({ line: 4, character: 2 });
		bench.type(4, 4, "x");
		bench.type(8, 0, "\n\n");
		assert.equal(bench.at({ line: 4, character: 2 }).bytes, 0);
		assert.equal(bench.at({ line: 3, character: 0 }).bytes, 0);
	});

	it("never show text that is gone, under random edits and jumps", () => {
		let seed = 1;
		const upTo = (n: number): number => {
			seed = (Math.imul(seed, 48271) >>> 0) % 0x7fffffff;
			return seed % (n + 1);
		};
		const bench = new Bench(ten);
		let looked = 0;
		for (let i = 0; i < 300; i++) {
			const last = bench.document.lineCount - 1;
			// Often a line or two beside the one that was last looked at.
			const line = upTo(1) === 0 ? upTo(last) : Math.min(last, Math.max(0, looked + upTo(4) - 2));
			const character = upTo(bench.document.line(line).length);
			if (upTo(2) === 0) bench.type(line, character, ["a", "\n", "é", "x\ny"][upTo(3)] as string);
			else if (upTo(1) === 0 && bench.document.text.length > 40) {
				bench.change({ start: { line, character: 0 }, end: { line, character }, text: "" });
			}
			const cursor =
				upTo(1) === 0 ? upTo(bench.document.lineCount - 1) : Math.min(looked, bench.document.lineCount - 1);
			looked = cursor;
			const column = upTo(bench.document.line(cursor).length);
			const lines = bench.document.text.split("\n").slice(0, cursor + 1);
			const before = [...lines.slice(0, -1), (lines.at(-1) ?? "").slice(0, column)].join("\n");
			assert.equal(bench.at({ line: cursor, character: column }).read, before);
			bench.search({ line: cursor, character: column }, ["a", "\n", "x\ny", "\n\nline"][upTo(3)] as string);
		}
	});

	describe("in a long document", () => {
		const long = Array.from({ length: 3000 }, (_, i) => `const value${i} = ${i};`).join("\n");

		it("cost no more than the window after a jump, and end with the text before the cursor", () => {
			const bench = new Bench(long);
			const { read, bytes } = bench.at({ line: 2500, character: 5 });
			assert.ok(bytes <= 1000 + 50 + 2 * header, `${bytes}`);
			assert.ok(read.length > 950);
			assert.ok(read.endsWith("const value2499 = 2499;\nconst"));
		});

		it("cost little near a place that was visited", () => {
			const bench = new Bench(long);
			bench.at({ line: 2500, character: 0 });
			assert.equal(bench.at({ line: 2510, character: 0 }).bytes, 10 * 24);
			assert.equal(bench.at({ line: 2498, character: 0 }).bytes, 0);
		});

		it("are read afresh where too little text lies behind them", () => {
			const bench = new Bench(long);
			bench.at({ line: 2500, character: 0 });
			// 1,000 bytes are 41 lines: the window began at line 2459.
			const { read } = bench.at({ line: 2465, character: 0 });
			assert.ok(read.length > 900, `${read.length}`);
		});

		it("are read to the end of a very long line before", () => {
			const bench = new Bench(`${"é".repeat(5000)}\nnext`);
			const { read, bytes } = bench.at({ line: 1, character: 4 });
			assert.ok(bytes <= 1000 + 4 + header);
			assert.match(read, /^é{499}\nnext$/);
		});

		it("stay bounded inside a very long line, and cost one step a character there", () => {
			const line = "word ".repeat(2000);
			const bench = new Bench(line);
			const { read, bytes } = bench.at({ line: 0, character: 5003 });
			assert.ok(bytes <= 1000 + 2 * header);
			assert.ok(read.length >= 500 && line.slice(0, 5003).endsWith(read));
			assert.equal(bench.at({ line: 0, character: 5004 }).bytes, 1);
		});

		it("never begin inside a character", () => {
			const bench = new Bench("x한글".repeat(1000));
			for (let character = 900; character < 1000; character++) {
				const { read } = bench.at({ line: 0, character });
				assert.ok(!read.includes("\ufffd"));
			}
		});

		it("are not kept without bound", () => {
			const bench = new Bench("\n".repeat(5000), 100);
			for (let line = 0; line <= 5000; line += 50) bench.at({ line, character: 0 });
			// What lies near is still known, what lies far is read again.
			assert.equal(bench.at({ line: 4990, character: 0 }).bytes, 0);
			assert.ok(bench.at({ line: 100, character: 0 }).bytes > 0);
		});

		it("forget the ways not taken in a line", () => {
			const bench = new Bench("");
			for (let i = 0; i < 300; i++) {
				const { trie, node } = bench.cache.at({ line: 0, character: 0 });
				trie.walk(node, Buffer.from(`way ${i} that could be taken`));
				assert.ok(trie.size < 2048 + 40);
			}
		});
	});
});
