"""Text: what is kept as printed, what is mended, and how pages' bytes are read."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.text import (
    are_alike,
    bare_words,
    decode,
    fold,
    likeness,
    marked_letters,
    same_words,
    shows_title,
    squeeze,
    unescape,
    vietnamese_words,
)
from scraper.text.decoding import _BROKEN, _SIGNS, _may_be_broken, _shows_a_sign

PRINTED = "Đảng uỷ Khối Cơ quan và Doanh nghiệp tỉnh tổ chức hội nghị sơ kết công tác xây dựng Đảng, đạt 98,76%."


@pytest.mark.parametrize(
    ("raw", "printed"),
    [
        (unicodedata.normalize("NFD", PRINTED), PRINTED),
        ("  Quyết tâm\u00a0hoàn thành\r\n và\u200b vượt ", "Quyết tâm hoàn thành và vượt"),
        ("Hội\x00 ng\u200ehị\x07 \u202asơ kết\u202c", "Hội nghị sơ kết"),
        ("Hội nghị \ud83d sơ kết", "Hội nghị sơ kết"),
        ("xây dựng Ðảng", "xây dựng Đảng"),
        ("ÐẢNG BỘ KHỐI", "ĐẢNG BỘ KHỐI"),
        ("HÐND - UBND, LÐLÐ", "HĐND - UBND, LĐLĐ"),
        ("Ðoàn ðại biểu", "Đoàn đại biểu"),
        ("thu 50.000 ð một lượt", "thu 50.000 đ một lượt"),
        ("Sigurður Guðmundsson", "Sigurður Guðmundsson"),
        ("MAÐUR", "MAÐUR"),
        ("Novak Ðoković", "Novak Ðoković"),
        ("Thải Ngọc Bảo Trâm", "Thải Ngọc Bảo Trâm"),
        ("lần thứ 1 – lần thứ I…", "lần thứ 1 – lần thứ I…"),
        ("", ""),
    ],
)
def test_squeeze_keeps_the_printed_words_and_drops_what_is_not_print(raw: str, printed: str) -> None:
    assert squeeze(raw) == printed


@given(st.text())
def test_squeeze_is_done_after_once(text: str) -> None:
    once = squeeze(text)
    assert squeeze(once) == once
    assert "  " not in once
    assert once == once.strip()
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in once)


@pytest.mark.parametrize("between", [" ", "  ", "   ", "\n", " \t", "\u00a0", "\u3000 ", "\u200b"])
@pytest.mark.parametrize("beside", ["", " ", "\n", "\u00a0"])
def test_squeeze_leaves_one_blank_of_any_white_space_in_a_text_of_any_length(between: str, beside: str) -> None:
    for words in ("Đảng uỷ", "Đảng uỷ Khối" + " cơ quan" * 30, "word" * 40):
        assert squeeze(f"{beside}{words}{between}{words}{beside}") == f"{words} {words}"


def test_squeeze_treats_every_character_alike_beside_letters_and_beside_what_prints_nothing() -> None:
    for code in range(0x3000):
        between = squeeze(f"a{chr(code)} b")  # all of it may be printable
        beside_unprinted = squeeze(f"\0a{chr(code)}\0 b")
        assert between == beside_unprinted, hex(code)


@pytest.mark.parametrize("unusual", ["中", "ß", "한", "ﬁ", "ж", "\N{GRINNING FACE}", "Ö"])
def test_an_unusual_letter_changes_nothing_in_how_the_others_fold(unusual: str) -> None:
    folded = "dang uy khoi co quan va doanh nghiep tinh to chuc hoi nghi so ket cong tac xay dung dang, dat 98,76%."
    assert fold(PRINTED) == folded
    assert fold(f"{PRINTED} {unusual}") == f"{folded} {fold(unusual)}"


def test_fold_merges_tone_placement_case_and_the_letter_d() -> None:
    assert fold("Đảng uỷ Khối") == fold("ĐẢNG ỦY KHỐI") == "dang uy khoi"
    assert fold(unicodedata.normalize("NFD", "hoà bình")) == fold("hòa  bình") == "hoa binh"
    assert fold("Ðà Nẵng") == "da nang"


@pytest.mark.parametrize("before", ["", "Đ", "uỷ ", "HÐ", "Ơ ", "\0"])
def test_bare_words_are_those_of_the_folded_text_beside_every_character(before: str) -> None:
    for code in range(0x3000):
        text = f"{before}{chr(code)}n. Đảng_uỷ"
        assert bare_words(text) == [word.encode() for word in re.findall(r"[^\W_]+", fold(text))], hex(code)


def test_a_character_that_is_not_vietnamese_parts_words_and_no_other_does() -> None:
    assert vietnamese_words(unicodedata.normalize("NFD", "Đảng ủy KHỐI, 98,76%")) == [
        b"dang",
        b"uy",
        b"khoi",
        b"98",
        b"76",
    ]
    assert vietnamese_words("Müller\u00adĐảng m²") == [b"m", b"ller", b"dang", b"m"]


def test_letters_with_marks_are_counted_where_all_letters_are_vietnamese() -> None:
    assert marked_letters("Đảng ủy “Khối”: 98 °C") == 4
    assert marked_letters("") == 0
    assert marked_letters("Đảng bộ Đà Nẵng 中") is None


def test_same_words_and_likeness_pair_an_alt_with_its_caption() -> None:
    alt, caption = "Bí thư Đảng uỷ Khối phát biểu tại hội nghị", "Bí thư Đảng ủy Khối phát biểu tại hội nghị."
    assert same_words(alt, caption)
    assert likeness(alt, caption) == 1.0
    assert likeness(alt, "Bí thư Đảng ủy Khối phát biểu sau hội ng") > 0.85
    assert likeness(alt, "Trao cờ thi đua cho các chi bộ") < 0.6
    assert not same_words("lần thứ 1", "lần thứ I")
    assert likeness("", "") == 1.0


ALIKE = st.text(alphabet="abcđ ơ1.", max_size=20)


@given(ALIKE, st.one_of(ALIKE, st.just(None)), st.sampled_from([0.3, 0.8, 0.9, 0.95, 1.0]), st.data())
def test_texts_are_alike_from_their_likeness_on(a: str, b: str | None, least: float, data: st.DataObject) -> None:
    other = "".join(data.draw(st.permutations(a))) if b is None else a[: len(a) // 2] + b
    assert are_alike(a, other, least) == (likeness(a, other) >= least)


def test_unescape_resolves_what_a_store_encoded_twice_and_leaves_addresses() -> None:
    assert unescape("Tiền Giang&#x3A; &amp;quot;Sống&amp;quot; &agrave;") == 'Tiền Giang: "Sống" à'
    assert unescape("/tim?a=1&copy=2&lt=3") == "/tim?a=1&copy=2&lt=3"
    assert unescape("P&G, R & D") == "P&G, R & D"


# The same words by hand, letter for letter, in the encodings before Unicode.
WORDS = "Đảng ủy Khối tổ chức hội nghị, phát huy sức mạnh của đảng viên ở cơ sở."
TCVN3 = (
    b"\xa7\xb6ng \xf1y Kh\xe8i t\xe6 ch\xf8c h\xe9i ngh\xde, ph\xb8t huy s\xf8c m\xb9nh c\xf1a \xae\xb6ng vi\xaan "
    b"\xeb c\xac s\xeb."
)
VNI = (
    b"\xd1a\xfbng u\xfby Kho\xe1i to\xe5 ch\xf6\xf9c ho\xe4i ngh\xf2, pha\xf9t huy s\xf6\xf9c ma\xefnh cu\xfba "
    b"\xf1a\xfbng vie\xe2n \xf4\xfb c\xf4 s\xf4\xfb."
)
CP1258 = (
    b"\xd0a\xd2ng u\xd2y Kh\xf4\xeci t\xf4\xd2 ch\xfd\xecc h\xf4\xf2i nghi\xf2, pha\xect huy s\xfd\xecc ma\xf2nh "
    b"cu\xd2a \xf0a\xd2ng vi\xean \xf5\xd2 c\xf5 s\xf5\xd2."
)
LEGACY = pytest.mark.parametrize(
    ("body", "encoding"), [(CP1258, "cp1258"), (TCVN3, "tcvn3"), (VNI, "vni")], ids=["windows-1258", "tcvn3", "vni"]
)


@LEGACY
@pytest.mark.parametrize("said", [None, "text/html; charset=utf-8", "text/html; charset=iso-8859-1"])
def test_legacy_bytes_are_read_whatever_the_header_says(body: bytes, encoding: str, said: str | None) -> None:
    decoded = decode(body, said)
    assert (decoded.text, decoded.encoding, decoded.problem) == (WORDS, encoding, None)


@LEGACY
def test_legacy_words_pasted_into_a_page_of_utf8_are_mended(body: bytes, encoding: str) -> None:
    page = f'<p>Tin tức – Sự kiện</p><img alt="{body.decode("cp1252")}"><p>{body.decode("cp1252")}</p><p>Windows®</p>'
    decoded = decode(page.encode(), None)
    assert decoded.text == f'<p>Tin tức – Sự kiện</p><img alt="{WORDS}"><p>{WORDS}</p><p>Windows®</p>'
    assert decoded.problem is None


def test_tcvn3_capitals_are_capitals() -> None:
    assert decode(b"\xa7\xb6NG \xf1y KH\xe8I t\xd8nh", None).text == "ĐẢNG ủy KHỐI tỉnh"


@pytest.mark.parametrize("said", [None, "text/html; charset=windows-1258", "text/html; charset=iso-8859-1"])
def test_utf8_is_utf8_whatever_the_header_says(said: str | None) -> None:
    body = f"<meta charset=windows-1252><p>{PRINTED}</p>".encode()
    decoded = decode(body, said)
    assert decoded.text == body.decode()
    assert (decoded.encoding, decoded.problem) == ("utf-8", None)


def test_utf8_coded_twice_is_read() -> None:
    once = f"<h1>{PRINTED}</h1>"
    twice = once.encode().decode("cp1252", "surrogateescape")
    body = b"".join(
        bytes([ord(c) - 0xDC00]).decode("latin-1").encode() if c >= "\udc80" else c.encode() for c in twice
    )
    assert decode(body, "text/html; charset=utf-8").text == once


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_wide_and_marked_text_is_read(codec: str) -> None:
    decoded = decode(
        f"<html><head><title>Tin</title></head><p>{PRINTED}</p>".encode(codec), "text/html; charset=utf-8"
    )
    assert decoded.text == f"<html><head><title>Tin</title></head><p>{PRINTED}</p>"
    assert decoded.problem is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Plain English, 100% ASCII: what? why? how?</body></html>",
        "<p>Windows® costs 5 m², 20 °C, naïve Bjørn © 2024</p>".encode(),
        "<p>Le café est très bon, mais où est la fête de Noël au bord de la mer ?</p>".encode("cp1252"),
        "<p>中文网页的内容</p>".encode(),
    ],
    ids=["empty", "English", "signs", "French", "Chinese"],
)
def test_pages_in_other_languages_are_no_problem(body: bytes) -> None:
    assert decode(body, None).problem is None


@pytest.mark.parametrize(
    "body",
    [
        "<p>Привет, это страница новостей нашего города</p>".encode("cp1251"),
        f"<p>{PRINTED}</p>".encode().replace("ố".encode(), b"\xe1\xbb"),
        f"<p>{PRINTED * 4}</p>".encode("ascii", "replace"),
        f"<p>{PRINTED}</p>".replace("ố", "\ufffd").replace("ệ", "\ufffd").encode(),
    ],
    ids=["cyrillic", "cut letters", "question marks", "replacement characters"],
)
def test_text_that_cannot_be_read_is_quarantined(body: bytes) -> None:
    assert decode(body, None).problem is not None


def test_a_letter_cut_in_two_at_the_end_of_a_teaser_is_left_out() -> None:
    body = f"<h1>{PRINTED}</h1><p>Sơ kết công tác xây dựng Đả".encode() + b"\xe1\xba...</p>"
    decoded = decode(body, None)
    assert decoded.text == f"<h1>{PRINTED}</h1><p>Sơ kết công tác xây dựng Đả...</p>"
    assert decoded.problem is None


def test_only_signs_that_vietnamese_does_not_need_are_looked_at_again() -> None:
    letters = [chr(code) for code in range(0x30000) if not 0xD800 <= code < 0xE000]
    assert {letter for letter in letters if _shows_a_sign(f"Đảng{letter}ủy".encode())} == _SIGNS


def test_a_text_in_which_letters_are_looked_for_that_broke_is_not_passed_over() -> None:
    letters = [chr(code) for code in range(0x30000) if not 0xD800 <= code < 0xE000]
    broken = {letter for letter in letters if _BROKEN.search(f"đ{letter}ủy")}
    assert broken > {"\x80", "\ufffd", "¢"}
    assert all(_may_be_broken(f"đ{letter}ủy".encode()) for letter in broken)
    assert not _may_be_broken("“Đảng ủy” – ÒA".encode())


def test_nul_is_left_out_of_a_page() -> None:
    assert decode("<p>Đảng\0 ủy</p>".encode(), None).text == "<p>Đảng ủy</p>"


@pytest.mark.parametrize(("lost", "is_told"), [(20, False), (21, True), (200, True)])
def test_question_marks_are_told_once_there_are_more_than_may_be_meant(lost: int, is_told: bool) -> None:
    assert (decode(b"<p>" + b"l?nh " * lost + b"</p>", None).problem is not None) is is_told


@given(st.binary(max_size=400))
def test_any_bytes_give_text_that_can_be_stored(body: bytes) -> None:
    text = decode(body, "text/html; charset=x-nonsense").text
    assert text.encode().decode() == text


@pytest.mark.parametrize(
    ("link", "same"),
    [
        ("Đảng uỷ Khối kết nạp đảng viên mới", True),
        ("Đảng ủy Khối kết nạp đảng viên…", True),
        ("Thị xã Gò Công: Đảng ủy Khối kết nạp đảng viên mới", True),
        ("Xem thêm", True),
        ("Đảng ủy Khối kết nạp đảng viên mới năm 2026", False),
        ("Đảng ủy Khối kết nạp đoàn viên mới", False),
    ],
)
def test_a_link_shows_a_title_or_another_one(link: str, same: bool) -> None:
    assert shows_title(link, "Đảng ủy Khối kết nạp đảng viên mới") is same
