/** Names of languages, which VS Code knows by identifiers only: they stand in the manifests of the extensions. */
import { extensions, l10n } from "vscode";
import { isObject } from "../settings/check.ts";

let names: ReadonlyMap<string, string> = new Map();

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
	for (const manifest of manifests) {
		const contributes = isObject(manifest) ? manifest["contributes"] : undefined;
		const languages = isObject(contributes) ? contributes["languages"] : undefined;
		for (const language of Array.isArray(languages) ? languages : []) {
			if (!isObject(language)) continue;
			const { id, aliases } = language;
			const name: unknown = Array.isArray(aliases) ? aliases[0] : undefined;
			if (typeof id === "string" && typeof name === "string" && name !== "" && !found.has(id)) found.set(id, name);
		}
	}
	return found;
}
