"""What the head states is read as papers write it."""

from __future__ import annotations

import pytest

from scraper.pages.blocks import parse
from scraper.pages.metadata import linked_article

STATED = '{"@type": "NewsArticle", "headline": "%s", "datePublished": "2024-07-11"}'


@pytest.mark.parametrize(
    "wrapping",
    ["%s", "\n %s \n", "<!-- %s -->", "//<![CDATA[\n%s\n//]]>", "/*<![CDATA[*/ %s /*]]>*/;", "[%s]"],
)
def test_json_in_any_wrapping(wrapping: str) -> None:
    page = parse(f'<script type="application/ld+json">{wrapping % (STATED % "Một")}</script><p>Hai')
    found = linked_article(page)
    assert found is not None and (found.headline, found.published) == ("Một", "2024-07-11")


@pytest.mark.parametrize(
    ("written", "meant"), [("M\\u1ed9t \\ud83d\\ude00", "Một \U0001f600"), ("Một \\ud83d hai", "Một \ufffd hai")]
)
def test_halves_of_characters(written: str, meant: str) -> None:
    found = linked_article(parse(f'<script type="application/ld+json">{STATED % written}</script>'))
    assert found is not None and found.headline == meant
