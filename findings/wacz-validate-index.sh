#!/usr/bin/env bash
# py-wacz 0.6.0: `wacz validate` says "Validation succeeded" of a WACZ whose index names no capture at all. It checks that an
# index is there and has the checksum that datapackage.json states, never that it fits the WARC (its own check for that,
# `check_indexes`, is called by no command). ReplayWeb.page and pywb find no page in such a file.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet "wacz==0.6.0" "warcio==1.8.1"
cd "$folder"
venv/bin/python - <<'PYTHON'
import gzip
import hashlib
import json
import subprocess
import zipfile
from io import BytesIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

with open("a.warc.gz", "wb") as file:
    warc = WARCWriter(file, gzip=True)
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    page = BytesIO(b"<html><body>xin chao</body></html>")
    warc.write_record(warc.create_warc_record("http://bao.example.vn/", "response", payload=page, http_headers=headers))
subprocess.run(["venv/bin/wacz", "create", "-f", "a.warc.gz", "-o", "a.wacz"], check=True, capture_output=True)
with zipfile.ZipFile("a.wacz") as old, zipfile.ZipFile("b.wacz", "w") as new:
    index = next(name for name in old.namelist() if name.startswith("indexes/") and "cdx" in name)
    held = gzip.decompress(old.read(index)) if index.endswith(".gz") else old.read(index)
    assert b"bao" in held or b"vn,example,bao" in held
    empty = gzip.compress(b"") if index.endswith(".gz") else b""
    package = json.loads(old.read("datapackage.json"))
    for resource in package["resources"]:
        if resource["path"] == index:
            resource |= {"hash": f"sha256:{hashlib.sha256(empty).hexdigest()}", "bytes": len(empty)}
    text = json.dumps(package).encode()
    digest = json.dumps({"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(text).hexdigest()}"})
    changed = {index: empty, "datapackage.json": text, "datapackage-digest.json": digest.encode()}
    for name in old.namelist():
        new.writestr(name, changed.get(name, old.read(name)))
done = subprocess.run(["venv/bin/wacz", "validate", "-f", "b.wacz"], capture_output=True, text=True)
print(f"index emptied: {index}; code {done.returncode}; {done.stdout.strip().splitlines()[-1]}")
assert done.returncode == 0 and "Validation succeeded" in done.stdout
PYTHON
