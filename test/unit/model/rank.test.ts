import assert from "node:assert/strict";
import { rank } from "../../../src/model/rank.ts";
import { bitsPerCharacter, scoreDocument } from "../../../src/model/score.ts";
import { ngramModel } from "../support/ngramModel.ts";

const text = "the cat sat on the mat.\nthe dog sat on the rug.\n".repeat(3);
const model = ngramModel(text, 24);
const left = { sides: "left", isNormalized: false } as const;
const both = { sides: "both", isNormalized: false } as const;
const order = (...args: Parameters<typeof rank>): string[] => rank(...args).map((one) => one.text);

describe("Ranking candidates", () => {
	const place = { path: "a.txt", before: "the dog sat on the ", after: "" };

	it("puts the most probable first, and of equals the one named first", () => {
		assert.deepEqual(order(model, place, ["mat", "rug", "xyz", "xyz"], left), ["rug", "mat", "xyz", "xyz"]);
		assert.deepEqual(order(model, place, ["qq", "zz"], left), ["qq", "zz"]);
	});

	it("looks at what stands on both sides", () => {
		const between = { path: "a.txt", before: "the ", after: " sat on the rug." };
		const unlike = { ...between, after: " sat on the mat." };
		assert.deepEqual(order(model, between, ["cat", "dog"], both), ["dog", "cat"]);
		assert.deepEqual(order(model, unlike, ["cat", "dog"], both), ["cat", "dog"]);
		assert.equal(rank(model, between, ["cat"], left)[0]?.bits, rank(model, unlike, ["cat"], left)[0]?.bits);
	});

	it("says the bits that scoring says", () => {
		const [one] = rank(model, { path: "a.txt", before: "", after: "" }, ["the cat sat"], left);
		const { total } = scoreDocument(model, "a.txt", "the cat sat");
		assert.ok(Math.abs((one?.bits ?? 0) - total.bits) < 1e-6);
		assert.ok(Math.abs((one?.bitsPerCharacter ?? 0) - (bitsPerCharacter(total) ?? 0)) < 1e-6);
	});

	it("does not put a long candidate behind a short one for its length, if so asked", () => {
		const long = "the cat slept on the mat.";
		const empty = { ...place, before: "" };
		assert.equal(order(model, empty, ["q", long], left)[0], "q");
		assert.equal(order(model, empty, ["q", long], { ...left, isNormalized: true })[0], long);
	});

	it("bears empty candidates, other line ends and half characters", () => {
		const [empty] = rank(model, place, [""], left);
		assert.deepEqual(empty, { text: "", bits: 0, bitsPerCharacter: 0 });
		const [one, other] = rank(model, place, ["rug.\r\n", "rug.\n"], left);
		assert.equal(one?.bits, other?.bits);
		const smiles = { ...place, after: "😀".repeat(200) };
		assert.ok(Number.isFinite(rank(model, { ...smiles, after: `a${smiles.after}` }, ["x"], both)[0]?.bits));
	});
});
