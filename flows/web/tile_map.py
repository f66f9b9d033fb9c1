"""Where the provinces stand as squares: roughly as they lie, north at the top, without borders."""

from __future__ import annotations

from dataclasses import dataclass

NAMES = {
    "AGi": "An Giang", "BRV": "Bà Rịa - Vũng Tàu", "BLi": "Bạc Liêu", "BGi": "Bắc Giang", "BKạ": "Bắc Kạn",
    "BNi": "Bắc Ninh", "BTr": "Bến Tre", "BDư": "Bình Dương", "BĐị": "Bình Định", "BPh": "Bình Phước",
    "BTh": "Bình Thuận", "CMa": "Cà Mau", "CBằ": "Cao Bằng", "CTh": "Cần Thơ", "ĐNẵ": "Đà Nẵng", "ĐLắ": "Đắk Lắk",
    "ĐNô": "Đắk Nông", "ĐBi": "Điện Biên", "ĐNa": "Đồng Nai", "ĐTh": "Đồng Tháp", "GLa": "Gia Lai",
    "HGi": "Hà Giang", "HNa": "Hà Nam", "HNộ": "Hà Nội", "HTĩ": "Hà Tĩnh", "HDư": "Hải Dương", "HPh": "Hải Phòng",
    "HậG": "Hậu Giang", "HBì": "Hòa Bình", "HYê": "Hưng Yên", "KHò": "Khánh Hòa", "KGi": "Kiên Giang",
    "KTu": "Kon Tum", "LCh": "Lai Châu", "LSơ": "Lạng Sơn", "LCa": "Lào Cai", "LĐồ": "Lâm Đồng", "LAn": "Long An",
    "NĐị": "Nam Định", "NAn": "Nghệ An", "NBì": "Ninh Bình", "NTh": "Ninh Thuận", "PTh": "Phú Thọ", "PYê": "Phú Yên",
    "QBì": "Quảng Bình", "QNa": "Quảng Nam", "QNg": "Quảng Ngãi", "QNi": "Quảng Ninh", "QTr": "Quảng Trị",
    "STr": "Sóc Trăng", "SLa": "Sơn La", "TNi": "Tây Ninh", "TBì": "Thái Bình", "TNg": "Thái Nguyên",
    "THó": "Thanh Hóa", "TTH": "Thừa Thiên Huế", "Huế": "Huế", "TGi": "Tiền Giang", "HCM": "TP. Hồ Chí Minh",
    "TVi": "Trà Vinh", "TQu": "Tuyên Quang", "VLo": "Vĩnh Long", "VPh": "Vĩnh Phúc", "YBá": "Yên Bái",
}  # fmt: skip
"""What stands in the squares, and the provinces that it is short for."""

BEFORE = """
LCh LCa HGi CBằ .   .   .
ĐBi YBá TQu BKạ LSơ .   .
.   SLa PTh TNg BGi QNi .
.   HBì VPh HNộ BNi HDư HPh
.   .   HNa HYê TBì .   .
.   .   NBì NĐị .   .   .
.   .   THó .   .   .   .
.   .   NAn .   .   .   .
.   .   HTĩ .   .   .   .
.   .   QBì .   .   .   .
.   .   .   QTr .   .   .
.   .   .   TTH .   .   .
.   .   .   QNa ĐNẵ .   .
.   .   .   KTu QNg .   .
.   .   .   GLa BĐị .   .
.   .   .   ĐLắ PYê .   .
.   .   BPh ĐNô LĐồ KHò .
.   TNi BDư ĐNa BTh NTh .
.   LAn HCM BRV .   .   .
AGi ĐTh TGi BTr .   .   .
KGi CTh VLo TVi .   .   .
.   HậG STr .   .   .   .
.   CMa BLi .   .   .   .
"""
"""The 63 provinces and cities before 1 July 2025."""

NOW = """
LCh LCa TQu CBằ .
ĐBi PTh TNg LSơ .
SLa HNộ BNi QNi .
.   NBì HYê HPh .
.   THó .   .   .
.   NAn .   .   .
.   HTĩ .   .   .
.   .   QTr .   .
.   .   .   Huế .
.   .   .   ĐNẵ .
.   .   .   QNg .
.   .   .   GLa .
.   .   .   ĐLắ .
.   ĐNa LĐồ KHò .
TNi HCM .   .   .
AGi ĐTh VLo .   .
.   CTh .   .   .
.   CMa .   .   .
"""
"""The 34 provinces and cities since then."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of the map, at a column and a row."""

    short: str
    name: str
    column: int
    row: int


def tiles(grid: str) -> list[Tile]:
    """The squares of :data:`BEFORE` or :data:`NOW`, row by row."""
    return [
        Tile(short, NAMES[short], column, row)
        for row, line in enumerate(grid.strip().splitlines())
        for column, short in enumerate(line.split())
        if short != "."
    ]
