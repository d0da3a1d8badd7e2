import assert from "node:assert/strict";
import { distances } from "../../../../bench/family/gradientReach.ts";
import { type Measured, meanNorms, placesIn } from "../../../../bench/family/measured.ts";
import { bitsPlot, reachPlot } from "../../../../bench/family/plots.ts";
import { reach, rowOf, sparkline, tablesOf } from "../../../../bench/family/report.ts";
import { scoringRows } from "../../../../bench/family/transformer.ts";
import { encodeDocument } from "../../../../src/model/document.ts";

/** Halves with each step back. */
const halving = Object.fromEntries(distances.map((distance) => [distance, 3 * 0.5 ** distance]));

function measured(bpc: number): Measured {
	return {
		bpc,
		characters: 1000,
		cpuSeconds: 2,
		updates: 4,
		parameters: 77,
		stepMicroseconds: 20,
		gradientNormAtStart: halving,
		gradientNorm: halving,
		shape: {},
	};
}

describe("rowOf", () => {
	it("has means over the seeds, and the deviation of one", () => {
		const row = rowOf("gru", "a.txt", [2, 2.2, 2.4].map(measured));
		assert.ok(Math.abs(row.bpc - 2.2) < 1e-12);
		assert.ok(Math.abs((row.deviation ?? 0) - 0.2) < 1e-12);
		assert.equal(row.charactersPerSecond, 500);
		assert.equal(rowOf("gru", "a.txt", [measured(2)]).deviation, null);
	});
});

describe("sparkline", () => {
	it("has a bar for each distance, an eighth lower for each power of ten", () => {
		assert.deepEqual(
			reach(halving)
				.slice(0, 2)
				.map(({ share }) => share),
			[0.5, 0.25],
		);
		assert.equal(sparkline(halving), "█▇▆▅▂▁▁▁");
		const norms = (share: number) => Object.fromEntries(distances.map((k) => [k, k === 0 ? 2 : 2 * share]));
		assert.equal(sparkline(norms(1)), "█".repeat(8));
		assert.equal(sparkline(norms(50)), "█".repeat(8));
		assert.equal(sparkline(norms(1e-3)), "▅".repeat(8));
		assert.equal(sparkline(norms(0)), "▁".repeat(8));
		assert.equal(sparkline({}), "");
	});
});

describe("The report of the family", () => {
	it("has a table and plots with every model and text", () => {
		const rows = ["a.txt", "b"].flatMap((text) =>
			["gru", "transformer"].map((name) => rowOf(name, text, [2, 2.5].map(measured))),
		);
		const tables = tablesOf(rows);
		assert.equal(tables.length, 6);
		for (const [title, cells] of tables) {
			assert.match(title, /^(?:a\.txt|b): /);
			assert.deepEqual(
				cells.slice(1).map(([name]) => name),
				["GRU", "Transformer"],
			);
		}
		const [reachSvg, bitsSvg] = [reachPlot(rows), bitsPlot(rows)];
		for (const svg of [reachSvg, bitsSvg]) {
			for (const word of ["GRU", "Transformer", "a.txt"]) assert.ok(svg.includes(word), word);
			assert.doesNotMatch(svg, /NaN/);
		}
		// A line for each row before training and after.
		assert.equal(reachSvg.match(/marker-mid/g)?.length, 8);
	});
});

describe("placesIn", () => {
	it("takes places all over the documents, each with as much text before it", () => {
		const long = encodeDocument("long", "abcdefghij".repeat(100));
		const short = encodeDocument("short", "abc");
		const places = placesIn([short, long, short]);
		assert.equal(places.length, 16);
		for (const { bytes, target } of places) {
			assert.equal(bytes.length, 256);
			const text = Buffer.from(long.bytes).toString("latin1");
			assert.ok(text.includes(Buffer.from([...bytes, target]).toString("latin1")));
		}
		assert.equal(new Set(places.map(({ bytes }) => bytes.byteOffset)).size, 16);
		assert.deepEqual(placesIn([short]), []);
		assert.deepEqual(
			meanNorms([], () => []),
			{},
		);
	});
});

describe("scoringRows", () => {
	it("makes every byte behind a header a target once, with half a context before it or all there is", () => {
		const context = 8;
		for (let length = 0; length < 40; length++) {
			const documents = [encodeDocument("name", "x".repeat(length)), encodeDocument("b", "y")];
			for (const [index, document] of documents.entries()) {
				document.bytes.set(Uint8Array.from(document.bytes, (_, i) => 100 * index + i));
			}
			const found: number[] = [];
			for (const { inputs, targets, mask, batch } of scoringRows(documents, { batch: 3, shape: { context } })) {
				assert.equal(inputs.length, batch * context);
				for (const [i, flag] of mask.entries()) {
					if (flag === 0) continue;
					const target = targets[i] as number;
					const inRow = i % context;
					assert.equal(inputs[i], target - 1);
					assert.ok(inRow >= context / 2 || inputs[i - inRow] === 100 * Math.floor(target / 100));
					found.push(target);
				}
			}
			const expected = documents.flatMap(({ bytes, skip }, index) =>
				Array.from({ length: bytes.length - 1 - skip }, (_, i) => 100 * index + skip + i),
			);
			assert.deepEqual(
				found.toSorted((a, b) => a - b),
				expected,
				`${length}`,
			);
		}
	});
});
