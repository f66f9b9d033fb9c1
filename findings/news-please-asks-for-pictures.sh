#!/usr/bin/env bash
# news-please 1.6.16 (with newspaper4k 0.9.6): NewsPlease.from_html reads a page that the caller already has, and asks the
# page's site for pictures all the same. Where the page names no og:image, every <img> of its text is requested, by the
# name "newspaper/0.9.6" and without a look at robots.txt. newspaper4k's Article does so for input_html=. So reading
# an archive of old pages sends a request a picture to the sites of today. fetch_images=False ends it for from_html.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --upgrade pip
"$folder/venv/bin/python" -m pip install --quiet "news-please==1.6.16" "newspaper4k==0.9.6"
cat > "$folder/read.py" <<'PYTHON'
import threading
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

warnings.simplefilter("ignore")
asked = []


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        asked.append((self.path, self.headers["User-Agent"]))
        self.send_error(404)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
threading.Thread(target=server.serve_forever, daemon=True).start()
base = f"http://127.0.0.1:{server.server_port}"
text = "".join(f"<p>Đoạn {n}: hội nghị của tỉnh thông qua nghị quyết về công tác xây dựng Đảng.</p>" for n in range(8))
pictures = "".join(f'<img src="{base}/{n}.jpg">' for n in range(5))
page = f"<html><head><title>Hội nghị</title></head><body><h1>Hội nghị</h1><div>{pictures}{text}</div></body></html>"


def requests_of(what, read):
    asked.clear()
    read()
    print(f"{what}: {len(asked)} requests, by {sorted({name for _, name in asked})}")
    return [path for path, _ in asked]


from newspaper import Article
from newsplease import NewsPlease


def newspaper4k():
    article = Article(f"{base}/bai-1")
    article.download(input_html=page)
    article.parse()


every = [f"/{n}.jpg" for n in range(5)]
assert requests_of("NewsPlease.from_html", lambda: NewsPlease.from_html(page, url=f"{base}/bai-1")) == every
assert requests_of("Article.download(input_html=…).parse()", newspaper4k) == every
quiet = lambda: NewsPlease.from_html(page, url=f"{base}/bai-1", fetch_images=False)
assert requests_of("NewsPlease.from_html, fetch_images=False", quiet) == []
PYTHON
"$folder/venv/bin/python" "$folder/read.py"
