"""Tells a date line from a sentence with a date, by the words beside the date.

A date line names what is dated (``Đăng lúc``), is a date alone, or has a section, an author, counts or buttons beside
the date. A sentence has the number of a document (``Số 11/07/2024-QĐ``), a preposition (``từ ngày``, ``trước``) or an
event (``tổ chức ngày``), or goes on after the date. The date in a sentence is not that of the article.
"""

from __future__ import annotations

import re

from scraper.dates.fixtures import names_a_match, names_a_province
from scraper.dates.shapes import LABEL
from scraper.text.sentence import Sentence

DATE, CLOCK, ZONE, WEEKDAY, COUNT, AGO = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004", "\ue005"
"""The marks that replace each part of a text once its parts are separated: characters of Unicode's private area."""
_MARKS = "\ue000-\ue005"
_MARK = re.compile(f"[{_MARKS}]")

_LUNAR_YEAR = (
    r"(?:giáp|ất|bính|đinh|mậu|kỷ|canh|tân|nhâm|quý) (?:tý|sửu|dần|mão|thìn|tỵ|tị|ngọ|mùi|thân|dậu|tuất|hợi)"
)
_LUNAR = rf"âm lịch|\bâl\b|\bnông lịch|(?:mùng|mồng|rằm|chạp|tháng giêng|nhuận|nhằm)\b|{_LUNAR_YEAR}"
_LUNAR_BESIDE = re.compile(rf"[(\[](?=[^()\[\]]*\d)[^()\[\]]*(?:{_LUNAR})[^()\[\]]*[)\]]", re.I)
LUNAR = re.compile(rf"(?<!\w)(?:{_LUNAR}|tết|giỗ)(?!\w)", re.I)

_NUMBER_OF_DOCUMENT = re.compile(
    r"(?<!\w)(?:số(?: phát hành| báo| ra)?|mã|ký hiệu|biển số|lô|phiên bản)(?: (?:ký hiệu|hiệu|văn bản|hồ sơ))?"
    rf"\s?[:.]?\s?{DATE}"
    rf"|{DATE}[-/][^\W\d_{_MARKS}]|[^\W\d_][-/]{DATE}",
    re.I,
)
_SPAN = re.compile(
    r"(?<!\w)(?:từ|đến|tới|trước|sau|hết|quá|tính đến|hạn|hạn chót|nhằm|các|những|dự kiến|trong|qua)\s?:?\s"
    rf"(?:khoảng |hồi |lúc |vào |hôm |đợt )?(?:(?:các )?ngày )?[{DATE}{CLOCK}{WEEKDAY}]",
    re.I,
)
_EVENT = re.compile(
    r"(?<!\w)(?:sinh|mất|hy sinh|từ trần|tổ chức|diễn ra|khai mạc|bế mạc|khai giảng|khánh thành|khởi công|thành lập"
    r"|kỷ niệm|dự kiến|hạn|hiệu lực|hết|ký|ký kết|họp|thi|nghỉ|bắt đầu|kết thúc|chào mừng|lễ|trận|khởi hành|mở bán"
    r"|nộp|sẽ|đã|được|phiên|xảy ra|hẹn|tiếp công dân|tiếp xúc|này"
    r"|thông xe|chiến thắng|hoàn thành|giải phóng|đến|tới|tại|là|của|(?<!báo )(?<!thanh )và|thì|có"
    r"|đường|phố|hẻm|ngõ|quận|tỷ số|giá|tuổi|trang|vòng|lớp|đội|set|bài thi|chuyến|tàu|kỳ họp|nhiệm kỳ|quyết định số"
    r"|nghị quyết số|công văn|căn cứ)(?!\w)",
    re.I,
)
_NAMED_EVENT = re.compile(
    r"(?<!\w)(?:đại hội|hội nghị|hội thảo|ngày hội|liên hoan|festival|triển lãm|hội chợ|mít tinh"
    r"|tọa đàm|gặp mặt|phát động|ra quân|ra mắt|bế giảng|khai trương|bầu cử|quốc khánh|huy hiệu|đợt|bình chọn|góp ý"
    r"|kính viếng|cáo phó|an táng|truy điệu|tưởng niệm|thượng thọ|quốc tế lao động|cách mạng tháng tám"
    r"|dự báo|thời tiết|(?:tin|cơn) (?:bão|lũ|áp thấp)|triều cường|thủy triều|mực nước|mặt trời|trăng|nhiệt độ"
    r"|độ ẩm|cháy rừng|chất lượng không khí|aqi|xổ số|xsm[nbt]|vietlott|kỳ quay|mở thưởng|tử vi|hoàng đạo"
    r"|dương lịch|ngày (?:tốt|lành|xấu)|lãi suất|(?:vn|hnx|upcom)-?index|^lịch(?! sử)|^vụ|svđ|giải đấu|mùa giải"
    r"|khởi tranh|giao hữu|lượt (?:đi|về|trận)|bóng lăn|đóng thầu|mở thầu|đấu thầu|đấu giá|tiếp dân|áp dụng|còn lại"
    r"|giấy phép|cấp phép|gp|trực tiếp|trực tuyến|giao lưu|live(?:stream)?|talk ?show|phát (?:sóng|lại)|bản tin"
    r"|kênh|phim|khởi chiếu|ca (?:nhạc|cổ)|cải lương|chuyến|xe (?:buýt|khách)|check-?in|ảnh (?:chụp|tư liệu)"
    r"|bản quyền|copyright|báo (?:in|giấy)|e-?paper|bản pdf|quảng cáo|tài khoản|truy cập|kích hoạt|liên quan"
    r"|tiếp theo|tin khác|(?:xem|đọc) nhiều|(?:cũ|mới) hơn|bình luận mới nhất|theo ngày|chọn ngày"
    r"|đăng (?:nhập|kiểm|ký)|gửi (?:hồ sơ|bình luận|câu hỏi|đơn|ý kiến)"
    r"|^(?:nghị định|thông tư|chỉ thị|công điện|quyết định|nghị quyết|tờ trình|báo cáo)$"
    r")(?!\w)|©",
    re.I,
)
"""What is a section's name behind a stroke ("Đại hội Đảng | …") and an event's right before its date."""
_MATCH = re.compile(r"(?<!\w)(?:trận|chung kết|bán kết|tứ kết|svđ|sân vận động|v-league)(?!\w)", re.I)
"""A match, whose two sides a dash divides."""
_PERHAPS_A_ZONE = re.compile(r"\s?\(?(?!(?:PV|BTV|CTV|BBT|BT|NV|TTXVN|VOV|VTV|VGP)\b)(?:[A-Z]{1,5}|\w+/\w+)\)?\s*")
"""Letters that stand where zones do and are none that we know; those left out are authors and agencies."""
_PROGRAMME = re.compile(r"(?:phát thanh|truyền hình)(?! ?[-–,])", re.I)
"""What a head begins with that announces a programme; the name of a station goes on otherwise."""
_ANSWER = re.compile(r"(?<!\w)(?:trả lời|reply|trích dẫn|báo (?:xấu|vi phạm))(?!\w)", re.I)
"""The button at a reader's comment, which has a date of its own."""
_DAY_OF = re.compile(r"ngày\s+\w", re.I)
_STRONG = re.compile(r"[|•·»›>]+|\s[-–—]+\s?|[-–—]+\s|\s/\s")
_FULL_LABEL = re.compile(
    r"(?<!\w)(?:(?:thời gian|ngày|lúc|giờ|bài|tin|được|đã|người)\s)?"
    r"(?:cập nhật|đăng tải|đăng bài|đăng tin|đăng|gửi|phát hành|xuất bản|viết|tạo|đưa tin"
    r"|công bố|tải lên|post|posted|published|updated|created|modified)"
    r"(?: lần cuối| mới nhất| bài| lại)?(?: on| at| vào| trên)?(?: lúc| hồi)?(?: ngày| hôm)?\s?:?$",
    re.I,
)
_BARE_LABEL = re.compile(
    r"(?:^|(?<=\W))(?:vào lúc|vào hồi|vào|lúc|hồi|hôm|ngày|on|at|rạng sáng|sáng sớm|sáng|trưa|chiều|tối|đêm|khuya"
    r"|khoảng)"
    r"(?: (?:ngày|lúc|hôm))?$",
    re.I,
)
_ANY_LABEL = re.compile(rf"(?:{LABEL})\s?:?$", re.I)
_COLON_LABEL = re.compile(
    r"(?:ngày|thời gian|giờ|time|date|lúc|tin|bài|đăng|cập nhật|lần|gửi|xuất bản|phát hành|bởi|người|viết|tạo"
    r"|ban hành|sửa|được|post|publish|update|create|lượt|số lượt|xem|nguồn|tác giả|chuyên mục|danh mục|mục|theo)",
    re.I,
)
_PUBLISHES = re.compile(
    r"đăng|gửi|cập nhật|xuất bản|phát|viết|tạo|ban hành|sửa|duyệt|đưa|tin|bài|giờ|tháng|post|publi|update|creat", re.I
)
_BY = re.compile(r"(?<!\w)(?:bởi|by|tác giả|người đăng|nguồn|biên tập|admin|theo)(?!\w)|(?:tin|bài|ảnh)\s?:", re.I)
_CONNECTORS = re.compile(
    r"(?<!\w)(?:ngày|lúc|vào|hồi|at|on|giờ|vào lúc|giờ đăng|ngày đăng|thời gian|hôm|năm|cách đây|khoảng|trước"
    r"|ago|đây)(?!\w)",
    re.I,
)
_BUTTONS = re.compile(
    r"(?<!\w)(?:xem với|theo dõi (?:\w+ ){0,3}trên|đọc tiếp|xem tiếp"
    r"|in bài(?: (?:này|viết))?|in trang|bản in|in|gửi bài(?: viết)?|gửi email|email|gửi"
    r"|lưu bài(?: viết)?|lưu|chia sẻ|facebook|zalo|twitter|nghe đọc bài|nghe|cỡ chữ|đọc bài|theo dõi|print|share"
    r"|google news|quay lại|trở lại|xem cỡ chữ|tăng|giảm|mặc định|bình luận|phản hồi|lượt xem|xem|đọc|a|aa)(?!\w)",
    re.I,
)
_ANNOUNCED = re.compile(rf"{CLOCK} (?:{WEEKDAY},? )?ngày {DATE}", re.I)
"""How programmes are announced: “20h00 ngày 15/07/2024”."""
_LONGEST_COMPANY = 6  # words of a section or an author; more words make a sentence
_TRAILING_COUNTS = re.compile(rf"(?<=[{_MARKS}])((?:\s*[|•·,–-]?\s+\d[\d.,]*k?){{1,3}})\s*$", re.I)


def without_lunar_day(text: str) -> str:
    """``text`` without a lunar day in brackets, which calendars print beside the date.

    “(âm lịch)” without a day means that the date before it is a lunar one.
    """
    return _LUNAR_BESIDE.sub(" ", text)


def without_trailing_counts(text: str) -> str:
    """``text`` without the bare numbers after a whole date with its time: they count views and comments."""
    if DATE not in text or CLOCK not in text:
        return text
    return _TRAILING_COUNTS.sub(f" {COUNT}", text)


def not_publication(text: str, *, whole: bool) -> str | None:
    """Why the date in ``text`` (with its parts separated) is no date of publication; None if nothing says so.

    ``whole`` tells whether the date has its year or is relative. Without a year, a date needs more to be believed.
    """
    if found := LUNAR.search(text):
        return Sentence("“{words}”: a day of the lunar calendar", words=found.group())
    if _NUMBER_OF_DOCUMENT.search(text):
        return "the number of a document"
    if found := _SPAN.search(text):
        return Sentence("“{words}” dates a span or a limit", words=_MARK.sub("…", found.group()))
    places = [found.start() for found in _MARK.finditer(text) if found.group() != COUNT]
    head, tail = text[: places[0]], text[places[-1] + 1 :]
    middle = text[places[0] : places[-1]]
    if found := _ANSWER.search(head):
        return Sentence("“{words}” beside it: the date of a comment", words=found.group())
    if head and _ANNOUNCED.match(text, places[0]) and re.search(r"\w\s*$", head) and not _FULL_LABEL.search(head):
        return _before(f"{head.strip()} lúc", whole) or _after(tail)
    if text[places[-1]] == CLOCK and _PERHAPS_A_ZONE.fullmatch(tail):
        return Sentence("“{words}” right after the time of day may be a zone", words=tail.strip())
    return _before(head, whole) or _between(middle) or _after(tail)


def _before(head: str, whole: bool) -> str | None:
    parts = [part for part in _STRONG.split(head.replace(COUNT, " ")) if part.strip(" .,;:()[]'\"")]
    if not parts or _STRONG.search(head[-3:] or "") or head.rstrip().endswith(("|", "-", "–")):
        return None
    part = parts[-1].strip(" .,;([\"'")
    if found := _FULL_LABEL.search(part):
        company = part[: found.start()].strip(" .,;:")
        return None if len(company.split()) <= _LONGEST_COMPANY and not _EVENT.search(company) else _is(company)
    if found := _BARE_LABEL.search(part):
        return None if _may_stand_before(part[: found.start()].rstrip()) else _is(part)
    if found := _ANY_LABEL.match(part):
        return None if found.end() == len(part) else _is(part)
    if part.endswith(":"):
        return None if _is_label(part) else _is(part)
    if not whole or _DAY_OF.match(part):
        return _is(part)
    if _NAMED_EVENT.search(part) or _MATCH.search(head) or _PROGRAMME.match(head.strip()):
        return _is(head)
    if not _BY.search(head) and names_a_match(head):
        return _is(head)
    return None if _is_company(part) or _BY.search(part) else _is(part)


def _may_stand_before(words: str) -> bool:
    """Whether ``words`` may stand before “ngày” or “lúc” with a date of publication."""
    if names_a_province(words.rstrip(",")) or words.lower().endswith("theo"):
        return False  # how letters and orders are dated ("Hà Nội, ngày …"), and forms that search by day
    return not words or bool(_BY.search(words)) or (words.endswith((",", ";")) and _is_company(words.strip(" ,;")))


def _is_label(part: str) -> bool:
    """Whether ``part``, which ends with a colon, names what the date of an article may be called."""
    if _DAY_OF.match(part) and not _PUBLISHES.search(part):
        return False  # "Ngày cấp:", "Ngày bầu cử:"
    return bool(_COLON_LABEL.match(part)) and not (_EVENT.search(part) or _NAMED_EVENT.search(part))


def _between(middle: str) -> str | None:
    words = _CONNECTORS.sub(" ", _MARK.sub(" ", middle))
    words = re.sub(rf"(?<!\w)(?:{LABEL})\s?:?", " ", words, flags=re.I)
    said = words.strip(" .,;:|•·»›>()[]-–—'’′/\"")
    if not re.search(r"[^\W\d_]", said):
        return None
    if names_a_match(said):
        return _is(said)
    separated = _STRONG.search(middle) or ":" in middle
    return None if separated and _is_company(said) else _is(said)


def _after(tail: str) -> str | None:
    said = re.sub(r"\([^()]*\)", " ", tail)
    said = _BUTTONS.sub(" ", said.replace(COUNT, " ")).strip(" .,;:|•·»›>()[]-–—'’′/\"+*")
    if not re.search(r"[^\W\d_]", said):
        return None
    if _BY.match(said):
        return None
    if names_a_match(said):
        return _is(said)
    if _STRONG.match(tail) or re.match(r"\s*[|•·»›>(\[/-]", tail):
        return None if len(said.split()) <= _LONGEST_COMPANY and not _EVENT.search(said) else _is(said)
    names = all(word[0].isupper() or not word[0].isalpha() for word in said.split())
    return None if names and len(said.split()) <= _LONGEST_COMPANY else _is(said)


def _is_company(words: str) -> bool:
    return len(words.split()) <= _LONGEST_COMPANY and not _EVENT.search(words)


def _is(words: str) -> str:
    return Sentence("“{words}” beside it: a sentence, no date line", words=words.strip())
