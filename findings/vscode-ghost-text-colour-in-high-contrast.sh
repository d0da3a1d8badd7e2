#!/usr/bin/env bash
# monaco-editor 0.57.0 (VS Code's editor): the theme colour `editorGhostText.foreground` has a value in light and dark themes and none
# in the two high contrast themes, while its neighbour for code lenses has one in all four. One would expect every colour of
# text to have a value everywhere. An extension that gives it to a decoration's text (`after: { color }`) draws text
# that cannot be seen in high contrast: VS Code 1.139 showed the frame of such a decoration, and no text.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts monaco-editor@0.57.0
cat >colours.mjs <<'END'
import { readdirSync, readFileSync } from "node:fs";
const folder = "node_modules/monaco-editor/esm/vs/";
const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".js"));
const sources = files.map((name) => readFileSync(folder + name, "utf8"));
for (const name of ["editorGhostText.foreground", "editorCodeLens.foreground"]) {
	const source = sources.find((text) => text.includes(`registerColor('${name}'`));
	const defaults = source.split(`registerColor('${name}', {`)[1].split("}")[0];
	const themes = ["dark", "light", "hcDark", "hcLight"];
	const has = themes.filter((theme) => !new RegExp(`\\b${theme}: null`).test(defaults));
	console.log(`${name}: ${has.join(", ")}`);
}
END
node colours.mjs | tee seen
diff seen - <<'END'
editorGhostText.foreground: dark, light
editorCodeLens.foreground: dark, light, hcDark, hcLight
END
