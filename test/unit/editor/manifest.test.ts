import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { bundleFile, localisedStrings } from "../../../l10n/export.ts";
import {
	acceptedCommand,
	commands,
	contextKeys,
	editorMenu,
	filesView,
	settings,
	walkthrough,
} from "../../../src/editor/settings/names.ts";
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
			readonly "editor/context": readonly { readonly submenu: string; readonly when: string }[];
			readonly [editorMenu]: readonly { readonly command: string; readonly when: string; readonly group: string }[];
		};
		readonly submenus: readonly { readonly id: string }[];
		readonly walkthroughs: readonly {
			readonly id: string;
			readonly steps: readonly {
				readonly id: string;
				readonly description: string;
				readonly media: { readonly svg: string; readonly altText: string };
				readonly completionEvents: readonly string[];
			}[];
		}[];
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
		const { menus, views, walkthroughs } = manifest.contributes;
		const clauses = [...menus.commandPalette, ...menus[editorMenu], ...views.explorer].map(({ when }) => when);
		const awaited = walkthroughs.flatMap(({ steps }) => steps.flatMap(({ completionEvents }) => completionEvents));
		const keys = awaited.filter((event) => event.startsWith("onContext:")).map((event) => event.slice(10));
		const used = new Set([...clauses.flatMap((clause) => clause.match(/[A-Za-z][\w.]*/g) ?? []), ...keys]);
		const own = [...used].filter((key) => key.startsWith("inkling."));
		assert.deepEqual(own.toSorted(), Object.values(contextKeys).toSorted());
		assert.deepEqual(
			[...used].filter((key) => !key.startsWith("inkling.")).toSorted(),
			[
				`config.${settings.forbidExport}`,
				"editorLangId",
				"false",
				"file",
				"isWorkspaceTrusted",
				"resourceScheme",
				"workspaceFolderCount",
			].toSorted(),
		);
	});

	it("have the same submenu in the editor, of commands that there are", () => {
		const { menus, submenus } = manifest.contributes;
		assert.deepEqual(
			[submenus.map(({ id }) => id), menus["editor/context"].map(({ submenu }) => submenu)],
			[[editorMenu], [editorMenu]],
		);
		const ids: readonly string[] = Object.values(commands);
		for (const { command } of menus[editorMenu]) assert.ok(ids.includes(command), command);
	});

	it("have the same walkthrough, of steps with pictures that there are, in colours of the theme alone", () => {
		const [own, ...others] = manifest.contributes.walkthroughs;
		assert.deepEqual([own?.id, others], [walkthrough, []]);
		assert.equal(own?.steps.length, 5);
		const texts = JSON.parse(read("package.nls.json")) as Record<string, string>;
		const ids: readonly string[] = Object.values(commands);
		for (const { id, description, media, completionEvents } of own?.steps ?? []) {
			const picture = read(media.svg);
			// VS Code shows it under a content security policy that takes no styles of the picture's own.
			assert.doesNotMatch(picture, /\sstyle=|<style|#[0-9a-f]{3,8}\b/i, id);
			assert.match(picture, /var\(--vscode-/, id);
			assert.ok(completionEvents.length > 0, id);
			for (const event of completionEvents.filter((one) => one.startsWith("onCommand:")))
				assert.ok(ids.includes(event.slice(10)), event);
			const links = [...(texts[description.slice(1, -1)] ?? "").matchAll(/\(command:(inkling\.\w+)/g)];
			for (const [, command] of links) assert.ok(ids.includes(command ?? ""), command);
		}
	});

	it("give each key to a command, where it can do something, and the README tells of it", () => {
		const readme = read("README.md").replaceAll(/<\/?kbd>/g, "");
		for (const { command, key, mac, when } of manifest.contributes.keybindings) {
			const available = manifest.contributes.menus.commandPalette.find((entry) => entry.command === command);
			const isOfVSCode = command.startsWith("editor.action.inlineSuggest.");
			const condition = isOfVSCode ? "editorTextFocus" : available?.when;
			assert.ok(condition && when.split(" && ").includes(condition), command);
			const named = (keys: string) =>
				keys
					.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase())
					.replace(/Page(\w)/i, (_, letter: string) => `Page${letter.toUpperCase()}`);
			const symbols = named(mac).replace("Cmd", "⌘").replace("Alt", "⌥");
			assert.ok(readme.includes(`${named(key)} (macOS ${symbols})`), `${named(key)} (macOS ${symbols})`);
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
