/** Finds tokens of known form, and random characters, wherever they stand. */

import type { Span } from "../span.ts";
import { looksRandom } from "./entropy.ts";
import { tokenShapes } from "./tokenShapes.ts";

/** No shape in `tokenShapes` is shorter. */
export const leastToken = 15;
/** Longer runs of random characters are encoded data. */
const maxToken = 512;
const further = /[\w-]*={0,2}/y;
const base64 = /[A-Za-z0-9+/_-]{20,}={0,2}/g;
/** Text before random characters that are public: digests, and the contents of images and fonts. */
const publicContext = /(?:sha-?(?:1|224|256|384|512)["']?[ \t]?[-:=][ \t]?["']?|;base64,|h1:)$/i;
const digest = /^sha\d{3}-/i;

/** Looks at a run of the characters that tokens are made of, from `start` to `end`. */
export function tokensInRun(text: string, start: number, end: number, spans: Span[]): void {
	const run = text.slice(start, end);
	tokenShapes.lastIndex = 0;
	for (let match = tokenShapes.exec(run); match; match = tokenShapes.exec(run)) {
		// A token of a new length is masked whole, too.
		further.lastIndex = tokenShapes.lastIndex;
		further.test(run);
		spans.push({ start: start + match.index, end: start + further.lastIndex });
	}
	if (end - start < 20) return;
	base64.lastIndex = 0;
	for (let match = base64.exec(run); match; match = base64.exec(run)) {
		randomParts(text, start + match.index, match[0], spans);
	}
}

function randomParts(text: string, at: number, run: string, spans: Span[]): void {
	if (run.length > maxToken || digest.test(run) || publicContext.test(text.slice(Math.max(0, at - 12), at))) return;
	// A run with slashes is base64, or a path in which one part may be a token.
	const isPath = /(?:^|\/)(?:[a-z]{3,})?(?:\/|$)/.test(run);
	const isBase64 = run.includes("/") && !isPath && looksRandom(run.replaceAll(/[/=]/g, ""), true);
	const parts = run.split("/");
	const areRandom = parts.map((part) => looksRandom(part));
	// What stands between random parts and is no word belongs to them.
	const isWhole = isBase64 || (areRandom.includes(true) && parts.every((part, k) => areRandom[k] || isMixedPart(part)));
	if (isWhole) {
		spans.push({ start: at, end: at + run.length });
		return;
	}
	let start = at;
	for (const [k, part] of parts.entries()) {
		if (areRandom[k]) spans.push({ start, end: start + part.length });
		start += part.length + 1;
	}
}

function isMixedPart(part: string): boolean {
	return part.length > 0 && part.length <= 24 && (/\d/.test(part) || /[a-z][A-Z]|[A-Z]{2}[a-z]/.test(part));
}
