/** How the cells of a notebook are read as text. */
import { extensionOf } from "./languages.ts";

/** The name under which a model reads the cells of one language: that of a file of the language in the notebook's place. */
export function cellPath(notebook: string, languageId: string): string {
	return `${notebook.replace(/\.[^./]+$/, "")}.${extensionOf(languageId)}`;
}

/**
 * A cell as part of a text. The blank line after it makes its lines the same, whatever cells stand around: the lines of a
 * cell that is typed are known again in the notebook on the disk. A cell of white space is no part of it.
 */
export function cellText(source: string): string {
	const text = source.replaceAll(/\r\n?/g, "\n").trimEnd();
	return text === "" ? "" : `${text}\n\n`;
}
