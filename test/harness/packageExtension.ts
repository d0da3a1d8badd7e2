/** Packages the extension as `npm run package` does. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { root } from "./paths.ts";

/** Makes a production build at need and writes the package to `packagePath`; fails with the output of the tool. */
export async function packageExtension(packagePath: string): Promise<void> {
	// On Windows npm is a script for the shell.
	const shell = process.platform === "win32";
	const out = shell ? `"${packagePath}"` : packagePath;
	await promisify(execFile)("npm", ["run", "package", "--", "--out", out], { cwd: root, shell });
}
