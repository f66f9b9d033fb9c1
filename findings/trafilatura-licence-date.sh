#!/usr/bin/env bash
# trafilatura 2.3.1 (htmldate 1.11.0): a Vietnamese newspaper's page gets a date that is not its article's, without a sign.
# trafilatura asks htmldate for the *original* date, and that is the oldest one on the page. So the licence line that every
# such page must print at its foot ("Giấy phép số …, ngày 05/03/2019"), or the year of the copyright line, wins over the
# article's own line in a div of class "date". All articles of a paper then have one date. htmldate alone, asked for the last
# change, reads the first page right. Beside a page clock (id "current-date") both give the clock's day. With the date in a meta
# tag all of these pages are read right.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --upgrade pip
"$folder/venv/bin/python" -m pip install --quiet trafilatura==2.3.1 htmldate==1.11.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
from htmldate import find_date
from trafilatura import extract_metadata

TEXT = "<p>Hội nghị đánh giá kết quả sáu tháng đầu năm và bàn nhiệm vụ sáu tháng cuối năm của tỉnh.</p>" * 8
PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Hội nghị sơ kết</title>{meta}</head><body>{top}
<article><h1>Hội nghị sơ kết</h1><div class="date">{line}</div>{text}</article><footer>{foot}</footer></body></html>"""
META = '<meta property="article:published_time" content="2024-07-11T15:51:00+07:00">'
FIGURES, WORDS = "Thứ Năm, 11/07/2024, 15:51 (GMT+7)", "15:51 | 11 Tháng Bảy, 2024"
LICENCE, CLOCK = "Giấy phép số 1/GP-BTTTT, ngày 05/03/2019", '<div id="current-date">Chủ nhật, 15/11/2026</div>'


def dates(line, *, top="", foot="", meta=""):
    page = PAGE.format(meta=meta, top=top, line=line, text=TEXT, foot=foot)
    found = extract_metadata(page, default_url="https://paper.example/bai-1.html").date, find_date(page)
    print(f"{line:36} {top or foot:52} trafilatura {found[0]}, htmldate {found[1]}")
    return found


assert dates(FIGURES) == ("2024-07-11", "2024-07-11")
assert dates(FIGURES, foot=LICENCE) == ("2019-03-05", "2024-07-11")
assert dates(WORDS, foot="© 2019 Báo Khối") == ("2019-01-01", "2019-01-01")
assert dates(FIGURES, top=CLOCK) == ("2026-11-15", "2026-11-15")
assert dates(FIGURES, top=CLOCK, foot=LICENCE, meta=META)[0] == "2024-07-11"
PYTHON
