import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "../../..");

/** A file, what it imports, and whether that is allowed. */
const imports: readonly [file: string, specifier: string, allowed: boolean][] = [
	["src/extension.ts", "vscode", true],
	["src/extension.ts", "node:child_process", true],
	["src/editor/net.ts", "node:http", false],
	["src/server/net.ts", "https", false],
	["src/trainer/net.ts", "node:dns/promises", false],
	["src/completion/net.ts", "node:net", false],
	["src/model/net.ts", "node:tls", false],
	["src/engines/deep/net.ts", "undici", false],
	["src/corpus/net.ts", "node:dgram", false],
	["src/cli/net.ts", "node:http2", false],
	["src/platform/net.ts", "node:inspector", false],
];

/** Lines of each file. */
const fixtures = new Map<string, string[]>([["src/model/fetch.ts", ['export const answer = fetch("a");']]]);
for (const [file, specifier] of imports) fixtures.set(file, [...(fixtures.get(file) ?? []), `import "${specifier}";`]);

interface Diagnostic {
	readonly category: string;
	readonly location: { readonly path: string; readonly start: { readonly line: number } };
}

const rules = ["lint/style/noRestrictedImports", "lint/style/noRestrictedGlobals"];

describe("The lint rules against network code", () => {
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
});
