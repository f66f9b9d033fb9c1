"""Scrapy's settings: politeness and safety. What depends on the sites of a crawl is set by its spider."""

import os

from scraper.data_folder import default_folder

_DATA = default_folder()

BOT_NAME = "tinkhoi"
SPIDER_LOADER_CLASS = "scraper.spiders.loader.SiteSpiderLoader"
COMMANDS_MODULE = "scraper.commands"

# Our own settings. The flow sets them from the plan; `scrapy crawl` takes them from the environment or from `-s`.
TINKHOI_SITE_FOLDERS = [
    *([str(_DATA / "sites")] if (_DATA / "sites").is_dir() else []),
    *(folder for folder in os.environ.get("TINKHOI_SITES", "").split(os.pathsep) if folder),
]
TINKHOI_CONTACT = os.environ.get("TINKHOI_CONTACT", "")
TINKHOI_RUN = ""
TINKHOI_HOSTS = None

# Captures go to one file for each run, which is never appended to. `scrapy crawl SITE -o FILE.warc.gz:warc` writes
# to another file.
FEED_EXPORTERS_BASE: dict[str, str] = {}  # Scrapy's own are loaded even where none is used, 2 MB of them
FEED_EXPORTERS = {"warc": "scraper.captures.WarcExporter"}
FEEDS = {str(_DATA / "captures" / "%(name)s-%(time)s.warc.gz"): {"format": "warc"}}
EXTENSIONS = {"scraper.fetch.recorder.Recorder": 10, "scraper.fetch.progress.ProgressLines": 20}

# The parts of Scrapy that a crawl uses. Each that stands in Scrapy's own lists and not here would be imported even
# where it is switched off, and with them a web server, an HTTP client and a list of all top-level domains. That was
# a third of what a crawl's start cost.
EXTENSIONS_BASE = {
    f"scrapy.extensions.{name}": 0
    for name in (
        "corestats.CoreStats",
        "logcount.LogCount",
        "memusage.MemoryUsage",
        "closespider.CloseSpider",
        "feedexport.FeedExporter",
        "logstats.LogStats",
    )
}
DOWNLOADER_MIDDLEWARES_BASE = {
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": 850,
}
SPIDER_MIDDLEWARES_BASE = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": 800,
}

# No port is opened, only http and https are used, and nothing is sent beyond the requests themselves.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
DOWNLOAD_HANDLERS = {
    "http": "scraper.fetch.address_guard.GuardedHandler",
    "https": "scraper.fetch.address_guard.GuardedHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
DOWNLOAD_VERIFY_CERTIFICATES = True
HTTPPROXY_ENABLED = False  # a proxy's tunnel would bypass the guard
COOKIES_ENABLED = False
METAREFRESH_ENABLED = False

# Politeness.
ROBOTSTXT_OBEY = True
DOWNLOADER = "scraper.fetch.host_queues.HostDownloader"
DOWNLOADER_MIDDLEWARES = {
    "scraper.spiders.site_boundary.OwnSiteMiddleware": 50,  # Scrapy's own does not know ports
    "scraper.fetch.robots.RobotsMiddleware": 100,  # Scrapy's own lets waiting requests through
    "scraper.fetch.host_queues.PauseMiddleware": 560,
    "scraper.fetch.packed_bodies.FewLayers": 590,  # Scrapy's own undoes any number of layers
    "scraper.fetch.redirects.ChainRedirects": 600,  # Scrapy's own sends no cookies back, and validators on
}
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 2.0
DOWNLOAD_DELAY_JITTER = 0
USER_AGENT = "tinkhoi"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi",
}

# Limits.
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 45
DNS_TIMEOUT = 20
REDIRECT_MAX_TIMES = 5
RETRY_TIMES = 2
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408]  # 429 is PauseMiddleware's
RETRY_GIVE_UP_LOG_LEVEL = "INFO"

SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # of one priority, in the order that lists show
LOG_LEVEL = "INFO"
LOG_VERSIONS = ["Python"]
STATS_DUMP = False

# What costs CPU for each answer and is of no use here.
CONCURRENT_ITEMS = 1  # by default Scrapy starts a hundred tasks for what one answer yields
STATS_CLASS = "scraper.fetch.scrapy_internals.PlainStats"  # Scrapy's own, without a detour at each use
WARN_ON_GENERATOR_RETURN_VALUE = False  # reads the callback's source again for each answer
