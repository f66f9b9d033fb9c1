#!/usr/bin/env bash
# trafilatura 2.3.1: the author of a page is rewritten on the way out. The initial of a byline loses its full stop
# ('P. MAI' -> 'P MAI'), the second of two authors joined by a hyphen is dropped ('Mai Hà - Lê Nam' -> 'Mai Hà'), and a
# remark in brackets goes ('Hoàng Nam (tổng hợp)', compiled by -> 'Hoàng Nam', written by). 'Lê Anh, Hồ Bắc' keeps both.
# So its author can neither be matched with the printed byline nor counted: the hyphen is how Vietnamese papers join two.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --upgrade pip
"$folder/venv/bin/python" -m pip install --quiet trafilatura==2.3.1 lxml==6.1.3
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import json
import trafilatura

PAGE = """<html lang="vi"><head><title>Bài</title><meta name="author" content="{}"></head><body><article>
<h1>Hội nghị sơ kết sáu tháng</h1>""" + "<p>Hội nghị đánh giá kết quả sáu tháng đầu năm và bàn nhiệm vụ sáu tháng cuối năm của tỉnh.</p>" * 6 + "</article></body></html>"
EXPECTED = {
    "P. MAI": "P MAI",
    "Mai Hà - Lê Nam": "Mai Hà",
    "Hoàng Nam (tổng hợp)": "Hoàng Nam",
    "Lê Anh, Hồ Bắc": "Lê Anh; Hồ Bắc",
}
for printed, expected in EXPECTED.items():
    read = json.loads(trafilatura.extract(PAGE.format(printed), output_format="json", with_metadata=True))["author"]
    print(f"{printed!r} -> {read!r}")
    assert read == expected, f"trafilatura {trafilatura.__version__} reads {printed!r} as {read!r}, not {expected!r}"
PYTHON
