import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { pieces } from "../../../../src/model/words/cut.ts";
import {
	countSymbolCharacters,
	formatVocabulary,
	parseVocabulary,
	Vocabulary,
	vocabularyOf,
} from "../../../../src/model/words/vocabulary.ts";

function cut(text: string): string[] {
	return Array.from(pieces(Buffer.from(text)), (piece) => Buffer.from(piece).toString());
}

/** Any text, text like that of programs, and bytes that are no text. */
const anyBytes = fc.oneof(
	fc.string({ unit: "binary", maxLength: 200 }).map((text) => Buffer.from(text)),
	fc
		.string({ unit: fc.constantFrom(..."aBcDÄß_1 2\t\n=.(é\u0301漢字カ😀"), maxLength: 200 })
		.map((text) => Buffer.from(text)),
	fc.uint8Array({ maxLength: 200 }),
);

describe("The cut into words, blanks and signs", () => {
	for (const [text, expected] of [
		["parseHTTPHeader_v2", ["parse", "HTTP", "Header", "_", "v", "2"]],
		["IOError: 404", ["IO", "Error", ":", " ", "404"]],
		[
			"\t\tif (a === b) { // …",
			["\t\t", "if", " ", "(", "a", " ", "===", " ", "b", ")", " ", "{", " ", "//", " ", "…"],
		],
		["one\r\n\n  two", ["one", "\r", "\n", "\n", "  ", "two"]],
		["Übergrößenträger straßeÄrger", ["Übergrößenträger", " ", "straße", "Ärger"]],
		["приветМир", ["привет", "Мир"]],
		["漢字かな", ["漢", "字", "かな"]],
		["e\u0301te\u0301 =\u0301=", ["e\u0301te\u0301", " ", "=", "\u0301", "="]],
		["", []],
	] as const) {
		it(`of ${JSON.stringify(text)}`, () => assert.deepEqual(cut(text), expected));
	}

	it("is the text when joined, whatever the bytes", () => {
		fc.assert(
			fc.property(anyBytes, (bytes) => {
				const all = [...pieces(bytes)];
				assert.deepEqual(Buffer.concat(all), Buffer.from(bytes));
				assert.ok(all.every((piece) => piece.length > 0));
			}),
			{ numRuns: 1000 },
		);
	});

	it("leaves no piece in two lines, and takes bytes that are no UTF-8 one by one", () => {
		fc.assert(
			fc.property(anyBytes, (bytes) => {
				for (const piece of pieces(bytes)) {
					assert.ok(piece.length === 1 || !piece.includes(10));
					if (piece.length > 1) assert.deepEqual(Buffer.from(Buffer.from(piece).toString()), Buffer.from(piece));
				}
			}),
			{ numRuns: 1000 },
		);
	});
});

describe("A vocabulary", () => {
	const text = Buffer.from("let value = read(value); let other = value;\n");

	it("has the most frequent words first, each of two occurrences or more", () => {
		assert.deepEqual(vocabularyOf([text], 10).words, ["value", "let"]);
		assert.deepEqual(vocabularyOf([text], 1).words, ["value"]);
		// A word of one byte is that byte.
		assert.deepEqual(vocabularyOf([Buffer.from("a a a bb bb")], 10).words, ["bb"]);
	});

	it("spells words that it does not know", () => {
		const vocabulary = new Vocabulary(["value", "let"]);
		assert.deepEqual(
			[...vocabulary.encode(Buffer.from("let x = value1of"))],
			[257, 32, 120, 32, 61, 32, 256, 49, 111, 102],
		);
	});

	it("spells a piece that is as long as a file", () => {
		const vocabulary = new Vocabulary(["value", "let"]);
		for (const byte of ["a", " ", "="]) {
			const line = Buffer.alloc(500_000, byte);
			assert.deepEqual(Buffer.from(vocabulary.encode(line)), line);
		}
	});

	it("gives back any text to the byte", () => {
		const vocabulary = vocabularyOf([text, Buffer.from("aB aB cD cD 漢漢 漢漢 ÄßÄß ÄßÄß == ==")], 100);
		fc.assert(
			fc.property(anyBytes, (bytes) => {
				const symbols = vocabulary.encode(bytes);
				assert.deepEqual(Buffer.from(vocabulary.decode(symbols)), Buffer.from(bytes));
				assert.ok(symbols.length <= bytes.length);
			}),
			{ numRuns: 1000 },
		);
	});

	it("counts the characters of a text by its symbols", () => {
		const vocabulary = new Vocabulary(["größe", "漢"]);
		assert.equal(countSymbolCharacters(vocabulary, vocabulary.encode(Buffer.from("größe, 漢!\n"))), 10);
	});

	it("is written to a file and read again", () => {
		const vocabulary = new Vocabulary(["value", "    ", '""', "\\\\", "größe"]);
		assert.deepEqual(parseVocabulary(formatVocabulary(vocabulary)).words, vocabulary.words);
		assert.deepEqual(parseVocabulary("").words, []);
	});

	it("of a broken file is refused", () => {
		for (const words of ["value\nvalue", "a", "two words", "let\n\nif", "x".repeat(41), "half\ud800"])
			assert.throws(() => parseVocabulary(words), { code: "modelBroken" });
	});
});
