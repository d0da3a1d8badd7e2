import assert from "node:assert/strict";
import fc from "fast-check";
import { globMatcher } from "../../../../src/corpus/ignore/globs.ts";
import { settings as names } from "../../../../src/editor/settings/names.ts";
import { configuration, warnings, workspace } from "../fakeVscode.ts";

const { literalGlob, Settings } = await import("../../../../src/editor/settings/settings.ts");
const { SettingWarnings } = await import("../../../../src/editor/settings/warnings.ts");

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
			cell: null,
			hidden: 0,
			engine: "inkling",
			tensorflow: null,
		});
		assert.equal(settings.startFrom(), "base");
		assert.equal(settings.memoryMiB(), 64);
		assert.deepEqual(settings.corpusRules([]), { exclude: [], maxFileKiB: 256, maxTotalMiB: 64 });
		assert.deepEqual([warnings, logged], [[], []]);
	});

	it("let Inkling train in idle time where that is asked for, and suggestions are on", () => {
		assert.equal(settings.trainsWhenIdle(), false);
		const { values } = configuration.user;
		values[names.whenIdle] = true;
		assert.equal(settings.trainsWhenIdle(), true);
		for (const [name, value] of [
			[names.enable, false],
			[names.disableEverywhere, true],
			[names.forceOff, true],
		] as const) {
			values[name] = value;
			assert.equal(settings.trainsWhenIdle(), false, name);
			delete values[name];
		}
		assert.equal(settings.trainsWhenIdle(), true);
	});

	it("say where spelling is checked, and which words are right there", async () => {
		const uri = { path: "/workspace/docs/a.md", fsPath: "/workspace/docs/a.md" } as never;
		const document = { uri, languageId: "markdown" } as never;
		assert.equal(settings.spelling(document).scope, "text");
		configuration.workspace.languages["markdown"] = { [names.spellingScope]: "prose" };
		configuration.user.values[names.spellingWords] = { Wrod: true, mesage: false };
		configuration.changed("inkling.spelling");
		const { scope, isAllowed } = settings.spelling(document);
		assert.equal(scope, "prose");
		assert.deepEqual(["wrod", "WROD", "mesage", "toString"].map(isAllowed), [true, true, false, false]);
		configuration.user.values[names.spellingScope] = "off";
		configuration.workspace.languages = {};
		configuration.changed("inkling.spelling");
		assert.equal(settings.spelling(document).scope, null);
	});

	it("take words as right in the workspace, in one file of it, or without a folder in general", async () => {
		const uri = { path: "/workspace/docs/a.md", fsPath: "/workspace/docs/a.md" } as never;
		const document = { uri, languageId: "markdown" } as never;
		const other = { uri: { path: "/workspace/b.md", fsPath: "/workspace/b.md" }, languageId: "markdown" } as never;
		workspace.workspaceFolders = [{ name: "workspace", uri: { scheme: "file", fsPath: "/workspace" } }];
		try {
			configuration.workspace.values[names.spellingWords] = { kept: true };
			await settings.allowSpelling("Wrod", uri, false);
			await settings.allowSpelling("mesage", uri, true);
			assert.deepEqual(configuration.workspace.values[names.spellingWords], { kept: true, wrod: true });
			assert.deepEqual(configuration.workspace.values[names.spellingIgnored], { "docs/a.md: mesage": true });
			assert.deepEqual(["wrod", "mesage"].map(settings.spelling(document).isAllowed), [true, true]);
			assert.deepEqual(["wrod", "mesage"].map(settings.spelling(other).isAllowed), [true, false]);
		} finally {
			workspace.workspaceFolders = undefined;
		}
		await settings.allowSpelling("Wrod", uri, false);
		assert.deepEqual(configuration.user.values[names.spellingWords], { wrod: true });
	});

	it("name a setting of a wrong type once, and use its default", () => {
		configuration.user.values["inkling.training.minutes"] = "10";
		for (let time = 0; time < 2; time++) assert.equal(settings.training().minutes, 3);
		const sentence =
			"The setting inkling.training.minutes must be a number from 0.1 to 240, but its value is of the type string. Inkling uses the default, 3.";
		assert.deepEqual([warnings, logged], [[sentence], [sentence]]);
	});

	it("say why a place on the network is not used", () => {
		new SettingWarnings(log).report("startFrom", { kind: "network", found: "\\\\host\\share\\x" });
		const sentence =
			'The setting inkling.training.startFrom must not name a place on the network, but its value is “\\\\host\\share\\x”. Inkling makes no connection and uses the default, "base".';
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

	it("refuse patterns that are too long or too many, and name them once", () => {
		const long = "x".repeat(1001);
		configuration.user.values["inkling.files.exclude"] = { [long]: true, short: true };
		for (let time = 0; time < 2; time++) {
			const { exclude } = settings.corpusRules([{ uri: { fsPath: "/a" } } as never]);
			assert.deepEqual(exclude, ["**/.git", "short"]);
		}
		assert.equal(warnings.length, 1);
		assert.match(warnings[0] ?? "", /does not use 1 of the patterns .*: x{20,}…x+$/);
		assert.ok((warnings[0] ?? "").length < 300);
		const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`${i}`.padStart(100, "y"), true]));
		configuration.user.values["inkling.files.exclude"] = many;
		const { exclude } = settings.corpusRules([{ uri: { fsPath: "/a" } } as never]);
		assert.ok(exclude.length > 600 && exclude.length < 700, `${exclude.length}`);
	});

	it("bear any value of VS Code's own patterns", () => {
		for (const value of [null, [], "x", { a: { when: "$(basename).ts" }, b: true }]) {
			configuration.user.values["files.exclude"] = value;
			const { exclude } = settings.corpusRules([{ uri: { fsPath: "/a" } } as never]);
			assert.deepEqual(exclude, typeof value === "object" && value !== null && !Array.isArray(value) ? ["b"] : []);
		}
	});

	describe("leave a file out of what is learned, and take that back,", () => {
		const folder = (name: string) => ({ name, uri: { scheme: "file", fsPath: `/${name}` } });
		afterEach(() => {
			workspace.workspaceFolders = undefined;
			workspace.workspaceFile = undefined;
		});

		it("in the settings of a folder that is alone", async () => {
			workspace.workspaceFolders = [folder("one")];
			configuration.workspace.values[names.exclude] = { "**/other": true };
			assert.equal(await settings.exclude("src/[a].ts", true), true);
			const written = { "**/other": true, "src/[[]a[]].ts": true };
			assert.deepEqual(configuration.workspace.values[names.exclude], written);
			assert.equal(await settings.exclude("src/[a].ts", true), false);
			assert.equal(await settings.exclude("src/b.ts", false), false);
			assert.deepEqual(configuration.workspace.values[names.exclude], written);
			assert.equal(await settings.exclude("src/[a].ts", false), true);
			assert.deepEqual(configuration.workspace.values[names.exclude], { "**/other": true });
		});

		it("in those of the folder that holds it, where there are several", async () => {
			workspace.workspaceFile = "two.code-workspace";
			workspace.workspaceFolders = [folder("one"), folder("two")];
			for (const path of ["/one", "/two"]) configuration.folders.set(path, { values: {}, languages: {} });
			assert.equal(await settings.exclude("two/src", true), true);
			assert.deepEqual(configuration.folders.get("/two")?.values, { [names.exclude]: { src: true } });
			assert.equal(await settings.exclude("two/src", false), true);
			assert.deepEqual(configuration.folders.get("/two")?.values, {});
			assert.equal(await settings.exclude("three/src", true), false);
		});

		it("by a glob that matches its path and no other", () => {
			const character = fc.constantFrom(..."ab[]{}*?!,-^.+()|$\u00e9");
			const path = fc.string({ unit: character, minLength: 1, maxLength: 6 });
			fc.assert(
				fc.property(path, path, (one, other) => {
					const matches = globMatcher([literalGlob(one)]);
					assert.equal(matches(one), true);
					assert.equal(matches(other), one === other);
				}),
			);
		});
	});
});
