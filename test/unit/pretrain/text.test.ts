import assert from "node:assert/strict";
import { byPlace, decode, encode, isHeldOut, placeOf } from "../../../models/pretrain/text.ts";

const documents = ["a.ts", "src/b.ts", "c.md"].map((path) => ({
	path,
	text: `text of ${path}\n`,
	place: placeOf("npm:a", path),
}));

describe("the training text", () => {
	it("is a header line with the path, the text and a byte 0 for each document", () => {
		const [first] = documents as [(typeof documents)[0]];
		assert.equal(encode([first]).toString(), "a.ts\ntext of a.ts\n\0");
	});

	it("is in an order that has nothing to do with that of the packages", () => {
		assert.deepEqual(encode(documents), encode(documents.toReversed()));
	});

	it("can be read back", () => {
		const expected = documents.toSorted(byPlace).map(({ path, text }) => ({ path, text }));
		assert.deepEqual([...decode(encode(documents))], expected);
		assert.deepEqual([...decode(Buffer.alloc(0))], []);
	});

	it("holds out about one document of a hundred", () => {
		const places = Array.from({ length: 10_000 }, (_, k) => placeOf("npm:a", `src/${k}.ts`));
		const heldOut = places.filter(isHeldOut).length;
		assert.ok(heldOut > 60 && heldOut < 140, String(heldOut));
	});
});
