/**
 * JSON that others may have written. Nested deeply it takes a parser a hundred times its own size, so its depth is measured
 * before it is parsed.
 */
const quote = 0x22;
const backslash = 0x5c;

/** How deeply objects and arrays are nested in JSON, read piece by piece. What is no JSON has a depth, too. */
export class JsonDepth {
	#depth = 0;
	#deepest = 0;
	#isInString = false;
	#isEscaped = false;

	get deepest(): number {
		return this.#deepest;
	}

	read(bytes: Uint8Array): void {
		// biome-ignore lint/style/useForOf: an iterator takes four times as long, and room for each byte
		for (let at = 0; at < bytes.length; at++) this.take(bytes[at] as number);
	}

	/** @param unit a byte of UTF-8, or a unit of UTF-16: what counts is the same in both */
	take(unit: number): void {
		if (this.#isEscaped) this.#isEscaped = false;
		else if (this.#isInString && unit === backslash) this.#isEscaped = true;
		else if (unit === quote) this.#isInString = !this.#isInString;
		else if (this.#isInString) return;
		// "[" and "{", "]" and "}".
		else if (unit === 0x5b || unit === 0x7b) this.#deepest = Math.max(this.#deepest, ++this.#depth);
		else if (unit === 0x5d || unit === 0x7d) this.#depth--;
	}
}

/**
 * Parses JSON that is nested at most `deepest` times.
 *
 * @throws {SyntaxError} if it is no JSON, or nested more deeply
 */
export function parseShallowJson(json: string, deepest: number): unknown {
	const depth = new JsonDepth();
	for (let at = 0; at < json.length; at++) depth.take(json.charCodeAt(at));
	if (depth.deepest > deepest) throw new SyntaxError(`The JSON is nested more than ${deepest} times`);
	return JSON.parse(json);
}
