/** Chooses the files of a package that are read. Whatever `src/corpus` leaves out of a workspace is left out here, too. */
import type { CorpusRules } from "../../src/domain/corpus.ts";
import { isWriting, type LanguageName } from "./languages.ts";

/** Folders of other projects' code, compiler output, translations and data. */
const folders = [
	"vendor,vendored,_vendor,third_party,third-party,thirdparty,3rdparty,extern,external,externals,deps",
	"Godeps,bundled,dist,umd,bundles,min,coverage,generated,gen",
	"releasenotes,relnotes,RunCMake",
	"locale,locales,i18n,l10n,translations,po,cldr,_locale",
	"testdata,test-data,test_data,fixtures,snapshots,__snapshots__,corpus,corpora,baselines,golden,cassettes",
];

/** The projects that Inkling is measured and tuned on, wherever a copy of them lies. */
export const projectsKeptOut = [
	"rxjs,fastify,@fastify,sphinx,cobra,spf13,hyper,hyperium,perl,perldoc,perl-doc",
	"zod,koa,express,gin,gin-gonic,regex,tokio,tokio-rs,docutils,git,gitdoc",
]
	.join(",")
	.split(",");

/** Licences and lists of people and changes: the same everywhere, or useless for completion. */
const names = [
	"LICEN[CS]E,COPYING,COPYRIGHT,NOTICE,ThirdPartyNotices,AUTHORS,CONTRIBUTORS,THANKS,MAINTAINERS,OWNERS",
	"CHANGELOG,ChangeLog,CHANGES,HISTORY,NEWS,RELEASES,RELEASE[-_]NOTES",
].join(",");

export const rules: CorpusRules = {
	exclude: [
		`**/{${folders.join(",")}}`,
		`**/{${projectsKeptOut.filter((name) => name !== "git").join(",")}}`,
		`**/{${names},${names.toLowerCase()}}`,
		`**/{${names},${names.toLowerCase()}}[.-]*`,
		// Of a Python wheel.
		"*.dist-info",
		"**/zz_generated*",
		"**/requirements*.txt",
		"**/CMakeCache.txt",
	],
	maxFileKiB: 128,
	maxTotalMiB: Number.MAX_SAFE_INTEGER,
};

/**
 * Leaves out files that a compiler made of a file beside them, as `a.js` of `a.ts`, and declaration files whose source may be in
 * the package.
 */
export function withoutCompiled<T extends { readonly path: string }>(files: readonly T[]): T[] {
	const paths = new Set(files.map(({ path }) => path));
	const has = (stem: string, endings: readonly string[]) => endings.some((ending) => paths.has(stem + ending));
	const isDeclaration = (path: string) => /\.d\.[cm]?ts$/.test(path);
	const hasCode = files.some(({ path }) => /\.[cm]?[jt]sx?$/.test(path) && !isDeclaration(path));
	return files.filter(({ path }) => {
		if (isDeclaration(path)) return !hasCode;
		const [, stem = "", ending] = /^(.*?)(\.[cm]?js|\.css)$/.exec(path) ?? [];
		if (ending === undefined) return true;
		if (ending === ".css") return !has(stem, [".scss", ".sass", ".less"]);
		return !has(stem, ending === ".cjs" ? [".ts", ".mts", ".js", ".mjs"] : [".ts", ".tsx", ".mts"]);
	});
}

/** Characters at the beginning of a file in which a notice is looked for. */
const beginning = 3000;
const beginningOfGenerated = 1000;
const generated = /\bgenerated (?:by|from|with|using|automatically)\b|<meta name="generator"/i;
const compiled =
	/Object\.defineProperty\(exports, "__esModule"|__esModule = true|_interopRequire|\b__(?:awaiter|extends|decorate|assign|spread\w*|rest) = |__webpack_require__|\/\*#__PURE__\*\/_|_classCallCheck|_createClass\(/;
const copyleft =
	/\bGNU (?:Lesser |Library |Affero |Free )?(?:General |Documentation )?(?:Public )?Licen[sc]e|\b[AL]?GPL(?:-|v)?\d|\bMozilla Public License|\bEclipse Public License|\bCommon Development and Distribution|SPDX-License-Identifier:\s*(?:[AL]?GPL|MPL|EPL|CDDL|EUPL|CC-BY-(?:SA|NC))|\bShare-?Alike\b/i;
const flow = /@flow\b/;

/** Larger JSON and YAML files are data, not settings. */
const largestConfig = 24 * 1024;
/** A shorter text is hardly writing: a name, or a line that a test expects. */
const shortestWriting = 200;
/** Common words: a third of English prose, fewer where it holds code, options and names. */
const functionWords = /\b(?:the|of|and|to|a|in|is|for|that|be|this|with|it|are|or|as|on|by|an|if|not|you|can)\b/gi;
const leastFunctionWords = 0.14;
/** Least share of common words in plain text, which can be anything. */
const leastInPlainText = 0.2;

const mostDigits = 0.25;
const mostForeign = 0.05;
/** Shorter lines, such as a bracket or two, are the same in any code. */
const shortLine = 3;
const manyLines = 60;
const leastDistinct = 0.4;

/** One word for why a text is not taken; undefined if it is. */
export function reasonAgainst(path: string, language: LanguageName, text: string): string | undefined {
	const head = text.slice(0, beginning);
	if (copyleft.test(head)) return "licence";
	if (isWriting(language)) {
		if (text.length < shortestWriting) return "short";
		if (functionWordsIn(text) < (path.endsWith(".txt") ? leastInPlainText : leastFunctionWords)) return "not English";
	} else if (generated.test(head.slice(0, beginningOfGenerated))) return "generated";
	if (language === "javascript" && (compiled.test(text) || flow.test(head))) return "compiled";
	if (language === "config" && text.length > largestConfig) return "data";
	return isData(text) ? "data" : undefined;
}

/** Whether much of a text is digits, signs beyond ASCII, or the same lines repeated. */
function isData(text: string): boolean {
	const ink = text.replaceAll(/\s+/g, "").length;
	const digits = text.match(/[0-9]/g)?.length ?? 0;
	const foreign = text.match(/[^\0-\x7f]/g)?.length ?? 0;
	if (digits > mostDigits * ink || foreign > mostForeign * ink) return true;
	const lines = text.split("\n").filter((line) => line.trim().length > shortLine);
	return lines.length >= manyLines && new Set(lines).size < leastDistinct * lines.length;
}

function functionWordsIn(text: string): number {
	const words = text.match(/[A-Za-z]+/g)?.length ?? 0;
	return words === 0 ? 0 : (text.match(functionWords)?.length ?? 0) / words;
}
