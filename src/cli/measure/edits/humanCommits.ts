/** Which commits of a history people have typed, as far as it can be told. */
import type { Commit } from "./git/output.ts";

const bot = /bot\b|dependabot|renovate|github-actions|autofix|weblate|transifex|pre-commit/i;

/** A machine that is named as an author beside the author. */
const machine =
	/(?:co-authored-by|assisted-by|generated (?:with|by)|signed-off-by).{0,80}\b(?:claude|copilot|codex|cursor(?:agent)?|gemini|devin|gpt|openai|anthropic|amp|opencode|coderabbit\w*)\b/i;

/** Releases, bumps of dependencies, reverts, reformatting: hardly anybody types them. */
const toolsWork = [
	/^v?\d+\.\d+(?:\.\d+)?\b/,
	/^revert\b/i,
	/^(?:bump|release|merge|sort|reformat)\b/i,
	/^(?:chore|build|ci)(?:\(deps.*?\))?!?: ?(?:bump|update dep|release|lock|format)/i,
	/^update (?:dependenc|lock)/i,
	/^(?:style|format|fmt|lint|rustfmt|gofmt)\b/i,
	/^(?:apply|run) (?:rustfmt|gofmt|prettier|rubocop|formatting)\b/i,
	/^prepar(?:e|ing) (?:release|for (?:release|merge))/i,
	/^\[maven-release/i,
];

/** Folders of other people's work, of generated files and of translations; what nobody types in any of them. */
const nobodysFolder =
	/(?:^|\/)(?:vendor|third_party|node_modules|dist|build|testdata\/fuzz|fixtures|cassettes|rsrc|__snapshots__|locales?|po)\//i;
const nobodysFile = /\.(?:svg|po|pot|map|html\.erb\.bak)$|(?:^|\/)(?:schema\.rb|configure)$/i;
const databaseFolder = /(?:^|\/)db\//i;

/** Whether a person may have made the commit by hand. */
export function isByHand({ author, subject, message, parents }: Commit): boolean {
	if (parents.length !== 1 || bot.test(author) || machine.test(message)) return false;
	return !toolsWork.some((pattern) => pattern.test(subject));
}

/** Whether a path says that nobody types in the file, beyond what the product itself leaves out. */
export function isNobodys(path: string): boolean {
	const database = path.search(databaseFolder);
	const isSchema = database >= 0 && /schema/i.test(path.slice(database + 1));
	return isSchema || nobodysFolder.test(path) || nobodysFile.test(path);
}
