#!/usr/bin/env bash
# Observable Plot 0.6.17: every chart is an SVG that carries a <style> element of its own, also where no style was asked for and
# all colours are attributes. A page whose content security policy allows styles by a nonce only, such as a webview of VS Code,
# therefore reports a violation for each chart and ignores these rules, unless the element is taken out before the chart
# is put into the page. The rules matter: they keep blanks in labels, and let the chart shrink with its container.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @observablehq/plot@0.6.17 linkedom@0.18.15
cat >chart.mjs <<'END'
import { line, plot } from "@observablehq/plot";
import { DOMParser } from "linkedom";
const document = new DOMParser().parseFromString("<html><body></body></html>", "text/html");
const chart = plot({ document, marks: [line([[0, 1], [1, 2]], { stroke: "red" })] });
const styles = [...chart.querySelectorAll("style")];
console.log(`style elements: ${styles.length}`);
console.log(`rules: ${["white-space: pre", "max-width: 100%"].filter((rule) => styles[0].textContent.includes(rule)).join(", ")}`);
END
node chart.mjs | tee seen
diff seen - <<'END'
style elements: 1
rules: white-space: pre, max-width: 100%
END
