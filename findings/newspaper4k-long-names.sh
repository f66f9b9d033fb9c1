#!/usr/bin/env bash
# newspaper4k 0.9.6: an author whose name has more than four words is no author at all. 'Nguyễn Thị Ngọc Ánh' is read,
# 'Nguyễn Thị Ngọc Ánh Tuyết' gives an empty list, and so do two authors joined by the Vietnamese word for 'and'
# ('Nguyễn Văn An và Trần Thị Bình'), although the meta tag says it plainly and nothing is reported.
# Names of five and six words are common in Vietnam, so its lists of authors leave out some writers always.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --upgrade pip
"$folder/venv/bin/python" -m pip install --quiet newspaper4k==0.9.6 lxml==6.1.3
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
from newspaper import Article, __version__

PAGE = """<html lang="vi"><head><title>Bài</title><meta name="author" content="{}"></head><body><article>
<h1>Hội nghị sơ kết sáu tháng</h1>""" + "<p>Hội nghị đánh giá kết quả sáu tháng đầu năm và bàn nhiệm vụ sáu tháng cuối năm của tỉnh.</p>" * 6 + "</article></body></html>"
EXPECTED = {
    "Nguyễn Thị Ngọc Ánh": ["Nguyễn Thị Ngọc Ánh"],
    "Nguyễn Thị Ngọc Ánh Tuyết": [],
    "Nguyễn Văn An và Trần Thị Bình": [],
}
for printed, expected in EXPECTED.items():
    article = Article("https://paper.example/bai-1.html", language="vi")
    article.download(input_html=PAGE.format(printed))
    article.parse()
    print(f"{printed!r} -> {article.authors}")
    assert article.authors == expected, f"newspaper4k {__version__} reads {printed!r} as {article.authors}, not {expected}"
PYTHON
