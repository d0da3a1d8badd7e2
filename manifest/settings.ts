/**
 * Writes what users read of the settings, out of their schema (src/editor/settings/schema.ts): `npm run settings` rewrites
 * the configuration in package.json, its texts in package.nls.json and the table in README.md. A unit test fails where they
 * differ.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type SettingName, settings } from "../src/editor/settings/names.ts";
import { type Setting, schema, settingGroups } from "../src/editor/settings/schema.ts";

const root = join(import.meta.dirname, "..");
/** The files that this script writes, relative to the top folder. */
export const writtenFiles = ["package.json", "package.nls.json", "README.md"] as const;
export type WrittenFile = (typeof writtenFiles)[number];

const names = settingGroups.flatMap((group) => group.settings);

/** The whole text that a file ought to have, given the text that it has. */
export function withSettings(file: WrittenFile, text: string): string {
	switch (file) {
		case "package.json":
			return manifest(text);
		case "package.nls.json":
			return texts(text);
		case "README.md":
			return readme(text);
	}
}

function manifest(text: string): string {
	const content = JSON.parse(text);
	content.contributes.configuration = settingGroups.map(({ id, settings: members }) => ({
		id,
		title: `%${groupKey(id)}%`,
		properties: Object.fromEntries(members.map((name, at) => [settings[name], property(name, at + 1)])),
	}));
	content.capabilities.untrustedWorkspaces.restrictedConfigurations = names
		.filter((name) => (schema[name] as Setting).restricted)
		.map((name) => settings[name]);
	return json(content);
}

function property(name: SettingName, order: number): object {
	const setting: Setting = schema[name];
	return {
		...shape(name, setting),
		scope: setting.scope,
		markdownDescription: `%${textKey(name)}%`,
		order,
	};
}

/** The part of a property that is JSON Schema. */
function shape(name: SettingName, setting: Setting): object {
	switch (setting.type) {
		case "choice":
			return {
				type: "string",
				enum: setting.values,
				markdownEnumDescriptions: setting.values.map((value) => `%${textKey(name)}.${value}%`),
				default: setting.default,
			};
		case "patterns":
			return { type: "object", additionalProperties: { type: "boolean" }, default: setting.default };
		case "integer":
		case "number": {
			const { type, minimum, maximum, multipleOf } = setting;
			return { type, default: setting.default, minimum, maximum, ...(multipleOf === undefined ? {} : { multipleOf }) };
		}
		default:
			return { type: setting.type, default: setting.default };
	}
}

function texts(text: string): string {
	const others = Object.entries(JSON.parse(text)).filter(([key]) => !/^(?:setting|configuration)\./.test(key));
	const groups = settingGroups.map(({ id, title }) => [groupKey(id), title]);
	const entries = names.flatMap((name) => {
		const setting: Setting = schema[name];
		const { summary, details } = setting;
		const text = details === undefined ? summary : `${summary} ${details}`;
		const values = setting.type === "choice" ? Object.entries(setting.valueTexts) : [];
		return [[textKey(name), text], ...values.map(([value, sentence]) => [`${textKey(name)}.${value}`, sentence])];
	});
	return json(Object.fromEntries([...others, ...groups, ...entries]));
}

/** Between these two lines the README belongs to this script. */
const begin = "<!-- settings: `npm run settings` writes this table -->";
const end = "<!-- end of settings -->";

function readme(text: string): string {
	const from = text.indexOf(begin);
	const to = text.indexOf(end);
	if (from < 0 || to < from) throw new Error(`README.md lacks the lines ${begin} and ${end}`);
	const rows = names.map(
		(name) => `| \`${settings[name]}\` | ${defaultCell(schema[name])} | ${description(schema[name])} |`,
	);
	const table = ["| Setting | Default | Meaning |", "| --- | --- | --- |", ...rows].join("\n");
	return `${text.slice(0, from)}${begin}\n\n${table}\n\n${text.slice(to)}`;
}

function defaultCell(setting: Setting): string {
	return setting.type === "patterns" ? "none" : `\`${setting.default}\``;
}

function description(setting: Setting): string {
	// Between hashes, the settings editor shows a link to another setting.
	const summary = setting.summary.replaceAll(/`#([\w.]+)#`/g, "`$1`");
	if (setting.type !== "choice") return summary;
	const values = Object.entries(setting.valueTexts).map(([value, sentence]) => `\`${value}\`: ${sentence}`);
	return `${summary} ${values.join(" ")}`;
}

function groupKey(id: string): string {
	return `configuration.${id}`;
}

function textKey(name: SettingName): string {
	return `setting.${name}`;
}

function json(value: unknown): string {
	return `${JSON.stringify(value, null, "\t")}\n`;
}

if (process.argv[1] === import.meta.filename)
	for (const file of writtenFiles) {
		const path = join(root, file);
		writeFileSync(path, withSettings(file, readFileSync(path, "utf8")));
	}
