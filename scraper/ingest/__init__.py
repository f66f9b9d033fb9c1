"""Brings captures into the archive: tells what each one is, what it says, and what became of every link.

A file is read twice: first the lists, feeds, sitemaps and redirects, then all the rest, which the first look does not
unpack. The dates that lists print are therefore known when an article is read. Only its address and its content
decide what a capture is, so files that other programs wrote are read by the same code. Reading a file again stores
nothing twice.
"""

from scraper.ingest.capture_file import Ingested, ingest, nothing_of

__all__ = ["Ingested", "ingest", "nothing_of"]
