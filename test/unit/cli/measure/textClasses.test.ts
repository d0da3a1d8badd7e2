import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import {
	type ClassedDocument,
	classedDocument,
	runsOf,
	type TextClass,
	textClasses,
} from "../../../../src/cli/measure/textClasses.ts";

/** What a text is cut into, with the class of each part. */
function parts({ bytes, skip, classes }: ClassedDocument): (readonly [TextClass, string])[] {
	let from = 0;
	return [...runsOf(classes)].map(({ kind, end }) => {
		const text = Buffer.from(bytes.subarray(skip + from, skip + end)).toString();
		from = end;
		return [textClasses[kind] as TextClass, text] as const;
	});
}

describe("classes of text", () => {
	it("tell names by their uses, strings, comments and signs", () => {
		assert.deepEqual(parts(classedDocument("a.ts", 'größe = "größe" // größe\ngröße(größe);\r\ngröße')), [
			["firstUse", "größe"],
			["signs", " = "],
			["string", '"größe"'],
			["signs", " /"],
			["comment", "/ größe"],
			["signs", "\n"],
			["secondUse", "größe"],
			["signs", "("],
			["laterUse", "größe"],
			["signs", ");\n"],
			["laterUse", "größe"],
		]);
	});

	it("know comments by the language", () => {
		assert.deepEqual(parts(classedDocument("a.py", "x // y # z")), [
			["firstUse", "x"],
			["signs", " // "],
			["firstUse", "y"],
			["signs", " "],
			["comment", "# z"],
		]);
	});

	it("take prose as a whole, and nothing of nothing", () => {
		assert.deepEqual(parts(classedDocument("docs/README.md", "# One `two`\n")), [["prose", "# One `two`\n"]]);
		assert.deepEqual(parts(classedDocument("a.ts", "")), []);
	});

	it("cover each byte of any text once", () => {
		const paths = fc.constantFrom("a.ts", "a.py", "a.md", "a.unknown");
		fc.assert(
			fc.property(
				paths,
				fc.string({ unit: fc.constantFrom("a", "é", "😀", "\ud800", '"', "/", "*", "\r", "\n", "#", " ") }),
				(path, text) => {
					const document = classedDocument(path, text);
					assert.equal(document.classes.length, document.bytes.length - document.skip - 1);
					const whole = parts(document)
						.map(([, part]) => part)
						.join("");
					assert.equal(whole, Buffer.from(document.bytes.subarray(document.skip, -1)).toString());
				},
			),
		);
	});
});
