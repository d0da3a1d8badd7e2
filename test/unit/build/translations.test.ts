import assert from "node:assert/strict";
import { faults, languages } from "../../../l10n/missing.ts";

describe("The translations", () => {
	for (const language of languages)
		it(`into ${language} lack nothing, and keep placeholders, code and links (node node24.cjs l10n/missing.ts)`, () => {
			assert.deepEqual(faults(language), []);
		});
});
