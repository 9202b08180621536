"""How names of businesses and people are compared and searched: phonetically equal spellings become equal. Pure.

Indonesian names are written in many ways: the spelling of before 1947 (oe) and of before 1972 (dj, tj, sj), Arabic
names by ear (Achmad, Akhmad, Ahmad; Syamsul, Samsul), f, v and p for one another (Novi, Nopi). `searchable` brings
them to one form; it is for finding, never for showing.

Signs of other scripts (Javanese, Arabic, Chinese, …) stand in it as six digits each: what is a letter to PostgreSQL,
and so what its trigrams are made of, depends on the locale of the database.
"""

import re
import unicodedata
from functools import lru_cache

EDITION = 2
"""Of what `searchable` makes of a name. Raise it with every change: `kumkm migrate` then does all names over."""

_NOT_A_WORD = re.compile(r"[^0-9a-z]+")
_DOUBLED = re.compile(r"([a-z])\1+")
_HEARD_ALIKE = (
    ("oe", "u"),
    ("tj", "c"),
    ("dj", "j"),
    ("sj", "s"),
    ("sy", "s"),
    ("sh", "s"),
    ("kh", "h"),
    ("ch", "h"),
    ("dh", "d"),
    ("th", "t"),
    ("ae", "ai"),
    ("v", "p"),
    ("f", "p"),
    ("q", "k"),
    ("x", "ks"),
    ("z", "j"),
)
# Words of the names of many businesses, so that none is known by these alone: how people are addressed, what firms are
# called, and what is sold where.
_ADDRESSED = {"bu", "ibu", "pak", "bapak", "mas", "mbak", "haji", "hajah", "h", "hj"}
CALLED = frozenset(_ADDRESSED | {"dan", "di", "cv", "pt", "ud", "pd", "usaha"})
TRADES = frozenset({"warung", "toko", "kios", "kedai", "depot", "koperasi", "kud", "ksp"})
_COMMON = CALLED | TRADES
_MAX_WORDS = 8
_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
# Marks that are vowels of their own, or take one away, as most scripts of India and Java have them; not accents.
_VOWELS = (0, 7, 9)
_UNHEARD = frozenset("\u034f\u0640\u115f\u1160\u3164\uffa0\u20e3" + "".join(map(chr, range(0xFE00, 0xFE10))))


def searchable(name: str) -> str:
    """A name as it is searched by: words that sound alike are alike; a blank before and after each."""
    plain = name.lower() if name.isascii() else "".join(map(_plain, unicodedata.normalize("NFKD", name.casefold())))
    text = _NOT_A_WORD.sub(" ", plain).strip()
    for written, heard in _HEARD_ALIKE:
        text = text.replace(written, heard)
    text = _DOUBLED.sub(r"\1", text)
    return f" {text} " if text else ""


@lru_cache(maxsize=4_096)
def _plain(sign: str) -> str:
    """A sign in Latin letters and digits: itself, six digits, a blank, or nothing for accents and what is not seen."""
    if sign.isascii():
        return sign.lower()
    if sign in _LETTERS:
        return _LETTERS[sign]
    kind = unicodedata.category(sign)
    if kind == "Nd":
        return str(unicodedata.decimal(sign))
    if kind == "Cf" or sign in _UNHEARD or (kind[0] == "M" and unicodedata.combining(sign) not in _VOWELS):
        return ""
    return f"{ord(sign):06d}" if kind[0] in "LMN" else " "


def telling_words(name: str) -> list[str]:
    """The distinctive words of a name; common words only if there are no others."""
    words = list(dict.fromkeys(searchable(name).split()))[:_MAX_WORDS]
    return [word for word in words if word not in _COMMON] or words
