"""The order of day and month that a site's dates in the archive prove."""

from __future__ import annotations

from scraper.dates.order import Proof, proved_order
from scraper.sites import Site
from scraper.store import Archive
from scraper.text.sentence import Sentence

_NEWEST = 200  # dates of a site that are looked at


def other_order(archive: Archive, site: Site) -> Proof | None:
    """The proof that ``site`` prints day and month in another order than its file says; None where there is none."""
    rows = [
        *archive.rows(
            "SELECT list_date FROM listed WHERE site = ? AND list_date IS NOT NULL"
            " ORDER BY first_listed DESC LIMIT ?",
            (site.id, _NEWEST),
        ),
        *archive.rows(
            "SELECT published_text FROM articles WHERE site = ? AND published_text IS NOT NULL"
            " ORDER BY id DESC LIMIT ?",
            (site.id, _NEWEST),
        ),
    ]
    proof = proved_order(text for (text,) in rows)
    return proof if proof is not None and proof.order != site.date_order else None


def told(site: Site, proof: Proof) -> str:
    """What to do about it, in a sentence."""
    return Sentence(
        '{site} prints “{text}”: write date_order = "{order}" in its file',
        site=site.id,
        text=proof.text,
        order=proof.order,
    )
