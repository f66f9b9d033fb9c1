"""Undoes the Content-Encodings of an answer, no more layers of them than an import does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Response

from scraper.fetch.limits import MAX_ENCODINGS
from scraper.fetch.outcomes import Refused
from scraper.fetch.scrapy_internals import unpacks
from scraper.text.sentence import Sentence

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class FewLayers(HttpCompressionMiddleware):
    """Scrapy's middleware, which limits what each layer gives but would undo thousands of them.

    An answer of which the spider says that it ``reads`` none stays packed. It is unpacked all the same, to know that
    it can be; to make another answer of what that gives took longer.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        self._crawler = crawler

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The response with its encodings undone. Raises Refused for too many of them."""
        if "Content-Encoding" not in response.headers:
            return response
        named = b",".join(response.headers.getlist("Content-Encoding")).split(b",")
        if len(named) > MAX_ENCODINGS:
            raise Refused("undecodable", Sentence("{some} encodings, one over the other", some=len(named)))
        reads: Callable[[Request, Response], bool] = getattr(self._crawler.spider, "reads", _always)
        if not reads(request, response) and unpacks(self, response.body, named):
            return response
        return super().process_response(request, _of_bytes(response))


def _always(_request: Request, _response: Response) -> bool:
    """Of a spider that says nothing."""
    return True


def _of_bytes(response: Response) -> Response:
    """The same answer, not taken for text.

    Scrapy asks an answer for its character encoding before it is unpacked. Where the server names none, its bytes are
    then searched for one, still packed, by a library that is loaded for it.
    """
    return Response(**{name: getattr(response, name) for name in Response.attributes})
