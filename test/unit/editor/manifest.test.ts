import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { bundleFile, localisedStrings } from "../../../l10n/export.ts";
import { acceptedCommand, commands, contextKeys, filesView, settings } from "../../../src/editor/settings/names.ts";
import { failureSentences } from "../../../src/platform/failure.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

const manifestText = read("package.json");
const manifest = JSON.parse(manifestText) as {
	readonly enabledApiProposals?: unknown;
	readonly contributes: {
		readonly commands: readonly { readonly command: string; readonly category: string }[];
		readonly views: { readonly explorer: readonly { readonly id: string; readonly when: string }[] };
		readonly menus: {
			readonly commandPalette: readonly { readonly command: string; readonly when: string }[];
			readonly "view/item/context": readonly { readonly command: string; readonly when: string }[];
		};
		readonly keybindings: readonly {
			readonly command: string;
			readonly key: string;
			readonly mac: string;
			readonly when: string;
		}[];
	};
};
const sources = readdirSync(join(root, "src", "editor"), { recursive: true, encoding: "utf8" })
	.filter((file) => file.endsWith(".ts"))
	.map((file) => [file, read(join("src", "editor", file))] as const);

describe("The manifest and the code", () => {
	it("name the same commands, all in one category", () => {
		const declared = manifest.contributes.commands.map(({ command }) => command);
		assert.deepEqual(declared.toSorted(), Object.values(commands).toSorted());
		assert(!declared.includes(acceptedCommand));
		assert.deepEqual([...new Set(manifest.contributes.commands.map(({ category }) => category))], ["Inkling"]);
	});

	it("write no command, setting or context key anywhere but in names.ts", () => {
		const ids = Object.values({ ...commands, ...settings, ...contextKeys });
		for (const [file, text] of sources) {
			if (basename(file) === "names.ts") continue;
			for (const id of ids) assert(!text.includes(`"${id}"`), `${file} spells out ${id}`);
		}
	});

	it("name the same view", () => {
		const { views, menus } = manifest.contributes;
		assert.deepEqual(
			views.explorer.map(({ id }) => id),
			[filesView],
		);
		for (const { when } of menus["view/item/context"])
			assert.match(when, new RegExp(`^view == ${filesView} && viewItem == `));
	});

	it("use the same context keys, next to those of the editor", () => {
		const { menus, views } = manifest.contributes;
		const clauses = [...menus.commandPalette, ...views.explorer].map(({ when }) => when);
		const used = new Set(clauses.flatMap((clause) => clause.match(/[A-Za-z][\w.]*/g) ?? []));
		const own = [...used].filter((key) => key.startsWith("inkling."));
		assert.deepEqual(own.toSorted(), Object.values(contextKeys).toSorted());
		assert.deepEqual(
			[...used].filter((key) => !key.startsWith("inkling.")).toSorted(),
			["editorLangId", "false", "workspaceFolderCount"].toSorted(),
		);
	});

	it("give each key to a command, where it can do something, and the README tells of it", () => {
		const readme = read("README.md").replaceAll(/<\/?kbd>/g, "");
		for (const { command, key, mac, when } of manifest.contributes.keybindings) {
			const available = manifest.contributes.menus.commandPalette.find((entry) => entry.command === command);
			assert.ok(available && when.split(" && ").includes(available.when), command);
			const named = key.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase());
			const symbols = mac.replace("cmd", "⌘").replace("alt", "⌥").replace("enter", "Enter");
			assert.ok(readme.includes(`| ${named} (macOS ${symbols}) |`), `${named} (macOS ${symbols})`);
		}
	});

	it("ask for no proposed API", () => {
		assert.equal(manifest.enabledApiProposals, undefined);
	});
});

describe("Translatable texts", () => {
	it("of the manifest are all in package.nls.json, and none besides", () => {
		const used = new Set([...manifestText.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key ?? ""));
		assert.deepEqual([...used].toSorted(), Object.keys(JSON.parse(read("package.nls.json"))).toSorted());
	});

	it("of the code are those of the exported bundle (node l10n/export.ts)", () => {
		assert.deepEqual(JSON.parse(readFileSync(bundleFile, "utf8")), localisedStrings());
	});

	it("cover everything that the editor shows", () => {
		const shown =
			/(?:show(?:Information|Warning|Error)Message|title:|label:|placeholder\s*=)\s*\(?\s*["`][^"`]*[a-z]{2}/;
		// The texts of the schema go to package.nls.json.
		const code = sources.filter(([file]) => basename(file) !== "schema.ts");
		for (const [file, text] of code) assert.doesNotMatch(text, shown, file);
	});

	it("say of each failure what the command line says", () => {
		const texts = Object.keys(localisedStrings());
		for (const [code, sentence] of Object.entries(failureSentences))
			if (code !== "badArgument") assert(texts.includes(sentence), `${code}: ${sentence}`);
	});
});
