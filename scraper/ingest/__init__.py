"""From captures to the archive: what each one is, what it says, what became of every link.

A file is read twice: first the lists, feeds, sitemaps and redirects, then all the rest, so that the dates which lists
print are known when an article is read. What a capture is follows from its address and its content alone, so files
that other programs wrote enter by the same door. Reading a file again doubles nothing.
"""

from scraper.ingest.capture_file import Ingested, ingest

__all__ = ["Ingested", "ingest"]
