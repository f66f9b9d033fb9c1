"""A page that a browser saved keeps its pictures and captions, and no address that never was."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

import pytest

from scraper.reading.saved_pictures import with_named_pictures

SAVED = "<!DOCTYPE html>\n<!-- saved from url=(0019)https://bao.example -->\n"
SINGLE = "<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: https://bao.example \n-->"
PHOTO = bytes(range(250))


@pytest.mark.parametrize(
    ("image", "named"),
    [
        ('<img src="./Bài_files/a.jpg" alt="x">', '<img src="file:Bài_files/a.jpg" alt="x">'),
        ('<img class="b" src="./Bài_files/a b.jpg">', '<img class="b" src="file:Bài_files/a b.jpg">'),
        (
            '<img src="./Bài_files/a.jpg" srcset="https://bao.example/a.jpg 2x">',
            '<img srcset="https://bao.example/a.jpg 2x">',
        ),
        ('<img src="https://bao.example/a.jpg">', '<img src="https://bao.example/a.jpg">'),
        ('<a href="./Bài_files/a.jpg">', '<a href="./Bài_files/a.jpg">'),
    ],
)
def test_a_picture_beside_the_page(image: str, named: str) -> None:
    assert with_named_pictures(SAVED + image) == SAVED + named
    assert with_named_pictures(image) == image


def test_a_picture_within_the_page_is_named_by_its_hash() -> None:
    data = f"data:image/jpeg;base64,{b64encode(PHOTO).decode()}"
    for image in (f"<img src={data} width=9>", f'<img src="{data}" width=9>'):
        named = with_named_pictures(SINGLE + image).removeprefix(SINGLE)
        assert named.startswith("<img src=") and named.endswith("width=9>") and "data:" not in named
        # RFC 6920: the hash in Base64 for addresses, without padding
        assert f"ni:///sha-256;{b64encode(sha256(PHOTO).digest(), b'-_').decode().rstrip('=')}" in named
    assert with_named_pictures(f"<img src={data}>") == f"<img src={data}>"


def test_a_small_picture_counts_only_with_words() -> None:
    spacer = "src=data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="
    for tag in (f"<img {spacer}>", f'<img {spacer} alt="">', f"<img {spacer} alt>"):
        assert with_named_pictures(SINGLE + tag) == SINGLE + tag
    assert "ni:" in with_named_pictures(f'{SINGLE}<img {spacer} alt="Đại biểu">')


@pytest.mark.parametrize("image", ["<img " * 300_000, '<img src="./' + "_files/" * 300_000 + ">"])
def test_tags_without_an_end_are_passed_over_in_linear_time(image: str) -> None:
    """Once each place was tried up to the end of the page, which took many minutes."""
    for start in (SAVED, SINGLE):
        assert with_named_pictures(start + image) == start + image
