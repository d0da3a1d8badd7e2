import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "../../..");

/** A file, what it imports, and whether the direction of imports allows that. */
const imports: readonly [file: string, specifier: string, allowed: boolean][] = [
	["src/extension.ts", "vscode", true],
	["src/extension.ts", "./editor/inkling.ts", true],
	["src/extension.ts", "./server/main.ts", false],
	["src/editor/a.ts", "vscode", true],
	["src/editor/b.ts", "../protocol.ts", true],
	["src/editor/c.ts", "../failure.ts", true],
	["src/editor/d.ts", "../model/gru.ts", false],
	["src/editor/g.ts", "../completion/gate.ts", true],
	["src/editor/h.ts", "../completion/shownSuggestions.ts", true],
	["src/editor/i.ts", "../completion/search.ts", false],
	["src/editor/e.ts", "../corpus/index.ts", false],
	["src/editor/deep/f.ts", "../../server/session.ts", false],
	["src/server/a.ts", "../completion/search.ts", true],
	["src/server/b.ts", "../engines/wasm/index.ts", true],
	["src/server/c.ts", "../trainer/train.ts", false],
	["src/server/d.ts", "../editor/supervisor.ts", false],
	["src/server/e.ts", "vscode", false],
	["src/trainer/a.ts", "../model/gru.ts", true],
	["src/trainer/b.ts", "../corpus/index.ts", true],
	["src/trainer/c.ts", "../server/session.ts", false],
	["src/completion/a.ts", "../model/languageModel.ts", true],
	["src/completion/b.ts", "../trainer/train.ts", false],
	["src/completion/c.ts", "../corpus/index.ts", false],
	["src/model/a.ts", "../engines/engine.ts", true],
	["src/model/b.ts", "../completion/search.ts", false],
	["src/model/c.ts", "../corpus/index.ts", false],
	["src/model/d.ts", "../cli.ts", false],
	["src/engines/a.ts", "../failure.ts", true],
	["src/engines/wasm/b.ts", "../engine.ts", true],
	["src/engines/wasm/c.ts", "../../model/gru.ts", false],
	["src/corpus/a.ts", "../protocol.ts", true],
	["src/corpus/b.ts", "../model/gru.ts", false],
	["src/cli.ts", "./trainer/train.ts", true],
	["src/cli/a.ts", "../corpus/index.ts", true],
	["src/cli/b.ts", "../editor/settings.ts", false],
	["src/cli/c.ts", "vscode", false],
	["src/protocol.ts", "./failure.ts", true],
	["src/failure.ts", "./model/gru.ts", false],
	["src/editor/net.ts", "node:http", false],
	["src/server/net.ts", "https", false],
	["src/trainer/net.ts", "node:dns/promises", false],
	["src/completion/net.ts", "node:net", false],
	["src/model/net.ts", "node:tls", false],
	["src/engines/net.ts", "undici", false],
	["src/corpus/net.ts", "node:dgram", false],
	["src/cli/net.ts", "node:http2", false],
	["src/protocol.ts", "node:inspector", false],
];

/** Lines of each file. */
const fixtures = new Map<string, string[]>([["src/model/fetch.ts", ['export const answer = fetch("a");']]]);
for (const [file, specifier] of imports) fixtures.set(file, [...(fixtures.get(file) ?? []), `import "${specifier}";`]);

interface Diagnostic {
	readonly category: string;
	readonly location: { readonly path: string; readonly start: { readonly line: number } };
}

const rules = ["lint/style/noRestrictedImports", "lint/style/noRestrictedGlobals"];

describe("The lint rules for imports", () => {
	const folder = mkdtempSync(join(tmpdir(), "inkling-lint-"));
	/** What breaks a rule, as `file:line`. */
	let refused: Set<string>;

	before(() => {
		for (const file of ["biome.json", ".gitignore"]) cpSync(join(root, file), join(folder, file));
		for (const [file, lines] of fixtures) {
			mkdirSync(dirname(join(folder, file)), { recursive: true });
			writeFileSync(join(folder, file), `${lines.join("\n")}\n`);
		}
		const { stdout } = spawnSync(
			process.execPath,
			[join(root, "node_modules/@biomejs/biome/bin/biome"), "lint", "--reporter=json", "--max-diagnostics=none"],
			{ cwd: folder, encoding: "utf8" },
		);
		const diagnostics: readonly Diagnostic[] = JSON.parse(stdout).diagnostics;
		refused = new Set(
			diagnostics
				.filter(({ category }) => rules.includes(category))
				.map(({ location }) => `${location.path.replaceAll("\\", "/")}:${location.start.line}`),
		);
	});

	after(() => rmSync(folder, { recursive: true }));

	for (const [file, specifier, allowed] of imports) {
		it(`${allowed ? "allow" : "refuse"} ${specifier} in ${file}`, () => {
			const line = (fixtures.get(file) ?? []).indexOf(`import "${specifier}";`) + 1;
			assert.ok(line > 0);
			assert.equal(refused.has(`${file}:${line}`), !allowed);
		});
	}

	it("refuse fetch", () => assert.ok(refused.has("src/model/fetch.ts:1")));

	it("are not needed for the kernels, which import only one another", () => {
		const kernels = join(root, "src/kernels");
		for (const file of readdirSync(kernels).filter((name) => name.endsWith(".ts"))) {
			const text = readFileSync(join(kernels, file), "utf8");
			for (const [, specifier] of text.matchAll(/\bfrom "([^"]+)"/g)) assert.match(specifier ?? "", /^\.\/\w+$/);
		}
	});
});
