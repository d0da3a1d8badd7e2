import assert from "node:assert/strict";
import { Buffer, isUtf8 } from "node:buffer";
import fc from "fast-check";
import { characterBorder, nextUtf8State, unfit } from "../../../src/completion/utf8.ts";
import { visibleText } from "../../../src/platform/visibleText.ts";

/** Whether the bytes are whole characters that may be shown, judged byte by byte. */
function isFit(bytes: readonly number[]): boolean {
	let state = characterBorder;
	for (const byte of bytes) {
		if (state === unfit) return false;
		state = nextUtf8State(state, byte);
	}
	return state === characterBorder;
}

/** Whether nothing of a text would go unseen but tabs and ends of lines. */
function isSeen(text: string): boolean {
	const shown = text.replaceAll(/[\t\n]/g, "");
	return visibleText(shown) === shown;
}

function check(bytes: readonly number[]): void {
	const buffer = Buffer.from(bytes);
	if (isFit(bytes) !== (isUtf8(buffer) && isSeen(buffer.toString()))) assert.fail(`wrong about ${bytes}`);
}

describe("UTF-8 byte by byte", () => {
	it("takes of all characters those that are seen, tabs and ends of lines", () => {
		for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
			if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
			const character = String.fromCodePoint(codePoint);
			if (isFit([...Buffer.from(character)]) !== isSeen(character))
				assert.fail(`wrong about ${codePoint.toString(16)}`);
		}
	});

	it("agrees with the platform's check on all sequences of two bytes", () => {
		for (let first = 0; first < 256; first++) {
			for (let second = 0; second < 256; second++) {
				check([first, second]);
			}
		}
	});

	it("agrees with it at the borders of every range of three and four bytes", () => {
		const edges = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];
		for (let first = 0xe0; first < 256; first++) {
			for (const second of edges) {
				for (const third of edges) {
					const bytes = [first, second, third];
					check(bytes);
					for (const fourth of edges) {
						check([...bytes, fourth]);
					}
				}
			}
		}
	});

	it("agrees with it on any text of which some bytes were changed", () => {
		const change = fc.record({ at: fc.nat(), byte: fc.nat(255) });
		fc.assert(
			fc.property(fc.string({ unit: "binary" }), fc.array(change, { maxLength: 2 }), (text, changes) => {
				const bytes = [...Buffer.from(text)];
				for (const { at, byte } of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
				check(bytes);
			}),
		);
	});

	it("is between characters exactly after each whole one", () => {
		for (const character of ["a", "é", "€", "한", "😀", "\u{10ffff}"]) {
			let state = characterBorder;
			const borders = [...Buffer.from(character)].map((byte) => {
				state = nextUtf8State(state, byte);
				return state === characterBorder;
			});
			assert.deepEqual(
				borders,
				borders.map((_, i) => i === borders.length - 1),
				character,
			);
		}
	});
});
