"""What drawn articles say. It is drawn before any markup and knows nothing of it."""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))
PEOPLE = (
    "Trần Văn Bình",
    "Lê Thị Hoa",
    "P. MAI",
    "HỮU NGHỊ",
    "Nguyễn Minh Tân",
    "THU HOÀI",
    "Phạm Quốc Dũng",
    "Hải Vân",
)
PLACES = (
    "xã Bình Phú",
    "phường Mỹ Xuân",
    "Công ty Cấp nước",
    "Sở Y tế",
    "Trường Chính trị",
    "Bệnh viện Đa khoa",
    "Chi cục Thuế",
    "Bưu điện tỉnh",
)
DEEDS = (
    "sơ kết công tác sáu tháng đầu năm",
    "kết nạp đảng viên mới",
    "tổ chức hội nghị chuyên đề",
    "khánh thành cầu nông thôn",
    "trao tặng quà cho gia đình chính sách",
    "tổng kết phong trào thi đua",
    "đối thoại với thanh niên",
    "học tập nghị quyết",
    "phát động tháng hành động",
    "bồi dưỡng lý luận chính trị",
    "kiểm tra việc chấp hành điều lệ",
    "thăm hỏi công nhân",
)
CLAUSES = (
    "đồng thời yêu cầu các chi bộ tiếp tục đổi mới nội dung sinh hoạt",
    "trong đó có nhiều cách làm hay được nhân rộng",
    "nhằm nâng cao chất lượng phục vụ nhân dân",
    "với sự tham dự của đông đảo đại biểu",
    "theo kế hoạch đã đề ra từ đầu năm",
    "góp phần hoàn thành các chỉ tiêu được giao",
    "qua đó tạo sự đồng thuận trong cán bộ và đảng viên",
    "bảo đảm đúng tiến độ và đúng quy định",
)
SUBJECTS = (
    "Hội nghị đã nghe báo cáo của Ban Thường vụ về",
    "Phát biểu tại buổi lễ, lãnh đạo tỉnh đánh giá cao việc",
    "Trong thời gian qua, các cấp ủy đã tập trung",
    "Đại biểu dự hội nghị thảo luận nhiều ý kiến về",
    "Ban tổ chức cho biết đơn vị sẽ tiếp tục",
    "Nhiều tập thể và cá nhân được khen thưởng vì đã",
    "Theo thống kê, toàn Đảng bộ đã",
    "Kết luận buổi làm việc, đồng chí Bí thư đề nghị",
)
SECTIONS = ("Thời sự", "Xây dựng Đảng", "Kinh tế", "Văn hóa", "Giáo dục")
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
TAGS = ("Đảng ủy Khối", "hội nghị", "đảng viên", "doanh nghiệp", "thi đua", "cấp ủy", "nghị quyết", "thanh niên")


@dataclass(frozen=True)
class Truth:
    """What one article says."""

    number: int
    title: str
    lead: str
    body: tuple[str, ...]  # paragraphs
    published: datetime
    author: str | None
    captions: tuple[tuple[int, str], ...]  # above which paragraph the picture stands, and its words
    section: str
    tags: tuple[str, ...]
    kicker: str | None
    headings: frozenset[int] = frozenset()  # paragraphs that are headings
    items: frozenset[int] = frozenset()  # paragraphs that are items of a list
    above: str | None = None  # the caption of a picture above the body, on papers that have one


def truths(draw: random.Random, count: int) -> list[Truth]:
    """Articles, each with another title."""
    found: dict[str, Truth] = {}
    while len(found) < count:
        one = _truth(draw, len(found) + 1)
        found.setdefault(one.title, one)
    return list(found.values())


def _truth(draw: random.Random, number: int) -> Truth:
    place, deed = draw.choice(PLACES), draw.choice(DEEDS)
    at = datetime(2026, 1, 1, tzinfo=VIETNAM) + timedelta(minutes=draw.randrange(320 * 24 * 60))
    lead = f"Ngày {at.day}-{at.month}, Đảng ủy {place} {deed}, {draw.choice(CLAUSES)}, có"
    lead += f" {draw.randrange(20, 400)} người tham gia."
    body, headings, items = _paragraphs(draw)
    pictures = sorted(draw.sample(range(len(body)), draw.choice((0, 1, 1, 2))))
    captions = tuple(
        (
            n,
            f"Đồng chí {draw.choice(PEOPLE).title()} phát biểu tại {draw.choice(PLACES)} lần {draw.randrange(99)}.",
        )
        for n in pictures
    )
    return Truth(
        number=number,
        title=f"{place[0].upper()}{place[1:]} {deed} đợt {draw.randrange(2, 60)} năm 2026",
        lead=lead,
        body=body,
        published=at,
        author=_author(draw),
        captions=captions,
        section=draw.choice(SECTIONS),
        tags=tuple(draw.sample(TAGS, draw.randint(1, 3))),
        kicker=f"Đảng bộ {place}:" if draw.random() < 0.4 else None,
        headings=headings,
        items=items,
        above=f"Quang cảnh {draw.choice(DEEDS)} lần {draw.randrange(2, 99)}." if draw.random() < 0.8 else None,
    )


def _author(draw: random.Random) -> str | None:
    if draw.random() < 0.15:
        return None
    return " - ".join(draw.sample(PEOPLE, 2)) if draw.random() < 0.1 else draw.choice(PEOPLE)


def _paragraphs(draw: random.Random) -> tuple[tuple[str, ...], frozenset[int], frozenset[int]]:
    """Prose with, in some articles, a heading in it and items of a list."""
    body = [_sentence(draw) for _ in range(draw.randint(3, 7))]
    headings: set[int] = set()
    items: set[int] = set()
    if draw.random() < 0.25:
        body.insert(2, f"{draw.choice(DEEDS).capitalize()} ở {draw.choice(PLACES)}")
        headings.add(2)
    if draw.random() < 0.25:
        items = {len(body), len(body) + 1}
        body += [f"{draw.choice(DEEDS).capitalize()} trong quý {draw.randrange(1, 5)};" for _ in items]
        body.append(_sentence(draw))
    if draw.random() < 0.2:
        body.insert(1, f"“{draw.choice(CLAUSES).capitalize()}”, đại diện {draw.choice(PLACES)} chia sẻ.")
        headings, items = {n + 1 for n in headings}, {n + 1 for n in items}
    return tuple(body), frozenset(headings), frozenset(items)


def _sentence(draw: random.Random) -> str:
    share = f"{draw.randrange(11, 99)},{draw.randrange(1, 9)}%"
    first = f"{draw.choice(SUBJECTS)} {draw.choice(DEEDS)}, {draw.choice(CLAUSES)}; đạt {share} kế hoạch."
    return (
        first
        if draw.random() < 0.6
        else f"{first} {draw.choice(SUBJECTS)} {draw.choice(DEEDS)} tại {draw.choice(PLACES)}."
    )


def slug(text: str) -> str:
    """An address's words."""
    bare = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return re.sub(r"[^a-z0-9]+", "-", "".join(c for c in bare if not unicodedata.combining(c))).strip("-")
