"""How much memory an import takes: a WARC of many megabytes, in one gzip member or one a record, made at run time.

    python benchmarks/import_memory.py --megabytes 2048 --pages 2000 --one-member
    python benchmarks/import_memory.py --megabytes 2048 --pages 2000 --wacz

With ``--wacz`` the WARC lies in a WACZ whose entries have the ZIP64 form.

Article pages of the sample newspaper's form stand among pictures of a megabyte each. The import runs in a process of
its own; its largest resident size is printed, with its CPU time and the articles it found.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from scraper.captures.packing import warc_record

PICTURE = 1024 * 1024
SITE = 'name = "Mẫu"\nkind = "newspaper"\nprovince = "Tiền Giang"\nfamily = "maincontent"\nhome = "http://mau.example.vn/"\n'
SITE += 'sections = ["/"]\nchecked = "made for a benchmark"\n'
PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Bài số {n}</title></head><body>
<div class="l-content"><h1 class="sc-longform-header-title block-sc-title">Chi bộ số {n} họp thường kỳ tháng {m}</h1>
<span class="sc-longform-header-date block-sc-publish-time">11/07/2024 15:51</span>
<h2 class="sc-longform-header-sapo block-sc-sapo">Chi bộ số {n} họp thường kỳ, bàn việc của tháng {m}.</h2>
<div class="b-maincontent"><p>Ngày 11-7, chi bộ số {n} họp thường kỳ với sự tham dự của {n} đảng viên, sơ kết công tác
tháng trước và bàn nhiệm vụ tháng này. Bí thư chi bộ số {n} chủ trì cuộc họp.</p></div></div></body></html>"""


def records(megabytes: int, pages: int) -> Iterator[bytes]:
    """Pages spread among pictures whose bytes no packing makes smaller."""
    for number in range(max(megabytes, pages)):
        if number < megabytes:
            yield record(number, "anh.jpg", "image/jpeg", os.urandom(PICTURE))
        if number < pages:
            yield record(
                number, "html", "text/html; charset=utf-8", PAGE.format(n=number, m=number % 12 + 1).encode()
            )


def record(number: int, ending: str, content_type: str, body: bytes) -> bytes:
    """One response record."""
    fields = [
        ("WARC-Type", "response"),
        ("WARC-Record-ID", f"<urn:uuid:00000000-0000-4000-8000-{number:08x}{len(ending):04x}>"),
        ("WARC-Target-URI", f"http://mau.example.vn/bai-viet-{3140001 + number}.{ending}"),
        ("WARC-Date", "2024-08-01T00:00:00Z"),
        ("Content-Type", "application/http; msgtype=response"),
    ]
    return warc_record(fields, f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n".encode() + body)


def write(path: Path, megabytes: int, pages: int, one_member: bool) -> None:
    """Writes the file, at the quickest packing."""
    with path.open("wb") as file:
        pack = zlib.compressobj(0, wbits=31)
        for content in records(megabytes, pages):
            file.write(pack.compress(content))
            if not one_member:
                file.write(pack.flush())
                pack = zlib.compressobj(0, wbits=31)
        file.write(pack.flush())


def pack(warc: Path, wacz: Path) -> None:
    """Writes a WACZ around ``warc``, not compressed, in the ZIP64 form."""
    with zipfile.ZipFile(wacz, "w") as opened:
        with warc.open("rb") as file, opened.open(f"archive/{warc.name}", "w", force_zip64=True) as member:
            shutil.copyfileobj(file, member, PICTURE)
        opened.writestr("datapackage.json", "{}")


def main() -> None:
    """Makes the file, imports it, prints what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=2048)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--one-member", action="store_true")
    parser.add_argument("--wacz", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "sites").mkdir()
        (root / "sites" / "mau.toml").write_text(SITE, encoding="utf-8")
        path = root / "film.warc.gz"
        write(path, asked.megabytes, asked.pages, asked.one_member)
        if asked.wacz:
            path = path.with_name("film.wacz")
            pack(root / "film.warc.gz", path)
            (root / "film.warc.gz").unlink()
        command = [sys.executable, "-c", "from flows.cli import main; main()", "--data", str(root / "data")]
        command += ["--sites", str(root / "sites"), "import", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(done.stdout + done.stderr[-400:])
        print(f"{path.stat().st_size / 1e6:.0f} MB: at most {used.ru_maxrss / 1024:.0f} MB in memory, "
              f"{used.ru_utime + used.ru_stime:.0f} s of CPU, code {done.returncode}")  # fmt: skip


if __name__ == "__main__":
    main()
