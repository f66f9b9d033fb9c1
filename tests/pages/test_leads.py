"""The paragraph in italics that opens a body is its lead, if it alone is so."""

from __future__ import annotations

import pytest

from scraper.items import Paragraph, Picture
from scraper.pages.leads import italic_lead

LEAD = "Chiều 8-7, Đảng ủy Khối Doanh nghiệp tỉnh trao Huy hiệu 30 năm tuổi Đảng cho mười hai đảng viên."
PLAIN = tuple(Paragraph(text=f"Đồng chí thứ {n} phát biểu tại buổi lễ.") for n in range(3))


def test_the_only_paragraph_in_italics_is_the_lead_behind_a_picture_too() -> None:
    picture = Picture(src="https://bao.example.vn/a.jpg")
    assert italic_lead((picture, Paragraph(text=LEAD, italic=True), *PLAIN)) == (LEAD, (picture, *PLAIN))


@pytest.mark.parametrize(
    "body",
    [
        (Paragraph(text=LEAD), *PLAIN),
        (Paragraph(text=LEAD, italic=True), PLAIN[0]),
        (Paragraph(text=LEAD, italic=True), *PLAIN, Paragraph(text="Minh Thư", italic=True)),
        (Paragraph(text="Buổi lễ trao Huy hiệu Đảng.", italic=True), *PLAIN),
        (Paragraph(text=LEAD.rstrip("."), italic=True), *PLAIN),
        (Paragraph(text=f"LTS: {LEAD}", italic=True), *PLAIN),
    ],
    ids=[
        "not in italics",
        "too little below",
        "another in italics",
        "short",
        "no sentence",
        "a note of the editor's",
    ],
)
def test_what_else_opens_a_body_is_no_lead(body: tuple[Paragraph, ...]) -> None:
    assert italic_lead(body) == (None, body)
