/**
 * The name under which the model is told of a document. It tells the language and the place, as the names of the files
 * it was trained on do.
 */
import { extensionOf } from "../../domain/languages.ts";

/** `relative` is the path in the workspace; outside of it only the last part says anything. */
export function filePath(relative: string): string {
	const path = relative.replaceAll("\\", "/");
	return isAbsolute(path) ? (path.split("/").pop() ?? path) : path;
}

/** A document that has no file yet. */
export function untitledPath(name: string, languageId: string): string {
	const last = filePath(name).split("/").pop() || "untitled";
	return /\.[^.]+$/.test(last) ? last : `${last}.${extensionOf(languageId)}`;
}

function isAbsolute(path: string): boolean {
	return path.startsWith("/") || /^[A-Za-z]:/.test(path);
}
