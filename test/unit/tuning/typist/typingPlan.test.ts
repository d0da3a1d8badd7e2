import assert from "node:assert/strict";
import { closingPlan, plainPlan, type TypingPlan } from "../../../../src/tuning/typist/typingPlan.ts";
import { typedStates } from "../../support/typedStates.ts";

/** The document after each key, with `█` for the cursor. */
function states(plan: TypingPlan, before: string, after: string): string[] {
	let left = before;
	let right = after;
	return plan.keystrokes.map(({ text, replaced, closers }) => {
		assert.ok(right.startsWith(replaced), `${replaced} in ${right}`);
		left += text;
		right = closers + right.slice(replaced.length);
		return `${left}█${right}`;
	});
}

function planOf(path: string, text: string, before = "", after = ""): TypingPlan {
	return closingPlan(text, { path, before, after });
}

/** The document once the last of `text` is typed. `what`: all that is typed on. */
function stateAfter(path: string, text: string, what: string, before = "", after = ""): string {
	const plan = planOf(path, what, before, after);
	let offset = 0;
	const last = plan.keystrokes.findIndex((stroke) => {
		offset += stroke.text.length;
		return offset >= text.length;
	});
	return states(plan, before, after)[last] as string;
}

describe("Typing in an editor that closes brackets and quotes", () => {
	for (const [name, path, before, typed, rest, after, state] of typedStates)
		it(name, () => {
			assert.equal(stateAfter(path, typed, typed + rest, before, after), state);
		});

	it("a closer that the text has no use for is deleted at once", () => {
		assert.equal(stateAfter("a.md", "a (b", "a (b c"), "a (b█");
	});

	it("the cursor goes past the end of a comment", () => {
		assert.equal(stateAfter("a.c", "/* x */", "/* x */"), "/* x */█");
	});

	it("Enter between braces puts the closing one on a line of its own, and the cursor goes past it", () => {
		const plan = planOf("a.ts", "f() {\n\tg();\n}\nh();");
		assert.deepEqual(states(plan, "", "").slice(4), [
			"f() {█}",
			"f() {\n\t█\n}",
			"f() {\n\tg█\n}",
			"f() {\n\tg(█)\n}",
			"f() {\n\tg()█\n}",
			"f() {\n\tg();█\n}",
			"f() {\n\tg();\n}█",
			"f() {\n\tg();\n}\n█",
			"f() {\n\tg();\n}\nh█",
			"f() {\n\tg();\n}\nh(█)",
			"f() {\n\tg();\n}\nh()█",
			"f() {\n\tg();\n}\nh();█",
		]);
	});

	it("Enter in documentation puts an asterisk before the line", () => {
		const plan = planOf("a.ts", "/**\n * Says.\n * More.\n */\nf");
		const seen = states(plan, "", "");
		assert.equal(seen[2], "/**█ */");
		assert.equal(seen[3], "/**\n * █\n */");
		assert.equal(seen.at(-3), "/**\n * Says.\n * More.\n */█");
	});

	it("counts no key where the cursor goes past what stands there, and one where a closer is typed over", () => {
		const keys = (text: string) => planOf("a.ts", text).keystrokes.reduce((sum, { keys }) => sum + keys, 0);
		assert.equal(keys("f(x)"), 4);
		assert.equal(keys("f {\n\tx\n}"), 5);
	});

	it("says up to where an insertion is right", () => {
		const { limits } = planOf("a.ts", "f(a, b);");
		assert.deepEqual([...limits], [8, 8, 6, 6, 6, 6, 6, 8, 8]);
	});

	it("makes the text, whatever it is, wherever it is typed", () => {
		const signs = [
			"a",
			"f(",
			")",
			"[",
			"]",
			"{",
			"}",
			"'",
			'"',
			"`",
			"\n",
			"\n\t",
			" ",
			"/*",
			"*/",
			"/**",
			"//",
			"\\",
			"$".concat("{"),
			"<",
			">",
		];
		let state = 11;
		const random = (limit: number) => {
			state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
			return Math.floor((state / 2 ** 32) * limit);
		};
		const some = (most: number) => Array.from({ length: random(most) }, () => signs[random(signs.length)]).join("");
		for (const path of ["a.ts", "a.c", "a.py", "a.md", "a.rb", "a.json", "a.rs", "a.xyz"])
			for (let i = 0; i < 60; i++) {
				const [before, text, after] = [some(8), some(30), some(8)];
				const plan = planOf(path, text, before, after);
				assert.equal(states(plan, before, after).at(-1) ?? `${before}█${after}`, `${before}${text}█${after}`);
				assert.ok(plan.keystrokes.every(({ text }) => text !== ""));
				const plain = plainPlan(text, true);
				assert.equal(states(plain, before, after).at(-1) ?? `${before}█${after}`, `${before}${text}█${after}`);
			}
	});
});
