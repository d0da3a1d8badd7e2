/** VS Code loads this as `extensionTestsPath`; it runs the built test files in its own folder. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { format } from "node:util";
import * as vscode from "vscode";
import { runMocha } from "./mochaRun.ts";
import { reportMark } from "./reportMark.ts";

/** Marks what the tests print, as VS Code prints its own log to the same place. */
const print = (...args: unknown[]): void => console.log(reportMark + format(...args));

export async function run(): Promise<void> {
	process.setSourceMapsEnabled(true);
	print(`VS Code ${vscode.version} on Node ${process.versions.node}`);
	const folder = import.meta.dirname;
	const files = readdirSync(folder).filter((file) => file.endsWith(".test.cjs"));
	const paths = files.sort().map((file) => join(folder, file));
	const { failed } = await runMocha(paths, "require", print).catch((error: unknown) => {
		print(error);
		throw error;
	});
	if (failed > 0) throw new Error(`${failed} tests failed`);
}
