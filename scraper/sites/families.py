"""The families that a site file may name, and the fields that its ``[select]`` may name with each of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from scraper.text.sentence import Sentence

FAMILIES: dict[str, str] = {
    "apbac": "scraper.pages.apbac:Apbac",
    "nukeviet": "scraper.pages.nukeviet:NukeViet",
    "wordpress": "scraper.pages.wordpress:WordPress",
    "sc": "scraper.pages.sc:Sc",
    "anumber": "scraper.pages.anumber:ANumber",
    "cmsbody": "scraper.pages.cmsbody:CmsBody",
    "maincontent": "scraper.pages.maincontent:MainContent",
    "mediatech": "scraper.pages.mediatech:Mediatech",
    "newscontent": "scraper.pages.newscontent:NewsContent",
    "newsimg": "scraper.pages.newsimg:NewsImg",
    "pbody": "scraper.pages.pbody:PBody",
    "sharepoint": "scraper.pages.sharepoint:SharePoint",
    "liferay": "scraper.pages.liferay:Liferay",
    "joomla": "scraper.pages.joomla:Joomla",
    "bloc": "scraper.pages.bloc:Bloc",
    "described": "scraper.pages.described:Described",
    "generic": "scraper.pages.generic:Generic",
}
"""Family name to the class of its page objects, which is imported when it is first needed."""

FIELDS = ("title", "kicker", "lead", "body", "date", "updated", "author", "section", "tags", "list")
"""The fields of which a site file's ``[select]`` may say where they are printed."""

_FOUND_BY_PLACE: Mapping[str, frozenset[str]] = {
    "apbac": frozenset(FIELDS),
    "nukeviet": frozenset(FIELDS) - {"body", "list"},
    "wordpress": frozenset({"kicker", "list"}),
    "generic": frozenset({"kicker", "updated"}),
    "bloc": frozenset({"kicker", "updated"}),
    "learned": frozenset({"updated"}),  # the page objects of [learned]; a site file names them by that table
}
"""Fields that a family finds by their place and words, so that a selector could not say where they are."""

_NAME = r"[A-Za-z_][A-Za-z0-9_-]*"
_MORE = (
    rf"[.#]{_NAME}",
    rf"""\[{_NAME}(?:[*^$~]?="[^"\\\x00-\x1f]*")?\]""",
    r":(?:first|last|only)-(?:child|of-type)",
    r":nth-(?:child|of-type)\([0-9]{1,3}\)",
)
_SIMPLE = rf"(?:{_NAME}|{'|'.join(_MORE)})(?:{'|'.join(_MORE)})*"
PLAIN = re.compile(rf"{_SIMPLE}(?:(?: *[>,] *| ){_SIMPLE})*")
"""Selectors of names, classes, ids, attributes and places, which are CSS for certain. Most of site files are such."""


def check_family(name: str) -> None:
    """Raises ValueError for a family that there is none of."""
    if name not in FAMILIES:
        raise ValueError(
            Sentence(
                "no family {name!r}; the families are {families}", name=name, families=", ".join(sorted(FAMILIES))
            )
        )


def check_learned(family: str, select: Mapping[str, str], selectors: Iterable[str]) -> None:
    """Raises ValueError for what the ``[select]`` of a learned site lacks or may not say. ``family`` reads its lists.

    ``selectors`` are the further ones of ``[learned]``.
    """
    if missing := {"title", "body"} - select.keys():
        raise ValueError(Sentence("select: a learned site needs {missing}", missing=" and ".join(sorted(missing))))
    check_select("learned", select)
    check_select(family, {field: selector for field, selector in select.items() if field == "list"})
    check_selectors("learned", selectors)


def check_select(family: str, select: Mapping[str, str]) -> None:
    """Raises ValueError for a field that ``family`` takes no selector for, and for a selector that is not CSS."""
    heeded = [field for field in FIELDS if field not in _FOUND_BY_PLACE.get(family, ())]
    for field, selector in select.items():
        if field not in FIELDS:
            raise ValueError(
                Sentence("select: no field {field!r}; the fields are {fields}", field=field, fields=", ".join(FIELDS))
            )
        if field not in heeded:
            takes = f"takes only {', '.join(heeded)}" if heeded else "takes no selectors"
            raise ValueError(
                Sentence(
                    "select.{field}: the family {family!r} finds this field by its place and {takes}",
                    field=field,
                    family=family,
                    takes=takes,
                )
            )
        check_selectors(f"select.{field}", [selector])


def check_selectors(where: str, selectors: Iterable[str]) -> None:
    """Raises ValueError, which names ``where``, for a selector that is not CSS."""
    odd = [selector for selector in selectors if not PLAIN.fullmatch(selector)]
    if not odd:
        return  # without soupsieve, which takes longer to load and to compile selectors than all site files to read
    import soupsieve

    for selector in odd:
        try:
            soupsieve.compile(selector)
        except (soupsieve.SelectorSyntaxError, ValueError) as error:
            raise ValueError(
                Sentence("{where}: {selector!r} is not a CSS selector", where=where, selector=selector)
            ) from error
