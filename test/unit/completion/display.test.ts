import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { CutLimits } from "../../../src/completion/cutPoints.ts";
import { automaticRule, bestCut, type DisplayRule, explicitRule } from "../../../src/completion/display.ts";
import type { Ending, Hypothesis } from "../../../src/completion/search.ts";
import { keySeconds } from "../../../src/completion/typingTime.ts";
import { thresholds } from "../../../src/domain/suggestions.ts";
import { uncalibrated } from "../support/uncalibrated.ts";

/**
 * A hypothesis written with its probabilities: after `|0.5|` each beginning is right with probability 0.5, at the start
 * with 1. It ends the line unless `…` stands at its end; a word may end before `^`.
 */
function hypothesis(written: string): Hypothesis {
	let text = "";
	let probability = 1;
	const logProbabilities: number[] = [];
	const wordEnds: number[] = [];
	const ending: Ending = written.endsWith("…") ? "open" : "finished";
	for (const [i, part] of written.replace("…", "").split("|").entries()) {
		if (i % 2 === 1) {
			probability = Number(part);
			continue;
		}
		for (const sign of part) {
			if (sign === "^") {
				wordEnds[wordEnds.length - 1] = 0.5;
				continue;
			}
			text += sign;
			for (const _ of Buffer.from(sign)) {
				logProbabilities.push(Math.log(probability));
				wordEnds.push(0);
			}
		}
	}
	return {
		text,
		bytes: Buffer.from(text),
		logProbabilities: Float64Array.from(logProbabilities),
		wordEnds: Float64Array.from(wordEnds),
		ending,
	};
}

/** Half a key for a glance, and nothing to check. */
const rule: DisplayRule = {
	threshold: 0.3,
	glance: keySeconds / 2,
	toTake: () => keySeconds,
	continues: false,
};
const continuing = { continues: true };

function shown(written: string, changed: Partial<DisplayRule> = {}, limits: Partial<CutLimits> = {}): string | null {
	const whole = hypothesis(written);
	const around = { length: whole.text.length, before: "", beforeText: false, nextLine: "", ...limits };
	return bestCut(whole, around, { ...rule, ...changed }, uncalibrated)?.text ?? null;
}

describe("the display rule", () => {
	const cases: readonly [what: string, written: string, shown: string | null, changed?: Partial<DisplayRule>][] = [
		["shows the whole of what is certain", "return value;", "return value;"],
		["prefers the longer text when it is nearly as sure", "first|0.9| second", "first second"],
		["prefers the surer text when the longer one is mostly wrong", "first word|0.35| of|0.3| x", "first word"],
		["shows nothing below the threshold", "|0.29|a long and unlikely text", null],
		["shows the part above the threshold", "likely|0.29| and then not", "likely"],
		["does not cut words", "some|0.5|thing|0.2|else", null],
		["does not cut words that may go on", "something…", null],
		["cuts after the last sign even if the line may go on", "foo bar,…", "foo bar,"],
		["shows nothing that saves no key", "x", null],
		["shows what saves more than it costs", "|0.51|x;", "x;"],
		["does not show what saves less", "|0.49|x;", null],
		["shows no blanks alone", "     ", null],
		["leaves trailing blanks away", "return  ", "return"],
		["cuts a word that may end", "some^|0.5|thing|0.2|else…", "some"],
		["cuts names between their parts", "readFile|0.2|Sync", "readFile"],
		["cuts names after an underscore", "read_|0.2|file", "read_"],
		["does not cut before an underscore", "read|0.2|_file", null],
		["shows all at once when it is sure of it", "first|0.95| second", "first second", continuing],
		["leaves what is less sure to the next suggestion", "first|0.6| second", "first", continuing],
		["does not when nothing follows by itself", "first|0.6| second", "first second"],
		["starts earlier for what is sure after it", "|0.6|a;bcdefgh", "a;bcdefgh", continuing],
		["does not count indentation", "a {|0.45|\n        x", "a {"],
		["counts characters, not bytes", "|0.4|é€", null],
		["cuts between characters of scripts without blanks", "漢字漢字|0.2|漢字", "漢字漢字"],
		["does not cut words of other scripts", "привет|0.2|ствие", null],
		["keeps marks with their letters", "the e|0.2|\u0308", "the"],
		["does not cut inside brackets that it opens", "t.Callable[|0.9|[FC], |0.4|FC]", "t.Callable"],
		["does not cut inside quotes that it opens", 'name = "first |0.2|second"', "name ="],
		["cuts behind brackets that it opens and closes", "call(one)|0.2|.next", "call(one)"],
		["cuts inside brackets that it did not open", "first, second|0.2|)", "first, second"],
		["shows a block that is opened at the end of the line", "if (ready) {", "if (ready) {"],
		["shows a block that is opened before a line end", "if (ready) {|0.2|\n\tgo", "if (ready) {"],
		["takes an apostrophe for one", "it's the users|0.2| own", "it's the users"],
		["takes no lifetime for a quote", "&'a str|0.2|, b", "&'a str"],
		["does not cut words of scripts without blanks", "新しいポケ|0.2|ット", "新しい"],
		["does not end inside such a word", "新しいポケッ…", "新しい"],
		["keeps joined emoji together", "a 👩|0.2|\u200d💻", null],
	];
	for (const [what, written, expected, changed] of cases) {
		it(what, () => assert.equal(shown(written, changed), expected));
	}

	it("states the probability of what it shows, and its expected gain", () => {
		const whole = hypothesis("first| 0.9 | second| 0.1 | third");
		const cut = bestCut(
			whole,
			{ length: whole.text.length, before: "", beforeText: false, nextLine: "" },
			rule,
			uncalibrated,
		);
		assert.equal(cut?.text, "first second");
		assert.ok(Math.abs((cut?.probability ?? 0) - 0.9) < 1e-9);
		assert.ok(Math.abs((cut?.value ?? 0) - (0.9 * 11 - 0.5) * keySeconds) < 1e-9);
		assert.equal(Buffer.from(cut?.bytes ?? []).toString(), "first second");
	});

	it("believes the calibration, not the model", () => {
		const whole = hypothesis("|0.5|value");
		const limits = { length: whole.text.length, before: "", beforeText: false, nextLine: "" };
		const doubtful = { calibrated: (p: number) => p * p, stated: Math.sqrt };
		assert.equal(bestCut(whole, limits, rule, doubtful), null);
	});

	it("shows nothing of what stands right of the cursor", () => {
		assert.equal(shown("hello</div>", {}, { length: 5, beforeText: true }), "hello");
		assert.equal(shown("hello</div>…", {}, { length: 5, beforeText: true }), "hello");
	});

	it("ends inside brackets that it opens where the text right of the cursor closes them", () => {
		assert.equal(shown("Unthinkable(42", {}, { beforeText: true }), "Unthinkable(42");
		assert.equal(shown("Unthinkable(42", {}), "Unthinkable");
	});

	it("ends a row of a table with a cell", () => {
		assert.equal(shown("one two three", {}, { before: "| " }), null);
		assert.equal(shown("one two three", {}, { before: "a | " }), "one two three");
	});

	it("shows nothing that takes longer to check than to type", () => {
		const people = automaticRule("balanced");
		assert.equal(shown("a b", people), null);
		assert.equal(shown("name", people), "name");
		assert.equal(shown("|0.4|name", people), null);
		assert.equal(shown("|0.4|name_of_it", people), "name_of_it");
	});

	it("does not end a line where it says what stands below", () => {
		const limits = { nextLine: "})" };
		assert.equal(shown("f(() => {\n\tgo();\n}", {}, limits), "f(() => {\n\tgo();");
		assert.equal(shown("f(() => {\n\tgo();\n}…", {}, limits), "f(() => {\n\tgo();");
		assert.equal(shown("f(() => {\n\tgo();\n})", {}, limits), "f(() => {\n\tgo();");
		assert.equal(shown("f(() => {\n\tgo();\n});", {}, limits), "f(() => {\n\tgo();\n});");
	});

	it("keeps the blank before what stands right of the cursor", () => {
		assert.equal(shown(" a, b ", {}, { beforeText: true }), " a, b ");
		assert.equal(shown("    ", {}, { beforeText: true }), null);
	});

	it("asks for more the more cautious the user is, and for least when asked", () => {
		const least = [...thresholds.map((threshold) => automaticRule(threshold).threshold), explicitRule.threshold];
		assert.deepEqual(
			least,
			least.toSorted((a, b) => b - a),
		);
		assert.equal(shown("|0.03|x", explicitRule), "x");
	});
});
