import assert from "node:assert/strict";
import {
	choice,
	flag,
	number,
	parseOptions,
	required,
	text,
	UsageError,
} from "../../../../src/cli/terminal/options.ts";

const options = {
	out: text("F", "a file"),
	threads: number("N", "threads", { min: 1, max: 8, whole: true }),
	minutes: number("M", "minutes", { min: 0.5, max: 10, whole: false }),
	threshold: choice(["low", "high"], "a threshold"),
	json: flag("as JSON"),
};

const parse = (...args: string[]) => parseOptions(options, { least: 1, most: 2 }, args);

describe("parseOptions", () => {
	const accepted: readonly [string[], object, string[]][] = [
		[["a"], {}, ["a"]],
		[["a", "b", "--json"], { json: true }, ["a", "b"]],
		[["--out", "x y", "a"], { out: "x y" }, ["a"]],
		[["--out=x", "a"], { out: "x" }, ["a"]],
		[["--out=- item", "a"], { out: "- item" }, ["a"]],
		[["--threads", "8", "--minutes", ".5", "a"], { threads: 8, minutes: 0.5 }, ["a"]],
		[["--threshold", "high", "a"], { threshold: "high" }, ["a"]],
		[["--threads", "1", "--threads", "2", "a"], { threads: 2 }, ["a"]],
		[["--", "--json"], {}, ["--json"]],
	];
	for (const [args, values, positionals] of accepted) {
		it(`accepts ${args.join(" ")}`, () => {
			assert.deepEqual(parse(...args), { values, positionals });
		});
	}

	const refused: readonly [string[], RegExp][] = [
		[[], /^An argument is missing$/],
		[["a", "b", "c"], /^There is an argument too many: "c"$/],
		[["a", "--speed", "1"], /^Unknown option '--speed'$/],
		[["a", "--out"], /--out/],
		[["a", "--out", "- item"], /^--out has no value; one that begins with a dash is written as --out=-…$/],
		[["a", "--out", "--json"], /^--out has no value/],
		[["a", "--out", ""], /^--out is empty$/],
		[["a", "--json=yes"], /--json/],
		[["a", "--threads", "0"], /^--threads is "0", not a whole number from 1 to 8$/],
		[["a", "--threads", "9"], /not a whole number/],
		[["a", "--threads", "1.5"], /not a whole number/],
		[["a", "--threads", "two"], /not a whole number/],
		[["a", "--threads=-1"], /not a whole number/],
		[["a", "--minutes", "0x3"], /^--minutes is "0x3", not a number from 0.5 to 10$/],
		[["a", "--minutes", "Infinity"], /not a number/],
		[["a", "--threshold", "HIGH"], /^--threshold is "HIGH", not low, high$/],
	];
	for (const [args, message] of refused) {
		it(`refuses ${args.join(" ")}`, () => {
			assert.throws(() => parse(...args), { name: "UsageError", message });
		});
	}
});

describe("required", () => {
	it("passes on what was given", () => assert.equal(required("out", "x"), "x"));
	it("names what is missing", () =>
		assert.throws(() => required("out", undefined), new UsageError("--out is missing")));
});
