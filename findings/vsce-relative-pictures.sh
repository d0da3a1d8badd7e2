#!/usr/bin/env bash
# @vscode/vsce 3.9.2: `vsce package` with --no-rewrite-relative-links takes a README whose picture does not come with the package.
# One would expect a warning, as the same tool refuses that README without the option ("The The image .* will be broken").
# The package then holds a README that names a picture which is not in it. The picture could not be seen even if it were: the
# page of an extension in VS Code (1.100 and 1.139: `img-src https: data:` in its content security policy) takes no
# pictures from files. A page that must work without the web can have no picture.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix tool @vscode/vsce@3.9.2
mkdir extension
cd extension
cat >package.json <<'END'
{ "name": "sample", "publisher": "sample", "version": "1.0.0", "license": "MIT", "engines": { "vscode": "^1.100.0" } }
END
printf '# Sample\n\n![Picture](media/picture.png)\n' >README.md
printf 'MIT\n' >LICENSE
mkdir media
printf 'not shipped' >media/picture.png
printf '**\n!package.json\n!README.md\n!LICENSE\n' >.vscodeignore

vsce() { ../tool/node_modules/.bin/vsce package --no-dependencies --allow-missing-repository "$@" 2>&1; }
if output=$(vsce --out rewritten.vsix); then strict=packages; else strict=refuses; fi
grep -q "The image .* will be broken" <<<"$output" || strict="$strict for another reason"
if output=$(vsce --no-rewrite-relative-links --out kept.vsix); then lenient=packages; else lenient=refuses; fi
if grep -qi "warning.*\(image\|picture\)\|will be broken" <<<"$output"; then lenient="$lenient with a warning"; fi
python3 - >contents <<'END'
import zipfile
with zipfile.ZipFile("kept.vsix") as package:
    print("picture in the package:", any("picture" in name for name in package.namelist()))
    print("README names it:", "media/picture.png" in package.read("extension/readme.md").decode())
END
{
	echo "by default: $strict"
	echo "with --no-rewrite-relative-links: $lenient"
	cat contents
} | tee seen
diff seen - <<'END'
by default: refuses
with --no-rewrite-relative-links: packages
picture in the package: False
README names it: True
END
