/** Packages the extension as `npm run package` does. */
import { createVSIX } from "@vscode/vsce";
import { root } from "./paths.ts";

/** Builds dist/ for users if it is not, and writes the package to `packagePath`. */
export async function packageExtension(packagePath: string): Promise<void> {
	await createVSIX({
		cwd: root,
		packagePath,
		dependencies: false,
		allowMissingRepository: true,
		rewriteRelativeLinks: false,
	});
}
