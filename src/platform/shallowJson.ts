/**
 * JSON that others may have written. Nested deeply it takes a parser a hundred times its own size, so its depth is measured
 * before it is parsed.
 */
import { Buffer } from "node:buffer";

const quote = 0x22;
const backslash = 0x5c;

/** How deeply objects and arrays are nested in UTF-8 JSON, read piece by piece. What is no JSON has a depth, too. */
export class JsonDepth {
	#depth = 0;
	#deepest = 0;
	#isInString = false;
	#isEscaped = false;

	get deepest(): number {
		return this.#deepest;
	}

	read(bytes: Uint8Array): void {
		for (const byte of bytes) {
			if (this.#isEscaped) this.#isEscaped = false;
			else if (this.#isInString && byte === backslash) this.#isEscaped = true;
			else if (byte === quote) this.#isInString = !this.#isInString;
			else if (this.#isInString) continue;
			// "[" and "{", "]" and "}".
			else if (byte === 0x5b || byte === 0x7b) this.#deepest = Math.max(this.#deepest, ++this.#depth);
			else if (byte === 0x5d || byte === 0x7d) this.#depth--;
		}
	}
}

/**
 * Parses JSON that is nested at most `deepest` times.
 *
 * @throws {SyntaxError} if it is no JSON, or nested more deeply
 */
export function parseShallowJson(json: string, deepest: number): unknown {
	const depth = new JsonDepth();
	depth.read(Buffer.from(json));
	if (depth.deepest > deepest) throw new SyntaxError(`The JSON is nested more than ${deepest} times`);
	return JSON.parse(json);
}
