/** "1 file", "12 files": numbers with their nouns. */
import { env, l10n } from "vscode";
import { Format } from "./format.ts";

const format = new Format(env.language);

export function countedFiles(count: number): string {
	return count === 1 ? l10n.t("1 file") : l10n.t("{count} files", { count: format.integer(count) });
}

/** At most three digits. */
export function countedCharacters(count: number): string {
	return count === 1 ? l10n.t("1 character") : l10n.t("{count} characters", { count: format.short(count) });
}
