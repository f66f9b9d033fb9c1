"""Searches the Wayback Machine and Common Crawl for what they hold of a site, and fetches captures from them.

Their interfaces are made for programs and get one request after another, so no crawler is needed. No page chooses
a host: every request goes to an address under those that the operator has set.
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import httpx

from scraper.addresses import comparable, without_default_port, without_www
from scraper.fetch.exchange import Exchange, Headers
from scraper.text.sentence import Sentence

WAYBACK = "https://web.archive.org"
COMMON_CRAWL_INDEX = "https://index.commoncrawl.org/collinfo.json"
COMMON_CRAWL_DATA = "https://data.commoncrawl.org"

DELAY = 2.0
"""Seconds between the end of an answer and the next request."""

MOST_BYTES = 64 * 1024 * 1024
"""Bytes of one answer at most. A page of an index has some megabytes."""

MAX_PAUSE = 600.0
"""The longest Retry-After, in seconds, that is waited for. If longer, the run ends and can go on another day."""

ROWS = 1000
"""Rows of Wayback's index in one answer."""

_TRIES = 4
_HOPS = 5
_BUSY = frozenset({429, 500, 502, 503, 504})
_NOT_OF_THE_PAGE = frozenset({"connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding"})


class Unanswered(Exception):
    """An archive did not answer, or not in its documented form. The message says what was asked."""


class Busy(Unanswered):
    """An archive could not answer now, and may another day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memento:
    """A capture as an archive's index describes it. The word is that of RFC 7089."""

    url: str  # the page's own address
    captured_at: datetime  # aware, UTC; whole seconds
    digest: str  # of the payload; Base32 of SHA-1
    address: str  # where the archive serves it
    span: tuple[int, int] | None = None  # first and last byte of its record in the file at ``address``


@dataclass(frozen=True, slots=True)
class IndexPage:
    """One answer of an index: its mementos, and the key to the next answer (None at the end)."""

    mementos: tuple[Memento, ...]
    resume: str | None
    odd: tuple[str, ...] = ()  # one sentence for each row that cannot be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a search covers: everything under ``prefix`` (host and path), captured on the given days."""

    prefix: str
    since: date | None = None
    until: date | None = None


class WebArchive(Protocol):
    """An archive that can be searched."""

    def page(self, scope: Scope, resume: str | None) -> IndexPage:
        """The page of the index that ``resume`` names, or the first one. Raises Unanswered."""

    def fetch(self, memento: Memento) -> Exchange | bytes:
        """The capture: an exchange, or a whole WARC record as the archive keeps it. Raises Unanswered."""


class ArchiveClient:
    """Sends one request at a time, with pauses, and tries again if a server is busy.

    Redirects are followed within the same host. ``wait`` is a parameter for tests.
    """

    def __init__(self, user_agent: str, *, delay: float = DELAY, wait: Callable[[float], None] = time.sleep) -> None:
        headers = {"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"}
        self._http = httpx.Client(headers=headers, timeout=60.0, trust_env=False)
        self._delay = delay
        self._wait = wait
        self._next = 0.0

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def get(
        self, url: str, parameters: Sequence[tuple[str, str]] = (), headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """The answer, whatever its status, unless the server is busy. Raises Unanswered."""
        # With empty ``params``, httpx would drop the query of the address.
        asked_for = httpx.URL(url, params=list(parameters)) if parameters else httpx.URL(url)
        for attempt in range(1, _TRIES + 1):
            pause = self._delay * 2**attempt
            try:
                answer = self._follow(asked_for, headers or {})
            except httpx.HTTPError as error:
                said = f"{type(error).__name__}: {error}"
            else:
                if answer.status_code not in _BUSY:
                    return answer
                said = f"status {answer.status_code}"
                asked = answer.headers.get("Retry-After", "")
                pause = float(asked[:9]) if asked.isascii() and asked.isdecimal() else pause
            if pause > MAX_PAUSE:
                raise Busy(
                    Sentence(
                        "{url}: {said}, asks to wait {pause:.0f} s; try again later", url=url, said=said, pause=pause
                    )
                )
            if attempt < _TRIES:
                self._wait(pause)
        raise Busy(Sentence("{url}: {said}, after {tries} tries; try again later", url=url, said=said, tries=_TRIES))

    def _follow(self, url: httpx.URL, headers: Mapping[str, str]) -> httpx.Response:
        for _ in range(_HOPS):
            answer = self._once(url, headers)
            location = answer.headers.get("Location")
            if not answer.is_redirect or location is None:
                return answer
            target = httpx.URL(urljoin(str(url), location))
            if target.netloc != url.netloc:
                raise Unanswered(Sentence("{url}: leads to another host, {target}", url=url, target=target))
            url = target
        raise Unanswered(Sentence("{url}: leads on and on", url=url))

    def _once(self, url: httpx.URL, headers: Mapping[str, str]) -> httpx.Response:
        ahead = self._next - time.monotonic()
        if ahead > 0:
            self._wait(ahead)
        try:
            with self._http.stream("GET", url, headers=headers) as answer:
                body = bytearray()
                for piece in answer.iter_bytes(65536):
                    body += piece
                    if len(body) > MOST_BYTES:
                        raise Unanswered(
                            Sentence("{url}: more than {most_bytes} bytes", url=url, most_bytes=MOST_BYTES)
                        )
            raw = answer.headers.raw  # as bytes: a header of a page may be written in any letters
            kept = [(name, value) for name, value in raw if name.lower().decode("latin-1") not in _NOT_OF_THE_PAGE]
            return httpx.Response(answer.status_code, headers=kept, content=bytes(body), request=answer.request)
        finally:
            self._next = time.monotonic() + self._delay


class Wayback:
    """The Wayback Machine: its CDX search, and its captures without the banner (``id_``).

    https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server
    """

    def __init__(self, client: ArchiveClient, base: str = WAYBACK) -> None:
        self._client = client
        self._base = base.rstrip("/")

    def page(self, scope: Scope, resume: str | None) -> IndexPage:
        """See :class:`WebArchive`. Gives only pages that were served whole; neighbours of the same digest once."""
        parameters = [
            ("url", scope.prefix),
            ("matchType", "prefix"),
            ("output", "json"),
            ("fl", "timestamp,original,digest"),
            ("filter", "statuscode:200"),
            ("filter", "mimetype:.*(html|xml).*"),
            ("collapse", "digest"),
            ("limit", str(ROWS)),
            ("showResumeKey", "true"),
            *_period(scope),
            *([("resumeKey", resume)] if resume else []),
        ]
        answer = self._client.get(f"{self._base}/cdx/search/cdx", parameters)
        if answer.status_code != 200:
            raise _unanswered(answer)
        try:
            rows = json.loads(answer.text or "[]")
            after = rows.index([]) if [] in rows else len(rows)
            key = rows[after + 1][0] if after + 1 < len(rows) else None
            if not isinstance(key, str | None):
                raise TypeError(Sentence("the resume key is {key!r}", key=key))
            rows = rows[1:after]
        except (ValueError, TypeError, IndexError, AttributeError, RecursionError) as error:
            raise Unanswered(
                Sentence(
                    "{url}: not rows of an index: {name}: {error}",
                    url=answer.url,
                    name=type(error).__name__,
                    error=error,
                )
            ) from error
        return _page_of([_read_row(row, lambda row: self._memento(*row)) for row in rows], key, answer)

    def _memento(self, timestamp: str, original: str, digest: str) -> Memento:
        return Memento(
            url=without_default_port(original),
            captured_at=_moment(timestamp),
            digest=digest,
            address=f"{self._base}/web/{timestamp}id_/{original}",
        )

    def fetch(self, memento: Memento) -> Exchange:
        """See :class:`WebArchive`. Gives the exchange; its headers are those that the archive prefixes."""
        answer = self._client.get(memento.address)
        if answer.status_code != 200:
            raise Unanswered(
                Sentence("{address}: status {status_code}", address=memento.address, status_code=answer.status_code)
            )
        if str(answer.url) != str(httpx.URL(memento.address)):
            raise Unanswered(
                Sentence("{address}: led to another capture, {url}", address=memento.address, url=answer.url)
            )
        original = answer.links.get("original", {}).get("url")
        if original is not None and _loosely(original) != _loosely(memento.url):
            raise Unanswered(
                Sentence(
                    "{address}: is a capture of {original}, not of the address that was asked for",
                    address=memento.address,
                    original=original,
                )
            )
        served = _http_moment(answer.headers.get("Memento-Datetime"))
        if served is not None and served != memento.captured_at:
            raise Unanswered(
                Sentence(
                    "{address}: is a capture of {served}, not the one that was asked for",
                    address=memento.address,
                    served=served.isoformat(),
                )
            )
        return Exchange(
            url=memento.url,
            method="GET",
            request_headers=(),
            status=200,
            headers=_original_headers(answer),
            body=answer.content,
            protocol="HTTP/1.1",
            fetched_at=memento.captured_at,
        )


class CommonCrawl:
    """Common Crawl: an index for each of its crawls, and WARC files that are read in parts.

    ``index`` is the list of its indexes (``collinfo.json``), or one index, which may be one that pywb serves.
    https://commoncrawl.org/get-started
    """

    def __init__(self, client: ArchiveClient, index: str = COMMON_CRAWL_INDEX, data: str = COMMON_CRAWL_DATA) -> None:
        self._client = client
        self._index = index
        self._data = data.rstrip("/") + "/"
        self._indexes: list[tuple[str, str, str]] | None = None  # address, first and last moment
        self._pages: dict[tuple[str, Scope], int] = {}

    def page(self, scope: Scope, resume: str | None) -> IndexPage:
        """See :class:`WebArchive`. Gives the indexes from the oldest on, one page at a time."""
        wanted = [address for address, first, last in self.indexes() if _overlaps(scope, first, last)]
        address, _, number = resume.rpartition(" ") if resume else (wanted[0] if wanted else "", "", "0")
        if address not in wanted:
            return IndexPage((), None)
        page = int(number)
        later = wanted[wanted.index(address) + 1 :]
        following = f"{later[0]} 0" if later else None
        if page >= self._count(address, scope):
            return IndexPage((), following)
        if page + 1 < self._count(address, scope):
            following = f"{address} {page + 1}"
        return self._rows(address, scope, page, following)

    def indexes(self) -> list[tuple[str, str, str]]:
        """The address of each index, the oldest first, with the first and last day of its crawl if stated."""
        if self._indexes is None:
            if not self._index.endswith(".json"):
                self._indexes = [(self._index, "", "")]
                return self._indexes
            listed = self._json(self._client.get(self._index))
            try:
                found = [(each["cdx-api"], each.get("from", ""), each.get("to", "")) for each in reversed(listed)]
            except (TypeError, KeyError, AttributeError) as error:
                raise Unanswered(
                    Sentence("{index}: not a list of indexes: {error}", index=self._index, error=error)
                ) from error
            host = urlsplit(self._index).netloc
            of_host = [each for each in found if urlsplit(each[0]).netloc == host]
            if not of_host:  # Common Crawl's answer while it is out of order
                raise Unanswered(
                    Sentence("{index}: lists no index of {host}; try again later", index=self._index, host=host)
                )
            self._indexes = of_host
        return self._indexes

    def _count(self, address: str, scope: Scope) -> int:
        if (address, scope) not in self._pages:
            answer = self._client.get(address, [*_query(scope), ("showNumPages", "true"), ("limit", "1")])
            first = {} if answer.status_code == 404 else self._json(answer, lines=True)
            # An index in a single file has no pages and answers with rows. A total that is missing is not none.
            try:
                is_rows = answer.status_code == 404 or "url" in first
                self._pages[address, scope] = 1 if is_rows else _total(first["pages"])
            except (ValueError, TypeError, KeyError) as error:
                raise Unanswered(
                    Sentence("{url}: not a number of pages: {first!r:.100}", url=answer.url, first=first)
                ) from error
        return self._pages[address, scope]

    def _rows(self, address: str, scope: Scope, page: int, following: str | None) -> IndexPage:
        answer = self._client.get(address, [*_query(scope), *([("page", str(page))] if page else [])])
        if answer.status_code == 404:  # this means that nothing was captured
            return IndexPage((), following)
        if answer.status_code != 200:
            raise _unanswered(answer)
        return _page_of([_read_row(line, self._memento) for line in answer.text.splitlines()], following, answer)

    def _memento(self, line: str) -> Memento:
        row = json.loads(line)
        offset, length = int(row["offset"]), int(row["length"])
        address = urljoin(self._data, row["filename"])
        if not address.startswith(self._data) or offset < 0 or length <= 0:
            raise ValueError(
                Sentence(
                    "a part of a file outside {data}: {address}, byte {offset}, {length} bytes",
                    data=self._data,
                    address=address,
                    offset=offset,
                    length=length,
                )
            )
        return Memento(
            url=without_default_port(row["url"]),
            captured_at=_moment(row["timestamp"]),
            digest=row["digest"].removeprefix("sha1:"),
            address=address,
            span=(offset, offset + length - 1),
        )

    def fetch(self, memento: Memento) -> bytes:
        """See :class:`WebArchive`. Gives the record's own gzip member."""
        first, last = memento.span or (0, 0)
        answer = self._client.get(memento.address, headers={"Range": f"bytes={first}-{last}"})
        if answer.status_code != 206 or len(answer.content) != last - first + 1:
            raise Unanswered(
                Sentence(
                    "{address}: bytes {first}-{last}: status {status_code}, not that part",
                    address=memento.address,
                    first=first,
                    last=last,
                    status_code=answer.status_code,
                )
            )
        return answer.content

    def _json(self, answer: httpx.Response, *, lines: bool = False) -> Any:
        try:
            if answer.status_code != 200:
                raise ValueError(Sentence("status {status_code}", status_code=answer.status_code))
            return json.loads(answer.text.partition("\n")[0] if lines else answer.text)
        except (ValueError, RecursionError) as error:
            raise Unanswered(f"{answer.url}: {error}: {answer.text[:100]!r}") from error


def _read_row(row: Any, read: Callable[[Any], Memento]) -> Memento | str:
    """The memento of one row, or a sentence that says why the row is none."""
    try:
        return read(row)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        return f"not a row of an index: {row!r:.120}: {type(error).__name__}: {error}"


def _unanswered(answer: httpx.Response) -> Unanswered:
    return Unanswered(
        Sentence(
            "{url}: status {status_code}: {text}",
            url=answer.url,
            status_code=answer.status_code,
            text=answer.text[:200].strip(),
        )
    )


def _page_of(rows: Sequence[Memento | str], resume: str | None, answer: httpx.Response) -> IndexPage:
    """The page made of these rows. Raises Unanswered if none of them can be read."""
    mementos = tuple(row for row in rows if isinstance(row, Memento))
    odd = tuple(row for row in rows if isinstance(row, str))
    if odd and not mementos:
        raise Unanswered(f"{answer.url}: {odd[0]}")
    return IndexPage(mementos, resume, odd)


def _query(scope: Scope) -> list[tuple[str, str]]:
    return [
        ("url", scope.prefix),
        ("matchType", "prefix"),
        ("output", "json"),
        ("filter", "=status:200"),
        ("filter", "~mime:.*(html|xml).*"),
        *_period(scope),
    ]


def _period(scope: Scope) -> list[tuple[str, str]]:
    days = (("from", scope.since), ("to", scope.until))
    return [(name, f"{day:%Y%m%d}") for name, day in days if day is not None]


def _overlaps(scope: Scope, first: str, last: str) -> bool:
    begins = not scope.until or not first or first[:10] <= scope.until.isoformat()
    return begins and (not scope.since or not last or last[:10] >= scope.since.isoformat())


def _moment(timestamp: str) -> datetime:
    return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _http_moment(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _total(stated: Any) -> int:
    """A number of pages. Raises ValueError, TypeError for what is none."""
    total = int(stated)
    if total < 0:
        raise ValueError(f"{total} pages")
    return total


def _loosely(url: str) -> str:
    """An address for comparison: without scheme, default port and ``www.``, as indexes compare."""
    return without_www(comparable(without_default_port(url)).partition("://")[2])


def _original_headers(answer: httpx.Response) -> Headers:
    """The page's own headers. Its Content-Encoding is kept only if the body is still encoded."""
    prefix = "x-archive-orig-"
    kept = [
        (name.lower().removeprefix(prefix), value)
        for name, value in answer.headers.multi_items()
        if name.lower().startswith(prefix)
    ]
    encoded = _is_gzip(answer.content)
    headers = [
        (name, value)
        for name, value in kept
        if name not in _NOT_OF_THE_PAGE or (encoded and name == "content-encoding" and "gzip" in value)
    ]
    if "content-type" not in dict(headers) and "content-type" in answer.headers:
        headers.append(("content-type", answer.headers["content-type"]))
    return tuple(("-".join(part.capitalize() for part in name.split("-")), value) for name, value in headers)


def _is_gzip(body: bytes) -> bool:
    try:
        zlib.decompressobj(31).decompress(body[:1024], 1)
    except zlib.error:
        return False
    return bool(body)
