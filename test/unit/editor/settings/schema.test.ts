import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { withSettings, writtenFiles } from "../../../../manifest/settings.ts";
import { checkSetting, type SettingFault } from "../../../../src/editor/settings/check.ts";
import { type SettingName, settings } from "../../../../src/editor/settings/names.ts";
import { schema, settingGroups } from "../../../../src/editor/settings/schema.ts";
import { root } from "../../../harness/paths.ts";
import { allows } from "./manifestSchema.ts";

const names = Object.keys(settings) as SettingName[];

describe("The settings' schema", () => {
	for (const file of writtenFiles)
		it(`says what ${file} says (npm run settings)`, () => {
			const text = readFileSync(join(root, file), "utf8");
			assert.equal(text, withSettings(file, text));
		});

	it("has at most twenty-four settings, each in one group", () => {
		assert(names.length <= 24);
		assert.deepEqual(settingGroups.flatMap((group) => group.settings).toSorted(), names.toSorted());
	});

	it("has defaults that it allows", () => {
		for (const name of names) assert(allows(name, schema[name].default), name);
	});
});

describe("checkSetting", () => {
	const wrongType = (found: string): SettingFault => ({ kind: "type", found });
	const wrongNumber = (found: number): SettingFault => ({ kind: "number", found });
	const cases: readonly [SettingName, found: unknown, value: unknown, fault?: SettingFault][] = [
		["enable", undefined, true],
		["enable", false, false],
		["enable", "false", true, wrongType("string")],
		["enable", null, true, wrongType("null")],
		["threshold", "eager", "eager"],
		["threshold", "daring", "balanced", { kind: "choice", found: "daring" }],
		["threshold", ["eager"], "balanced", wrongType("array")],
		["threads", 4, 4],
		["threads", 1.5, 2, wrongNumber(1.5)],
		["threads", 0.2, 1, wrongNumber(0.2)],
		["threads", -1, 0, wrongNumber(-1)],
		["threads", 65, 64, wrongNumber(65)],
		["threads", "4", 0, wrongType("string")],
		["threads", Number.NaN, 0, wrongType("number")],
		["hiddenSize", 104, 104],
		["hiddenSize", 100.5, 104, wrongNumber(100.5)],
		["hiddenSize", 3, 8, wrongNumber(3)],
		["hiddenSize", 2047, 2048, wrongNumber(2047)],
		["hiddenSize", 1e9, 2048, wrongNumber(1e9)],
		["minutes", 0.5, 0.5],
		["minutes", "10", 3, wrongType("string")],
		["minutes", 0, 0.1, wrongNumber(0)],
		["minutes", 1e308, 240, wrongNumber(1e308)],
		["startFrom", " scratch ", "scratch"],
		["startFrom", "", "base"],
		["startFrom", true, "base", wrongType("boolean")],
		["exclude", { "**/a": true, b: false }, { "**/a": true, b: false }],
		["exclude", ["**/a"], {}, wrongType("array")],
		["exclude", { a: true, b: 1, c: null }, { a: true, b: true, c: true }, { kind: "patterns", found: ["b", "c"] }],
	];
	for (const [name, found, value, fault] of cases)
		it(`takes ${JSON.stringify(found)} for ${settings[name]} as ${JSON.stringify(value)}`, () => {
			assert.deepEqual(checkSetting(name, found), fault ? { value, fault } : { value });
		});

	for (const [name, value] of [
		["startFrom", "base"],
		["tensorflowPath", ""],
	] as const)
		it(`takes no place on the network for ${settings[name]}, which Windows would connect to`, () => {
			const share = "\\\\host\\share\\x";
			const fault = { kind: "network", found: share };
			assert.deepEqual(checkSetting(name, ` ${share}`, "win32"), { value, fault });
			assert.deepEqual(checkSetting(name, "C:\\x", "win32"), { value: "C:\\x" });
			assert.deepEqual(checkSetting(name, "//x", "linux"), { value: "//x" });
		});

	// Values of the right type come up often enough only if they are asked for.
	const found = fc.oneof(
		fc.jsonValue(),
		fc.double(),
		fc.integer({ min: -10, max: 5000 }),
		fc.dictionary(fc.string(), fc.oneof(fc.boolean(), fc.jsonValue())),
		fc.constantFrom(...Object.keys(schema.threshold.valueTexts)),
	);
	for (const name of names) {
		it(`turns any JSON value of ${settings[name]} into one that the manifest allows`, () => {
			fc.assert(fc.property(found, (value) => allows(name, checkSetting(name, value).value)));
		});

		it(`finds fault with a value of ${settings[name]} if the manifest does not allow it`, () => {
			fc.assert(
				fc.property(found, (value) => {
					const { value: used, fault } = checkSetting(name, value);
					assert.equal(fault !== undefined, !allows(name, value));
					// A string is trimmed, and an empty one stands for the default.
					if (!fault && typeof used !== "string") assert.equal(JSON.stringify(used), JSON.stringify(value));
				}),
			);
		});
	}
});
