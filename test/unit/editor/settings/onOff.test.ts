import assert from "node:assert/strict";
import { configuration, workspace } from "../fakeVscode.ts";

const { Settings } = await import("../../../../src/editor/settings/settings.ts");

const enable = "inkling.enable";
const document = (languageId = "python", fsPath = "/a/file") => ({ uri: { fsPath }, languageId }) as never;

describe("Turning suggestions on and off", () => {
	let settings: InstanceType<typeof Settings>;
	const isOn = (languageId?: string, path?: string): boolean =>
		settings.suggestions(document(languageId, path)).enabled;

	beforeEach(() => {
		configuration.reset();
		settings = new Settings({ warn: () => {} });
	});
	afterEach(() => {
		settings.dispose();
		workspace.workspaceFile = undefined;
	});

	it("leaves nothing behind when a language is turned off and on again", async () => {
		await settings.toggleLanguage(document());
		assert.deepEqual([isOn(), isOn("ruby")], [false, true]);
		assert.deepEqual(configuration.user.languages, { python: { [enable]: false } });
		await settings.toggleLanguage(document());
		assert.equal(isOn(), true);
		assert.deepEqual([configuration.user.languages, configuration.user.values], [{}, {}]);
	});

	it("is silent everywhere after Disable, whatever says otherwise, and as before after Enable", async () => {
		workspace.workspaceFile = {};
		configuration.user.languages = { python: { [enable]: true } };
		configuration.workspace.languages = { ruby: { [enable]: true }, c: { [enable]: false } };
		configuration.workspace.values[enable] = true;
		configuration.folders.set("/b", { values: { [enable]: true }, languages: { go: { [enable]: true } } });
		const documents = [
			["python", "/a/x"],
			["ruby", "/a/x"],
			["c", "/a/x"],
			["java", "/b/x"],
			["go", "/b/x"],
		] as const;
		const states = () => documents.map(([languageId, path]) => isOn(languageId, path));
		const all = () => structuredClone([configuration.user, configuration.workspace, [...configuration.folders]]);
		const before = all();
		assert.deepEqual(states(), [true, true, false, true, true]);
		await settings.toggle(document());
		assert.deepEqual(states(), [false, false, false, false, false]);
		assert.deepEqual(settings.onOff(document()), { enabled: false, decidedBy: "everywhere" });
		await settings.toggle(document());
		assert.deepEqual(states(), [true, true, false, true, true]);
		assert.deepEqual(all(), before);
	});

	it("is off, with repeats and spelling, where the machine's policy says so, whatever else is set", () => {
		const prose = { uri: { fsPath: "/a/file", path: "/a/file" }, languageId: "markdown" } as never;
		configuration.workspace.languages = { python: { [enable]: true } };
		configuration.user.values["inkling.policy.forceOff"] = true;
		assert.deepEqual(settings.onOff(document()), { enabled: false, decidedBy: "policy" });
		const { enabled, repeats } = settings.suggestions(document());
		assert.deepEqual([enabled, repeats, settings.spelling(prose).scope], [false, false, null]);
		assert.equal(settings.isForcedOff(), true);
	});

	it("brings back a single language when everything else is off", async () => {
		configuration.user.values[enable] = false;
		configuration.user.languages = { python: { [enable]: true } };
		assert.deepEqual([isOn(), isOn("ruby")], [true, false]);
		await settings.toggle(document());
		assert.deepEqual([isOn(), isOn("ruby")], [false, false]);
		await settings.toggle(document());
		assert.deepEqual([isOn(), isOn("ruby")], [true, false]);
	});

	it("turns on a language that is off with all others, without turning on those", async () => {
		configuration.workspace.values[enable] = false;
		await settings.toggleLanguage(document());
		assert.deepEqual([isOn(), isOn("ruby")], [true, false]);
		assert.deepEqual(configuration.workspace.languages, { python: { [enable]: true } });
		assert.deepEqual(configuration.user.languages, {});
		await settings.toggleLanguage(document());
		assert.deepEqual(configuration.workspace, { values: { [enable]: false }, languages: {} });
	});

	it("changes the layer that decides, and no wider one", async () => {
		workspace.workspaceFile = {};
		configuration.user.languages = { python: { [enable]: true } };
		configuration.folders.set("/b", { values: {}, languages: { python: { [enable]: false } } });
		const inFolder = document("python", "/b/x");
		await settings.toggleLanguage(inFolder);
		assert.equal(isOn("python", "/b/x"), true);
		assert.deepEqual(configuration.folders.get("/b"), { values: {}, languages: {} });
		assert.deepEqual(configuration.user.languages, { python: { [enable]: true } });
	});

	it("overrules a wider layer in the layer that decided", async () => {
		configuration.user.languages = { python: { [enable]: false } };
		configuration.workspace.languages = { python: { [enable]: false } };
		await settings.toggleLanguage(document());
		assert.equal(isOn(), true);
		assert.deepEqual(configuration.user.languages, { python: { [enable]: false } });
		assert.deepEqual(configuration.workspace.languages, { python: { [enable]: true } });
	});

	it("overrules a value that several languages share", async () => {
		configuration.user.languages = { "python,ruby": { [enable]: false } };
		await settings.toggleLanguage(document());
		assert.deepEqual([isOn(), isOn("ruby")], [true, false]);
	});

	it("turns suggestions on again in the layers that turn them off", async () => {
		workspace.workspaceFile = {};
		configuration.folders.set("/b", { values: { [enable]: false }, languages: {} });
		const inFolder = document("go", "/b/x");
		await settings.toggle(inFolder);
		assert.equal(isOn("go", "/b/x"), true);
		assert.deepEqual(configuration.folders.get("/b"), { values: {}, languages: {} });
		configuration.user.values[enable] = false;
		await settings.toggle(inFolder);
		assert.deepEqual([isOn("go", "/b/x"), configuration.user.values], [true, {}]);
	});

	it("makes sure that a language is on when it is turned on while all are off", async () => {
		configuration.user.values["inkling.disableEverywhere"] = true;
		configuration.user.languages = { python: { [enable]: false } };
		await settings.toggleLanguage(document());
		assert.deepEqual([isOn(), isOn("ruby")], [true, true]);
	});

	it("says what decides", () => {
		assert.deepEqual(settings.onOff(document()).decidedBy, { layer: "default", forLanguage: false });
		configuration.workspace.values[enable] = true;
		assert.deepEqual(settings.onOff(document()).decidedBy, { layer: "workspace", forLanguage: false });
		// With a single folder VS Code reports its settings as those of the workspace, too.
		configuration.folders.set("/a", { values: { [enable]: true }, languages: {} });
		assert.deepEqual(settings.onOff(document()).decidedBy, { layer: "workspace", forLanguage: false });
		workspace.workspaceFile = {};
		assert.deepEqual(settings.onOff(document()).decidedBy, { layer: "folder", forLanguage: false });
		configuration.user.languages = { python: { [enable]: false } };
		assert.deepEqual(settings.onOff(document()), {
			enabled: false,
			decidedBy: { layer: "user", forLanguage: true },
		});
		assert.deepEqual(settings.onOffInGeneral(document()).decidedBy, { layer: "folder", forLanguage: false });
	});

	it("takes no notice of a value that is no boolean", async () => {
		configuration.user.values[enable] = "off";
		assert.equal(isOn(), true);
		await settings.toggleLanguage(document());
		assert.equal(isOn(), false);
	});
});
