/** A settings file may hold any JSON value; only what the schema allows is used. */
import { isNetworkPath } from "../../platform/networkPath.ts";
import type { SettingName } from "./names.ts";
import { type NumberSetting, type PatternsSetting, type Setting, type SettingValue, schema } from "./schema.ts";

/** Why a value is not used as it stands. */
export type SettingFault =
	/** It is of another type (JSON's word for it): the default is used. */
	| { readonly kind: "type"; readonly found: string }
	/** It is none of the choices: the default is used. */
	| { readonly kind: "choice"; readonly found: string }
	/** It is a number outside the limits or between two steps: the nearest allowed number is used. */
	| { readonly kind: "number"; readonly found: number }
	/** It names a place on the network, and to read it would make a connection: the default is used. */
	| { readonly kind: "network"; readonly found: string }
	/** These entries have something else than true or false: they apply, so that nothing is learned by mistake. */
	| { readonly kind: "patterns"; readonly found: readonly string[] };

export interface CheckedSetting<Value> {
	readonly value: Value;
	readonly fault?: SettingFault;
}

/** The value to use for what the settings hold; `undefined` stands for a setting that is not set. */
export function checkSetting<Name extends SettingName>(
	name: Name,
	found: unknown,
	platform = process.platform,
): CheckedSetting<SettingValue<Name>> {
	return check(schema[name], found, platform) as CheckedSetting<SettingValue<Name>>;
}

function check(setting: Setting, found: unknown, platform: NodeJS.Platform): CheckedSetting<unknown> {
	const unusable = { value: setting.default, fault: { kind: "type", found: jsonType(found) } } as const;
	if (found === undefined) return { value: setting.default };
	switch (setting.type) {
		case "boolean":
			return typeof found === "boolean" ? { value: found } : unusable;
		case "string": {
			if (typeof found !== "string") return unusable;
			const text = found.trim();
			if (setting.isPath && isNetworkPath(text, platform))
				return { value: setting.default, fault: { kind: "network", found: text.slice(0, mostShown) } };
			return { value: text || setting.default };
		}
		case "choice": {
			if (typeof found !== "string") return unusable;
			if (setting.values.includes(found)) return { value: found };
			return { value: setting.default, fault: { kind: "choice", found: found.slice(0, mostShown) } };
		}
		case "integer":
		case "number":
			return typeof found === "number" && Number.isFinite(found) ? checkNumber(setting, found) : unusable;
		case "patterns":
			return isObject(found) ? checkPatterns(found) : unusable;
	}
}

/** Characters of a value that a message shows. */
const mostShown = 40;

function checkNumber(setting: NumberSetting, found: number): CheckedSetting<number> {
	const value = nearest(setting, found);
	return value === found ? { value } : { value, fault: { kind: "number", found } };
}

function nearest({ type, minimum, maximum, multipleOf, zeroIsAutomatic }: NumberSetting, found: number): number {
	const step = multipleOf ?? (type === "integer" ? 1 : undefined);
	const clamped = Math.min(Math.max(found, minimum), maximum);
	if (step === undefined) return clamped;
	const rounded = Math.round(clamped / step) * step;
	return zeroIsAutomatic && rounded === 0 && clamped > 0 ? step : rounded;
}

function checkPatterns(found: Readonly<Record<string, unknown>>): CheckedSetting<PatternsSetting["default"]> {
	const wrong = Object.keys(found).filter((pattern) => typeof found[pattern] !== "boolean");
	const value = Object.fromEntries(Object.entries(found).map(([pattern, applies]) => [pattern, applies !== false]));
	return wrong.length === 0 ? { value } : { value, fault: { kind: "patterns", found: wrong } };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function jsonType(value: unknown): string {
	if (value === null) return "null";
	return Array.isArray(value) ? "array" : typeof value;
}
