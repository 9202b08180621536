"""The similarity of two records, answer by answer, and the likelihood of one business: a hint for reviewers. Pure.

Likeness of texts is that of rapidfuzz on searchable forms, so that spelling weighs little. The weights are a judgement,
not a model: what enumerators themselves look at, the most important first. `kumkm link` has a trained model
(`linkage/`).
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from rapidfuzz import fuzz

from app.identifiers.kbli_codes import edition_of
from app.questionnaires.assessment import leaves
from app.regions.region_code import village_of
from app.register.names import searchable

Answers = Mapping[str, Any]
_PHONE_DIGITS = 8  # at the end, after any prefix
_NEAR_M, _FAR_M = 50.0, 2_000.0
_EARTH_M = 6_371_000.0
_WEIGHTS = {"name": 30, "owner": 20, "phone": 20, "village": 10, "place": 10, "kbli": 10}


class ComparedRecord(NamedTuple):
    """One of the two records, with all answers unmasked."""

    answers: Answers
    region_code: str
    latitude: float | None
    longitude: float | None


class Compared(NamedTuple):
    """One answer of both, and whether it is the same; None where one did not say."""

    pointer: str
    one: Any
    other: Any
    same: bool | None


def compare(one: ComparedRecord, other: ComparedRecord) -> list[Compared]:
    """Every answer that either gives."""
    mine, theirs = dict(leaves(one.answers)), dict(leaves(other.answers))
    compared = []
    for where in dict.fromkeys((*mine, *theirs)):
        a, b = mine.get(where), theirs.get(where)
        same = None if a is None or b is None else a == b or _plain(a) == _plain(b) != ""
        if same and where == "/kbli":
            same = _edition(one.answers) == _edition(other.answers)
        compared.append(Compared(where, a, b, same))
    return compared


def likeness(one: ComparedRecord, other: ComparedRecord) -> dict[str, float]:
    """How alike they are in each respect in which both say something, from 0 to 1."""
    found = {
        "name": _alike(one.answers.get("legal_name"), other.answers.get("legal_name")),
        "owner": _alike(_inner(one.answers, "owner", "name"), _inner(other.answers, "owner", "name")),
        "phone": _same(_phone(one.answers), _phone(other.answers)),
        "village": _same(village_of(one.region_code), village_of(other.region_code)),
        "place": _near(one, other),
        "kbli": _kbli(one.answers, other.answers),
    }
    return {name: round(value, 2) for name, value in found.items() if value is not None}


def likelihood(alike: Mapping[str, float]) -> int:
    """How likely they are one business, in percent, by what both said."""
    weight = sum(_WEIGHTS[name] for name in alike)
    return round(100 * sum(_WEIGHTS[name] * value for name, value in alike.items()) / weight) if weight else 0


def _plain(value: Any) -> str:
    return searchable(value) if isinstance(value, str) else ""


def _alike(one: Any, other: Any) -> float | None:
    if not (isinstance(one, str) and isinstance(other, str)):
        return None
    return float(fuzz.token_sort_ratio(searchable(one), searchable(other))) / 100


def _same(one: str | None, other: str | None) -> float | None:
    return None if one is None or other is None else float(one == other)


def _inner(answers: Answers, block: str, name: str) -> Any:
    found = answers.get(block)
    return found.get(name) if isinstance(found, Mapping) else None


def _phone(answers: Answers) -> str | None:
    for phone in (_inner(answers, "owner", "phone"), answers.get("phone"), _inner(answers, "chair", "phone")):
        digits = "".join(filter(str.isdigit, phone)) if isinstance(phone, str) else ""
        if len(digits) >= _PHONE_DIGITS:
            return digits[-_PHONE_DIGITS:]
    return None


def _kbli(mine: Answers, theirs: Answers) -> float | None:
    """The same activity, or at least the same group or division; codes of two editions tell nothing."""
    one, other = mine.get("kbli"), theirs.get("kbli")
    if not (isinstance(one, str) and isinstance(other, str)):
        return None
    if _edition(mine) != _edition(theirs):
        return None
    return next((share for digits, share in ((5, 1.0), (3, 0.6), (2, 0.3)) if one[:digits] == other[:digits]), 0.0)


def _edition(answers: Answers) -> str:
    return edition_of(answers.get("kbli_version"))


def _near(one: ComparedRecord, other: ComparedRecord) -> float | None:
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return None
    metres = _distance_m(one, other)
    return min(1.0, max(0.0, 1 - (metres - _NEAR_M) / (_FAR_M - _NEAR_M)))


def _distance_m(one: ComparedRecord, other: ComparedRecord) -> float:
    """By the haversine formula."""
    lat1, lon1, lat2, lon2 = (math.radians(float(x or 0)) for x in (*one[2:], *other[2:]))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_M * math.asin(math.sqrt(half))
