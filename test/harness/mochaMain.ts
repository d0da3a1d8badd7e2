/** Runs test files under plain Node: `node test/harness/mochaMain.ts PATTERN…`. */
import { globSync } from "node:fs";
import { join } from "node:path";
import { runMocha } from "./mochaRun.ts";
import { root } from "./paths.ts";

const files = process.argv.slice(2).flatMap((pattern) => globSync(pattern, { cwd: root }));
const { failed } = await runMocha(
	files.sort().map((file) => join(root, file)),
	"import",
);
// Ends this process even if a test has left a timer or a child process behind.
process.exit(failed === 0 ? 0 : 1);
