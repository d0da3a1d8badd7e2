#!/usr/bin/env bash
# Python package nbformat 5.10.4: the list that holds a cell's source is cut at more than line feeds.
#   * The writer cuts with str.splitlines(True), so a piece may also end with a form feed, a vertical tab, U+001C to
#     U+001E, U+0085, U+2028 or U+2029, within what every editor shows as one line.
#   * The reader joins the pieces with nothing between. A reader that takes each piece for a line, joins with "\n", or
#     adds a missing "\n" to all pieces but the last, changes the source; one that counts pieces counts too many lines.
# Files made with Jupyter have such pieces where code holds a form feed between sections, as GNU style asks for, and where
# prose was pasted from a word processor.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check nbformat==5.10.4
cat >check.py <<'END'
import json, nbformat
from nbformat.v4 import new_code_cell, new_notebook

source = "a = 1\n\fb = 2  # one\u2028line\nc = '\x85'\n"
text = nbformat.writes(new_notebook(cells=[new_code_cell(source)]))
pieces = json.loads(text)["cells"][0]["source"]
print("lines: ", source.count("\n"), " pieces:", len(pieces), pieces)
assert pieces == ["a = 1\n", "\f", "b = 2  # one\u2028", "line\n", "c = '\x85", "'\n"], pieces
assert nbformat.reads(text, as_version=4).cells[0].source == source
END
venv/bin/python check.py
