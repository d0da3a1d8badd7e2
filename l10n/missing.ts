/**
 * Lists what is not translated as it should be: `node l10n/missing.ts` prints, for each language, the texts that are missing,
 * those that nothing shows any more, and those that lack a placeholder, a link or a name; the exit code is 1 if there are any.
 * A unit test expects none.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { localisedStrings } from "./export.ts";

/** The languages of the user interface besides English, by VS Code's names, which its files end with. */
export const languages = ["de", "fr", "ja", "zh-cn"] as const;
export type Language = (typeof languages)[number];

/** The texts of the code (bundle.l10n) and those of the manifest (package.nls), by their keys. */
const sources = {
	code: () => localisedStrings(),
	manifest: () => read("../package.nls.json"),
} as const;

export function translationFile(source: keyof typeof sources, language: Language): string {
	return source === "code" ? `bundle.l10n.${language}.json` : `../package.nls.${language}.json`;
}

/** A line for each fault of the translations into this language. */
export function faults(language: Language): string[] {
	return (Object.keys(sources) as (keyof typeof sources)[]).flatMap((source) => {
		const texts = sources[source]();
		const file = translationFile(source, language);
		const translations = read(file);
		const missing = Object.keys(texts).filter((key) => !translations[key]?.trim());
		const old = Object.keys(translations).filter((key) => !(key in texts));
		const changed = Object.entries(translations).flatMap(([key, translation]) => {
			const [wanted, found] = [fixedParts(texts[key] ?? ""), fixedParts(translation)];
			return key in texts && wanted !== found ? [`differs: ${key}: ${wanted} became ${found}`] : [];
		});
		return [
			...missing.map((key) => `missing: ${key}: ${texts[key]}`),
			...old.map((key) => `not shown any more: ${key}`),
			...changed,
		].map((fault) => `${file.replace("../", "")}: ${fault}`);
	});
}

/**
 * What a translation must keep as it is, in any order: placeholders, code, names of settings, and where links lead.
 * A placeholder may stand twice in one language and once in another.
 */
function fixedParts(text: string): string {
	const parts = text.match(/\{\w+\}|`[^`]*`|\]\([^)]*\)|inkling\.\w+(?:\.\w+)*/g) ?? [];
	return [...new Set(parts)].sort().join(" ");
}

function read(file: string): Record<string, string> {
	return JSON.parse(readFileSync(join(import.meta.dirname, file), "utf8"));
}

if (process.argv[1] === import.meta.filename) {
	const found = languages.flatMap(faults);
	console.log(found.join("\n"));
	process.exitCode = found.length > 0 ? 1 : 0;
}
