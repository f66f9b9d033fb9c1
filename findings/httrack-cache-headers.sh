#!/usr/bin/env bash
# HTTrack 3.49.4: `hts-cache/new.zip` is a ZIP file whose entries are called by whole addresses. The status and the headers of
# each page stand in the extra field of the entry's *local* header only, as lines of text; the central directory, which unzip
# and Python's zipfile read, has none of them. The entry's date is the page's Last-Modified, not the time of the visit, which
# no field of the cache tells. Seen with a page of a small server on loopback: zipfile's `extra` is empty.
set -euo pipefail
folder=$(mktemp -d); server=; trap '[ -n "$server" ] && kill "$server"; rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq httrack=3.49.4-1 libhttrack2=3.49.4-1 2>/dev/null
for package in *.deb; do dpkg -x "$package" installed; done
mkdir site; printf '<html><body>xin chào</body></html>' > site/index.html; touch -d '2024-07-11T08:51:00Z' site/index.html
python3 -u -m http.server 0 --bind 127.0.0.1 --directory site > log 2>&1 & server=$!
for _ in $(seq 50); do grep -q 'port' log && break; sleep 0.1; done
port=$(sed -n 's/.*port \([0-9]*\).*/\1/p' log | head -1)
library=$(dirname "$(find installed -name 'libhttrack.so.2' | head -1)")
LD_LIBRARY_PATH="$library" installed/usr/bin/httrack "http://127.0.0.1:$port/" -O mirror -q -r1 > /dev/null
python3 - <<'PYTHON'
import struct
import zipfile

path = "mirror/hts-cache/new.zip"
with zipfile.ZipFile(path) as cache, open(path, "rb") as file:
    entry = next(each for each in cache.infolist() if each.filename.endswith("/"))
    file.seek(entry.header_offset)
    name, extra = struct.unpack("<26xHH", file.read(30))
    file.seek(name, 1)
    local = file.read(extra).decode()
print(f"{entry.filename}: central directory {entry.extra!r}, local header {local[:60]!r}…, date {entry.date_time[:3]}")
assert entry.filename.startswith("http://127.0.0.1:")
assert entry.extra == b""
assert local.startswith("HTTP/1.0 200 OK\r\n") or local.startswith("HTTP/1.1 200 OK\r\n")
assert "X-StatusCode: 200" in local and "Last-Modified: Thu, 11 Jul 2024" in local and "\nDate:" not in local
assert entry.date_time[:3] == (2024, 7, 11)
PYTHON
