"""The part of tinkhoi that fetches and reads: from an address to an article."""

__version__ = "0.1.0"
