#!/usr/bin/env bash
# Scrapy 2.19.0: importing its HTTP downloader executes every module that importlib.util.LazyLoader has put off. Three
# deprecated classes are made on import, each from inspect.stack(), and inspect looks for __file__ on all that stands in
# sys.modules; for a lazy module that question is the first use. `import scrapy` and a spider's own imports leave lazy
# modules alone, so the saving seems to be there until the first crawl begins.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet "scrapy==2.19.0"
echo 'print("the lazy module is executed")' > "$folder/put_off.py"
cat > "$folder/crawl.py" <<'PYTHON'
import importlib.util
import sys

found = importlib.util.find_spec("put_off")
found.loader = importlib.util.LazyLoader(found.loader)
sys.modules["put_off"] = importlib.util.module_from_spec(found)
found.loader.exec_module(sys.modules["put_off"])

from scrapy import Spider
from scrapy.crawler import CrawlerProcess


class Empty(Spider):
    name = "empty"

    async def start(self):
        print("the crawl begins")
        return
        yield


process = CrawlerProcess({"LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False})
print("Scrapy is imported")
process.crawl(Empty)
process.start()
PYTHON
said=$("$folder/venv/bin/python" "$folder/crawl.py")
echo "$said"
[[ $said == $'Scrapy is imported\nthe lazy module is executed\nthe crawl begins' ]]
