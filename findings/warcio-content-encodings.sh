#!/usr/bin/env bash
# warcio 1.8.1: content_stream() promises the body without its content encoding, and keeps the promise for gzip and deflate
# alone. A page sent with "Content-Encoding: br" comes out still compressed, without a word, where no brotli is installed;
# and where brotli 1.2.1 (or 1.1.0, 1.0.9) is installed, reading it raises AttributeError, because warcio sets an attribute
# on brotli's decompressor, which its C type does not take. "zstd", which browsers and Scrapy ask for today, and the old name
# "x-gzip" come out compressed and silent in any case. So an index or a corpus made this way holds noise where the page was.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet "warcio==1.8.1" "zstandard==0.25.0"
cat > "$folder/read.py" <<'PYTHON'
import gzip
import io
import sys

import zstandard
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

PAGE = "<p>Đảng ủy Khối</p>".encode()
BROTLI = b"\x8b\x0c\x80" + PAGE + b"\x03"  # what brotli itself makes of it, too short to shrink


def read(encoding, body):
    """The body that warcio gives for a page sent so, or the name of what it raised."""
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=True)
    headers = StatusAndHeaders("200 OK", [("Content-Encoding", encoding)], protocol="HTTP/1.1")
    writer.write_record(
        writer.create_warc_record("https://news.example/1", "response", payload=io.BytesIO(body), http_headers=headers)
    )
    file.seek(0)
    try:
        return next(iter(ArchiveIterator(file))).content_stream().read()
    except AttributeError as error:
        return f"AttributeError: {error}"


bodies = {"gzip": gzip.compress(PAGE), "x-gzip": gzip.compress(PAGE), "zstd": zstandard.compress(PAGE), "br": BROTLI}
found = {encoding: read(encoding, body) for encoding, body in bodies.items()}
for encoding, body in found.items():
    print(f"{encoding:6} {body!r}")
assert found["gzip"] == PAGE
assert found["x-gzip"] == bodies["x-gzip"] and found["zstd"] == bodies["zstd"]
if sys.argv[1] == "with":
    import brotli

    assert brotli.decompress(BROTLI) == PAGE
    assert "unused_data" in found["br"]
else:
    assert found["br"] == BROTLI
PYTHON
"$folder/venv/bin/python" "$folder/read.py" without
"$folder/venv/bin/python" -m pip install --quiet "brotli==1.2.1"
"$folder/venv/bin/python" "$folder/read.py" with
