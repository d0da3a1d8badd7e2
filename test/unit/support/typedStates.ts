/**
 * What stands in VS Code's editor once something is typed. The simulated editor and the real one are held against the same
 * table.
 */

export type TypedState = readonly [
	name: string,
	path: string,
	/** The document left of the cursor. */
	before: string,
	typed: string,
	/** What is typed later, which the simulated editor must know: a closer that is of no use is deleted at once there. */
	rest: string,
	/** The document right of the cursor. */
	after: string,
	/** `█` is the cursor. */
	state: string,
	/** In VS Code 1.100, where that is another. */
	state100?: string,
];

export const typedStates: readonly TypedState[] = [
	["a bracket brings its closer", "a.ts", "", "f(", "x)", "", "f(█)"],
	["which is typed over", "a.ts", "", "f(x)", "", "", "f(x)█"],
	["brackets inside of brackets", "a.ts", "", "f([", "x])", "", "f([█])"],
	["a quote inside of a bracket", "a.ts", "", 'f("', 'x")', "", 'f("█")'],
	["a quote ends a string, and does not begin one", "a.ts", "", 'f("x"', ")", "", 'f("x"█)'],
	["an apostrophe behind a letter is one", "a.ts", "", "it's", "", "", "it's█"],
	["and one in a comment, too", "a.ts", "", "// 'tis", "", "", "// 'tis█"],
	["a double quote in a comment brings another", "a.ts", "", '// "', 'x"', "", '// "█"'],
	["in a string it does not", "a.ts", "", "'a \"", "b\" c'", "", "'a \"█'"],
	["before a letter nothing is closed", "a.ts", "", "f(", "", "x)", "f(█x)"],
	["nor where a closing bracket waits for its opening one", "a.ts", "", "f(", "x", ")", "f(█)", "f(█))"],
	["before a bracket that closes another it is", "a.ts", "g(", "f(", "x)", ")", "g(f(█))"],
	["before a semicolon", "a.ts", "", "f(", "x)", ";", "f(█);"],
	["a quote before a quote is none", "a.py", "", "'", "x", "'", "'█'"],
	["an opening bracket in a string that is never closed", "a.ts", "", "f('('", ")", "", "f('('█)"],
	["prose has no quotes to close", "a.md", "", 'say "', 'hi"', "", 'say "█'],
	["an unknown language closes brackets", "a.xyz", "", "f(", "x)", "", "f(█)"],
	["and no quotes", "a.xyz", "", '"', 'x"', "", '"█'],
	["an expression in a template", "a.ts", "", "`a $".concat("{"), "b}`", "", "`a $".concat("{█}`")],
	["the prefix of a string", "a.py", "", 'f"', 'x"', "", 'f"█"'],
	["a documentation string of Python is one quote after the other", "a.py", "", '"""', 'x"""', "", '"""█'],
	["a comment brings its end", "a.c", "", "/*", " x */", "", "/*█*/"],
	["and documentation a blank before it", "a.c", "", "/**", " x */", "", "/**█ */"],
	[
		"Enter between braces puts the closing one on a line of its own",
		"a.ts",
		"",
		"f() {\n",
		"    g();\n}",
		"",
		"f() {\n    █\n}",
	],
	["Enter in documentation goes on with an asterisk", "a.java", "", "/**\n", " * x\n */", "", "/**\n * █\n */"],
	["a quoted bracket does not close", "a.ts", "", 'f(")', '")', "", 'f(")█")'],
	["a quote behind a backslash is not typed over", "a.ts", "", '"a\\"', 'b"', "", '"a\\"█"'],
	["JSON closes no bracket in a string", "a.json", "", '"(', ')"', "", '"(█"'],
	["CSS closes none in a comment", "a.css", "", "/* (", ") */", "", "/* (█"],
];
