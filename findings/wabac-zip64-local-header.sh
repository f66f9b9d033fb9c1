#!/usr/bin/env bash
# @webrecorder/wabac 2.27.3, the reader inside ReplayWeb.page: a stored member of a WACZ is read 20 bytes too early where its
# local ZIP header has an extra field and its line in the central directory has none. The reader looks up the local header
# only if the directory states an extra field, and otherwise takes the name's length for the whole distance. Python's zipfile
# writes exactly this for a small member opened with force_zip64=True, the documented way to write a member of unknown
# size. zipfile and unzip read such a file; in wabac the member begins with the ZIP64 field and loses its last 20 bytes,
# without an error. So a WACZ writer should ask for ZIP64 only where a member really needs it.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm pack --silent "@webrecorder/wabac@2.27.3" > /dev/null
tar xzf webrecorder-wabac-2.27.3.tgz
python3 - <<'PYTHON'
import zipfile

LINES = b'{"format": "json-pages-1.0", "id": "pages"}\n{"url": "https://paper.example/1", "ts": "2024-07-11T08:51:00Z"}\n'
for name, zip64 in (("plain.wacz", False), ("zip64.wacz", True)):
    with zipfile.ZipFile(name, "w", zipfile.ZIP_STORED) as archive, archive.open("pages/pages.jsonl", "w", force_zip64=zip64) as member:
        member.write(LINES)
    with zipfile.ZipFile(name) as archive:
        assert archive.testzip() is None and archive.read("pages/pages.jsonl") == LINES
PYTHON
cat > read.mjs <<'NODE'
import assert from "node:assert";
import { readFileSync } from "node:fs";
import { ZipRangeReader } from "./package/dist/index.js";

class FileLoader {
  constructor(path) { this.bytes = new Uint8Array(readFileSync(path)); }
  async getLength() { return this.bytes.length; }
  async getRangeFromEnd(length) { return this.bytes.subarray(Math.max(this.bytes.length - length, 0)); }
  async getRange(start, length, streaming) {
    const part = this.bytes.subarray(start, start + length);
    return streaming ? new Blob([part]).stream() : part;
  }
}

const read = {};
for (const name of ["plain.wacz", "zip64.wacz"]) {
  const { reader } = await new ZipRangeReader(new FileLoader(name)).loadFile("pages/pages.jsonl");
  read[name] = Buffer.from(await reader.readFully());
  console.log(name, JSON.stringify(read[name].subarray(0, 48).toString("latin1")));
}
const whole = read["plain.wacz"], shifted = read["zip64.wacz"];
assert(whole.toString().startsWith('{"format"') && whole.toString().endsWith("}\n"));
assert.equal(shifted.length, whole.length);
assert.deepEqual([...shifted.subarray(0, 4)], [1, 0, 16, 0]); // the ZIP64 field: its tag and its length
assert.deepEqual(shifted.subarray(20), whole.subarray(0, whole.length - 20));
NODE
node read.mjs
