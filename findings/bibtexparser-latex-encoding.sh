#!/usr/bin/env bash
# bibtexparser 2.1.0: its own LatexEncodingMiddleware spoils Vietnamese entries in two ways, with a line on standard error
# at most. Letters with two marks (ễ, Ấ, ủ) have no LaTeX form in its table and stay as they are beside escaped ones, so one
# name is half escaped: 'B\'ao Ấp Bắc'. And the braces that keep a corporate author whole ({Báo Ấp Bắc}) are escaped to '\{',
# so that reading the result again splits the newspaper's name into first and last names. Without the middleware the entry
# comes back as it was. So a BibTeX export for Vietnamese sources is UTF-8, unencoded.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet "bibtexparser==2.1.0"
"$folder/venv/bin/python" -W ignore - 2>/dev/null <<'PYTHON'
import bibtexparser
from bibtexparser.middlewares import LatexEncodingMiddleware, SeparateCoAuthors, SplitNameParts

ENTRY = "@article{a1, author = {{Báo Ấp Bắc}}, title = {Hội nghị}}"


def names(text):
    parsed = bibtexparser.parse_string(text, append_middleware=[SeparateCoAuthors(), SplitNameParts()])
    return parsed.entries[0].fields_dict["author"].value


def written(*middleware):
    return bibtexparser.write_string(bibtexparser.parse_string(ENTRY), prepend_middleware=list(middleware))


plain, encoded = written(), written(LatexEncodingMiddleware())
print(encoded)
print("plain:  ", names(plain))
print("encoded:", names(encoded))
assert len(names(plain)[0].last) == 1 and not names(plain)[0].first
assert "\\{B\\'ao Ấp Bắc\\}" in encoded and names(encoded)[0].first
PYTHON
