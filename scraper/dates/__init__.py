"""The dateparser step: turns printed text and its witnesses into a moment, with evidence.

:func:`scraper.dates.date_line.read_date` reads one text in three ways, and the first that fits wins: as a machine's
timestamp (:mod:`scraper.dates.timestamps`), as one of the forms that newspapers print most
(:mod:`scraper.dates.known_forms`), or as free text (:mod:`scraper.dates.free_text`). In free text, labels, categories
and counts are separated first, and dateparser reads the rest. If the last two ways both give an answer, the answers
agree; a property test checks this.

:func:`scraper.dates.publication.date_article` weighs all that a page and its lists say about an article's date.

How dates look is defined once, in :mod:`scraper.dates.shapes`, which page objects use to find a date line. This
module imports nothing, so finding a date line does not load dateparser.
"""
