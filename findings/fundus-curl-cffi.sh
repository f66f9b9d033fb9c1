#!/usr/bin/env bash
# fundus 0.5.7 cannot be imported beside curl_cffi 0.17.0, which its own requirement (curl-cffi<1,>=0.7) allows: it
# imports normalize_browser_type from curl_cffi.requests.impersonate, where that version no longer has it. With
# curl_cffi 0.14.0 it is imported. A plain `pip install fundus` gives the newest, so a fresh installation fails at its
# first line; say curl-cffi<0.15 beside it.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
python="$folder/venv/bin/python"
"$python" -m pip install --quiet fundus==0.5.7 curl_cffi==0.17.0
"$python" - <<'PYTHON'
from importlib.metadata import requires
said = [each for each in requires("fundus") if each.startswith("curl-cffi")]
print("fundus 0.5.7 requires", *said)
assert said == ["curl-cffi<1,>=0.7"], said
try:
    import fundus
except ImportError as error:
    print(f"with curl_cffi 0.17.0: {error}")
    assert "normalize_browser_type" in str(error)
else:
    raise SystemExit("fundus is imported beside curl_cffi 0.17.0 now")
PYTHON
"$python" -m pip install --quiet curl_cffi==0.14.0
"$python" -c 'import fundus; print("with curl_cffi 0.14.0: imported")'
