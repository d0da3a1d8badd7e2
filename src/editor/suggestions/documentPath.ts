/**
 * The name under which the model is told of a document. It tells the language and the place, as the names of the files
 * it was trained on do.
 */

/** Extensions of languages whose identifier is not their extension. */
const extensions: Readonly<Record<string, string>> = {
	bat: "bat",
	clojure: "clj",
	coffeescript: "coffee",
	csharp: "cs",
	dockerfile: "dockerfile",
	elixir: "ex",
	erlang: "erl",
	fsharp: "fs",
	haskell: "hs",
	javascript: "js",
	javascriptreact: "jsx",
	julia: "jl",
	kotlin: "kt",
	latex: "tex",
	makefile: "mk",
	markdown: "md",
	"objective-c": "m",
	"objective-cpp": "mm",
	perl: "pl",
	plaintext: "txt",
	powershell: "ps1",
	python: "py",
	restructuredtext: "rst",
	ruby: "rb",
	rust: "rs",
	shellscript: "sh",
	typescript: "ts",
	typescriptreact: "tsx",
	yaml: "yml",
};

export function extensionOf(languageId: string): string {
	return extensions[languageId] ?? languageId;
}

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

/** A cell reads like a file of its language, in the notebook's place. */
export function cellPath(notebook: string, languageId: string): string {
	return `${filePath(notebook).replace(/\.[^./]+$/, "")}.${extensionOf(languageId)}`;
}

function isAbsolute(path: string): boolean {
	return path.startsWith("/") || /^[A-Za-z]:/.test(path);
}
