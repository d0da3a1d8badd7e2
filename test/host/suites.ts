/** The suites that run inside VS Code, each in a window of its own; `folder` holds its test files. */
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { HostSuite } from "../harness/hostSuite.ts";
import { root } from "../harness/paths.ts";
import { notebookJson } from "../unit/support/notebookText.ts";

const plain = { trusted: true, settings: {}, environment: {} } as const;

/** A copy of this project's sources: a small, real workspace that tests may change. */
function ownSources(folder: string): string {
	cpSync(join(root, "src"), folder, { recursive: true });
	return folder;
}

/** A workspace of two folders of the sources. */
function twoFolders(folder: string): string {
	for (const name of ["model", "editor"]) cpSync(join(root, "src", name), join(folder, name), { recursive: true });
	const file = join(folder, "two.code-workspace");
	writeFileSync(file, JSON.stringify({ folders: [{ path: "model" }, { path: "editor" }] }));
	return file;
}

/** A workspace of one folder that no disk has; the tests bring its files. */
function virtualFolder(folder: string): string {
	const file = join(folder, "virtual.code-workspace");
	writeFileSync(file, JSON.stringify({ folders: [{ uri: "vscode-vfs://inkling/project", name: "project" }] }));
	return file;
}

/** Some sources; a file with words that no other file has; and files whose words Inkling must not learn. */
function unusualWords(folder: string): string {
	cpSync(join(root, "src", "completion"), folder, { recursive: true });
	const files: Readonly<Record<string, string>> = {
		"notes/words.ipynb": notebookJson([
			"import aquarium\nhornswoggledOctopus = aquarium.gobbledygook(42)",
			{ type: "markdown", source: "An octopus of many words." },
			"hornswoggledOctopus.kerfuffle()",
			"",
		]),
		"unusual.ts": [
			"const flabbergastedWalrus = thinkTheUnthinkable(42);",
			"flabbergastedWalrus.call();",
			// A name that one line has is not sure enough at "think" in a document that is new.
			"const bewilderedOyster = thinkTheUnthinkable(43);",
			"const perplexedPangolin = thinkTheUnthinkable(44);",
			"",
		].join("\n"),
		".env": "LAUNCH_CODE=zanzibar\n".repeat(5),
		"secrets/plan.txt": "the launch code is zanzibar\n".repeat(5),
		".gitignore": "ignored/\n",
		"ignored/words.txt": "the ignored word is zanzibar\n".repeat(5),
	};
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, name)), { recursive: true });
		writeFileSync(join(folder, name), text);
	}
	return folder;
}

export const suites: readonly HostSuite[] = [
	{ ...plain, name: "folder", folder: "test/host", workspace: ownSources },
	{ ...plain, name: "memory", folder: "test/host/memory", workspace: unusualWords },
	{ ...plain, name: "multi-root", folder: "test/host/multi-root", workspace: twoFolders },
	{ ...plain, name: "untrusted", folder: "test/host/untrusted", workspace: ownSources, trusted: false },
	{ ...plain, name: "virtual", folder: "test/host/virtual", workspace: virtualFolder },
	{ ...plain, name: "empty-window", folder: "test/host/empty-window", workspace: () => undefined },
];
