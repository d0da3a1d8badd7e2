/** Looks through a page for what keeps people from using it, with axe-core. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame, Page } from "playwright-core";
import { root } from "./paths.ts";

const script = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");

interface Violation {
	readonly id: string;
	readonly impact: string;
	readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/**
 * Fails if axe-core finds anything serious.
 *
 * @param selector of what is looked at: on a page of VS Code, what is Inkling's
 */
export async function assertAccessible(page: Page | Frame, selector = "html"): Promise<void> {
	await page.evaluate(script);
	const run = `axe.run(${JSON.stringify(selector)}).then(({ violations }) => violations)`;
	const violations = (await page.evaluate(run)) as Violation[];
	const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
	assert.deepEqual(
		serious.map(({ id, nodes }) => [id, nodes.length, nodes[0]?.html, nodes[0]?.failureSummary]),
		[],
	);
}
