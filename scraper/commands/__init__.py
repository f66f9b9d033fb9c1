"""Scrapy commands for those who add or check sites: ``newsite``, ``savefixture``, ``checksite``."""
