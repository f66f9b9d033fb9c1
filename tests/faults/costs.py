"""Files and questions that would take a reader's time or memory, and what each costs in a process of its own."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scraper.captures.decoders import MAX_BODY
from scraper.captures.http_message import MAX_CHUNKS
from scraper.captures.members import MAX_HEAD, MAX_ODD, MAX_RECORD
from scraper.captures.packing import MAX_LINE
from scraper.saved.zip_files import MAX_DIRECTORY, MAX_RATIO
from tests.faults.survival import COMMAND

# A process begins with the peak of the one that forked it, here the whole test run's: so a small one stands between.
MEASURE = (
    sys.executable,
    "-c",
    "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]);"
    " used = resource.getrusage(resource.RUSAGE_CHILDREN);"
    " print(used.ru_maxrss, used.ru_utime + used.ru_stime, file=sys.stderr); sys.exit(code)",
)
"""Runs a command, and prints as the last line of standard error the KB that one of its processes held at most and the
seconds of CPU that all of them took."""


@dataclass(frozen=True)
class Cost:
    """How a command went, and what it cost."""

    code: int
    cpu: float  # seconds, of all its processes
    megabytes: float  # the most that one of its processes held
    said: str


def cost_of(code: int, said: str) -> Cost:
    """What a command cost that was started through MEASURE."""
    said, _, last = said.rstrip().rpartition("\n")
    kilobytes, seconds = last.split()
    return Cost(code, float(seconds), int(kilobytes) / 1024, said)


def measured(*words: str) -> Cost:
    """Runs ``tinkhoi`` with these words."""
    return _run([sys.executable, "-c", COMMAND, *words])


def asked(database: Path, sql: str) -> Cost:
    """Asks a question on the SQL page of ``tinkhoi browse``."""
    return _run([sys.executable, "-m", "tests.faults.costs", str(database), sql])


def _run(command: Sequence[str]) -> Cost:
    done = subprocess.run([*MEASURE, *command], capture_output=True, text=True, timeout=600)
    return cost_of(done.returncode, done.stdout + done.stderr)


def record(block: bytes, *, number: int = 0, more: str = "", length: int | None = None) -> bytes:
    """A WARC record of a response."""
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: http://bao.example.vn/{number}.html\r\n"
        f"WARC-Date: 2024-07-11T08:51:00Z\r\nWARC-Record-ID: <urn:uuid:{number:032x}>\r\n{more}"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def response(body: bytes, *headers: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", "Content-Type: text/html", *headers, "", ""]).encode() + body


GOOD = record(response(b"<p>x</p>"), number=1)


def _packed(*records: bytes) -> bytes:
    return b"".join(gzip.compress(each, 1) for each in (*records, GOOD))


def _encoded(encoding: str) -> bytes:
    zeros = bytes(MAX_BODY + 1)
    if encoding == "br":
        import brotli

        packed: bytes = brotli.compress(zeros, quality=5)
    elif encoding == "zstd":
        from scraper.captures.zstandard import zstd

        packed = zstd.compress(zeros)
    else:
        packed = gzip.compress(zeros) if encoding == "gzip" else zlib.compress(zeros)
    return _packed(record(response(packed, f"Content-Encoding: {encoding}")))


def _four_layers() -> bytes:
    body = b"<p>x</p>"
    for _ in range(4):
        body = gzip.compress(body)
    return _packed(record(response(body, "Content-Encoding: gzip, gzip, gzip, gzip")))


def _chunks() -> bytes:
    return _packed(record(response(b"1\r\nx\r\n" * (MAX_CHUNKS + 1) + b"0\r\n\r\n", "Transfer-Encoding: chunked")))


def _wacz(fill: Callable[[zipfile.ZipFile], None]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("archive/good.warc.gz", gzip.compress(GOOD))
            fill(packed)

    return write


def _many_members(packed: zipfile.ZipFile) -> None:
    for number in range(MAX_DIRECTORY // 60_000 + 1):
        entry = zipfile.ZipInfo(f"archive/{number}.warc.gz")
        entry.comment = b"x" * 60_000
        packed.writestr(entry, b"")


def _packed_too_well(packed: zipfile.ZipFile) -> None:
    packed.writestr("archive/a.warc", bytes(MAX_RATIO * 1024 * 30), zipfile.ZIP_DEFLATED)


def _arc() -> bytes:
    head = b"filedesc://x.arc 0.0.0.0 20130601010101 text/plain 73\n1 0 InternetArchive\n"
    head += b"URL IP-address Archive-date Content-type Archive-length\n\n"
    return head + b"http://bao.example.vn/" + b"x" * MAX_LINE


def _har(path: Path) -> None:
    """A session of 200 MB, in pages of 1 MB each."""
    page = json.dumps("<p>" + "Đảng ủy Khối họp. " * 46_000, ensure_ascii=False)
    entry = (
        '{"startedDateTime": "2024-07-11T15:51:00+07:00", "request": {"method": "GET", "url": "http://bao.example.vn/%d.html"},'
        ' "response": {"status": 200, "headers": [], "content": {"mimeType": "text/html", "text": %s}}}'
    )
    with path.open("w", encoding="utf-8") as file:
        file.write('{"log": {"version": "1.2", "entries": [')
        for number in range(200):
            file.write("," * bool(number) + entry % (number, page))
        file.write("]}}")


def _mhtml(path: Path) -> None:
    """A page of 1 KB with pictures of nearly 40 MB."""
    head = "Snapshot-Content-Location: http://bao.example.vn/1.html\nMIME-Version: 1.0\n"
    head += 'Content-Type: multipart/related; type="text/html"; boundary="x"\n\n'
    part = "--x\nContent-Type: {}\nContent-Transfer-Encoding: {}\nContent-Location: http://bao.example.vn/{}\n\n"
    with path.open("w", encoding="utf-8") as file:
        file.write("From: <Saved by Blink>\n" + head + part.format("text/html", "binary", "1.html") + "<p>x</p>\n")
        for number in range(38):
            file.write(part.format("image/png", "base64", f"{number}.png") + ("QUJD" * 18 + "\n") * 14_000)
        file.write("--x--\n")


FILES: dict[str, Callable[[Path], object]] = {
    "a WARC file: a record with 257 KB of fields": lambda path: path.write_bytes(
        _packed(record(b"", more="a: b\r\n" * (MAX_HEAD // 6 + 1)))
    ),
    "a WARC file: an answer with 257 KB of headers": lambda path: path.write_bytes(
        _packed(record(response(b"", *["a: b"] * (MAX_HEAD // 6 + 1))))
    ),
    "a WARC file: a body in 250,001 chunks": lambda path: path.write_bytes(_chunks()),
    "a WARC file: four layers of gzip": lambda path: path.write_bytes(_four_layers()),
    "a WARC file: 101 records of wrong lengths": lambda path: path.write_bytes(
        b"".join(record(b"x" * 90, number=n, length=MAX_RECORD) for n in range(MAX_ODD + 1)) + GOOD
    ),
    "a WARC file: a record of 24 MB": lambda path: path.write_bytes(_packed(record(bytes(MAX_RECORD + 1)))),
    **{
        f"a WARC file: 17 MB packed by {name}": lambda path, name=name: path.write_bytes(_encoded(name))  # type: ignore[misc]
        for name in ("gzip", "deflate", "br", "zstd")
    },
    "an ARC file: a line of 64 KB": lambda path: path.write_bytes(gzip.compress(_arc())),
    "a WACZ file: a directory of 4 MB": _wacz(_many_members),
    "a WACZ file: a member that grows 1,000-fold": _wacz(_packed_too_well),
    "a HAR file: a session of 200 MB": _har,
    "an MHTML file: pictures of 38 MB": _mhtml,
}
"""What is played in place of a file to import. Each but the last two exceeds a limit a little."""

ENDINGS = {"a WARC": ".warc.gz", "an ARC": ".arc.gz", "a WACZ": ".wacz", "a HAR": ".har", "an MHTML": ".mhtml"}

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"

SQL: dict[str, str] = {
    "SQL: rows without end": f"{_NUMBERS} SELECT count(*) FROM n",
    "SQL: a value of more than 1 MB": "SELECT zeroblob(1000001)",
    "SQL: an answer of more than 16 MB": f"{_NUMBERS} SELECT zeroblob(900000) FROM n LIMIT 20",
    "SQL: all articles beside all articles": "SELECT count(*) FROM articles a, articles b, articles c, articles d",
    "SQL: sorting without end": f"{_NUMBERS} SELECT i, hex(randomblob(500)) AS h FROM n ORDER BY h",
}
"""Questions on the SQL page."""

SEARCHES: dict[str, list[str]] = {
    "search: 2,000 words": [" ".join(f"tu{number}" for number in range(2_000))],
    "search: 500 words with OR": [" OR ".join(["đảng"] * 500)],
    "search: 200 parentheses": ["(" * 200 + "đảng" + ")" * 200],
    "search: one letter": ["a*"],
    "search: 100,000 letters": ["".join(random.Random(1).choices("aăâbcdđeêghiklm", k=100_000))],
}
"""Questions of ``tinkhoi search``."""


async def _ask(database: str, sql: str) -> int:
    from flows.web import pages_of

    answer = await pages_of(Path(database), "en").client.get("/tinkhoi.json", params={"sql": sql, "_shape": "array"})
    print(answer.status_code, answer.text[:200])
    return 0 if answer.status_code in {200, 400} else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(_ask(sys.argv[1], sys.argv[2])))
