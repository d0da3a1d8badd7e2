import assert from "node:assert/strict";
import * as Plot from "@observablehq/plot";
import { facetScales, facetTitles, grid, svgOf } from "../../../bench/plots.ts";

describe("svgOf", () => {
	it("draws a file of its own, with a facet for each name", () => {
		const names = ["one", "two", "three", "four"];
		const place = grid(names);
		const points = names.map((name, x) => ({ ...place(name), x, y: x / 2 }));
		const marks = [Plot.dot(points, { fx: "column", fy: "row", x: "x", y: "y" }), facetTitles(names)];
		const svg = svgOf({ ...facetScales, marks });
		assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
		assert.equal(svg.match(/<circle /g)?.length, 4);
		for (const name of names) assert.ok(svg.includes(`>${name}</text>`), name);
	});
});

describe("grid", () => {
	it("fills row after row", () => {
		const place = grid(["a", "b", "c", "d"], 2);
		assert.deepEqual(place("b"), { column: 1, row: 0 });
		assert.deepEqual(place("c"), { column: 0, row: 1 });
	});
});
