/** Languages by the editor's identifiers, and the file names that tell a model of them. */

/** Extensions of languages whose identifier is not their extension. */
const extensions: ReadonlyMap<string, string> = new Map([
	["bat", "bat"],
	["c++", "cpp"],
	["clojure", "clj"],
	["coffeescript", "coffee"],
	["csharp", "cs"],
	["dockerfile", "dockerfile"],
	["elixir", "ex"],
	["erlang", "erl"],
	["fsharp", "fs"],
	["haskell", "hs"],
	["javascript", "js"],
	["javascriptreact", "jsx"],
	["julia", "jl"],
	["kotlin", "kt"],
	["latex", "tex"],
	["makefile", "mk"],
	["markdown", "md"],
	["objective-c", "m"],
	["objective-cpp", "mm"],
	["perl", "pl"],
	["plaintext", "txt"],
	["powershell", "ps1"],
	["python", "py"],
	["restructuredtext", "rst"],
	["ruby", "rb"],
	["rust", "rs"],
	["shellscript", "sh"],
	["typescript", "ts"],
	["typescriptreact", "tsx"],
	["yaml", "yml"],
]);

/** Without a dot. */
export function extensionOf(languageId: string): string {
	return extensions.get(languageId) ?? languageId;
}
