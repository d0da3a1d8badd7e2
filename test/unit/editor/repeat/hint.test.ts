import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../harness/paths.ts";

describe("the hint of a repeat", () => {
	it("is drawn in colours of the editor that every theme has, those of high contrast included", () => {
		const hint = readFileSync(join(root, "src/editor/repeat/hint.ts"), "utf8");
		const names = [...hint.matchAll(/new vscode\.ThemeColor\("(editor[^"]+)"\)/g)].map(([, name]) => name as string);
		assert.ok(names.length > 0);
		const colours = join(root, "node_modules/monaco-editor/esm/vs/editor/common/core/editorColorRegistry.js");
		const platform = join(root, "node_modules/monaco-editor/esm/vs/platform/theme/common/colors/editorColors.js");
		const registry = readFileSync(colours, "utf8") + readFileSync(platform, "utf8");
		for (const name of names) {
			const [, defaults] =
				new RegExp(`registerColor\\('${name.replaceAll(".", "\\.")}', (\\{[^}]*\\})`).exec(registry) ?? [];
			assert.ok(defaults !== undefined, `${name} is a colour`);
			assert.doesNotMatch(defaults, /null/, name);
		}
	});
});
