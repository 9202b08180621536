"""Which answers are left empty, whatever stands there. Pure.

A list without an entry, a text without a letter or a digit, and one of the words that people write where they have no
answer: they are compared with nothing, and no interview is made of them. What says that there is none (`none`, *tidak
ada*) is an answer, and so are a zero and a no.
"""

import re
from collections.abc import Mapping
from typing import Any

from app.questionnaires.assessment import leaves

_NOT = ("tidak", "tdk", "tak", "ga", "gak", "gk", "nga", "ngak", "nggak", "ngga", "enggak", "engga", "kagak", "belum")
_KNOW = ("tahu", "tau", "ingat", "inget", "diketahui", "menjawab", "dijawab", "jawab", "ada jawaban", "ada data")
_ALONE = (
    "kurang tahu",
    "kurang tau",
    "entah",
    "entahlah",
    "lupa",
    "sudah lupa",
    "tanpa jawaban",
    "kosong",
    "unknown",
    "not known",
    "do not know",
    "dont know",
    "do not remember",
    "dont remember",
    "forgot",
    "no answer",
    "not answered",
    "no data",
    "not available",
    "not applicable",
    "n a",
    "na",
    "null",
)
PLACEHOLDERS = frozenset({*_ALONE, *(f"{no} {known}" for no in _NOT for known in _KNOW)})
"""Texts that stand for no answer, in small letters, without the signs between words."""

_APOSTROPHES = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}]")
_WORD = re.compile(r"[^\W_]+")
_CROSSES = re.compile(r"x{2,}")


def answered(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Every answer that says something, by its pointer, without what is left empty in it."""
    return {at: said for at, value in leaves(answers) if (said := without_empty(value)) is not None}


def without_empty(value: Any) -> Any:
    """The answer without what is left empty in it; None where that is all of it."""
    if isinstance(value, str):
        return None if _is_empty(value) else value
    if isinstance(value, list):
        return [said for each in value if (said := without_empty(each)) is not None] or None
    if isinstance(value, Mapping):
        return {name: said for name, each in value.items() if (said := without_empty(each)) is not None} or None
    return value


def _is_empty(text: str) -> bool:
    words = " ".join(_WORD.findall(_APOSTROPHES.sub("", text.casefold())))
    return not words or words in PLACEHOLDERS or _CROSSES.fullmatch(words) is not None
