#!/usr/bin/env bash
# How plain text is kept plain in the two places where VS Code shows an extension's sentences (monaco-editor 0.57.0 ships that code):
#   * Notifications know links, "[text](address)", but no escape: a backslash before a bracket stays visible, and the link is still
#     a link. One would expect the rules of Markdown there. Only taking "](" apart, by a blank for one, makes it text.
#   * `MarkdownString.appendText` escapes Markdown, and also makes every blank an "&nbsp;": a sentence that is appended so is never
#     broken into lines, however narrow the hover is. CommonMark's backslashes keep text plain and its blanks breakable.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts monaco-editor@0.57.0 >/dev/null
cat >show.mjs <<'END'
import { MarkdownString } from "./node_modules/monaco-editor/esm/vs/base/common/htmlContent.js";
import { parseLinkedText } from "./node_modules/monaco-editor/esm/vs/base/common/linkedText.js";
import { marked } from "./node_modules/monaco-editor/esm/vs/base/common/marked/marked.js";

const link = "[a](https://b.c)";
for (const text of [link, `\\${link}`, "\\[a\\](https://b.c)", "[a] (https://b.c)"]) {
	const nodes = parseLinkedText(text).nodes;
	console.log(`notification: ${text} → ${nodes.map((node) => (typeof node === "string" ? node : `link to ${node.href}`)).join(", ")}`);
}
const appended = new MarkdownString().appendText(`see ${link}`).value;
console.log(`appendText: ${appended}`);
const escaped = `see ${link}`.replaceAll(/[!-/:-@[-`{-~]/g, "\\$&");
console.log(`backslashes: ${marked.parseInline(escaped)}`);
END
node show.mjs | tee seen
diff seen - <<'END'
notification: [a](https://b.c) → link to https://b.c
notification: \[a](https://b.c) → \, link to https://b.c
notification: \[a\](https://b.c) → \, link to https://b.c
notification: [a] (https://b.c) → [a] (https://b.c)
appendText: see&nbsp;\[a\]\(https://b.c\)
backslashes: see [a](https://b.c)
END
