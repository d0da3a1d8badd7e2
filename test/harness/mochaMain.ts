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
// A test may leave a timer or a process behind; its time is over.
process.exit(failed === 0 ? 0 : 1);
