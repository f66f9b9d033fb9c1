"""Topics and watchwords, phrase by phrase: what names a bloc, and what only sounds like one."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.text import vietnamese_words
from scraper.topics import match_watch, rules, tag

KICKER = "Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh Tiền Giang:"
TITLE = "Quyết tâm hoàn thành và vượt các chỉ tiêu, nhiệm vụ năm 2024 và nhiệm kỳ 2020 - 2025"
LEAD = (
    "(ABO) Sáng 11-7, Đảng ủy Khối Cơ quan và Doanh nghiệp tỉnh Tiền Giang (gọi tắt là Đảng ủy Khối) tổ chức "
    "Hội nghị Ban Chấp hành Đảng bộ Khối lần thứ 19, sơ kết công tác xây dựng Đảng 6 tháng đầu năm và triển khai "
    "phương hướng, nhiệm vụ 6 tháng cuối năm 2024."
)


def topics_of(sentence: str) -> set[str]:
    return {topic.topic for topic in tag(title="Tin vắn", body=(sentence,))}


def test_the_seed_concerns_a_bloc_and_party_building() -> None:
    tags = tag(title=TITLE, kicker=KICKER, lead=LEAD)
    assert [t.topic for t in tags] == ["khoi", "xay-dung-dang"]
    assert tags[0].words == "Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh"
    assert tags[0].rule == "đảng bộ, đảng ủy khối"
    assert tags[1].words == "xây dựng Đảng"


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Bí thư Đảng ủy Khối phát biểu.", "Đảng ủy Khối"),
        ("Bí thư Đảng uỷ Khối phát biểu.", "Đảng uỷ Khối"),
        ("ĐẢNG ỦY KHỐI CÁC CƠ QUAN TỈNH", "ĐẢNG ỦY KHỐI CÁC CƠ QUAN TỈNH"),
        ("\u00d0ảng ủy Khối các cơ quan tỉnh họp.", "Đảng ủy Khối các cơ quan tỉnh"),
        ("Đảng bộ Khối Doanh nghiệp tỉnh có 60 chi bộ.", "Đảng bộ Khối Doanh nghiệp tỉnh"),
        ("Đảng ủy khối cơ quan – doanh nghiệp tỉnh công bố quyết định.", "Đảng ủy khối cơ quan – doanh nghiệp tỉnh"),
        ("Đảng bộ Khối các\u00a0cơ quan tỉnh", "Đảng bộ Khối các cơ quan tỉnh"),
        ("Bộ phận giúp việc của Đảng ủy Khối CQ&DN tỉnh.", "Đảng ủy Khối CQ&DN tỉnh"),
        ("Thường trực ĐUK làm việc với cơ sở.", "ĐUK"),
        ("Hội nghị của Khối CQ&DN tỉnh.", "Khối CQ&DN"),
        ("Đoàn Khối Cơ quan và Doanh nghiệp tỉnh ra quân.", "Đoàn Khối Cơ quan và Doanh nghiệp tỉnh"),
        ("Thành lập Khối cơ quan Dân - Chính - Đảng tỉnh.", "Khối cơ quan Dân - Chính - Đảng"),
        ("Đảng bộ Khối cơ quan Dân Chính Đảng tỉnh Đắk Nông", "Đảng bộ Khối cơ quan"),
        ("Đảng ủy Khối các cơ quan Trung ương", "Đảng ủy Khối các cơ quan Trung ương"),
        ("Hai đảng bộ khối được hợp nhất.", "đảng bộ khối"),
    ],
)
def test_the_many_names_of_a_bloc(sentence: str, words: str) -> None:
    found = {t.topic: t.words for t in tag(title="Tin vắn", body=(sentence,))}
    assert found["khoi"] == words


@pytest.mark.parametrize(
    "sentence",
    [
        "Học sinh khối lớp 12 ôn thi.",
        "Khối lượng công việc rất lớn.",
        "Phát huy sức mạnh khối đại đoàn kết toàn dân tộc.",
        "Đảng bộ, khối đại đoàn kết toàn dân tộc được củng cố.",
        "Khối thi đua các cơ quan tham mưu ký kết giao ước thi đua.",
        "Khối các cơ quan Đảng ký kết giao ước thi đua năm 2009.",
        "Khối mặt trận và các đoàn thể tổ chức hội thao.",
        "Khối doanh nghiệp FDI tăng trưởng 8%.",
        "Giải cầu lông khối cơ quan và doanh nghiệp khai mạc.",
        "Các đảng bộ khối xã, phường hoàn thành đại hội.",
        "Chi bộ khối phố 5 kết nạp đảng viên.",
        "Xây dựng Đảng bộ khối đoàn kết, thống nhất.",
        "Công đoàn khối doanh nghiệp ngoài nhà nước.",
        "Liên đoàn khối các cơ quan.",
        "Đảng bộ khởi sắc sau đại hội.",
        "Bị cáo giữ một khối tài sản lớn.",
        "Buôn Đuk có 120 hộ.",
    ],
)
def test_what_is_no_bloc(sentence: str) -> None:
    assert "khoi" not in topics_of(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Đảng ủy các cơ quan Đảng tỉnh tổ chức hội nghị.",
        "Đảng bộ các cơ quan Đảng thành phố Cần Thơ",
        "Đảng ủy UBND tỉnh quán triệt nghị quyết.",
        "Đảng uỷ Uỷ ban nhân dân tỉnh",
        "Đảng bộ Ủy ban nhân dân thành phố Đà Nẵng",
        "Công bố thành lập Đảng bộ các cơ quan Đảng, Đảng bộ UBND TP.",
        "Đảng bộ các cơ quan Đảng và UBND tỉnh",
        "Đảng bộ cơ quan Đảng, đoàn thể, HĐND, tư pháp cấp tỉnh",
        "Đảng bộ chính quyền tỉnh",
    ],
)
def test_the_successors(sentence: str) -> None:
    assert "ke-thua" in topics_of(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Đảng ủy, UBND tỉnh chúc mừng.",
        "Đảng ủy UBND xã Tân Phú họp.",
        "Đảng ủy - HĐND - UBND tỉnh",
        "Đảng bộ các cơ quan Đảng xã Tân Phú",
        "Đảng bộ, chính quyền tỉnh và nhân dân",
        "Các cơ quan Đảng tỉnh ký kết giao ước.",
    ],
)
def test_what_is_no_successor(sentence: str) -> None:
    assert "ke-thua" not in topics_of(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Kết nạp 141 đảng viên",
        "Kết nạp 20 quần chúng ưu tú vào Đảng.",
        "Trao Huy hiệu 30, 40 và 50 năm tuổi Đảng.",
        "2.430 đảng viên được tặng Huy hiệu Đảng đợt 7-11",
        "Ủy ban Kiểm tra Tỉnh ủy kết luận.",
        "14 đảng viên bị thi hành kỷ luật.",
        "Khai trừ ra khỏi Đảng một cán bộ.",
        "Đại hội đại biểu Đảng bộ huyện lần thứ XII",
        "Chào mừng Đại hội XIV của Đảng.",
        "Đại hội đại biểu toàn quốc lần thứ XIII của Đảng",
        "Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh",
        "Nâng cao chất lượng sinh hoạt chi bộ.",
        "Kiểm tra, giám sát, thi hành kỉ luật Đảng",
        "Bảo vệ nền tảng tư tưởng của Đảng",
        "Xây dựng, chỉnh đốn Đảng",
    ],
)
def test_party_building(sentence: str) -> None:
    assert "xay-dung-dang" in topics_of(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Kỷ luật lao động trong doanh nghiệp",
        "Kiểm tra, giám sát an toàn thực phẩm",
        "Huy hiệu của câu lạc bộ",
        "Đảng bộ, chính quyền và nhân dân trong tỉnh vui Tết.",
        "Đại hội Thể dục thể thao tỉnh lần thứ IX",
        "Xây dựng đáng kể cầu đường",
    ],
)
def test_what_is_no_party_building(sentence: str) -> None:
    assert "xay-dung-dang" not in topics_of(sentence)


def test_a_word_that_counts_in_a_title_does_not_count_in_a_body() -> None:
    assert [t.topic for t in tag(title="Chi bộ ấp 3 sau nửa nhiệm kỳ")] == ["xay-dung-dang"]
    assert tag(title="Tin vắn", body=("Trụ sở nằm cạnh nhà của chi bộ ấp 3.",)) == ()


def test_captions_count_and_the_title_comes_first() -> None:
    (topic,) = tag(title="Hội thao", captions=("Bí thư Đảng ủy Khối trao giải.",))
    assert (topic.topic, topic.words) == ("khoi", "Đảng ủy Khối")
    tags = tag(title="Đảng bộ Khối họp", body=("Đảng ủy Khối Doanh nghiệp tỉnh",))
    assert tags[0].words == "Đảng bộ Khối"


def test_decomposed_text_is_read_and_words_are_given_composed() -> None:
    (topic,) = tag(title="Tin vắn", body=(unicodedata.normalize("NFD", "Bí thư Đảng uỷ Khối"),))
    assert topic.words == "Đảng uỷ Khối"


def test_an_article_without_any_of_it_has_no_topic() -> None:
    assert tag(title="Giá lúa tăng", lead="Sáng 11-7, giá lúa tăng.", body=("Nông dân phấn khởi.",)) == ()


_PATTERNS = [pattern for rule in rules() for pattern in rule.patterns]


@given(st.sampled_from(_PATTERNS).flatmap(lambda each: st.from_regex(each.expression, fullmatch=True)))
def test_words_by_which_a_pattern_is_looked_up_stand_in_each_text_that_it_fits(text: str) -> None:
    words = set(vietnamese_words(f"({text}, 2024"))
    assert all(pattern.words <= words for pattern in _PATTERNS if pattern.expression.fullmatch(text))


def test_most_patterns_are_looked_up_by_their_words() -> None:
    assert sum(bool(pattern.words) for pattern in _PATTERNS) > len(_PATTERNS) * 3 / 4


def test_each_topic_has_rules_with_names_of_their_own() -> None:
    names = [(rule.topic, rule.name) for rule in rules()]
    assert len(names) == len(set(names))
    assert {topic for topic, _ in names} == {"khoi", "ke-thua", "xay-dung-dang"}


@pytest.mark.parametrize(
    ("watch", "text", "words"),
    [
        ("kỷ luật", "Thi hành kỷ luật đảng viên", "kỷ luật"),
        ("kỷ luật", "THI HÀNH KỶ\u00a0LUẬT", "KỶ LUẬT"),
        ("ky luat", "Thi hành kỷ luật", "kỷ luật"),
        ("Đảng ủy", "Bí thư Đảng uỷ", "Đảng uỷ"),
        ("dang uy", "Bí thư Đảng uỷ", "Đảng uỷ"),
        ("hòa bình", "tỉnh Hoà Bình", "Hoà Bình"),
        ("  kỷ   luật ", "kỷ luật", "kỷ luật"),
        ("C++ (mới)", "Lớp C++ (mới) khai giảng", "C++ (mới)"),
        (unicodedata.normalize("NFD", "kỷ luật"), "kỷ luật", "kỷ luật"),
        ("kỷ luật", "kỳ luật", None),
        ("luật", "luậtsư", None),
        ("kỷ luật", "kỷ cương, luật", None),
        ("   ", "kỷ luật", None),
    ],
)
def test_watchwords(watch: str, text: str, words: str | None) -> None:
    assert match_watch(watch, [None, "", text]) == words


def test_a_watchword_is_found_in_the_first_text_that_has_it() -> None:
    assert match_watch("ky luat", ["Kỷ luật sắt", "kỷ luật"]) == "Kỷ luật"
