/** What kind of place a key is typed at. */
export const placeClasses = [
	"newLine",
	"lineEnd",
	"beforeClosers",
	"midLine",
	"autoClosed",
	"firstLine",
	"comment",
	"prose",
	"code",
	"oldFile",
	"newFile",
] as const;
export type PlaceClass = (typeof placeClasses)[number];

const proseFile =
	/\.(?:md|markdown|mdx|rst|txt|adoc|org|tex|html?)$|(?:^|\/)(?:readme|changelog|changes|news|authors|contributing|license|copying)[^/]*$/i;
const hashFile =
	/\.(?:py|pyi|rb|rake|sh|bash|ya?ml|toml|ini|cfg|conf|mk|ac|am|pl|gemspec|ex|exs)$|(?:^|\/)(?:makefile|rakefile|gemfile|dockerfile|\.[a-z]+rc|\.gitignore)[^/]*$/i;
/** Closing brackets, quotes, tags and comment marks, separators, and an opening brace. */
const closers = /^(?:<\/[\w:.-]*>|\*\/|-->|[\s)\]}>"'`;,:{»」』）】])*$/;
const longestClosers = 200;
const pythonFile = /\.pyi?$/i;

/** Where a key is typed: in whole lines that are new, or in one that was there, with `after` right of it. */
export function placeClassOf(isBlock: boolean, after: string): PlaceClass {
	if (isBlock) return "newLine";
	if (after.trim() === "") return "lineEnd";
	return hasClosersOnly(after) ? "beforeClosers" : "midLine";
}

/** Whether nothing stands there but what ends something; nothing at all is such a text, too. */
export function hasClosersOnly(after: string): boolean {
	return after.length <= longestClosers && closers.test(after);
}

/**
 * What the text is.
 *
 * @param before the line left of what is typed
 * @param line what is typed of the line
 * @param above the document above the line
 */
export function textClassOf(path: string, before: string, line: string, above: string): PlaceClass {
	if (proseFile.test(path)) return "prose";
	const whole = (before + line).trimStart();
	if (/^(?:\/\/|\/\*|\*\s|\*$|\*\/|<!--)/.test(whole)) return "comment";
	if (pythonFile.test(path) && (isInDocumentation(above) || /^[rbf]?(?:"""|''')/.test(whole))) return "comment";
	if (hashFile.test(path)) return /^#(?!!)/.test(whole) || /\s#\s/.test(before) ? "comment" : "code";
	return /[\s;]\/\/\s/.test(before) ? "comment" : "code";
}

/** Whether a string of several lines is open. */
function isInDocumentation(above: string): boolean {
	return (above.match(/"""|'''/g)?.length ?? 0) % 2 === 1;
}
