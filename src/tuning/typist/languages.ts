/**
 * What VS Code's language configurations say about closing brackets and quotes, as far as typing depends on it: those of the
 * extensions that come with VS Code 1.139. Whether a place lies in a string or a comment its grammars say; here a few signs
 * of each language do.
 */

export interface Pair {
	readonly open: string;
	readonly close: string;
	/** Not closed where the cursor is in one of these. */
	readonly notIn: readonly Region[];
}

/** What a place belongs to. */
export type Region = "code" | "string" | "comment";

export interface Language {
	readonly pairs: readonly Pair[];
	/** Before these signs brackets, and quotes, are closed; before all others not. */
	readonly bracketsBefore: string;
	readonly quotesBefore: string;
	/** Enter goes to a line of its own between these. */
	readonly brackets: readonly (readonly [open: string, close: string])[];
	/** "#" begins a comment only behind a blank. */
	readonly lineComments: readonly string[];
	readonly blockComments: readonly (readonly [open: string, close: string])[];
	/** Marks of strings, which end with the line. */
	readonly quotes: readonly string[];
	/** Marks of strings that go on over lines. */
	readonly longQuotes: readonly string[];
	/** Enter in a comment that begins with `/**` begins the next line with an asterisk. */
	readonly continuesComments: boolean;
}

/** VS Code's defaults for languages that say nothing. */
const quotesBefore = ";:.,=}])> \n\t";
const bracketsBefore = `'"\`${quotesBefore}`;

/** Pairs as `open close`, with `s` or `c` behind where they are not closed in strings or comments. */
function pairsOf(...told: string[]): Pair[] {
	return told.map((pair) => {
		const [open = "", close = "", flags = ""] = pair.split("␣");
		const notIn: Region[] = [];
		if (flags.includes("s")) notIn.push("string");
		if (flags.includes("c")) notIn.push("comment");
		return { open, close, notIn };
	});
}

const bracketPairs = ["{␣}", "[␣]", "(␣)"];
const plain: Language = {
	// A language that names no pairs closes its brackets.
	pairs: pairsOf(...bracketPairs),
	bracketsBefore,
	quotesBefore,
	brackets: [
		["{", "}"],
		["[", "]"],
		["(", ")"],
	],
	lineComments: [],
	blockComments: [],
	quotes: [],
	longQuotes: [],
	continuesComments: false,
};

const slashes: Pick<Language, "lineComments" | "blockComments"> = {
	lineComments: ["//"],
	blockComments: [["/*", "*/"]],
};
const hash: Pick<Language, "lineComments"> = { lineComments: ["#"] };
const documentation = "/**␣ */␣s";
const single = "'␣'␣sc";
const double = '"␣"␣s';
const tick = "`␣`␣sc";
const doubleAndSingle = ['"', "'"];

const c: Language = {
	...plain,
	...slashes,
	pairs: pairsOf(...bracketPairs, single, double, "/*␣*/␣sc", documentation),
	quotes: doubleAndSingle,
};
const script: Language = {
	...plain,
	...slashes,
	// biome-ignore lint/suspicious/noTemplateCurlyInString: it is what opens an expression in a template
	pairs: pairsOf("${␣}", ...bracketPairs, single, double, tick, documentation),
	bracketsBefore: ";:.,=}])>` \n\t",
	quotesBefore: ";:.,=}])>` \n\t",
	quotes: doubleAndSingle,
	longQuotes: ["`"],
	continuesComments: true,
};
const java: Language = {
	...plain,
	...slashes,
	pairs: pairsOf(...bracketPairs, double, "'␣'␣s", documentation),
	quotes: doubleAndSingle,
	continuesComments: true,
};
const sharp: Language = {
	...plain,
	...slashes,
	pairs: pairsOf(...bracketPairs, single, '"␣"␣sc'),
	quotes: doubleAndSingle,
};
const go: Language = {
	...plain,
	...slashes,
	pairs: pairsOf(...bracketPairs, "`␣`␣s", double, single),
	quotes: doubleAndSingle,
	longQuotes: ["`"],
};
const rust: Language = { ...plain, ...slashes, pairs: pairsOf(...bracketPairs, double), quotes: ['"'] };
const swift: Language = {
	...plain,
	...slashes,
	pairs: pairsOf(...bracketPairs, double, "'␣'␣s", "`␣`␣s"),
	quotes: ['"'],
};
const objectiveC: Language = {
	...plain,
	...slashes,
	pairs: pairsOf(...bracketPairs, double, "'␣'␣s"),
	quotes: doubleAndSingle,
};
const dart: Language = {
	...plain,
	...slashes,
	pairs: pairsOf(...bracketPairs, single, double, tick, documentation),
	quotes: doubleAndSingle,
	longQuotes: ['"""', "'''"],
};
const php: Language = {
	...plain,
	lineComments: ["//", "#"],
	blockComments: [["/*", "*/"]],
	pairs: pairsOf("{␣}␣s", "[␣]␣s", "(␣)␣s", single, '"␣"␣sc', documentation),
	quotes: doubleAndSingle,
	continuesComments: true,
};
const css: Language = {
	...plain,
	blockComments: [["/*", "*/"]],
	pairs: pairsOf("{␣}␣sc", "[␣]␣sc", "(␣)␣sc", '"␣"␣sc', single),
	quotes: doubleAndSingle,
};
const stringPrefixes = ["r", "R", "u", "U", "f", "F", "b", "B"];
const python: Language = {
	...plain,
	...hash,
	pairs: pairsOf(
		...bracketPairs,
		double,
		...stringPrefixes.map((prefix) => `${prefix}"␣"␣sc`),
		single,
		...stringPrefixes.map((prefix) => `${prefix}'␣'␣sc`),
		"`␣`␣s",
	),
	quotes: doubleAndSingle,
	longQuotes: ['"""', "'''"],
};
const ruby: Language = {
	...plain,
	...hash,
	pairs: pairsOf(...bracketPairs, double, "'␣'␣s", "`␣`␣s"),
	quotes: ['"', "'", "`"],
};
const yaml: Language = { ...plain, ...hash, pairs: pairsOf(...bracketPairs, '"␣"', "'␣'"), quotes: doubleAndSingle };
const make: Language = {
	...plain,
	...hash,
	pairs: pairsOf(...bracketPairs, single, '"␣"␣sc'),
	quotes: doubleAndSingle,
};
const properties: Language = { ...plain, ...hash, pairs: pairsOf(...bracketPairs, double), quotes: ['"'] };
const julia: Language = {
	...plain,
	...hash,
	pairs: pairsOf(...bracketPairs, "`␣`", '"␣"␣sc'),
	quotes: ['"'],
	longQuotes: ['"""'],
};
const r: Language = {
	...plain,
	...hash,
	pairs: pairsOf(...bracketPairs, "`␣`", double, single, "%␣%␣sc"),
	quotes: doubleAndSingle,
};
const coffee: Language = {
	...plain,
	...hash,
	pairs: pairsOf(...bracketPairs, double, "'␣'␣s"),
	quotes: doubleAndSingle,
};
const lua: Language = {
	...plain,
	lineComments: ["--"],
	pairs: pairsOf(...bracketPairs, double, "'␣'␣s"),
	quotes: doubleAndSingle,
};
const sql: Language = {
	...plain,
	lineComments: ["--"],
	blockComments: [["/*", "*/"]],
	pairs: pairsOf(...bracketPairs, double, "N'␣'␣sc", single),
	quotes: doubleAndSingle,
};
const clojure: Language = { ...plain, lineComments: [";"], pairs: pairsOf(...bracketPairs, double), quotes: ['"'] };
const fSharp: Language = {
	...plain,
	lineComments: ["//"],
	blockComments: [["(*", "*)"]],
	pairs: pairsOf(...bracketPairs, double),
	quotes: ['"'],
};
const json: Language = {
	...plain,
	...slashes,
	pairs: pairsOf("{␣}␣s", "[␣]␣s", "(␣)␣s", "'␣'␣s", '"␣"␣sc', tick),
	brackets: [
		["{", "}"],
		["[", "]"],
	],
	quotes: ['"'],
};
const html: Language = {
	...plain,
	blockComments: [["<!--", "-->"]],
	pairs: pairsOf(...bracketPairs, "'␣'", '"␣"', "<!--␣-->␣sc"),
	brackets: [
		["<!--", "-->"],
		["{", "}"],
		["(", ")"],
	],
};
const xml: Language = { ...html, pairs: pairsOf(...bracketPairs, double, "'␣'␣s", "<!--␣-->␣sc") };
const markdown: Language = { ...plain, blockComments: [["<!--", "-->"]], pairs: pairsOf(...bracketPairs, "<␣>␣s") };
const structuredText: Language = {
	...plain,
	pairs: pairsOf("(␣)", "<␣>", "'␣'", "`␣`␣s", '"␣"', "[␣]"),
	bracketsBefore: ":})>`\\n ",
	quotesBefore: ":})>`\\n ",
};

const byEnding = new Map<string, Language>(
	(
		[
			["c i h cpp cppm cc ccm cxx cxxm hpp hh hxx ipp tpp inl cu cuh", c],
			["js es6 mjs cjs jsx ts cts mts tsx", script],
			["java jav", java],
			["cs csx cake", sharp],
			["go", go],
			["rs", rust],
			["swift", swift],
			["m mm groovy gvy gradle nf", objectiveC],
			["dart", dart],
			["php phtml ctp", php],
			["css scss less", css],
			["py pyi pyw rpy gyp gypi", python],
			["rb rake gemspec ru rbx rjs podspec", ruby],
			["sh bash zsh fish ksh pl pm t raku rakumod", ruby],
			["yml yaml eyaml cff dockerfile env", yaml],
			["mk mak am", make],
			["conf properties cfg ini", properties],
			["jl", julia],
			["r", r],
			["coffee cson iced", coffee],
			["lua", lua],
			["sql", sql],
			["clj cljs cljc edn", clojure],
			["fs fsi fsx", fSharp],
			["json jsonc jsonl webmanifest map code-snippets", json],
			["html htm xhtml shtml", html],
			["xml xsd xsl svg csproj props targets", xml],
			["md mkd mdwn mdown markdown", markdown],
			["rst", structuredText],
		] as const
	).flatMap(([endings, language]) => endings.split(" ").map((ending) => [ending, language] as const)),
);

const byName = new Map<string, Language>([
	["makefile", make],
	["gnumakefile", make],
	["dockerfile", yaml],
	["containerfile", yaml],
	["rakefile", ruby],
	["gemfile", ruby],
	["guardfile", ruby],
	["vagrantfile", ruby],
]);

/** The rules that VS Code follows in a file, by its path; without an extension for its language, those of plain text. */
export function languageOf(path: string): Language {
	const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
	return byName.get(name) ?? byEnding.get(name.slice(name.lastIndexOf(".") + 1)) ?? plain;
}
