import assert from "node:assert/strict";
import { WordCompleter } from "../../../../../src/cli/measure/replay/wordCompleter.ts";

describe("WordCompleter", () => {
	const known = ["response request response", "request respond request", "12345 to $scope naïveté 中文字典"];

	function completed(typed: string): string | undefined {
		const completer = new WordCompleter(known);
		completer.open();
		completer.type(typed);
		return completer.suggest.words()?.text;
	}

	const cases: readonly [name: string, typed: string, rest: string | undefined][] = [
		["with the word that the workspace has most often", "(re", "quest"],
		["with the one that fits", "resp", "onse"],
		["with the word that was used last in the document, however rare", "respond(res", "pond"],
		["with the last of two", "response; respond; res", "pond"],
		["with no word that is hardly longer", "respon", undefined],
		["nothing behind a blank", "request ", undefined],
		["nothing inside a word that is not known", "xre", undefined],
		["no numbers", "123", undefined],
		["words with signs that are part of them", "$s", "cope"],
		["words of other letters", "na", "ïveté"],
		["words of characters that are letters each", "中", "文字典"],
	];
	for (const [name, typed, rest] of cases)
		it(`completes ${name}: "${typed}"`, () => assert.equal(completed(typed), rest));

	it("counts the words of a document once it is left", () => {
		const completer = new WordCompleter(["request request"]);
		completer.open();
		completer.type("result result result");
		completer.close();
		completer.open();
		completer.type("re");
		assert.equal(completer.suggest.words()?.text, "sult");
	});
});
