/**
 * Collects what the extension says through `vscode.l10n.t`, for translators: `node l10n/export.ts` writes
 * bundle.l10n.json. A unit test holds the two together.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const sources = join(import.meta.dirname, "..", "src", "editor");
export const bundleFile = join(import.meta.dirname, "bundle.l10n.json");

/** A call, and the plain string that has to stand first in it. */
const call = /l10n\.t\(\s*("(?:[^"\\]|\\.)*")?/g;

/** Message → message, sorted. Throws if a message is not a plain string. */
export function localisedStrings(): Record<string, string> {
	const messages = new Set<string>();
	for (const file of readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((name) =>
		name.endsWith(".ts"),
	)) {
		const text = readFileSync(join(sources, file), "utf8");
		for (const { 1: literal, index } of text.matchAll(call)) {
			if (literal === undefined) throw new Error(`${file}, offset ${index}: l10n.t needs a plain string`);
			messages.add(JSON.parse(literal));
		}
	}
	return Object.fromEntries([...messages].sort().map((message) => [message, message]));
}

if (process.argv[1] === import.meta.filename)
	writeFileSync(bundleFile, `${JSON.stringify(localisedStrings(), null, "\t")}\n`);
