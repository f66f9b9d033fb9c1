"""Who asks, and from where."""

from __future__ import annotations

import time
from datetime import datetime

from scraper import __version__


def user_agent(contact: str) -> str:
    """How we name ourselves to a server. Raises ValueError for a contact that cannot stand in a header."""
    if not contact.isascii() or not contact.isprintable():
        raise ValueError(f"the contact address {contact!r} has characters that a User-Agent cannot carry")
    return f"tinkhoi/{__version__} (+{contact})" if contact else f"tinkhoi/{__version__}"


def vantage() -> str:
    """From where the sites are seen, as far as this machine knows: its zone. Some pages show the visitor's time."""
    return f"{time.tzname[0]} (UTC{datetime.now().astimezone():%z})"
