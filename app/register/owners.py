"""What a known NIK means: the same business, another one of the same owner, or a stranger's number. Pure.

An owner has one or several businesses. What two records say is compared: the owners' names as they are heard, the names
of the businesses without the owner's, the group of activity (three digits of KBLI), the village and the point, and the
mark of the tablet that it is another business of the owner. The mark is evidence among others: what looks the same is
the same, marked or not.
"""

import math
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz import fuzz

from app.identifiers.kbli_codes import DEFAULT, activity_group
from app.identifiers.phonetic_name import phonetic_words
from app.regions.region_code import village_of
from app.register.names import CALLED, TRADES, searchable

MOST_BUSINESSES = 20
"""From so many businesses of one NIK on, no further one is taken without a person's decision: it may be an agent's, who
has written the own number into the records of others. Every record of the NIK locks all of them, too."""

_ALIKE = 80  # of 100, between names of businesses
_HEARD_ALIKE = 75  # of 100, between names of persons
# Of so many people that two who have no more in common are two (Sri Wahyuni and Sri Rejeki), as they are heard.
_COMMON = phonetic_words(
    "sri nur abdul abdur dewi dwi tri eka eko agus ahmad achmad andi ani ari putra putri sari wati"
    " made wayan nyoman ketut putu gede komang kadek luh ngurah gusti"
)
_NEAR_M, _STEP_M = 150.0, 25.0
_EARTH_M = 6_371_000.0
_CALLED = CALLED | {"bang"}
_TRADES = TRADES | {"rumah", "makan", "jual", "jualan"}


class Meaning(StrEnum):
    """What a record with a known NIK is."""

    SAME = "same"
    ANOTHER = "another"  # business of the same owner
    STRANGER = "stranger"  # the number is somebody else's
    UNCLEAR = "unclear"


class Description(NamedTuple):
    """What a record says of its business and its owner, as far as it is compared. `other_business`: the tablet marked
    it as another business of the owner."""

    legal_name: str
    trade_name: str = ""
    owner_name: str = ""
    kbli: str = ""
    region_code: str = ""
    latitude: float | None = None
    longitude: float | None = None
    other_business: bool = False
    kbli_version: str = DEFAULT
    kbli_known: bool = True

    @property
    def activity(self) -> str:
        """What it has in common with businesses that do the same kind of thing; empty where it says none."""
        return activity_group(self.kbli_version, self.kbli, known=self.kbli_known)


class Likeness(NamedTuple):
    """How alike two descriptions are. None where one of them does not say it."""

    owner: bool | None
    name: bool | None
    activity: bool
    place: bool
    metres: float | None

    @property
    def here(self) -> bool:
        """The same activity at the same place."""
        return self.activity and self.place


class Candidate(NamedTuple):
    """A business that has the NIK. `other_nib`: it has another NIB than the record; `entered`: in this campaign;
    `apart`: a person found the record's own business to be another one; `also`: what was merged into it says.
    """

    description: Description | None
    other_nib: bool
    entered: bool
    apart: bool = False
    also: tuple[Description, ...] = ()

    @property
    def is_marked(self) -> bool:
        """Whether its tablet marked it as another business of the owner."""
        return self.description is not None and self.description.other_business


class Meant(NamedTuple):
    """What a record is, and which of the candidates it is that, or is most like. `differs`: what speaks for another
    business than that, as stable codes."""

    meaning: Meaning
    place: int
    differs: tuple[str, ...] = ()


def meant(description: Description | None, candidates: Sequence[Candidate]) -> Meant:
    """What a record with the NIK of these businesses is. `candidates`: in the order of their age, at least one.

    What is not described is judged as before there were descriptions: it is the first business.
    """
    if description is None:
        return Meant(Meaning.UNCLEAR, 0)
    compared = [
        (place, each, likeness(description, said))
        for place, each in enumerate(candidates)
        for said in (each.description, *each.also)
        if said is not None
    ]
    if not compared:
        return Meant(Meaning.UNCLEAR, 0)
    known = any(like.owner for _, _, like in compared)  # the person has one NIK, whatever else was heard with it
    judged = [
        (_ORDER.index(meaning), each.apart, *_rank(meaning, each, like), place, number)
        for number, (place, each, like) in enumerate(compared)
        if (meaning := _meaning(description, each, like, known=known, so_many=len(candidates)))
    ]
    first, *_, place, number = min(judged)
    like = compared[number][-1]
    return Meant(_ORDER[first], place, _differs(description, candidates[place], like))


def _meaning(description: Description, candidate: Candidate, like: Likeness, *, known: bool, so_many: int) -> Meaning:
    """What the record is, seen from one business alone."""
    if like.owner is False and not known and not (like.name and like.place):
        return Meaning.STRANGER
    same = bool(like.name) and like.here if candidate.other_nib else bool(like.name) or like.here
    if same:
        return Meaning.SAME
    if candidate.apart:
        return Meaning.ANOTHER  # a person said what a mark says
    # Either may come first: one that is known and marked says that there is another one.
    marked = candidate.other_nib or description.other_business or candidate.is_marked
    return Meaning.ANOTHER if marked and so_many < MOST_BUSINESSES else Meaning.UNCLEAR


_ORDER = (Meaning.SAME, Meaning.STRANGER, Meaning.UNCLEAR, Meaning.ANOTHER)
"""Of several businesses one that is the same decides; another one has to be another than each."""


def _rank(meaning: Meaning, candidate: Candidate, like: Likeness) -> tuple[bool, ...] | tuple[float, ...]:
    """The lowest is the most alike. Of two that are equally alike, the one that is not entered yet is meant where it is
    the same, so that two stalls under one name are known again as two; where it is unclear, the one that is entered.
    """
    alike = (candidate.other_nib, not (like.name and like.place), not like.name, not like.here, not like.activity)
    steps = math.inf if like.metres is None else like.metres // _STEP_M
    return (*alike, not like.place, steps, candidate.entered is (meaning is Meaning.SAME))


def _differs(description: Description, candidate: Candidate, like: Likeness) -> tuple[str, ...]:
    found = (
        ("marked", description.other_business or candidate.is_marked),
        ("other_nib", candidate.other_nib),
        ("other_owner", like.owner is False),
        ("other_name", like.name is False),
        ("other_activity", not like.activity),
        ("other_place", not like.place),
    )
    return tuple(code for code, is_so in found if is_so)


def likeness(one: Description, other: Description) -> Likeness:
    """How alike two descriptions are."""
    metres = _metres(one, other)
    return Likeness(
        owner=same_person(one.owner_name, other.owner_name),
        name=_same_name(one, other),
        activity=one.activity == other.activity != "",
        place=village_of(one.region_code) == village_of(other.region_code) if metres is None else metres <= _NEAR_M,
        metres=metres,
    )


def same_person(one: str, other: str) -> bool | None:
    """Whether two names may be of one person; None where one of them tells nothing, as an initial does."""
    if one and one == other:
        return True
    mine, theirs = phonetic_words(one), phonetic_words(other)
    if not mine or not theirs:
        return None
    alike = {
        (a, b)
        for a in mine
        for b in theirs
        if (min(len(a), len(b)) > 1 and (a.startswith(b) or b.startswith(a))) or a == b
    }
    telling = any(_COMMON.isdisjoint(pair) for pair in alike)
    all_of_one = mine == {a for a, _ in alike} or theirs == {b for _, b in alike}
    if alike and (telling or all_of_one):
        return True
    return fuzz.token_sort_ratio(searchable(one), searchable(other)) >= _HEARD_ALIKE


def _same_name(one: Description, other: Description) -> bool | None:
    """Whether one of the names of both is the same, without the owner's; None where no name says more than that."""
    if one.legal_name == other.legal_name:
        return True
    owner = {*searchable(one.owner_name).split(), *searchable(other.owner_name).split()}
    found = [
        _same_words(searchable(a).split(), searchable(b).split(), owner)
        for a in (one.legal_name, one.trade_name)
        for b in (other.legal_name, other.trade_name)
        if a and b
    ]
    return True if True in found else False if False in found else None


def _same_words(mine: Iterable[str], theirs: Iterable[str], owner: set[str]) -> bool | None:
    a, b = (list(dict.fromkeys(word for word in words if word not in _CALLED)) for words in (mine, theirs))
    if a and set(a) == set(b):
        return True
    a, b = ([word for word in words if word not in owner] for words in (a, b))
    telling_a, telling_b = ([word for word in words if word not in _TRADES] for words in (a, b))
    if not telling_a and not telling_b:
        return None if not a or not b or a == b else False
    if not telling_a or not telling_b:
        return None if not a or not b else False
    return fuzz.token_sort_ratio(" ".join(telling_a), " ".join(telling_b)) >= _ALIKE


def _metres(one: Description, other: Description) -> float | None:
    """The distance of the points, on a plane, which is enough for those that are near."""
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return None
    lat, lon, lat2, lon2 = (
        math.radians(float(each or 0)) for each in (one.latitude, one.longitude, other.latitude, other.longitude)
    )
    return _EARTH_M * math.hypot(lat2 - lat, (lon2 - lon) * math.cos((lat + lat2) / 2))
