"""The dateparser step: printed text and its witnesses → a moment, with evidence.

:func:`scraper.dates.date_line.read_date` reads one text in three ways, and the first that fits wins: as a machine's
timestamp (:mod:`scraper.dates.timestamps`), as one of the forms that newspapers print most
(:mod:`scraper.dates.known_forms`), or as free text, in which dateparser reads what is left once labels, categories
and counts are told apart (:mod:`scraper.dates.free_text`). Where the last two both answer they agree; a property
test holds them together.

:func:`scraper.dates.publication.date_article` weighs all that a page and its lists say of one article's date.

How dates look is defined once, in :mod:`scraper.dates.shapes`, which page objects use to find a date line. Nothing
is imported here, so that finding one does not load dateparser.
"""
