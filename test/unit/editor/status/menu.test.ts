import assert from "node:assert/strict";
import type { Inkling } from "../../../../src/editor/inkling.ts";
import { commands } from "../../../../src/editor/settings/names.ts";
import * as fake from "../fakeVscode.ts";
import { freshInputs } from "./inputs.ts";

const { showMenu } = await import("../../../../src/editor/status/menu.ts");

describe("the menu", () => {
	const run: string[] = [];
	const disposables: { dispose(): void }[] = [];

	const show = (changes: Partial<Inkling["statusInputs"]> = {}): Promise<void> => {
		const inkling = {
			statusInputs: { ...freshInputs, ...changes },
			provider: { refusal: undefined },
			server: { state: changes.server ?? "stopped", restart: () => run.push("restart") },
		};
		return showMenu(inkling as unknown as Inkling, "publisher.inkling");
	};

	beforeEach(() => {
		run.length = 0;
		for (const id of Object.values(commands))
			disposables.push(fake.commands.registerCommand(id, () => void run.push(id)));
	});
	afterEach(() => {
		for (const disposable of disposables.splice(0)) disposable.dispose();
	});

	const cases: readonly [label: string, command: string, changes?: Partial<Inkling["statusInputs"]>][] = [
		["Show Last Requests", commands.showLastRequests],
		["Show Log", commands.showLog],
		["Show Perplexity", commands.showPerplexity],
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

	it("has every command that needs no document and is not the menu itself", async () => {
		const offered = new Set(cases.map(([, command]) => command));
		const { toggleLanguage, repeat, repeatEverywhere, dismissRepeat, showMenu: itself } = commands;
		// The menus of the view of files have two.
		const { neverLearn, learnAgain } = commands;
		const needDocument: readonly string[] = [toggleLanguage, repeat, repeatEverywhere, dismissRepeat];
		const needFile: readonly string[] = [neverLearn, learnAgain];
		for (const id of Object.values(commands))
			assert.ok(offered.has(id) || needDocument.includes(id) || needFile.includes(id) || id === itself, id);
	});
});
