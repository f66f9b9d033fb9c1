"""The Vietnamese encodings before Unicode: TCVN3 (the ABC fonts) and VNI-Windows.

Both put Vietnamese letters in the places of Western ones. Without their font, ``Đảng ủy Khối`` therefore shows as
``§¶ng ñy Khèi`` (TCVN3) or ``Ñaûng uûy Khoái`` (VNI). The tables map the Western characters (Latin-1, windows-1252)
to those that were meant. Sources: TCVN 5712:1993, VN3 (as in iconv's TCVN5712-1); VNI's table for Windows fonts.
"""

from __future__ import annotations

import re

_TCVN3_CODES = (
    "a1Ă a2Â a3Ê a4Ô a5Ơ a6Ư a7Đ a8ă a9â aaê abô acơ adư aeđ "
    "b5à b6ả b7ã b8á b9ạ bbằ bcẳ bdẵ beắ c6ặ c7ầ c8ẩ c9ẫ caấ cbậ "
    "ccè ceẻ cfẽ d0é d1ẹ d2ề d3ể d4ễ d5ế d6ệ d7ì d8ỉ dcĩ ddí deị "
    "dfò e1ỏ e2õ e3ó e4ọ e5ồ e6ổ e7ỗ e8ố e9ộ eaờ ebở ecỡ edớ eeợ "
    "efù f1ủ f2ũ f3ú f4ụ f5ừ f6ử f7ữ f8ứ f9ự faỳ fbỷ fcỹ fdý feỵ"
)
_TCVN3 = {int(code[:2], 16): code[2] for code in _TCVN3_CODES.split()}

_VNI_TONES = {"ù": "áéóúý", "ø": "àèòùỳ", "û": "ảẻỏủỷ", "õ": "ãẽõũỹ", "ï": "ạẹọụỵ"}  # on a, e, o, u, y
_VNI_HORNS = {"ù": "ớứ", "ø": "ờừ", "û": "ởử", "õ": "ỡữ", "ï": "ợự"}  # on ô (ơ) and ö (ư)
_VNI_HATS = {"â": "âêô", "á": "ấếố", "à": "ầềồ", "å": "ẩểổ", "ã": "ẫễỗ", "ä": "ậệộ"}  # on a, e, o
_VNI_BREVES = {"ê": "ă", "é": "ắ", "è": "ằ", "ú": "ẳ", "ü": "ẵ", "ë": "ặ"}  # on a
_VNI_ALONE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni() -> dict[str, str]:
    table = dict(_VNI_ALONE)
    for bases, marks in (("aeouy", _VNI_TONES), ("ôö", _VNI_HORNS), ("aeo", _VNI_HATS), ("a", _VNI_BREVES)):
        for mark, letters in marks.items():
            table |= {base + mark: letter for base, letter in zip(bases, letters, strict=True)}
    upper = {printed.upper(): meant.upper() for printed, meant in table.items()}
    mixed = {printed[0].upper() + printed[1:]: meant.upper() for printed, meant in table.items()}
    return table | mixed | upper


_VNI = _vni()
_VNI_LETTERS = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
_WORD = re.compile(r"[^\W\d_]+")


def from_tcvn3(shown: str) -> str:
    """The meaning of ``shown``, which is TCVN3 text read as Latin-1.

    TCVN3 has no capitals with tones; a capital font (.VnTimeH) shows the small letters as capitals. A word that has
    other capitals after its first letter is therefore taken to be in capitals.
    """
    return _WORD.sub(lambda word: _capitals(word.group()), shown.translate(_TCVN3))


def from_vni(shown: str) -> str:
    """The meaning of ``shown``, which is VNI text read as windows-1252."""
    return _VNI_LETTERS.sub(lambda letter: _VNI[letter.group()], shown)


def _capitals(word: str) -> str:
    ascii_letters = [letter for letter in word if letter.isascii()]
    in_capitals = ascii_letters and all(letter.isupper() for letter in ascii_letters)
    return word.upper() if in_capitals and any(letter.isupper() for letter in word[1:]) else word
