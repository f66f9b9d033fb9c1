from __future__ import annotations

import pytest

from scraper.addresses import is_loopback


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:8000/", True),
        ("http://localhost/", True),
        ("http://[::1]:80/", True),
        ("http://127.evil.example/", False),
        ("https://baoapbac.vn/", False),
    ],
)
def test_loopback_is_told_without_resolving(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback
