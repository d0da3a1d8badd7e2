#!/usr/bin/env bash
# axe-core 4.14.1 (rule color-contrast, run in Chromium by playwright-core 1.65.1): in a frame whose page has no background of its own, it
# compares text with white, whatever the page around the frame paints behind it. One would expect the colour that a person sees, as for an
# element without a background in the same page. Light text in a transparent frame on a dark page, such as a page that an
# extension shows in VS Code's dark themes, is reported as unreadable; a background in the frame's own page ends that.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts axe-core@4.14.1 playwright-core@1.65.1 @sparticuz/chromium@153.0.0 >/dev/null
mkdir browser
export TMPDIR="$work/browser"
cat >look.mjs <<'END'
import { readFileSync } from "node:fs";
import { inflate } from "@sparticuz/chromium";
import { chromium } from "playwright-core";
const { TMPDIR } = process.env;
for (const name of ["chromium.br", "al2023.tar.br"]) await inflate(`node_modules/@sparticuz/chromium/bin/${name}`);
const browser = await chromium.launch({
	executablePath: `${TMPDIR}/chromium`,
	args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
	env: { ...process.env, LD_LIBRARY_PATH: `${TMPDIR}/al2023/lib` },
});
const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
/** The background that axe-core takes a paragraph of light text to have; undefined: it finds nothing wrong. */
async function background(html, inFrame) {
	const page = await browser.newPage();
	await page.setContent(`<html lang="en"><title>x</title><body style="background: #1e1e1e">${html}`);
	const target = inFrame ? page.frames()[1] : page.mainFrame();
	await target.evaluate(axe);
	return await target.evaluate(async () => {
		const { violations } = await axe.run(document, { runOnly: "color-contrast" });
		return violations[0]?.nodes[0]?.any[0]?.data.bgColor;
	});
}
const text = (style) => `<p style="color: #cccccc${style}">Some text</p>`;
const frame = (body) => `<iframe title="frame" srcdoc='<html lang="en"><title>y</title><body style="${body}">${text("")}'></iframe>`;
console.log("in the page:", (await background(`<div>${text("")}</div>`, false)) ?? "readable");
console.log("in a transparent frame:", (await background(frame(""), true)) ?? "readable");
console.log("in a frame with its background:", (await background(frame("background: #1e1e1e"), true)) ?? "readable");
await browser.close();
END
node look.mjs | tee seen
diff seen - <<'END'
in the page: readable
in a transparent frame: #ffffff
in a frame with its background: readable
END
