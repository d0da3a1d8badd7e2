import assert from "node:assert/strict";
import type { Inkling } from "../../../../src/editor/inkling.ts";
import { commands } from "../../../../src/editor/settings/names.ts";
import type { Refusal } from "../../../../src/editor/suggestions/refusal.ts";
import * as fake from "../fakeVscode.ts";
import { freshInputs } from "./inputs.ts";

const { showMenu } = await import("../../../../src/editor/status/menu.ts");

describe("the menu", () => {
	const run: string[] = [];
	const disposables: { dispose(): void }[] = [];
	let refusal: Refusal | undefined;
	let forbidsExport: boolean;

	const show = (changes: Partial<Inkling["statusInputs"]> = {}): Promise<void> => {
		const inkling = {
			statusInputs: { ...freshInputs, ...changes },
			provider: { refusal },
			settings: { forbidsExport: () => forbidsExport },
			server: { state: changes.server ?? "stopped", restart: () => run.push("restart") },
		};
		fake.window.quickPick.hide();
		return showMenu(inkling as unknown as Inkling, "publisher.inkling");
	};

	beforeEach(() => {
		run.length = 0;
		refusal = undefined;
		forbidsExport = false;
		for (const id of Object.values(commands))
			disposables.push(fake.commands.registerCommand(id, () => void run.push(id)));
	});
	afterEach(() => {
		for (const disposable of disposables.splice(0)) disposable.dispose();
		fake.window.quickPick.hide();
	});

	const cases: readonly [label: string, command: string, changes?: Partial<Inkling["statusInputs"]>][] = [
		["Show Last Requests", commands.showLastRequests],
		["Show Log", commands.showLog],
		["First Steps", commands.showFirstSteps],
		["Show Privacy Report", commands.showPrivacyReport],
		["Show Perplexity", commands.showPerplexity],
		["Show Surprise", commands.showSurprise],
		["Show Most Surprising Lines", commands.showSurprisingLines],
		["Show Files Used for Training", commands.showFiles],
		["Import Model…", commands.importModel],
		["Export Model…", commands.exportModel, { hasModel: true }],
		["Reset Model and Memory…", commands.resetModel, { hasModel: true }],
		["Train on Workspace", commands.train],
		["Pause Training", commands.pauseTraining, { training: "starting" }],
		["Resume Training", commands.resumeTraining, { training: "starting", paused: true }],
		["Stop Training", commands.stopTraining, { training: "starting" }],
		["Disable Everywhere", commands.toggleEnabled],
		["Restart Completion Process", "restart", { server: "failed" }],
	];
	for (const [label, command, changes] of cases)
		it(`offers “${label}”, and is gone once it is chosen`, async () => {
			await show(changes);
			fake.window.quickPick.choose(label);
			assert.deepEqual(run, [command]);
			assert.equal(fake.window.quickPick.isShown, false);
		});

	const labels = (): string[] => fake.window.quickPick.items.map(({ label }) => label);

	it("has a name that says what it is for, and a title that says how things stand", async () => {
		await show({ memory: { reading: false, files: 3, characters: 100 } });
		assert.equal(fake.window.quickPick.placeholder, "Choose what Inkling should do");
		assert.match(fake.window.quickPick.title, /^Inkling suggests from its memory of 3 files\./);
	});

	it("says why nothing was suggested last", async () => {
		refusal = "unsure";
		await show();
		const item = fake.window.quickPick.items.find(({ label }) => label === "Show Last Requests");
		assert.equal(item?.description, "nothing was suggested last, because the model is not sure enough");
	});

	it("does not offer what the machine's policy forbids", async () => {
		await show({ hasModel: true });
		assert.ok(labels().includes("Export Model…"));
		forbidsExport = true;
		await show({ hasModel: true });
		assert.ok(!labels().includes("Export Model…"));
		await show({ hasModel: true, suggestions: { enabled: false, decidedBy: "policy" } });
		assert.ok(!labels().some((label) => /Train|Enable|Import|Restart/.test(label)), labels().join());
		assert.ok(labels().includes("Show Privacy Report"));
	});

	it("says what a training needs that is not there", async () => {
		const needed = async (changes: Partial<Inkling["statusInputs"]>) => {
			await show(changes);
			return fake.window.quickPick.items.find(({ label }) => label === "Train on Workspace")?.description;
		};
		assert.equal(await needed({}), undefined);
		assert.equal(await needed({ trusted: false }), "needs a trusted workspace");
		assert.equal(await needed({ hasFolder: false, isOnDisk: false }), "needs a folder");
		assert.equal(await needed({ isOnDisk: false }), "needs a folder on a disk");
		assert.ok(!labels().includes("Show Files Used for Training"), "there are none that can be listed");
	});

	it("offers no training while another window trains", async () => {
		await show({ trainsElsewhere: true });
		assert.ok(!labels().includes("Train on Workspace"));
	});

	it("shows the keys for suggestions", async () => {
		const shown: unknown[] = [];
		const open = fake.commands.registerCommand("workbench.action.openGlobalKeybindings", (query) => shown.push(query));
		await show();
		fake.window.quickPick.choose("Show Keys for Suggestions");
		open.dispose();
		assert.deepEqual(shown, ["inlineSuggest"]);
	});

	it("has every command that needs no document and is not the menu itself", async () => {
		const offered = new Set(cases.map(([, command]) => command));
		const { toggleLanguage, repeat, repeatEverywhere, dismissRepeat, showMenu: itself } = commands;
		// The menus of the view of files have two.
		const { neverLearn, learnAgain, neverLearnFile, addToDictionary, ignoreSpelling } = commands;
		const { continueHere, stopContinuing } = commands;
		const needDocument: readonly string[] = [
			toggleLanguage,
			neverLearnFile,
			addToDictionary,
			ignoreSpelling,
			continueHere,
			stopContinuing,
			repeat,
			repeatEverywhere,
			dismissRepeat,
		];
		const needFile: readonly string[] = [neverLearn, learnAgain];
		for (const id of Object.values(commands))
			assert.ok(offered.has(id) || needDocument.includes(id) || needFile.includes(id) || id === itself, id);
	});
});
