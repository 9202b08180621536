"""How names of businesses and people are compared and searched: what is heard alike is written alike. Pure.

Indonesian names are written in many ways: the spelling of before 1947 (oe) and of before 1972 (dj, tj, sj), Arabic
names by ear (Achmad, Akhmad, Ahmad; Syamsul, Samsul), f, v and p for one another (Novi, Nopi). `searchable` brings
them to one form; it is for finding, never for showing.
"""

import re
import unicodedata

EDITION = 1
"""Of what `searchable` makes of a name. Raise it with every change: `kumkm migrate` then does all names over."""

_NOT_A_WORD = re.compile(r"[^0-9a-z]+")
_DOUBLED = re.compile(r"([a-z])\1+")
_HEARD_ALIKE = (
    ("oe", "u"), ("tj", "c"), ("dj", "j"), ("sj", "s"), ("sy", "s"), ("sh", "s"), ("kh", "h"), ("ch", "h"),
    ("dh", "d"), ("th", "t"), ("ae", "ai"), ("v", "p"), ("f", "p"), ("q", "k"), ("x", "ks"), ("z", "j"),
)  # fmt: skip
_COMMON = frozenset((
    "warung", "toko", "kios", "kedai", "depot", "usaha", "ud", "pd", "cv", "pt", "bu", "ibu", "pak", "bapak", "mas",
    "mbak", "haji", "hajah", "h", "hj", "dan", "di", "koperasi", "kud", "ksp",
))  # fmt: skip
_MAX_WORDS = 8


def searchable(name: str) -> str:
    """A name as it is searched by: words that sound alike are alike; a blank before and after each."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    text = _NOT_A_WORD.sub(" ", "".join(sign for sign in plain if not unicodedata.combining(sign))).strip()
    for written, heard in _HEARD_ALIKE:
        text = text.replace(written, heard)
    text = _DOUBLED.sub(r"\1", text)
    return f" {text} " if text else ""


def telling_words(name: str) -> list[str]:
    """The words of a name that tell it from others; what every other name has, only where there is nothing else."""
    words = list(dict.fromkeys(searchable(name).split()))[:_MAX_WORDS]
    return [word for word in words if word not in _COMMON] or words
