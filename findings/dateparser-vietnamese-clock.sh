#!/usr/bin/env bash
# dateparser 1.5.0, Vietnamese: a time of day in words ("7 giờ 15 phút", a quarter past seven) is read as a time ago, and the
# date printed beside it is dropped without a word. "20/5/2024 7 giờ 15 phút", read at 01:30 on 12 July 2024, is 18:15 of
# 11 July: seven and a quarter hours earlier. The same date with "7:15" is read right. In the Vietnamese data "giờ" and
# "phút" are units only, and the relative parser takes a number and a unit without "trước" (ago) for the past. Restricting
# PARSERS to absolute-time gives None instead. What is printed as "14 giờ 30" has to be rewritten to "14:30" first; in
# dateparser itself a simplification in its Vietnamese data would do: "(\d+) giờ (\d+)( phút)?" to "\1:\2".
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet "dateparser==1.5.0"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
from datetime import datetime

import dateparser

NOW = datetime(2024, 7, 12, 1, 30)


def read(text, **more):
    return dateparser.parse(text, languages=["vi"], settings={"DATE_ORDER": "DMY", "RELATIVE_BASE": NOW, **more})


words, digits = read("20/5/2024 7 giờ 15 phút"), read("20/5/2024 7:15")
absolute = read("20/5/2024 7 giờ 15 phút", PARSERS=["absolute-time"])
print("in words:     ", words)
print("in digits:    ", digits)
print("absolute only:", absolute)
assert words == datetime(2024, 7, 11, 18, 15), words
assert digits == datetime(2024, 5, 20, 7, 15), digits
assert absolute is None, absolute
PYTHON
