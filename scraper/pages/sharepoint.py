"""The ``sharepoint`` family: party committees' and provinces' portals on SharePoint.

What is known: addresses were seen (angiang.dcs.vn ``/Lists/CapUy/DispForm.aspx?ID=128``, dangcongsan.vn
``/tinhuylaichau/Lists/Xaydungdang/View.aspx`` with dates ``22/12/2024``, lamdong.gov.vn ``/Pages/default.aspx``,
quangninh.gov.vn ``/Trang/ChiTietTinTuc.aspx?nid=113139``); in their text rows are split by ``|``: a table. The markup
of that table (``ms-formtable``, ``ms-formlabel``, ``ms-formbody``) and the line ``Created at 6/26/2014 6:44 PM by …``
are SharePoint's own and stand in public code, as does ``View_Detail.aspx?ItemID=`` of Vietnamese portals. How portals
name the columns is background knowledge. The fixtures are rebuilt.

Oddities of the source: the number is one of its list alone, so the key holds the list's name; ``Source=`` and
``IsDlg=`` make second copies; some portals print the month first, which their site file says (``date_order``).
"""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bs4 import BeautifulSoup

from scraper.pages.blocks import words
from scraper.pages.selected import SelectorFamily
from scraper.text import fold

_COLUMNS = {
    "title": re.compile(r"tieu de(?: tin)?|ten (?:bai|tin)(?: viet)?|title"),
    "lead": re.compile(r"tom tat|trich (?:dan|yeu)|mo ta|gioi thieu|sapo|summary|description"),
    "body": re.compile(r"noi dung(?: tin| bai viet| chi tiet)?|body|content"),
    "date": re.compile(
        r"ngay (?:dang|xuat ban|dua tin|ban hanh|phat hanh|tao)|thoi gian dang|article date|publish(?:ed)? date"
    ),
    "author": re.compile(r"tac gia|nguoi viet|author"),
    "section": re.compile(r"chuyen muc|loai tin|the loai|danh muc|category"),
}
_LONGEST_LABEL = 100  # characters, indentation included
_NUMBER = {"id", "itemid", "nid", "newsid"}
_CREATED = re.compile(r"(?:Created\s+at|Đã tạo(?:\s+lúc)?|Tạo lúc)\s+(.*?)\s+(?:by|bởi)\b", re.S)


class SharePoint(SelectorFamily):
    """Page objects of SharePoint's list items and of the pages portals make of them."""

    name = "sharepoint"
    fields: ClassVar = {
        "title": ("[data-column=title]", "h1"),
        "lead": ("[data-column=lead]",),
        "body": ("[data-column=body]", ".ms-rtestate-field"),
        "date": ("[data-column=date]",),
        "author": ("[data-column=author]",),
        "section": ("[data-column=section]",),
    }
    address = re.compile(r"(?i)/(?P<page>[^?]+)\.aspx\?(?:.*&)?(?:ID|ItemID|nid|NewsID)=(?P<id>\d+)(?:&|$)")
    pager = re.compile(r"(?i)[?&](?:page|p|trang|PageFirstRow)=(\d+)")

    def key(self, url: str) -> str | None:
        """The list's (or page's) name and the item's number in it."""
        found = self._match(url)
        if found is None:
            return None
        path = re.sub(r"(?i)/(?:DispForm|View(?:_Detail)?|AllItems)$", "", found["page"])
        return f"{path.rpartition('/')[2].lower()}-{found['id']}"

    def fetch_url(self, url: str) -> str | None:
        """The address; an item's with its number as the only parameter."""
        if self.key(url) is None:
            return super().fetch_url(url)
        parts = urlsplit(url)
        number = [(name, value) for name, value in parse_qsl(parts.query) if name.lower() in _NUMBER]
        return urlunsplit(parts._replace(query=urlencode(number[:1]), fragment=""))

    adds_to_page = True

    def prepare(self, page: BeautifulSoup) -> None:
        """Marks the cells of an item's table by what their labels say.

        If no cell says when the item was published, the moment in "Created at … by …" below the table is used.
        """
        wanted = dict(_COLUMNS)
        for row in page.find_all("tr"):
            cells = row.find_all(["td", "th"], recursive=False)
            if len(cells) != 2 or len(cells[0].get_text()) > _LONGEST_LABEL:
                continue
            label = fold(words(cells[0])).strip(" :*")
            for field in [field for field, pattern in wanted.items() if pattern.fullmatch(label)]:
                cells[1]["data-column"] = field
                del wanted[field]
        title = page.select_one("[data-column=title]")
        created = next((_CREATED.search(line.get_text()) for line in page.select(".ms-descriptiontext")), None)
        if "date" in wanted and title is not None and created is not None:
            cell = page.new_tag("td", attrs={"data-column": "date"})
            cell.string = created[1]
            title.insert_after(cell)
