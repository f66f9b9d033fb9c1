"""What an address of NukeViet says: module, category, alias and number."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

_LANGUAGES = frozenset({"vi", "en", "fr", "zh", "ja", "lo", "km", "ru", "ko", "cn"})
COPIES = frozenset({"print", "savefile", "sendmail"})
NOT_NEWS = frozenset(
    {"about", "archives", "author", "banners", "comment", "contact", "content", "download", "faq", "feeds",
     "freecontent", "inform", "laws", "menu", "page", "rating", "rss", "search", "seek", "sitemap", "siteterms",
     "statistics", "tag", "tags", "topic", "uploads", "users", "voting"}
)  # fmt: skip
NUMBERED = re.compile(r"(?:.*[^-])?-(?P<number>[1-9]\d{0,8})")


def steps_of(url: str) -> tuple[list[str], bool]:
    """Module, category and alias in the address, without its language, and whether it ends in .html."""
    parts = urlsplit(url)
    path = parts.path
    if path.endswith("index.php"):
        query = parse_qs(parts.query)
        path = "/".join((*query.get("nv", [])[:1], *query.get("op", [])[:1]))
    path = path.rstrip("/")
    steps = [step for step in path.removesuffix(".html").split("/") if step]
    return steps[1:] if steps and steps[0] in _LANGUAGES else steps, path.endswith(".html")
