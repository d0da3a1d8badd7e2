#!/usr/bin/env bash
# VS Code's globs (as monaco-editor 0.57.0 ships them) and picomatch 4.0.3, for patterns that look harmless:
#   * In picomatch "[!a]" is the class of "!" and "a" unless the option `posix` is set: "[!a].js" matches "a.js", and not "b.js".
#     Shells, git and VS Code take it as any character but "a". Without the option only "[^a]" means that in picomatch.
#   * In VS Code neither "*" nor "?" matches a slash, but "[!a]" and "[^a]" do: "x[!a]y" matches "x/y". In picomatch they do not.
#   * In VS Code braces around one word stand for the word, as braces around several do: "**/{name}" matches "name". picomatch
#     keeps them, as bash does, and matches a file that is called "{name}".
# So whoever gives VS Code's exclude settings to picomatch leaves out other files than the editor does, in both directions.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts monaco-editor@0.57.0 picomatch@4.0.3 >/dev/null
cat >compare.mjs <<'END'
import picomatch from "picomatch";
import { parse } from "monaco-editor/base/common/glob.js";

const cases = [
	["[!a].js", ["a.js", "b.js"]],
	["[^a].js", ["a.js", "b.js"]],
	["x[!a]y", ["xby", "x/y"]],
	["x[^a]y", ["xby", "x/y"]],
	["x?y", ["xby", "x/y"]],
	["**/{name}", ["name", "in/name", "{name}"]],
];
for (const [pattern, paths] of cases) {
	const seen = { code: parse(pattern), picomatch: picomatch(pattern), posix: picomatch(pattern, { posix: true }) };
	const found = Object.entries(seen).map(([name, matches]) => `${name}: ${paths.filter((path) => matches(path)).join(" ") || "nothing"}`);
	console.log(`${pattern}  ${found.join(" | ")}`);
}
END
node compare.mjs | tee seen
diff seen - <<'END'
[!a].js  code: b.js | picomatch: a.js | posix: b.js
[^a].js  code: b.js | picomatch: b.js | posix: b.js
x[!a]y  code: xby x/y | picomatch: nothing | posix: xby
x[^a]y  code: xby x/y | picomatch: xby | posix: xby
x?y  code: xby | picomatch: xby | posix: xby
**/{name}  code: name in/name | picomatch: {name} | posix: {name}
END
