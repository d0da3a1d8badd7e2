import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { bundleFile, localisedStrings } from "../../../l10n/export.ts";
import { thresholds } from "../../../src/domain/suggestions.ts";
import { acceptedCommand, commands, contextKeys, settings } from "../../../src/editor/settings/names.ts";
import { failureSentences } from "../../../src/platform/failure.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

interface Property {
	readonly default: unknown;
	readonly minimum?: number;
	readonly maximum?: number;
	readonly enum?: readonly string[];
	readonly scope: string;
	readonly markdownDescription: string;
	readonly markdownEnumDescriptions?: readonly string[];
}

const manifestText = read("package.json");
const manifest = JSON.parse(manifestText) as {
	readonly main: string;
	readonly enabledApiProposals?: unknown;
	readonly l10n: string;
	readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
	readonly contributes: {
		readonly commands: readonly { readonly command: string; readonly category: string }[];
		readonly menus: { readonly commandPalette: readonly { readonly command: string; readonly when: string }[] };
		readonly configuration: readonly { readonly properties: Readonly<Record<string, Property>> }[];
		readonly walkthroughs?: readonly {
			readonly steps: readonly { readonly media: Readonly<Record<string, string>> }[];
		}[];
	};
};
const properties = Object.assign({}, ...manifest.contributes.configuration.map((group) => group.properties)) as Record<
	string,
	Property
>;
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

	it("name the same settings, at most fifteen, each with a scope, a description and a default within its limits", () => {
		assert.deepEqual(Object.keys(properties).toSorted(), Object.values(settings).toSorted());
		assert(Object.keys(properties).length <= 15);
		for (const [id, property] of Object.entries(properties)) {
			assert(property.scope && property.markdownDescription, id);
			assert("default" in property, id);
			if (typeof property.default !== "number") continue;
			assert(property.minimum !== undefined && property.minimum <= property.default, id);
			assert(property.maximum !== undefined && property.maximum >= property.default, id);
		}
	});

	it("read each setting, with the default and the limits that the manifest declares", () => {
		const code = read("src/editor/settings/settings.ts");
		for (const [name, id] of Object.entries(settings)) {
			const { default: value, minimum, maximum } = properties[id] as Property;
			const use = new RegExp(`settings\\.${name}(?:, ([^),]+)\\)(?:, ([\\d.]+), ([\\d.]+)\\))?)?`).exec(code);
			assert(use, `${id} is not read`);
			const [, fallback, least, most] = use;
			if (typeof value !== "number") continue;
			assert.deepEqual([fallback, least, most].map(Number), [value, minimum, maximum], id);
		}
	});

	it("know the same thresholds", () => {
		const { enum: values, default: chosen, markdownEnumDescriptions } = properties[settings.threshold] as Property;
		assert.deepEqual(values, thresholds);
		assert.equal(chosen, "balanced");
		assert.equal(markdownEnumDescriptions?.length, thresholds.length);
	});

	it("write no command, setting or context key anywhere but in names.ts", () => {
		const ids = Object.values({ ...commands, ...settings, ...contextKeys });
		for (const [file, text] of sources) {
			if (basename(file) === "names.ts") continue;
			for (const id of ids) assert(!text.includes(`"${id}"`), `${file} spells out ${id}`);
		}
	});

	it("use the same context keys, next to those of the editor", () => {
		const clauses = manifest.contributes.menus.commandPalette.map(({ when }) => when);
		const used = new Set(clauses.flatMap((clause) => clause.match(/[A-Za-z][\w.]*/g) ?? []));
		const own = [...used].filter((key) => key.startsWith("inkling."));
		assert.deepEqual(own.toSorted(), Object.values(contextKeys).toSorted());
		assert.deepEqual(
			[...used].filter((key) => !key.startsWith("inkling.")).toSorted(),
			["editorLangId", "workspaceFolderCount"].toSorted(),
		);
	});

	it("restrict only settings that exist", () => {
		for (const id of manifest.capabilities.untrustedWorkspaces.restrictedConfigurations) assert(properties[id], id);
	});

	it("ask for no proposed API", () => {
		assert.equal(manifest.enabledApiProposals, undefined);
	});

	it("have the pictures of the walkthrough", () => {
		for (const walkthrough of manifest.contributes.walkthroughs ?? [])
			for (const { media } of walkthrough.steps)
				for (const path of Object.values(media).filter((value) => value.startsWith("media/")))
					assert(existsSync(join(root, path)), path);
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
		for (const [file, text] of sources) assert.doesNotMatch(text, shown, file);
	});

	it("say of each failure what the command line says", () => {
		const texts = Object.keys(localisedStrings());
		for (const [code, sentence] of Object.entries(failureSentences))
			if (code !== "badArgument") assert(texts.includes(sentence), `${code}: ${sentence}`);
	});
});
