#!/usr/bin/env bash
# feedparser 6.0.14: the zone of a feed's date, given as a letter name other than UTC, GMT and those of North America, is
# dropped without a sign. 'Thu, 11 Jul 2024 15:51:00 ICT' (15:51 in Vietnam) is read as 15:51 UTC, seven hours late, and
# `bozo` stays false. The same instant written '+0700' or 'GMT+07:00' is read right; written 'GMT+7' it gives no date.
# Seen: ICT, SGT, JST and an IANA name are all taken for UTC. A feed in ICT thus moves evening news to the next day.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --upgrade pip
"$folder/venv/bin/python" -m pip install --quiet feedparser==6.0.14
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import feedparser

FEED = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Tin</title>
<link>https://paper.example/</link><description>Tin</description><item><title>Bài</title>
<link>https://paper.example/1</link><pubDate>Thu, 11 Jul 2024 15:51:00 {}</pubDate></item></channel></rss>"""
EXPECTED = {
    "+0700": (8, False), "GMT+07:00": (8, False),  # right
    "ICT": (15, False), "SGT": (15, False), "JST": (15, False), "Asia/Ho_Chi_Minh": (15, False),  # hours late, no sign
    "GMT+7": (None, False),
}
for zone, expected in EXPECTED.items():
    feed = feedparser.parse(FEED.format(zone))
    read = feed.entries[0].get("published_parsed")
    seen = (read and read.tm_hour, bool(feed.bozo))
    print(f"15:51:00 {zone:<17} -> UTC hour {seen[0]}, bozo {seen[1]}")
    assert seen == expected, f"feedparser {feedparser.__version__} reads {zone} as {seen}, not {expected}"
PYTHON
