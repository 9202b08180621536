"""In which questions two interviews of one business agree. Pure.

Only questions that both answered are compared. What counts as the same depends on the kind of question:

- a choice, a yes or no, a day, a code: exactly the same;
- a number that identifies: the same digits, but for zeros and a country code before them;
  a count of people: off by one, or by a fifth; a year: off by one;
- money: the difference is at most the campaign's tolerance of the larger sum; a share in percent: ten points;
- a name: the same words as they sound, in any order;
- another text, and a list of several answers: at least half of all words, or of all entries, are in both;
- the points: at most so many metres apart as the campaign says.

Who answered, notes and photos are not compared: another person may be at home.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any, Literal, NamedTuple, get_args, get_origin

from app.campaigns.reinterviews import Reinterviews
from app.identifiers.kbli_codes import edition_of
from app.identifiers.phonetic_name import phonetic_words
from app.questionnaires.assessment import leaves
from app.questionnaires.catalogue import CATALOGUE
from app.questionnaires.fields import Block
from app.questionnaires.masking import without_long_numbers
from app.register.names import searchable

LOCATION = "/location"
_SHOWN_TEXTS = frozenset({"/legal_name", "/owner/name", "/chair/name", "/address", "/main_activity"})
SHOWN = _SHOWN_TEXTS | {"/kbli"}
"""What the second enumerator is shown, to find the business, and the code of the activity that is shown: it says
nothing about the first one's work."""

_NOT_COMPARED = ("/notes", "/respondent", "/other_business_of_owner", "/email", "/website", "/kbli_version")
_NUMBERS = ("nik", "nib", "npwp", "phone", "cooperative_number", "kbli", "postcode", "rt", "rw")
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


def compare(questionnaire: str, first: Interview, second: Interview, by: Reinterviews) -> Agreement:
    """Two interviews by one questionnaire; what it does not ask is not compared."""
    asked = questions(questionnaire)
    theirs = dict(leaves(second.answers))
    mine = {at: value for at, value in leaves(first.answers) if at in theirs and at in asked}
    if edition_of(first.answers.get("kbli_version")) != edition_of(second.answers.get("kbli_version")):
        mine.pop("/kbli", None)  # codes of two editions
    found = {at: agrees(at, asked[at], value, theirs[at], by) for at, value in mine.items()}
    if first.point is not None and second.point is not None:
        found[LOCATION] = metres(first.point, second.point) <= by.point_m
    return Agreement(
        tuple(sorted(at for at, same in found.items() if same)),
        tuple(sorted(at for at, same in found.items() if not same)),
    )


def told_by_what_is_shown(questionnaire: str, answers: Mapping[str, Any]) -> frozenset[str]:
    """The questions whose whole answer stands in what is shown, by their pointers: an RT in the address, an owner's
    address that is the business's, a product that the activity names."""
    asked, said = questions(questionnaire), dict(leaves(answers))
    shown = [without_long_numbers(said[at]) for at in _SHOWN_TEXTS if isinstance(said.get(at), str)]
    words = {each for text in shown for each in _words(text)}
    numbers = {each for word in words if (each := _digits(word))}
    return frozenset(
        at
        for at, value in said.items()
        if at not in SHOWN and isinstance(value, str) and _is_told(asked.get(at), value, words, numbers)
    )


def _is_told(kind: "Kind | None", value: str, words: Collection[str], numbers: Collection[str]) -> bool:
    if kind == "number":
        return _digits(value) in numbers
    return kind in ("name", "text") and bool(_words(value)) and _words(value) <= set(words)


Kind = Literal["exact", "number", "name", "text", "several"]


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
        if isinstance(extra, dict) and extra.get("x-name"):
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


def agrees(at: str, kind: Kind, one: Any, other: Any, by: Reinterviews) -> bool:
    """Whether two answers to the question at that pointer agree. The order of the two does not matter."""
    if one == other and type(one) is type(other):
        return True
    if kind == "several":
        return isinstance(one, list) and isinstance(other, list) and _overlap(_entries(one), _entries(other)) >= _HALF
    if isinstance(one, str) and isinstance(other, str):
        return _texts_agree(kind, one, other)
    if _is_amount(one) and _is_amount(other):
        return _amounts_agree(at, float(one), float(other), by)
    return False


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _texts_agree(kind: Kind, one: str, other: str) -> bool:
    if kind == "number":
        return _digits(one) == _digits(other) != ""
    if kind == "name":
        return _heard(one) == _heard(other) != frozenset()
    return kind == "text" and _overlap(_words(one), _words(other)) >= _HALF


def _amounts_agree(at: str, one: float, other: float, by: Reinterviews) -> bool:
    off, larger = abs(one - other), max(abs(one), abs(other))
    if at.endswith("_idr"):
        return off <= by.money_tolerance * larger
    if at.endswith("_percent"):
        return off <= _PERCENT_OFF
    if at.endswith("_year"):
        return off <= 1
    return off <= max(1.0, _PEOPLE_OFF * larger)


def _heard(name: str) -> frozenset[str]:
    return phonetic_words(name.replace(",", " "))


def _words(text: str) -> frozenset[str]:
    return frozenset(searchable(text).split())


def _digits(text: str) -> str:
    """`0812…` and `+62 812…` are one number, `03` and `3` one RT."""
    digits = "".join(sign for sign in text if sign.isdigit())
    return digits.removeprefix("62" if text.lstrip().startswith("+") else "").lstrip("0")


def _entries(answer: list[Any]) -> frozenset[str]:
    """What a list names, each as it sounds; of a table, its first column that is a text."""
    texts = [next(map(str, _texts_of(each)), "") for each in answer]
    return frozenset(filter(None, (searchable(each).strip() for each in texts)))


def _texts_of(entry: Any) -> Iterable[str]:
    if isinstance(entry, Mapping):
        return (value for value in entry.values() if isinstance(value, str))
    return (entry,) if isinstance(entry, str) else ()


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of both is in both (Jaccard's index); nothing and nothing are the same."""
    return len(one & other) / len(one | other) if one or other else 1.0


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance of two points in metres, by the haversine formula on a sphere."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*one, *other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_M * math.asin(math.sqrt(min(1.0, half)))
