#!/usr/bin/env bash
# npm package @sparticuz/chromium 153.0.0: `executablePath()` unpacks the browser to the file `chromium` in the temporary
# folder, and returns whatever file of that name is there already. After an update of the package the machine goes on with
# the browser that an earlier version has left in /tmp, until somebody removes it; a file that was cut short stays, too.
# Whoever wants the pinned version unpacks it with the package's `inflate()` into a temporary folder of their own.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @sparticuz/chromium@153.0.0 >/dev/null
mkdir temporary
echo "left by an earlier version" >temporary/chromium
export TMPDIR="$work/temporary"
node --input-type=module --eval '
	import { readFileSync } from "node:fs";
	import chromium from "@sparticuz/chromium";
	console.log(readFileSync(await chromium.executablePath(), "latin1").slice(0, 26));
' | tee seen
diff seen - <<'END'
left by an earlier version
END
