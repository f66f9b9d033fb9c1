"""Tells the two sides of a match, which sports pages print beside its day: ``Nam Định - Hà Nội 19:30 11/07/2024``.

Two authors look the same (``Thu Hà - Minh Đức``), so a side is known by its name: a province, a country or a club.
"""

from __future__ import annotations

import re

_PLACES = (
    "an giang|bà rịa(?:\\s?[-–]\\s?vũng tàu)?|bạc liêu|bắc giang|bắc kạn|bắc ninh|bến tre|bình dương"
    "|bình định|bình phước|bình thuận|cà mau|cao bằng|cần thơ|đà nẵng|đắk lắk|đắk nông|điện biên|đồng nai"
    "|đồng tháp|gia lai|hà giang|hà nam|hà nội|hà tĩnh|hải dương|hải phòng|hậu giang|hòa bình|huế|hưng yên"
    "|khánh hòa|kiên giang|kon tum|lai châu|lạng sơn|lào cai|lâm đồng|long an|nam định|nghệ an|ninh bình"
    "|ninh thuận|phú thọ|phú yên|quảng bình|quảng nam|quảng ngãi|quảng ninh|quảng trị|sóc trăng|sơn la"
    "|tây ninh|thái bình|thái nguyên|thanh hóa|thừa thiên huế|tiền giang"
    "|(?:tp\\.?\\s?|thành phố )?hồ chí minh|tp\\.?\\s?hcm|sài gòn|trà vinh|tuyên quang|vĩnh long|vĩnh phúc"
    "|yên bái"
)
_COUNTRIES = (
    "việt nam|thái lan|lào|campuchia|indonesia|malaysia|philippines|singapore|myanmar|brunei|timor-leste|đông timor"
    "|trung quốc|nhật bản|hàn quốc|triều tiên|đài loan|hồng kông|ấn độ|iran|iraq|qatar|uae|ả rập xê út|saudi arabia"
    "|australia|úc|anh|pháp|đức|ý|italia|tây ban nha|bồ đào nha|hà lan|bỉ|croatia|thụy sĩ|đan mạch|ba lan|áo|nga"
    "|ukraine|brazil|argentina|uruguay|colombia|mexico|mỹ|canada|chile|maroc|senegal|ghana|ai cập|scotland|xứ wales"
)
_CLUBS = (
    "viettel|hagl|hoàng anh gia lai|slna|sông lam nghệ an|becamex|công an|clb|hlv|man(?:chester)? (?:city|united|utd)"
    "|m\\.?u|arsenal|chelsea|liverpool|tottenham|newcastle|everton|aston villa|real madrid|barca|barcelona|atletico"
    "|bayern|dortmund|juventus|inter|milan|napoli|roma|psg|ajax|benfica|porto"
)
_SIDE = (
    rf"(?:(?:đt|clb|đội tuyển|tuyển|nữ|thép xanh|thể công|đông á|quảng nam|hồng lĩnh|shb|topenland) )*"
    rf"(?:{_PLACES}|{_COUNTRIES}|{_CLUBS})(?: (?:fc|nữ|b|utd|city|bình dương|thanh hóa))?"
)
_VERSUS = r"(?:\s?[-–—]\s?|\s(?:vs?\.?|gặp|đấu với|đối đầu)\s)"
_CAPITALS = r"(?-i:[^\W\d_a-zà-ỹđ]\w*(?: [^\W\d_a-zà-ỹđ]\w*){0,3})"
_SIDES = re.compile(
    rf"{_SIDE}{_VERSUS}(?:{_SIDE}|{_CAPITALS})|{_CAPITALS}\s(?:vs?\.?|gặp|đấu với|đối đầu)\s{_CAPITALS}", re.I
)
_BEFORE_SIDES = re.compile(r"[|•·»›>:,;]")
_PROVINCE = re.compile(rf"(?:tỉnh |thành phố |tp\.?\s?)?(?:{_PLACES})", re.I)


def names_a_province(words: str) -> bool:
    """Whether ``words`` are the name of a province or a large city, and no more."""
    return _PROVINCE.fullmatch(words.strip()) is not None


def names_a_match(words: str) -> bool:
    """Whether the last part of ``words``, behind a stroke, a colon or a comma, is the two sides of a match."""
    last = _BEFORE_SIDES.split(words.strip(" .,;:|•·»›>()[]"))[-1]
    return _SIDES.fullmatch(last.strip()) is not None
