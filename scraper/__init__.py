"""tinkhoi, fetching and understanding: from an address to an article."""

__version__ = "0.1.0"
