#!/usr/bin/env bash
# AssemblyScript 0.28.20, beside TypeScript 5.9.3: names that TypeScript allows and AssemblyScript does not.
# AssemblyScript is written as TypeScript, whose words that mean something in some places only ("as", "from", "of", "type" ...) are
# names everywhere else. AssemblyScript takes most of them as names, too, but not three: a variable called "of", "async" or
# "override" is a syntax error. It says "Identifier expected" and not that the word is reserved, and more errors follow
# wherever the variable is used. An editor, a linter and a check of types, which all see TypeScript, find nothing.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts assemblyscript@0.28.20 typescript@5.9.3 >/dev/null
for name in of async override as from type readonly abstract declare; do
	echo "export function twice(x: number): number { const $name: number = x; return $name + $name; }" >a.ts
	typescript=takes
	npx tsc --noEmit --strict --target es2022 a.ts >/dev/null || typescript=refuses
	assemblyscript="takes it"
	npx asc a.ts --noEmit --runtime stub >said 2>&1 || assemblyscript="refuses it: $(grep -m1 -o 'TS[0-9]*: .*' said)"
	echo "$name: TypeScript $typescript it, AssemblyScript $assemblyscript"
done | tee seen
diff seen - <<'END'
of: TypeScript takes it, AssemblyScript refuses it: TS1003: Identifier expected.
async: TypeScript takes it, AssemblyScript refuses it: TS1003: Identifier expected.
override: TypeScript takes it, AssemblyScript refuses it: TS1003: Identifier expected.
as: TypeScript takes it, AssemblyScript takes it
from: TypeScript takes it, AssemblyScript takes it
type: TypeScript takes it, AssemblyScript takes it
readonly: TypeScript takes it, AssemblyScript takes it
abstract: TypeScript takes it, AssemblyScript takes it
declare: TypeScript takes it, AssemblyScript takes it
END
