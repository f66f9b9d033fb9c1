#!/usr/bin/env bash
# Scrapy 2.19.0: an extension or middleware that is switched off with `None`, as the documentation tells, is imported all
# the same, because the names of the setting are compared by the objects that they name. So is each that its own switch
# turns off (COOKIES_ENABLED, REMOTE_CONTROL_ENABLED). With them a crawl loads aiohttp's web server and tldextract, of
# which it uses neither. Only a list of parts of one's own, in place of the setting that ends in _BASE, leaves them out:
# the same crawl then starts without a quarter of its modules.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet "scrapy==2.19.0" "aiohttp==3.14.5" "tldextract==5.4.0"
cat > "$folder/crawl.py" <<'PYTHON'
import sys

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess

REMOTE, COOKIES = "scrapy.extensions.remote_control.RemoteControl", "scrapy.downloadermiddlewares.cookies.CookiesMiddleware"
OFF = {"REMOTE_CONTROL_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "COOKIES_ENABLED": False, "LOG_ENABLED": False}
SETTINGS = {
    "none": {"EXTENSIONS": {REMOTE: None}, "DOWNLOADER_MIDDLEWARES": {COOKIES: None}},
    "base": {"EXTENSIONS_BASE": {}, "DOWNLOADER_MIDDLEWARES_BASE": {}},
}


class One(Spider):
    name = "one"

    async def start(self):
        yield Request("data:,one")

    def parse(self, response):
        pass


process = CrawlerProcess(OFF | SETTINGS[sys.argv[1]])
process.crawl(One)
process.start()
print(len(sys.modules), *(name for name in ("aiohttp", "tldextract") if name in sys.modules))
PYTHON
none=$("$folder/venv/bin/python" "$folder/crawl.py" none)
base=$("$folder/venv/bin/python" "$folder/crawl.py" base)
echo "switched off with None: $none"
echo "a list of one's own: $base"
[[ $none == *" aiohttp tldextract" ]]
[[ $base =~ ^[0-9]+$ ]]
(( ${none%% *} > base + 150 ))
