import assert from "node:assert/strict";
import { projectsKeptOut } from "../../../models/pretrain/choose.ts";
import { languageNames, languages } from "../../../models/pretrain/languages.ts";
import { idOf, isPermissive, readDigests, readPackages } from "../../../models/pretrain/packages.ts";

const packages = readPackages();

/** The parts of a name in which the name of a project could stand. */
function parts(name: string): string[] {
	return name.toLowerCase().split(/[^a-z0-9]+/);
}

describe("the packages of the base model", () => {
	it("come from none of the projects that Inkling is measured and tuned on", () => {
		const short = projectsKeptOut.map((name) => name.replace("@", ""));
		const found = packages.filter(({ name }) => parts(name).some((part) => short.includes(part)));
		assert.deepEqual(found.map(idOf), []);
	});

	it("are permissively licensed", () => {
		assert.deepEqual(
			packages.filter(({ licence }) => !isPermissive(licence)).map((one) => `${idOf(one)}: ${one.licence}`),
			[],
		);
	});

	it("are pinned to a version and to the bytes of its archive", () => {
		const digests = readDigests();
		for (const one of packages) {
			assert.match(one.version, /^(?:\d+:)?v?\d[\w.+~:-]*$/, idOf(one));
			assert.match(digests[idOf(one)] ?? "", /^[0-9a-f]{64}$/, idOf(one));
		}
		assert.equal(Object.keys(digests).length, packages.length);
	});

	it("are each for a language that there is", () => {
		const known: readonly string[] = languageNames;
		for (const one of packages) assert.ok(known.includes(one.language), idOf(one));
	});
});

describe("isPermissive", () => {
	const cases: readonly [licence: string, permissive: boolean][] = [
		["MIT", true],
		["GPL-3.0-only", false],
		["MPL-2.0 OR Apache-2.0", true],
		["(MIT OR GPL-2.0-only)", true],
		["MIT AND BSD-3-Clause", true],
		["MIT AND LGPL-2.1-only", false],
		["", false],
		["SEE LICENSE IN LICENSE.md", false],
	];
	for (const [licence, permissive] of cases) {
		it(`is ${permissive} for ${licence || "none"}`, () => assert.equal(isPermissive(licence), permissive));
	}
});

describe("the languages", () => {
	it("have no more than 15 % of the bytes each, and at least 150 MB together", () => {
		const sizes = languageNames.map((name) => languages[name].megabytes);
		const sum = sizes.reduce((total, size) => total + size, 0);
		assert.ok(sum >= 150);
		for (const size of sizes) assert.ok(size <= 0.15 * sum);
	});
});
