/** Plants invented secrets of all kinds, a few of each, and looks at what would be learned of them. */
import assert from "node:assert/strict";
import { findSecrets, maskSecrets } from "../../../src/corpus/secrets/mask.ts";
import { finish, maskingSecrets } from "../../../src/server/memory/lines/slices.ts";
import { learnedOf, plantAll, readable } from "../../reliability/secrets/plants.ts";
import { differsWhenTyped } from "../../reliability/secrets/typed.ts";

/** Of all, whole or in part. The long run by hand, `npm run test:secrets`, has the same bound. */
const mostLearned = 0.05;

describe("planted secrets", () => {
	const plants = plantAll(3, 5);

	it("are of more than a hundred kinds, and each stands in its text", () => {
		assert.ok(new Set(plants.map(({ kind }) => kind)).size > 100);
		for (const { kind, text, parts } of plants)
			for (const part of parts) if (!kind.path.endsWith(".ipynb")) assert.ok(text.includes(part), kind.name);
	});

	it("are nearly never learned", () => {
		const learned = plants.filter((plant) => learnedOf(plant) !== "nothing");
		const places = learned.map(({ kind, parts }) => `${kind.name}: ${parts.join(" + ")}`);
		assert.ok(learned.length <= mostLearned * plants.length, places.join("\n"));
	});

	it("are masked alike in a whole file and while its lines are typed", () => {
		const differing = plants.filter(differsWhenTyped).map(({ kind, text }) => `${kind.name}: ${text}`);
		assert.deepEqual(differing, []);
	});

	it("are masked alike in one piece and in slices", () => {
		for (const plant of plants) {
			const text = readable(plant);
			if (text === null) continue;
			const long = `${"word\n".repeat(40)}${text}${"\nword".repeat(40)}`;
			assert.equal(finish(maskingSecrets(long, plant.path, 150)), maskSecrets(long, plant.path).text, plant.kind.name);
		}
	});

	it("are found at most once a character", () => {
		for (const { text, path } of plants) {
			let end = -1;
			for (const span of findSecrets(text, path)) {
				assert.ok(span.start > end && span.end > span.start && span.end <= text.length);
				end = span.end;
			}
		}
	});
});
