"""In which questions two interviews of one business agree. Pure.

Only questions that both answered are compared (`left_empty.py`). What counts as the same depends on the kind of
question:

- a choice, a yes or no, a day, a code: exactly the same;
- a number that identifies: the same digits, but for zeros and a country code before them;
  a count of people: off by one, or by a fifth; a year: off by one;
- money: the difference is at most the campaign's tolerance of the larger sum; a share in percent: ten points;
- a name: the same words as they sound, in any order, but for those that many names have;
- another text, and a list of several answers: at least half of all words, or of all entries, are in both;
- the points: at most so many metres apart as the campaign says.

What stands in what the second one is shown is not compared (`shown.py`). Who answered, notes and photos are not,
either: another person may be at home.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from functools import cache, partial
from typing import Any, Literal, NamedTuple, get_args, get_origin

from app.campaigns.reinterviews import Reinterviews
from app.identifiers.kbli_codes import edition_of
from app.questionnaires.catalogue import CATALOGUE
from app.questionnaires.fields import Block
from app.reinterviews.left_empty import answered
from app.reinterviews.shown import SHOWN, Kind, Parts, Shown, digits_of, is_amount, phone_of

LOCATION = "/location"
_NOTHING = Shown()
_NOT_COMPARED = ("/notes", "/respondent", "/other_business_of_owner", "/email", "/website", "/kbli_version")
_PHONES = ("phone", "whatsapp", "fax")
_NUMBERS = (*_PHONES, "nik", "nib", "npwp", "cooperative_number", "kbli", "postcode", "rt", "rw")
_NAMES = ("trade_name",)
_PERCENT_OFF, _PEOPLE_OFF, _HALF = 10, 0.2, 0.5
_EARTH_M = 6_371_000


class Interview(NamedTuple):
    """What an interview heard, and where it was: latitude and longitude in degrees."""

    answers: Mapping[str, Any]
    point: tuple[float, float] | None


class Agreement(NamedTuple):
    """Pointers of the questions in which both agree, and of those in which they do not."""

    same: tuple[str, ...]
    different: tuple[str, ...]

    @property
    def agreed(self) -> int:
        """Of the questions whose answer was not shown, in how many both agree."""
        return sum(each not in SHOWN for each in self.same)

    @property
    def compared(self) -> int:
        """Of how many such questions."""
        return self.agreed + sum(each not in SHOWN for each in self.different)

    def without(self, pointers: Collection[str]) -> "Agreement":
        """That of the other questions."""
        same = tuple(each for each in self.same if each not in pointers)
        return Agreement(same, tuple(each for each in self.different if each not in pointers))


def is_no_interview(questionnaire: str, shown: Shown, answers: Mapping[str, Any]) -> bool:
    """Whether the second one answers no question that can be compared, but for copies of what it is shown.

    It says nothing of what the first one answered: who is refused would learn that from it.
    """
    asked = questions(questionnaire)
    own = ((at, value) for at, value in answered(answers).items() if at in asked and at not in SHOWN)
    return all(shown.has_copy(asked[at], value) for at, value in own)


def compare(questionnaire: str, first: Interview, second: Interview, by: Reinterviews) -> Agreement:
    """Two interviews by one questionnaire; what it does not ask is not compared."""
    asked = questions(questionnaire)
    theirs = answered(second.answers)
    mine = {at: value for at, value in answered(first.answers).items() if at in theirs and at in asked}
    if edition_of(first.answers.get("kbli_version")) != edition_of(second.answers.get("kbli_version")):
        mine.pop("/kbli", None)  # codes of two editions
    shown = Shown.of(first.answers)
    found = {
        at: same
        for at, value in mine.items()
        if (same := _agrees(at, asked[at], value, theirs[at], by, shown)) is not None
    }
    if first.point is not None and second.point is not None:
        found[LOCATION] = metres(first.point, second.point) <= by.point_m
    return Agreement(
        tuple(sorted(at for at, same in found.items() if same)),
        tuple(sorted(at for at, same in found.items() if not same)),
    )


@cache
def questions(questionnaire: str) -> Mapping[str, Kind]:
    """The questions that are compared, by their pointers; none of a questionnaire that is not known."""
    known = CATALOGUE.get(questionnaire)
    return {} if known is None else dict(_questions(known.model, ""))


def _questions(model: type[Block], place: str) -> Iterable[tuple[str, Kind]]:
    for name, info in model.model_fields.items():
        at = f"{place}/{name}"
        if at in _NOT_COMPARED:
            continue
        block = next((each for each in get_args(info.annotation) if _is_block(each)), None)
        if block is not None:
            yield from _questions(block, at)
            continue
        extra = info.json_schema_extra
        if name in _NAMES or (isinstance(extra, dict) and extra.get("x-name")):
            yield at, "name"
        elif name in _NUMBERS:
            yield at, "number"
        else:
            yield at, _kind(info.annotation)


def _is_block(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Block)


def _kind(annotation: Any) -> Kind:
    """By the type of the answer: a list, a free text, or what has to be the same."""
    if get_origin(annotation) is list:
        return "several"
    if get_origin(annotation) is Literal:
        return "exact"
    kinds = {_kind(each) for each in get_args(annotation)}
    return "several" if "several" in kinds else "text" if annotation is str or "text" in kinds else "exact"


def agrees(at: str, kind: Kind, one: Any, other: Any, by: Reinterviews, shown: Shown = _NOTHING) -> bool | None:
    """Whether two answers to the question at that pointer agree, of which the first one was shown in part; None where
    nothing is left to compare."""
    if shown.says(kind, one, partial(_is_copied, at, one, by)):
        return None
    mine, theirs = shown.left_of(kind, one), shown.left_of(kind, other)
    if mine is not None and theirs is not None:
        return _parts_agree(kind, mine, theirs) if mine and theirs else None
    if one == other and type(one) is type(other):
        return True
    if kind == "number" and isinstance(one, str) and isinstance(other, str):
        digits = phone_of if at.endswith(_PHONES) else digits_of
        return digits(one) == digits(other) != ""
    return is_amount(one) and is_amount(other) and _amounts_agree(at, float(one), float(other), by)


def _agrees(at: str, kind: Kind, one: Any, other: Any, by: Reinterviews, shown: Shown) -> bool | None:
    """What is shown as a whole is compared as a whole, though it counts for nobody's agreement."""
    return agrees(at, kind, one, other, by, _NOTHING if at in SHOWN else shown)


def _parts_agree(kind: Kind, one: Parts, other: Parts) -> bool:
    """Of a name all; else at least half of both (Jaccard's index)."""
    return one == other if kind == "name" else len(one & other) >= _HALF * len(one | other)


def _is_copied(at: str, one: float, by: Reinterviews, shown: float) -> bool:
    if at.endswith(("_idr", "_year")):
        return _amounts_agree(at, float(one), shown, by)
    return shown == one


def _amounts_agree(at: str, one: float, other: float, by: Reinterviews) -> bool:
    off, larger = abs(one - other), max(abs(one), abs(other))
    if at.endswith("_idr"):
        return off <= by.money_tolerance * larger
    if at.endswith("_percent"):
        return off <= _PERCENT_OFF
    if at.endswith("_year"):
        return off <= 1
    return off <= max(1.0, _PEOPLE_OFF * larger)


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance of two points in metres, by the haversine formula on a sphere."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*one, *other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_M * math.asin(math.sqrt(min(1.0, half)))
