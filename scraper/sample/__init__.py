"""The embedded newspaper of the demo and the tests."""

from scraper.sample.newspaper import SEED_KEY, SITE_ID, SampleNewspaper
from scraper.sample.server import SampleServer

__all__ = ["SEED_KEY", "SITE_ID", "SampleNewspaper", "SampleServer"]
