#!/usr/bin/env bash
# VS Code 1.139.1 (out of code-server 4.139.1): the refactoring preview of a WorkspaceEdit cannot start with everything ticked.
# An extension gets the preview by giving edits `needsConfirmation: true`, which the API describes as a demand for the user's
# consent. One would expect a list that is ticked and waits for a click on Apply. But it is the very flag that decides about the
# tick: an edit that needs confirmation starts without one, and if none needs it, no preview comes up at all. A user
# who presses Apply at once has changed nothing. A quick pick of several items can start ticked.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent code-server@4.139.1 >/dev/null
tar -xzf code-server-*.tgz package/lib/vscode/out/vs/code/browser/workbench/workbench.js
cat >look.mjs <<'END'
import { readFileSync } from "node:fs";
const workbench = readFileSync("package/lib/vscode/out/vs/code/browser/workbench/workbench.js", "utf8");
const shows = /this\._previewHandler&&\(\w+\?\.showPreview\|\|\w+\.some\((\w+)=>\1\.metadata\?\.needsConfirmation\)\)/;
const ticks = /this\.checked\.updateChecked\((\w+),!\1\.metadata\?\.needsConfirmation\)/;
console.log(`shown if an edit needs confirmation: ${shows.test(workbench)}`);
console.log(`ticked unless it needs confirmation: ${ticks.test(workbench)}`);
END
node look.mjs | tee seen
diff seen - <<'END'
shown if an edit needs confirmation: true
ticked unless it needs confirmation: true
END
