#!/usr/bin/env bash
# fundus 0.5.7, newspaper4k 0.9.6 and news-please 1.6.16 read the day-first dates of Vietnamese pages month first, as long as
# the day is at most 12, and say nothing: 11/07/2024 is 7 November to them, 25/07/2024 is 25 July. So in one paper more than
# a third of the dates are wrong and the rest are right. All hand the text to dateutil with its American default. A printed weekday
# does not help: 11 July 2024 was a Thursday (thứ Năm), 7 November too; but 'Thứ Sáu, 12/07/2024' (a Friday) becomes
# 7 December, a Saturday. htmldate 1.10.0, which trafilatura uses, takes the day first, and thereby the month-first stamp that .NET
# prints ('9/11/2021 3:29:47 PM', 11 September) for 9 November, which the three others read right. No one of the four is right on both.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --upgrade pip
"$folder/venv/bin/python" -m pip install --quiet fundus==0.5.7 curl-cffi==0.14.0 newspaper4k==0.9.6 news-please==1.6.16 htmldate==1.10.0
"$folder/venv/bin/python" -W ignore - 2>/dev/null <<'PYTHON'
from fundus.parser.utility import generic_date_parsing
from htmldate import find_date
from newspaper import Article
from newsplease import NewsPlease

URL = "https://paper.example/bai-1.html"
PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Hội nghị sơ kết</title>
<meta property="article:published_time" content="{}"></head><body><article><h1>Hội nghị sơ kết</h1>""" + (
    "<p>Hội nghị đánh giá kết quả sáu tháng đầu năm và bàn nhiệm vụ sáu tháng cuối năm của tỉnh.</p>" * 6
) + "</article></body></html>"


def newspaper4k(page):
    article = Article(URL, language="vi")
    article.download(input_html=page)
    article.parse()
    return f"{article.publish_date:%Y-%m-%d}"


def days(printed):
    page = PAGE.format(printed)
    found = {
        "fundus": f"{generic_date_parsing(printed):%Y-%m-%d}",
        "newspaper4k": newspaper4k(page),
        "news-please": f"{NewsPlease.from_html(page, url=URL).date_publish:%Y-%m-%d}",
        "htmldate": find_date(page, original_date=True),
    }
    print(printed, found)
    return tuple(found.values())


assert days("11/07/2024 15:51") == ("2024-11-07", "2024-11-07", "2024-11-07", "2024-07-11")
assert days("25/07/2024 15:51") == ("2024-07-25", "2024-07-25", "2024-07-25", "2024-07-25")
assert days("9/11/2021 3:29:47 PM") == ("2021-09-11", "2021-09-11", "2021-09-11", "2021-11-09")
friday = generic_date_parsing("Thứ Sáu, 12/07/2024 08:15")
print(f"fundus: Thứ Sáu (a Friday), 12/07/2024 -> {friday:%A %Y-%m-%d}")
assert f"{friday:%A %Y-%m-%d}" == "Saturday 2024-12-07"
PYTHON
