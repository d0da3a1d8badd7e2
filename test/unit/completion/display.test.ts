import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import {
	automaticRule,
	bestCut,
	type CutLimits,
	type DisplayRule,
	explicitRule,
	uncalibrated,
} from "../../../src/completion/display.ts";
import type { Ending, Hypothesis } from "../../../src/completion/search.ts";
import { thresholds } from "../../../src/protocol.ts";

/**
 * A hypothesis written with its probabilities: after `|0.5|` each beginning is right with probability 0.5, at the start
 * with 1. It ends the line unless `…` stands at its end.
 */
function hypothesis(written: string): Hypothesis {
	let text = "";
	let probability = 1;
	const logProbabilities: number[] = [];
	const ending: Ending = written.endsWith("…") ? "open" : "finished";
	for (const [i, part] of written.replace("…", "").split("|").entries()) {
		if (i % 2 === 1) {
			probability = Number(part);
			continue;
		}
		text += part;
		for (const _ of Buffer.from(part)) logProbabilities.push(Math.log(probability));
	}
	return { text, bytes: Buffer.from(text), logProbabilities: Float64Array.from(logProbabilities), ending };
}

const rule: DisplayRule = { threshold: 0.3, cost: 0.5, minCharacters: 3 };

function shown(written: string, changed: Partial<DisplayRule> = {}, limits: Partial<CutLimits> = {}): string | null {
	const whole = hypothesis(written);
	const around = { length: whole.text.length, beforeText: false, ...limits };
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
		["cuts after the last sign even if the line may go on", "foo(bar,…", "foo(bar,"],
		["shows nothing too short", "x;", null],
		["shows the shortest that is long enough", "ok;", "ok;"],
		["shows no blanks alone", "     ", null],
		["leaves trailing blanks away", "return  ", "return"],
		["does not pay for what saves less than it costs", "|0.2|a;b", null, { threshold: 0.1 }],
		["pays for what saves enough", "|0.31|a;b", "a;b"],
		["counts characters, not bytes", "|0.4|é€", null],
		["cuts between characters of scripts without blanks", "漢字漢字|0.2|漢字", "漢字漢字"],
		["does not cut words of other scripts", "привет|0.2|ствие", null],
		["keeps marks with their letters", "the e|0.2|\u0308", "the"],
		["keeps joined emoji together", "a 👩|0.2|\u200d💻", null],
	];
	for (const [what, written, expected, changed] of cases) {
		it(what, () => assert.equal(shown(written, changed), expected));
	}

	it("states the probability of what it shows, and its expected gain", () => {
		const whole = hypothesis("first| 0.9 | second| 0.1 | third");
		const cut = bestCut(whole, { length: whole.text.length, beforeText: false }, rule, uncalibrated);
		assert.equal(cut?.text, "first second");
		assert.equal(cut?.characters, 12);
		assert.ok(Math.abs((cut?.probability ?? 0) - 0.9) < 1e-9);
		assert.ok(Math.abs((cut?.value ?? 0) - (0.9 * 11 - 0.5)) < 1e-9);
		assert.equal(Buffer.from(cut?.bytes ?? []).toString(), "first second");
	});

	it("believes the calibration, not the model", () => {
		const whole = hypothesis("|0.5|value");
		const limits = { length: whole.text.length, beforeText: false };
		const doubtful = { calibrated: (p: number) => p * p, stated: Math.sqrt };
		assert.equal(bestCut(whole, limits, rule, doubtful), null);
	});

	it("shows nothing of what stands right of the cursor", () => {
		assert.equal(shown("hello</div>", {}, { length: 5, beforeText: true }), "hello");
		assert.equal(shown("hello</div>…", {}, { length: 5, beforeText: true }), "hello");
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
