"""The User-Agent of our requests, and the vantage of a run."""

from __future__ import annotations

import time
from datetime import datetime

from scraper import __version__


def user_agent(contact: str) -> str:
    """The User-Agent that we send to a server. Raises ValueError for a contact that cannot be put in a header."""
    if not contact.isascii() or not contact.isprintable():
        raise ValueError(f"the contact address {contact!r} has characters that a User-Agent cannot carry")
    return f"tinkhoi/{__version__} (+{contact})" if contact else f"tinkhoi/{__version__}"


def vantage() -> str:
    """From where a run sees the sites, as far as this machine knows. Some pages show times in the visitor's zone."""
    return f"{time.tzname[0]} (UTC{datetime.now().astimezone():%z})"
