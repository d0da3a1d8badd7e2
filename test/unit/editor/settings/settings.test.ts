import assert from "node:assert/strict";
import { configuration, warnings } from "../fakeVscode.ts";

const { Settings } = await import("../../../../src/editor/settings/settings.ts");

describe("Settings", () => {
	const logged: string[] = [];
	const log = { warn: (message: string) => void logged.push(message) };
	let settings: InstanceType<typeof Settings>;

	beforeEach(() => {
		configuration.reset();
		warnings.length = 0;
		logged.length = 0;
		settings = new Settings(log);
	});
	afterEach(() => settings.dispose());

	it("have the defaults of the manifest", () => {
		assert.deepEqual(settings.training(), {
			minutes: 3,
			threads: 0,
			hidden: 0,
			engine: "inkling",
			tensorflow: null,
		});
		assert.equal(settings.startFrom(), "base");
		assert.equal(settings.memoryMiB(), 64);
		assert.deepEqual(settings.corpusRules([]), { exclude: [], maxFileKiB: 256, maxTotalMiB: 64 });
		assert.deepEqual([warnings, logged], [[], []]);
	});

	it("name a setting of a wrong type once, and use its default", () => {
		configuration.user.values["inkling.training.minutes"] = "10";
		for (let time = 0; time < 2; time++) assert.equal(settings.training().minutes, 3);
		const sentence =
			"The setting inkling.training.minutes must be a number from 0.1 to 240, but its value is of the type string. Inkling uses the default, 3.";
		assert.deepEqual([warnings, logged], [[sentence], [sentence]]);
	});

	it("warn of a wrong value as soon as it is there, each setting by itself", () => {
		configuration.user.values["inkling.training.minutes"] = "10";
		configuration.user.values["inkling.enable"] = "no";
		configuration.changed("inkling.training.minutes");
		settings.checkAll();
		assert.equal(warnings.length, 2);
	});

	it("take the nearest allowed number, and log it once", () => {
		configuration.user.values["inkling.training.threads"] = 1.5;
		configuration.user.values["inkling.training.hiddenSize"] = 100.5;
		for (let time = 0; time < 2; time++) {
			const { threads, hidden } = settings.training();
			assert.deepEqual([threads, hidden], [2, 104]);
		}
		assert.deepEqual(warnings, []);
		assert.equal(logged.length, 2);
	});

	it("join the patterns of all folders, and leave files out rather than learn them by mistake", () => {
		configuration.folders.set("/a", { values: { "inkling.files.exclude": { one: true, two: false } }, languages: {} });
		configuration.folders.set("/b", { values: { "inkling.files.exclude": { three: "yes" } }, languages: {} });
		const folders = ["/a", "/b"].map((fsPath) => ({ uri: { fsPath } }) as never);
		assert.deepEqual(settings.corpusRules(folders).exclude, ["**/.git", "one", "three"]);
		assert.equal(warnings.length, 1);
	});

	it("bear any value of VS Code's own patterns", () => {
		for (const value of [null, [], "x", { a: { when: "$(basename).ts" }, b: true }]) {
			configuration.user.values["files.exclude"] = value;
			const { exclude } = settings.corpusRules([{ uri: { fsPath: "/a" } } as never]);
			assert.deepEqual(exclude, typeof value === "object" && value !== null && !Array.isArray(value) ? ["b"] : []);
		}
	});
});
