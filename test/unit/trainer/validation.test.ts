import { strict as assert } from "node:assert/strict";
import { encodeDocument } from "../../../src/model/document.ts";
import { pieces } from "../../../src/trainer/validation.ts";

describe("The text that a network is validated on", () => {
	for (const length of [0, 1, 2047, 2048, 2049, 5000, 20_000]) {
		it(`is cut into pieces that predict each of ${length} bytes once`, () => {
			const text = Array.from({ length }, (_, i) => String.fromCharCode(97 + ((i * i) % 23))).join("");
			const { bytes, skip } = encodeDocument("folder/name.ts", text);
			// The advice of each bit tells where its byte stands.
			const advice = Int8Array.from({ length: 8 * bytes.length }, (_, i) => Math.floor(i / 8) % 101);
			const predicted: number[] = [];
			for (const piece of pieces({ bytes, skip }, advice)) {
				assert.deepEqual(piece.bytes.subarray(0, skip), bytes.subarray(0, skip), "the header comes first");
				const from = skip + predicted.length;
				const before = piece.skip - skip;
				assert.equal(before, Math.min(256, from - skip), "some text comes before");
				assert.deepEqual(
					piece.bytes.subarray(skip),
					bytes.subarray(from - before, from - before + piece.bytes.length - skip),
				);
				for (const [i, told] of (piece.advice as Int8Array).entries()) {
					const at = Math.floor(i / 8);
					assert.equal(told, (at < skip ? at : at - skip + from - before) % 101);
				}
				predicted.push(...piece.bytes.subarray(piece.skip));
			}
			assert.deepEqual(predicted, [...bytes.subarray(skip, -1)]);
		});
	}

	it("has no advice without a memory", () => {
		assert.deepEqual(
			pieces(encodeDocument("a.ts", "text")).map(({ advice }) => advice),
			[undefined],
		);
	});
});
