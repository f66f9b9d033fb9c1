#!/usr/bin/env bash
# lxml 6.1.3 (libxml2 2.14): a page of the years when <font> was seldom closed ends at the 256th element inside another,
# without an error. HTML lets each <font> that is not closed hold all that follows, so a list of links with one of them
# in each item is enough, and the article below it is gone, footer and all. lxml.html keeps the page's beginning and
# says nothing (only the parser's error_log does); trafilatura 2.3.1, which reads lxml's tree, returns the heading alone
# as the article. Beautiful Soup with Python's own html.parser has the whole page.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet "lxml==6.1.3" "trafilatura==2.3.1" "lxml_html_clean==0.4.6" "beautifulsoup4==4.15.0"
cat > "$folder/read.py" <<'PYTHON'
from bs4 import BeautifulSoup
from lxml import html
from trafilatura import extract

ARTICLE = "".join(f"<p>Đoạn {n}: hội nghị của tỉnh thông qua nghị quyết về công tác xây dựng Đảng.</p>" for n in range(8))


def page(links):
    menu = "".join(f'<font size=2><a href="/{n}">Mục {n}</a><br>' for n in range(links))
    return f"<html><body><h1>Hội nghị của tỉnh</h1>{menu}<div>{ARTICLE}</div><div>Tòa soạn</div></body></html>"


for links in (100, 300):
    text = page(links)
    print(
        links,
        html.fromstring(text).text_content().count("Đoạn"),
        (extract(text) or "").count("Đoạn"),
        BeautifulSoup(text, "html.parser").get_text().count("Đoạn"),
    )
PYTHON
said=$("$folder/venv/bin/python" "$folder/read.py")
echo "links, paragraphs by lxml.html, by trafilatura, by Beautiful Soup"
echo "$said"
[[ $said == $'100 8 8 8\n300 0 0 8' ]]
