import assert from "node:assert/strict";
import { drawPlaces } from "../../../../src/cli/measure/cursorPlaces.ts";

const text = Array.from({ length: 40 }, (_, line) => `\tconst value${line} = compute(${line});`).join("\n");
const files = [
	{ path: "a.ts", text, linesAbove: 0 },
	{ path: "b.ts", text: `short\n\n${"💧".repeat(30)}\n`, linesAbove: 100 },
];

describe("drawPlaces", () => {
	it("draws different lines, in the order of the files", () => {
		const places = drawPlaces(files, 10, 1);
		assert.equal(places.length, 10);
		const ordinals = places.map(({ path, line }) => (path === "a.ts" ? line : 1000 + line));
		assert.deepEqual(
			ordinals,
			[...new Set(ordinals)].sort((a, b) => a - b),
		);
	});

	it("splits the line inside its text, with some of it left to write", () => {
		for (const { path, line, column, before, written, typed } of drawPlaces(files, 41, 2)) {
			const content = files.find((file) => file.path === path)?.text.split("\n")[line];
			assert.equal(before + written, content);
			assert.equal(before.length, column);
			assert.ok(before.trim() !== "" && written.trim().length >= 6);
			assert.ok(typed.endsWith(before));
			assert.equal(typed.split("\n").length - 1, line);
		}
	});

	it("counts lines from the top of the file, and leaves characters whole", () => {
		const [place] = drawPlaces(files.slice(1), 10, 3);
		assert.equal(place?.lineNumber, 103);
		assert.match(place?.before ?? "", /^(💧)+$/u);
	});

	it("gives the same places for the same seed, others for another", () => {
		assert.deepEqual(drawPlaces(files, 5, 7), drawPlaces(files, 5, 7));
		assert.notDeepEqual(drawPlaces(files, 5, 7), drawPlaces(files, 5, 8));
	});

	it("gives fewer where there are few lines", () => {
		assert.equal(drawPlaces(files.slice(1), 10, 1).length, 1);
		assert.deepEqual(drawPlaces([], 10, 1), []);
	});
});
