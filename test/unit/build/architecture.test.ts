/** Holds ARCHITECTURE.md's picture of the house against the imports of the code. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { root } from "../../harness/paths.ts";

/**
 * Each room of `src` with the rooms it may import from. A room stands one floor above the highest of them; the entries
 * `extension.ts` and `cli.ts` stand on the roof.
 */
const rooms: Readonly<Record<string, readonly string[]>> = {
	platform: [],
	domain: [],
	engines: ["domain", "platform"],
	protocol: ["domain", "platform"],
	corpus: ["domain", "platform"],
	model: ["domain", "engines", "platform"],
	completion: ["domain", "engines", "model", "platform"],
	repeat: ["corpus", "domain"],
	// Where strings and comments begin and end, the simulation of typing knows.
	spelling: ["domain", "model", "platform", "tuning/typist/languages.ts", "tuning/typist/lexer.ts"],
	trainer: ["corpus", "domain", "engines", "model", "platform", "protocol"],
	tuning: ["completion", "domain", "engines", "model"],
	server: ["completion", "corpus", "domain", "engines", "model", "platform", "protocol", "spelling", "tuning"],
	// The page of the perplexity view, which runs in a browser.
	webview: ["domain", "protocol"],
	editor: [
		"domain",
		"platform",
		"protocol",
		"repeat",
		"completion/gate.ts",
		"completion/shownSuggestions.ts",
		"completion/typingTime.ts",
	],
	cli: [
		"completion",
		"corpus",
		"domain",
		"engines",
		"model",
		"platform",
		"protocol",
		"repeat",
		"server",
		"spelling",
		"trainer",
		"tuning",
	],
	"extension.ts": ["editor"],
	"cli.ts": ["cli"],
	// AssemblyScript, compiled on its own: only files of the same folder import one another.
	kernels: [],
};

/** A folder that holds more is hard to find one's way in. */
const mostFiles = 15;
/** A longer file holds more than one thing. */
const mostLines = 400;

const source = join(root, "src");

interface File {
	readonly path: string;
	readonly room: string;
	readonly text: string;
	/** Relative to `src`; "vscode" and packages as they are. */
	readonly imports: readonly string[];
}

const files: readonly File[] = readdirSync(source, { recursive: true, encoding: "utf8" })
	.filter((path) => path.endsWith(".ts"))
	.map((name) => {
		const path = name.split(sep).join("/");
		const text = readFileSync(join(source, name), "utf8");
		const specifiers = [...text.matchAll(/^(?:import|export)\b[^"';=]*?(?:\bfrom |^import )"([^"]+)"/gm)].map(
			([, found]) => found ?? "",
		);
		const imports = specifiers.map((specifier) =>
			specifier.startsWith(".")
				? relative(source, join(source, dirname(name), specifier))
						.split(sep)
						.join("/")
				: specifier,
		);
		return { path, room: path.split("/")[0] as string, text, imports };
	});

/** One for a room that imports from none. */
function floorOf(room: string): number {
	const below = (rooms[room] ?? []).filter((name) => name in rooms);
	return 1 + Math.max(0, ...below.map(floorOf));
}

describe("The architecture", () => {
	it("has a rule for each room, and no rule for a room that is gone", () => {
		assert.deepEqual([...new Set(files.map(({ room }) => room))].sort(), Object.keys(rooms).sort());
	});

	it("has at most seven floors under its roof", () => {
		const floors = Object.keys(rooms)
			.filter((room) => !room.endsWith(".ts"))
			.map(floorOf);
		assert.ok(Math.max(...floors) <= 7, `${Math.max(...floors)}`);
	});

	for (const room of Object.keys(rooms).filter((name) => name !== "kernels")) {
		it(`lets ${room} import what stands below it only`, () => {
			const allowed = [room, ...(rooms[room] ?? [])];
			const wrong = files
				.filter((file) => file.room === room)
				.flatMap(({ path, imports }) => imports.filter(isOwn).map((to) => ({ path, to })))
				.filter(({ to }) => !allowed.some((one) => to === one || to.startsWith(`${one}/`)));
			assert.deepEqual(wrong, []);
		});
	}

	it("lets only the editor know VS Code", () => {
		const knowing = files.filter(({ imports }) => imports.includes("vscode")).map(({ room }) => room);
		assert.deepEqual([...new Set(knowing)].sort(), ["editor", "extension.ts"]);
	});

	it("shows the user nothing but by src/editor/shown.ts, which takes links and icons out of the text of strangers", () => {
		const showing =
			/\b(?:showInformationMessage|showWarningMessage|showErrorMessage|showQuickPick|showInputBox|createQuickPick|createInputBox|withProgress|setStatusBarMessage|createOutputChannel|new (?:vscode\.)?MarkdownString)\b|["'`]\$\(/;
		const others = files
			.filter(({ room }) => room === "editor" || room === "extension.ts")
			.filter(({ path, text }) => path !== "editor/shown.ts" && showing.test(text));
		assert.deepEqual(
			others.map(({ path }) => path),
			[],
		);
	});

	it("hands out no network that was not tried on text", () => {
		const makers = files.filter(({ text, room }) => room !== "engines" && /\.createPredictor\(/.test(text));
		// A training measures what it has just trained itself.
		assert.deepEqual(makers.map(({ path }) => path).sort(), ["model/triedNetwork.ts", "trainer/mixture/gain.ts"]);
	});

	it("lets kernels import only kernels, those of the network none of the memory's", () => {
		const isOfMemory = (path: string) => path.startsWith("kernels/memory/");
		for (const { path, imports } of files.filter(({ room }) => room === "kernels"))
			for (const to of imports) {
				assert.ok(to.startsWith("kernels/"), path);
				assert.ok((isOfMemory(path) && isOfMemory(to)) || dirname(path).startsWith(dirname(to)), path);
			}
	});

	it("has no circle of files", () => {
		const byPath = new Map(files.map((file) => [file.path, file]));
		const done = new Set<string>();
		const visit = (path: string, way: readonly string[]): void => {
			if (done.has(path)) return;
			assert.ok(!way.includes(path), [...way, path].join(" → "));
			for (const to of byPath.get(path)?.imports ?? []) if (byPath.has(to)) visit(to, [...way, path]);
			done.add(path);
		};
		for (const { path } of files) visit(path, []);
	});

	it(`has no folder of more than ${mostFiles} files`, () => {
		const counts = new Map<string, number>();
		for (const { path } of files) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
		assert.deepEqual(
			[...counts].filter(([, count]) => count > mostFiles),
			[],
		);
	});

	it(`has no file of more than ${mostLines} lines`, () => {
		const long = files.filter(({ text }) => text.split("\n").length - 1 > mostLines).map(({ path }) => path);
		assert.deepEqual(long, []);
	});
});

function isOwn(specifier: string): boolean {
	return (specifier.split("/")[0] as string) in rooms;
}
