/** A folder of its own for each test, removed afterwards. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "mocha";

/** Call inside `describe`; the function returned gives a path in the present test's folder. */
export function useTemporaryFolder(): (...names: string[]) => string {
	let folder = "";
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "inkling-test-"));
	});
	afterEach(() => {
		rmSync(folder, { recursive: true, force: true });
	});
	return (...names) => join(folder, ...names);
}
