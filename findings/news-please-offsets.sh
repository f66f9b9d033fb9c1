#!/usr/bin/env bash
# news-please 1.6.16: date_publish drops the offset that a page states, without converting by it. '2024-07-11T23:51:00+07:00'
# becomes 23:51 and the same instant written '2024-07-11T16:51:00Z' becomes 16:51, both without a zone, so that sites (or two
# templates of one site) cannot be put in order, and nothing tells which clock was meant. newspaper4k 0.9.6, on the same
# pages, gives two values that are equal.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --upgrade pip
"$folder/venv/bin/python" -m pip install --quiet news-please==1.6.16 newspaper4k==0.9.6
"$folder/venv/bin/python" -W ignore - 2>/dev/null <<'PYTHON'
from datetime import datetime

from newspaper import Article
from newsplease import NewsPlease

URL = "https://paper.example/bai-1.html"
PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Hội nghị sơ kết</title>
<meta property="article:published_time" content="{}"></head><body><article><h1>Hội nghị sơ kết</h1>""" + (
    "<p>Hội nghị đánh giá kết quả sáu tháng đầu năm và bàn nhiệm vụ sáu tháng cuối năm của tỉnh.</p>" * 6
) + "</article></body></html>"
HERE, UTC = "2024-07-11T23:51:00+07:00", "2024-07-11T16:51:00Z"
assert datetime.fromisoformat(HERE) == datetime.fromisoformat(UTC.replace("Z", "+00:00"))


def newspaper4k(printed):
    article = Article(URL, language="vi")
    article.download(input_html=PAGE.format(printed))
    article.parse()
    return article.publish_date


read = [NewsPlease.from_html(PAGE.format(printed), url=URL).date_publish for printed in (HERE, UTC)]
other = [newspaper4k(printed) for printed in (HERE, UTC)]
print("news-please:", *read)
print("newspaper4k:", *other)
assert read == [datetime(2024, 7, 11, 23, 51), datetime(2024, 7, 11, 16, 51)]
assert other[0] == other[1]
PYTHON
