import assert from "node:assert/strict";
import { LocalSession } from "../../../src/cli/localSession.ts";
import { refusal } from "../../../src/completion/complete.ts";
import { isShowable, mayCompleteIn } from "../../../src/completion/gate.ts";
import { createEngine } from "../../../src/engines/registry.ts";
import { code, completeAt, open, SessionBench } from "../server/sessionBench.ts";
import { chainModel } from "../support/chainModel.ts";
import { parseMarked } from "../support/cursorMark.ts";
import { rightOfCursor } from "../support/rightOfCursor.ts";

describe("the gate", () => {
	const long = " ".repeat(2 ** 20);
	const lines: readonly (readonly [marked: string, isOpen: boolean])[] = [
		...rightOfCursor.map((after) => [`x█${after}`, true] as const),
		[`${long}█`, false],
		[`█${long}`, false],
		[`${"x".repeat(9000)}█${"x".repeat(9000)}`, false],
	];

	it("decides the same for the editor, the search, the server and the command line", async () => {
		const bench = await SessionBench.with(code);
		const commandLine = await LocalSession.open(await createEngine(), chainModel("abcdefgh\n"));
		for (const [id, [marked, isOpen]] of lines.entries()) {
			const { text, position, surroundings } = parseMarked(marked);
			const { before, after } = surroundings;
			bench.send(open(text), completeAt(position.line, position.character, { id })).work();
			const wish = { count: 1, explicit: false, threshold: "balanced" } as const;
			const silences = {
				editor: mayCompleteIn(before, after) ? undefined : "longLine",
				search: refusal({ before, after }, { forced: "" }) ?? undefined,
				server: bench.answers.at(-1)?.[2],
				commandLine: (await commandLine.complete("a.txt", text, position, wish)).silence,
			};
			for (const [who, silence] of Object.entries(silences))
				assert.equal(silence !== "longLine", isOpen, `${who}: ${marked.slice(0, 40)}`);
		}
		await commandLine.close();
	});
});

describe("isShowable", () => {
	const cases: readonly [text: string, before: string, tabSize: number, expected: boolean][] = [
		["", "x", 4, false],
		["   ", "x", 4, false],
		["\n\t\n", "x", 4, false],
		["return 1;", "", 4, true],
		["   return 1;", "", 4, true],
		["    return 1;", "", 4, false],
		["\treturn 1;", "\t", 4, false],
		["  \treturn 1;", "", 4, false],
		["  return 1;", "", 2, false],
		["        // aligned", "x = 1;", 4, true],
		["\n    return 1;", "f() {", 4, true],
	];
	for (const [text, before, tabSize, expected] of cases)
		it(`${expected ? "shows" : "drops"} ${JSON.stringify(text)} after ${JSON.stringify(before)}, tab size ${tabSize}`, () => {
			assert.equal(isShowable(text, before, tabSize), expected);
		});
});
