#!/usr/bin/env bash
# git 2.39.5, beside npm's ignore 7.0.5 and picomatch 4.0.3: two stars behind a name in a .gitignore.
# gitignore(5) says that "**" has a meaning of its own between slashes only, and that "other consecutive asterisks are
# considered regular asterisks", which match no slash. In git that depends on the beginning of the pattern: git compares the part
# before the first wildcard as plain text, and the rest, which then begins with "**/", may match any number of folders or
# none. So "x/ab**/c" also ignores "x/abd/e/c" and "x/abc". With a wildcard before the stars ("[x]/ab**/c") git does what
# the manual says. Both libraries do what the manual says in both cases, so a program that asks them reads files that git ignores.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts ignore@7.0.5 picomatch@4.0.3 >/dev/null
git --version
git init --quiet repository
cat >compare.cjs <<'END'
const { spawnSync } = require("node:child_process");
const { writeFileSync } = require("node:fs");
const ignore = require("ignore");
const picomatch = require("picomatch");

const paths = ["x/abd/c", "x/abd/e/c", "x/abc"];
for (const pattern of ["x/ab**/c", "[x]/ab**/c"]) {
	writeFileSync("repository/.gitignore", `${pattern}\n`);
	const git = spawnSync("git", ["check-ignore", "--no-index", "--stdin"], { cwd: "repository", input: paths.join("\n") });
	const ignored = git.stdout.toString().split("\n");
	const seen = {
		git: (path) => ignored.includes(path),
		ignore: (path) => ignore().add(pattern).ignores(path),
		picomatch: picomatch(pattern),
	};
	for (const [name, matches] of Object.entries(seen)) console.log(`${pattern} ${name}: ${paths.filter((path) => matches(path)).join(" ")}`);
}
END
node compare.cjs | tee seen
diff seen - <<'END'
x/ab**/c git: x/abd/c x/abd/e/c x/abc
x/ab**/c ignore: x/abd/c
x/ab**/c picomatch: x/abd/c
[x]/ab**/c git: x/abd/c
[x]/ab**/c ignore: x/abd/c
[x]/ab**/c picomatch: x/abd/c
END
