/** Names of languages, which VS Code knows by identifiers only: they stand in the manifests of the extensions. */
import { extensions, l10n } from "vscode";
import { isObject } from "../settings/check.ts";

let names: ReadonlyMap<string, string> = new Map();
let endings: ReadonlyMap<string, string> = new Map();
/** Extensions that there were when the endings were looked up. */
let known = 0;

/**
 * Names the language of a file, by how its name ends; the ending where no extension names a language for it. One function for many
 * files: VS Code makes its list of extensions anew each time it is looked at.
 */
export function fileLanguages(): (path: string) => string {
	const { all } = extensions;
	if (known !== all.length) endings = languageEndings(all.map(({ packageJSON }) => packageJSON));
	known = all.length;
	const languages = new Map<string, string>();
	return (path) => {
		const name = path.slice(path.lastIndexOf("/") + 1);
		const dot = name.lastIndexOf(".");
		if (dot <= 0) return name;
		const ending = name.slice(dot).toLowerCase();
		const id = endings.get(ending);
		const language = languages.get(ending) ?? (id === undefined ? ending : languageName(id));
		languages.set(ending, language);
		return language;
	};
}

/** Ending of file names → identifier of the language, of the manifests' `contributes.languages`. The first that names an ending wins. */
export function languageEndings(manifests: readonly unknown[]): ReadonlyMap<string, string> {
	const found = new Map<string, string>();
	for (const { id, extensions: named } of languagesOf(manifests))
		for (const ending of Array.isArray(named) ? named : [])
			if (typeof id === "string" && typeof ending === "string" && !found.has(ending.toLowerCase()))
				found.set(ending.toLowerCase(), id);
	return found;
}

/** "TypeScript" for `typescript`; the identifier where no extension names the language. */
export function languageName(languageId: string): string {
	// The only language that comes with VS Code itself.
	if (languageId === "plaintext") return l10n.t("Plain Text");
	// An extension that was installed meanwhile may have brought it.
	if (!names.has(languageId)) names = languageNames(extensions.all.map(({ packageJSON }) => packageJSON));
	return names.get(languageId) ?? languageId;
}

/** Identifier → first alias, of the manifests' `contributes.languages`. The first extension that names a language wins. */
export function languageNames(manifests: readonly unknown[]): ReadonlyMap<string, string> {
	const found = new Map<string, string>();
	for (const { id, aliases } of languagesOf(manifests)) {
		const name: unknown = Array.isArray(aliases) ? aliases[0] : undefined;
		if (typeof id === "string" && typeof name === "string" && name !== "" && !found.has(id)) found.set(id, name);
	}
	return found;
}

function languagesOf(manifests: readonly unknown[]): Record<string, unknown>[] {
	return manifests.flatMap((manifest) => {
		const contributes = isObject(manifest) ? manifest["contributes"] : undefined;
		const languages = isObject(contributes) ? contributes["languages"] : undefined;
		return Array.isArray(languages) ? languages.filter(isObject) : [];
	});
}
