/**
 * Every regular expression of the sources takes time in proportion to the text that it is given: a hostile or an unlucky
 * text must keep no one waiting. Each is run on texts made to be hard for it, and its steps are counted.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type AST, RegExpParser } from "@eslint-community/regexpp";
import { type AnyNode, parse } from "acorn";
import { transformSync } from "esbuild";
import { tokenShapes } from "../../src/corpus/secrets/forms/tokenShapes.ts";
import { root } from "../harness/paths.ts";
import { CountedRegExp, TooManySteps } from "./support/countedRegExp.ts";

/** As long as the longest files that are learned. */
const longest = 250 * 1024;
/** Steps that a character may cost: bounded repetitions within each other take this many. */
const stepsOfCharacter = 200;
/** Long enough to tell which texts are hardest, and to show what grows faster than they do. */
const short = 256;
/** Texts that are tried in full length. */
const hardest = 1;

interface Pattern {
	readonly file: string;
	readonly source: string;
	readonly flags: string;
}

/** Patterns that are put together when the program runs, and what they are. */
const composed: Readonly<Record<string, RegExp | "of one character">> = {
	"corpus/secrets/forms/tokenShapes.ts": tokenShapes,
	"corpus/ignore/globs.ts": "of one character",
};

function patternsOf(file: string): Pattern[] {
	const made = composed[file];
	// Its parts do not run on their own.
	if (made instanceof RegExp) return [{ file, source: made.source, flags: made.flags }];
	const code = transformSync(readFileSync(join(root, "src", file), "utf8"), { loader: "ts", target: "esnext" }).code;
	const patterns: Pattern[] = [];
	const visit = (node: AnyNode): void => {
		if (node.type === "Literal" && node.regex) {
			patterns.push({ file, source: node.regex.pattern, flags: node.regex.flags });
		}
		const isCall = node.type === "NewExpression" || node.type === "CallExpression";
		if (isCall && isNamed(node.callee, "RegExp")) {
			assert(composed[file], `${file} composes a pattern: import it here, so that it is tested`);
		}
		for (const child of Object.values(node).flat()) if (isNode(child)) visit(child);
	};
	visit(parse(code, { ecmaVersion: "latest", sourceType: "module" }));
	return patterns;
}

function isNamed(node: AnyNode, name: string): boolean {
	return node.type === "Identifier" && node.name === name;
}

function isNode(value: unknown): value is AnyNode {
	return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** Signs of which each is taken by other parts of the pattern than the one before. */
function alphabetOf(pattern: CountedRegExp): string[] {
	const signs = [
		"\n",
		"\t",
		"\0",
		"\r",
		"é",
		"あ",
		...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)),
	];
	const kinds = new Map<string, string>();
	for (const sign of signs) {
		const kind = pattern.tests.map((test) => Number(test(sign.charCodeAt(0)))).join("");
		if (!kinds.has(kind)) kinds.set(kind, sign);
	}
	return [...kinds.values()];
}

/** Beginnings of texts that the pattern takes, each ending before another element of it. */
function beginningsOf({ source, flags }: Pattern): string[] {
	const pattern = new RegExpParser().parsePattern(source, 0, source.length, { unicode: flags.includes("u") });
	const beginnings = new Set<string>();
	for (const { elements } of pattern.alternatives.flatMap(unfolded)) {
		let text = "";
		for (const element of elements) {
			text += sampleOf(element, flags);
			if (text !== "" && text.length < 200) beginnings.add(text);
		}
	}
	return [...beginnings];
}

/** An alternative, or those of the group that it consists of. */
function unfolded(alternative: AST.Alternative): readonly AST.Alternative[] {
	const inner = alternative.elements.filter(({ type }) => type !== "Assertion");
	const [only] = inner;
	if (inner.length === 1 && (only?.type === "Group" || only?.type === "CapturingGroup")) {
		return only.alternatives.flatMap(unfolded);
	}
	return [alternative];
}

/** A shortest text of an element. */
function sampleOf(element: AST.Element, flags: string): string {
	switch (element.type) {
		case "Group":
		case "CapturingGroup":
			return (element.alternatives[0]?.elements ?? []).map((inner) => sampleOf(inner, flags)).join("");
		case "Quantifier":
			return sampleOf(element.element, flags).repeat(Math.max(1, element.min));
		case "Character":
		case "CharacterClass":
		case "CharacterSet": {
			const test = new RegExp(`^${element.raw}$`, flags.replaceAll(/[^isu]/g, ""));
			return ["a", "0", "A", "-", "_", ".", "/", " ", "\n", "é"].find((sign) => test.test(sign)) ?? firstOf(test);
		}
		default:
			return "";
	}
}

function firstOf(test: RegExp): string {
	for (let code = 0; code < 0xd800; code++) if (test.test(String.fromCharCode(code))) return String.fromCharCode(code);
	return "";
}

/** A kind of text that may be hard for a pattern. */
interface HardText {
	readonly beginning: string;
	/** Over and over. */
	readonly pump: string;
	/** What the pattern does not take. */
	readonly end: string;
}

function hardTexts(pattern: Pattern, counted: CountedRegExp): HardText[] {
	const alphabet = alphabetOf(counted);
	const beginnings = beginningsOf(pattern);
	const pumps = [
		...alphabet.map((pump) => ({ beginning: "", pump })),
		...beginnings.slice(0, 8).flatMap((beginning) => alphabet.map((pump) => ({ beginning, pump }))),
		...beginnings.flatMap((pump) => ["", "-"].map((by) => ({ beginning: "", pump: pump + by }))),
	];
	return pumps.map((pumped) => ({ ...pumped, end: "\0" }));
}

function textOf({ beginning, pump, end }: HardText, length: number): string {
	return beginning + pump.repeat(Math.ceil(length / pump.length)) + end;
}

/** Steps to search a text; infinitely many if they are more than are allowed. */
function stepsIn(counted: CountedRegExp, text: string): number {
	try {
		counted.search(text, stepsOfCharacter * (text.length + 100));
	} catch (error) {
		if (!(error instanceof TooManySteps)) throw error;
		return Number.POSITIVE_INFINITY;
	}
	return counted.steps;
}

/** A text that takes more steps than are allowed, or null. */
function tooHard(pattern: Pattern): HardText | null {
	const counted = new CountedRegExp(pattern.source, pattern.flags);
	const costs = hardTexts(pattern, counted).map((text) => ({ text, steps: stepsIn(counted, textOf(text, short)) }));
	costs.sort((a, b) => b.steps - a.steps);
	if (costs[0]?.steps === Number.POSITIVE_INFINITY) return costs[0].text;
	const found = costs
		.slice(0, hardest)
		.find(({ text }) => stepsIn(counted, textOf(text, longest)) === Number.POSITIVE_INFINITY);
	return found?.text ?? null;
}

describe("the patterns of the sources", () => {
	const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
		.map((file) => file.replaceAll("\\", "/"))
		.filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts") && !file.startsWith("kernels/"));
	const patterns = new Map(
		files.flatMap(patternsOf).map((pattern) => [`/${pattern.source}/${pattern.flags}`, pattern]),
	);

	it("are found", () => assert(patterns.size > 100));

	for (const [name, pattern] of patterns) {
		it(`${pattern.file}: ${name.length > 80 ? `${name.slice(0, 80)}…` : name} takes time in proportion to the text`, () => {
			assert.equal(tooHard(pattern), null);
		});
	}
});

describe("counting the steps of a pattern", () => {
	const hard: readonly RegExp[] = [
		/[^/]*\/$/,
		/\s+$/,
		/,?\s*,?\s*$/,
		/^\d*\.?\d+$/,
		/(?:a+)+$/,
		/eyJ[\w-]{10,}\./,
		/x.*y$/,
		/^gitdir: (.*?)[\r\n]*$/s,
		/^(?:<\/[\w:.-]*>|\s|\s*;)*$/,
	];
	for (const { source, flags } of hard) {
		it(`finds that /${source}/${flags} takes more`, () => {
			assert(tooHard({ file: "", source, flags }));
		});
	}

	it("finds what the engine finds", () => {
		const texts = ["", "a b  c", "x=1, yy = 22;", "--\n\n  ab\n", "aXbXc", "'it''s'", "\u{1f600}é"];
		for (const pattern of [
			/[a-c]+/g,
			/(?:a|ab)(?:c|\b)/g,
			/^\s*\w/gm,
			/(['"])(?:(?!\1).)*\1/g,
			/\b\w{1,2}?\b/g,
			/(?<![a-z])\w/gi,
			/\p{L}/gu,
			/$/gm,
		]) {
			for (const text of texts) {
				const counted = new CountedRegExp(pattern.source, pattern.flags);
				assert.equal(
					counted.search(text, 10_000),
					[...text.matchAll(pattern)].length,
					`${pattern} in ${JSON.stringify(text)}`,
				);
			}
		}
	});
});
