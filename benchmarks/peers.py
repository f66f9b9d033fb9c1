"""What other extractors read from pages: ``python -I peers.py TOOL…``. It imports nothing of this project.

Reads lines of JSON (``file``, ``url``, ``path``) from standard input and prints one for each: the tool's name to what
it read, in this project's names of fields. A field that a tool does not offer is absent.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

Read = dict[str, Any]


def newspaper(html: str, url: str) -> Read:
    """newspaper4k: an article of newspaper. The pages are stored ones, so it is to ask nobody for their pictures."""
    from newspaper import Article

    article = Article(url, language="vi", fetch_images=False)
    article.download(input_html=html)
    article.parse()
    published = article.publish_date
    return {
        "title": article.title or None,
        "lead": article.meta_description or None,
        "body": _paragraphs(article.text),
        "minute": published.isoformat()[:16] if isinstance(published, datetime) else None,
        "author": ", ".join(article.authors) or None,
        "tags": sorted(article.tags or ()),
    }


def news_please(html: str, url: str) -> Read:
    """news-please, which joins newspaper4k, readability and its own rules; it too asks for no pictures."""
    from newsplease import NewsPlease

    article = NewsPlease.from_html(html, url=url, fetch_images=False)
    published = article.date_publish
    return {
        "title": article.title or None,
        "lead": article.description or None,
        "body": _paragraphs(article.maintext),
        "minute": published.isoformat()[:16] if published else None,
        "author": ", ".join(article.authors or ()) or None,
    }


def trafilatura(html: str, url: str) -> Read:
    """trafilatura with its defaults and its metadata."""
    from trafilatura import bare_extraction

    document = bare_extraction(html, url=url, with_metadata=True)
    if document is None:
        return {"title": None, "lead": None, "body": [], "minute": None, "author": None, "section": None, "tags": []}
    return {
        "title": document.title,
        "lead": document.description,
        "body": _paragraphs(document.text),
        "minute": document.date,  # a day: it reads no time
        "author": document.author,
        "section": "; ".join(document.categories or ()) or None,
        "tags": sorted(document.tags or ()),
    }


def fundus(html: str, url: str) -> Read:
    """fundus, with the parser that fundus_parsers.py has for the server; its name comes before the page's address."""
    sys.path.insert(0, str(Path(__file__).resolve().parent))  # -I leaves this folder out
    from fundus_parsers import read

    return read(url.partition(" ")[0], html)


TOOLS: dict[str, Callable[[str, str], Read]] = {
    "trafilatura": trafilatura,
    "newspaper4k": newspaper,
    "news-please": news_please,
    "fundus": fundus,
}


def _paragraphs(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def main() -> None:
    """Reads every page with the tools named."""
    warnings.simplefilter("ignore")
    said, sys.stdout = sys.stdout, sys.stderr
    tools = {name: TOOLS[name] for name in sys.argv[1:]}
    for line in sys.stdin:
        page = json.loads(line)
        html = Path(page["path"]).read_text(encoding="utf-8")
        found: dict[str, Read] = {}
        for name, tool in tools.items():
            try:
                found[name] = tool(html, page["url"])
            except Exception as error:
                found[name] = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps({"file": page["file"], "read": found}, ensure_ascii=False), file=said, flush=True)


if __name__ == "__main__":
    main()
