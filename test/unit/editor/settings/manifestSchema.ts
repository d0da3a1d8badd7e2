/** What package.json's JSON Schema allows a setting to hold: an independent word on what the checks let through. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type SettingName, settings } from "../../../../src/editor/settings/names.ts";
import { root } from "../../../harness/paths.ts";

interface Property {
	readonly type: "boolean" | "integer" | "number" | "object" | "string";
	readonly enum?: readonly unknown[];
	readonly minimum?: number;
	readonly maximum?: number;
	readonly multipleOf?: number;
	readonly additionalProperties?: { readonly type: "boolean" };
}

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const properties: Readonly<Record<string, Property>> = Object.assign(
	{},
	...manifest.contributes.configuration.map((group: { properties: object }) => group.properties),
);

export function allows(name: SettingName, value: unknown): boolean {
	const property = properties[settings[name]];
	if (!property) throw new Error(`${name} is not in package.json`);
	if (property.enum && !property.enum.includes(value)) return false;
	switch (property.type) {
		case "integer":
		case "number":
			return (
				typeof value === "number" &&
				(property.type === "number" || Number.isInteger(value)) &&
				value >= (property.minimum ?? Number.NEGATIVE_INFINITY) &&
				value <= (property.maximum ?? Number.POSITIVE_INFINITY) &&
				(property.multipleOf === undefined || value % property.multipleOf === 0)
			);
		case "object":
			return (
				typeof value === "object" &&
				value !== null &&
				!Array.isArray(value) &&
				Object.values(value).every((one) => typeof one === property.additionalProperties?.type)
			);
		default:
			return typeof value === property.type;
	}
}
