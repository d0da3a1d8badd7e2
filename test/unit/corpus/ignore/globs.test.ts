import assert from "node:assert/strict";
import fc from "fast-check";
import { before, describe, it } from "mocha";
import { globMatcher } from "../../../../src/corpus/ignore/globs.ts";

interface GlobModule {
	parse(glob: string, options?: { ignoreCase?: boolean }): (path: string) => boolean;
}

const globs = [
	"**/*.js",
	"*.js",
	"**/.git",
	"**/.DS_Store",
	"**/[!a].js",
	"**/[^a].js",
	"**/[!a]",
	"a[!x]b",
	"[a-c]/*.js",
	"[]a]b",
	"[!]a]b",
	"[!]",
	"[z-a]",
	"[a-]",
	"[-a]",
	"[a/b]c",
	"[/]a",
	"[/!]a",
	"[/!][!a",
	"[//^a]b",
	"[a",
	"a]",
	"{**/*.js,**/*.ts}",
	"{**/a,**/b/}",
	"**/{name}",
	"**/{a,b}.js",
	"{a,b}/**",
	"{a/**,b}",
	"{a,{b,c}}",
	"{a",
	"a}",
	"{}",
	"a{}",
	"{}a",
	"a{}{**/a,a",
	"{,a}b",
	"a{,b}",
	"app/(private)/**",
	"(a|b)",
	"@(a)",
	"+(a)",
	"!(a)",
	"!a",
	"!a.js",
	"#a",
	"$a",
	"a.js",
	"a+b",
	" a",
	"a ",
	" **/*.js\t",
	"a b",
	"docs",
	"docs/",
	"/docs",
	"./docs",
	"docs/*",
	"docs/**",
	"docs/**/",
	"docs/**/*",
	"**/docs",
	"**/docs/",
	"**/docs/**",
	"**/docs/**/*.md",
	"a**",
	"a/**b",
	"a/**/**/b",
	"a/***",
	"**",
	"**/**",
	"**/",
	"/**",
	"*",
	"*/*",
	"?",
	"??",
	"?/b",
	"a\\b",
	"\\*",
	"a//b",
	"ä*",
	"?.js",
	"🖋",
	"[🖋]",
	"",
	" ",
	"/",
	"{",
	"[",
	"\\",
	"A.JS",
];

const paths = [
	..."a b c ab a.js b.js A.js a.ts a/b a/b.js a/x/b a/x/y/b a/b/c docs docs/a docs/a.md docs/x/a.md x/docs x/docs/a.md".split(
		" ",
	),
	..."name x/name x/names .git x/.git .DS_Store app/private/a app/(private)/a app/(private) (private) []a]b ]b ]".split(
		" ",
	),
	..."a+b a|b @(a) (a) !a !a.js #a $a {a a} {} a] [a - a- é é.js ä äb 🖋 🖋🖋 \\ * ** *a a* [z-a] -a !b ^b axb a.b".split(
		" ",
	),
	" a",
	"a ",
	"a b",
	"/b",
	"x/a b",
	"a\nb",
	"docs/a\nb",
];

describe("A glob of files.exclude", () => {
	/** VS Code's own, as monaco-editor ships it. */
	let vscodeGlob: GlobModule;
	before(async () => {
		vscodeGlob = (await import("monaco-editor/base/common/glob.js" as string)) as GlobModule;
	});

	for (const glob of globs)
		it(`${JSON.stringify(glob)} matches what it matches in VS Code`, () => {
			for (const ignoreCase of [false, true]) {
				const expected = vscodeGlob.parse(glob, { ignoreCase });
				const matches = globMatcher([glob], ignoreCase);
				for (const path of paths) assert.equal(matches(path), expected(path), `${JSON.stringify(path)}, ${ignoreCase}`);
			}
		});

	it("matches what it matches in VS Code, for random globs and paths", () => {
		const piece = fc.constantFrom(
			..."a b c . - / / * ** **/ ? [ ] [! [^ [a-c] { } , {a,b} {**/a, ( ) | ! + \\ é".split(" "),
			" ",
		);
		const glob = fc.array(piece, { minLength: 1, maxLength: 9 }).map((pieces) => pieces.join(""));
		const name = fc
			.array(fc.constantFrom(..."abcc.-*[({!é"), { minLength: 1, maxLength: 4 })
			.map((units) => units.join(""));
		const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));
		fc.assert(
			fc.property(glob, fc.array(path, { minLength: 5, maxLength: 20 }), fc.boolean(), (glob, paths, ignoreCase) => {
				const expected = vscodeGlob.parse(glob, { ignoreCase });
				const matches = globMatcher([glob], ignoreCase);
				for (const path of paths) assert.equal(matches(path), expected(path), path);
			}),
			{ numRuns: 3000 },
		);
	});

	it("matches if one of several does", () => {
		const matches = globMatcher(["*.md", "[z-a]", "docs/**"]);
		assert.deepEqual(["a.md", "docs/x/y", "a.ts"].map(matches), [true, true, false]);
	});

	it("of many repetitions is matched in steps that grow with the path only", () => {
		const matches = globMatcher([`${"*a".repeat(40)}b`, `${"**/*a/".repeat(40)}b`, `{${"**/*a,".repeat(40)}}c`]);
		assert.equal(matches("a".repeat(20_000)), false);
		assert.equal(matches("a/".repeat(10_000)), false);
	});
});
