/** VS Code in a browser, with the extension installed from a package, for the tests of one `describe`. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findEmbeddedHost } from "./host.ts";
import { packageExtension } from "./packageExtension.ts";
import { quietSettings } from "./settings.ts";
import { Workbench } from "./workbench.ts";

export interface PackagedWorkbench {
	/** Path of the folder that is open. */
	readonly workspace: string;
	/** The open window. */
	window(): Workbench;
}

/**
 * Opens VS Code before the first test and closes it after the last; a test that fails leaves a screenshot. Where VS Code or the
 * browser cannot be had, the tests fail if `CI` is `true`, and are skipped otherwise.
 *
 * @param folder name of the folder that is opened
 * @param layOut makes the folder
 * @param settings beside the quiet ones
 * @param machineSettings beside the quiet ones of the machine
 */
export function usePackagedWorkbench(
	folder: string,
	layOut: (workspace: string) => void,
	settings: Readonly<Record<string, unknown>> = {},
	machineSettings: Readonly<Record<string, unknown>> = {},
): PackagedWorkbench {
	const scratch = mkdtempSync(join(tmpdir(), "inkling-e2e-"));
	const workspace = join(scratch, folder);
	let workbench: Workbench | undefined;

	before(async function () {
		const host = await findEmbeddedHost("newest", console.log);
		if (typeof host === "string") {
			if (process.env["CI"] === "true") throw new Error(host);
			console.log(`Skipped: ${host}`);
			return this.skip();
		}
		const vsix = join(scratch, "inkling.vsix");
		await packageExtension(vsix);
		layOut(workspace);
		workbench = await Workbench.open({
			...host,
			vsix,
			workspace,
			settings: { ...quietSettings, ...settings },
			machineSettings,
			dataFolder: join(scratch, "data"),
		});
	});

	afterEach(async function () {
		if (this.currentTest?.state === "failed") await workbench?.screenshot("e2e-failure");
	});

	after(async () => {
		await workbench?.close();
		rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
	});

	return {
		workspace,
		window() {
			assert.ok(workbench);
			return workbench;
		},
	};
}
