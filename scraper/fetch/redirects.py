"""Redirects of one chain: what travels along them and what does not."""

from __future__ import annotations

import logging
from http.cookies import CookieError, SimpleCookie

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Response

from scraper.addresses import endpoint

# At each start Scrapy's own warns that no referrer will be sent on. None is ever sent.
logging.getLogger("scrapy.downloadermiddlewares.redirect").setLevel(logging.ERROR)

VALIDATORS = ("If-None-Match", "If-Modified-Since")


class ChainRedirects(RedirectMiddleware):
    """Scrapy's redirects, with the cookies that a chain sets and without validators of another address.

    Some servers redirect each visitor once to the same address, with a cookie, and answer when the cookie comes back;
    that is HTTP (RFC 6265, 5.4). The cookie lives as long as its chain, so no visit knows of an earlier one. A
    validator belongs to the address that gave it: for another address, "not modified" (304) would mean nothing.
    """

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The request that the redirect asks for, or the response."""
        answer = super().process_response(request, response)
        if isinstance(answer, Request):
            if answer.url != request.url:
                for name in VALIDATORS:
                    answer.headers.pop(name, None)
            cookies = _cookies(response)
            if cookies and endpoint(answer.url) == endpoint(request.url):
                held = _held(request)
                answer.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in (held | cookies).items())
        return answer


def _cookies(response: Response) -> dict[str, str]:
    """Name and value of each cookie that the response sets. A malformed cookie is ignored."""
    found: dict[str, str] = {}
    for header in response.headers.getlist("Set-Cookie"):
        cookie = SimpleCookie()
        try:
            cookie.load(header.decode("latin-1"))
        except CookieError:
            continue
        found |= {name: morsel.coded_value for name, morsel in cookie.items()}
    return found


def _held(request: Request) -> dict[str, str]:
    """The cookies that an earlier redirect of the chain has set."""
    sent = request.headers.get("Cookie") or b""
    pairs = (pair.partition("=") for pair in sent.decode("latin-1").split("; ") if "=" in pair)
    return {name: value for name, _, value in pairs}
