/** Every link and picture of this project's pages leads to a file that there is. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../../harness/paths.ts";

describe("The pages", () => {
	const pages = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.md"], { cwd: root, encoding: "utf8" })
		.split("\n")
		.filter((page) => page !== "" && existsSync(join(root, page)));

	it("are found", () => {
		assert(pages.includes("README.md"));
		assert(pages.includes("CONTRIBUTING.md"));
	});

	for (const page of pages)
		it(`have no link to a file that is missing: ${page}`, () => {
			const text = readFileSync(join(root, page), "utf8").replaceAll(/^```.*?^```/gms, "");
			const targets = [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, target]) => target ?? "");
			const missing = targets
				.filter((target) => !/^[a-z]+:/.test(target))
				.filter((target) => !existsSync(join(root, dirname(page), decodeURI(target))));
			assert.deepEqual(missing, []);
		});
});
