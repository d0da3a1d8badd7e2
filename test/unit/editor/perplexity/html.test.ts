import assert from "node:assert/strict";
import { pageHtml } from "../../../../src/editor/perplexity/html.ts";

describe("The page of the perplexity view, before it is drawn", () => {
	const html = pageHtml({
		language: 'en"><script>',
		title: "<b>Perplexity</b>",
		script: "https://file.example/view.js?a&b",
		style: "https://file.example/view.css",
		nonce: "abc123",
	});
	const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "";

	it("may load its script and its style sheet, and nothing else", () => {
		assert.deepEqual(policy.split("; ").toSorted(), [
			"base-uri 'none'",
			"default-src 'none'",
			"form-action 'none'",
			"script-src 'nonce-abc123'",
			"style-src 'nonce-abc123'",
		]);
		const loading = [...html.matchAll(/<(?:script|link|style|img|iframe)\b[^>]*>/g)].map(([tag]) => tag);
		assert.equal(loading.length, 2);
		for (const tag of loading) assert.match(tag, / nonce="abc123"/);
		assert.doesNotMatch(html, / on\w+=| style=/);
	});

	it("shows no text as markup", () => {
		assert.ok(html.includes('lang="en&quot;&gt;&lt;script&gt;"'));
		assert.ok(html.includes("<title>&lt;b&gt;Perplexity&lt;/b&gt;</title>"));
		assert.ok(html.includes('src="https://file.example/view.js?a&amp;b"'));
	});

	it("has a place that the script draws into", () => {
		assert.match(html, /<main><\/main>/);
	});
});
