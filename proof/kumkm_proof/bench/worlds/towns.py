"""A world of towns, with the people of the demo: businesses, and some of them met a second time by somebody else, with
the slips that tablets bring home. Fast to make, so the speed of linkage is measured on it.

Everything is drawn from one seed. A second visit tells the same business, but

* its NIK is missing (40 %), has one digit wrong (30 %) or two neighbours swapped (30 %); so is its NIB, where it has
  one;
* its years, sums, workers and product are as they come to mind; it moved (8 %), has another sign (8 %), was measured at
  the village's office (6 %), or the owner's wife or husband answered as the owner (6 %);
* its name has a letter dropped, doubled, swapped or mistaken (50 %), another title or none (30 %), and now and then the
  word of the trade left out (10 %);
* its owner is written as heard (Achmad, Ahmad; 25 %), with a slip (20 %), or by the first name alone (20 %);
* its phone is another (30 %) or missing (20 %); its place was measured 15 m off or so, or not at all (10 %);
* it is counted to the neighbouring village (10 %), and its activity to another of the same division (15 %).

To tell apart are: families at one door with one phone (3 %), namesakes in one village (names are few), and the stalls
of one market, some metres from each other (20 %). One owner in twenty has a second business.
"""

import itertools
from collections.abc import Iterator
from random import Random
from typing import Any
from uuid import UUID

from app.linkage.features import Features, features_of
from kumkm_proof.bench.worlds.labelled import Labelled
from kumkm_proof.demo.people import Townsfolk

_AGAIN, _SECOND = 0.12, 0.05
_REGENCY = 42_000  # businesses of one, as OKU has them, in 13 districts and 156 villages
_METRE = 1 / 111_000
_HEARD = (("ahmad", "achmad"), ("kh", "h"), ("sy", "s"), ("f", "p"), ("v", "f"), ("dj", "j"), ("y", "j"), ("z", "s"))
_TITLES = ("Bu ", "Pak ", "Mbak ", "Mas ")
_LETTERS = "abcdeghijklmnoprstuwy"


def census(seed: int, size: int) -> Iterator[Labelled]:
    """About `size` rows, of which every tenth or so is a second visit."""
    rng = Random(seed)
    people, ids = Townsfolk(rng), itertools.count(1)
    written, label, owner = 0, 0, 0
    neighbour: dict[str, Any] = {}
    regencies = max(1, min(99, size // _REGENCY))
    while written < size:
        district = f"16.{rng.randint(1, regencies):02}.{rng.randint(1, 13):02}"
        village = f"{district}.{1001 + rng.randrange(12)}"
        questionnaire, answers = people.answers(village)
        if questionnaire != "umkm@1":
            continue
        label, owner = label + 1, owner + 1
        place = _place(rng, village)
        if neighbour and rng.random() < 0.2:
            village, place = neighbour["village"], _off(rng, neighbour["place"], 12)
            if rng.random() < 0.15:
                answers["owner"]["phone"] = neighbour["phone"]
        neighbour = {"village": village, "place": place, "phone": answers["owner"].get("phone")}
        written += 1
        yield Labelled(_row(next(ids), village, answers, place), label, owner)
        if rng.random() < _AGAIN:
            written += 1
            yield Labelled(_second_visit(rng, people, next(ids), village, answers, place), label, owner)
        if rng.random() < _SECOND:
            label, written = label + 1, written + 1
            yield Labelled(
                _row(next(ids), village, _second_business(rng, people, village, answers), place), label, owner
            )


def world(seed: int, size: int) -> list[Labelled]:
    """About `size` rows."""
    return list(census(seed, size))


def _second_business(rng: Random, people: Townsfolk, village: str, answers: dict[str, Any]) -> dict[str, Any]:
    """Another business of the same owner, in the same house."""
    questionnaire, other = people.answers(village)
    while questionnaire != "umkm@1" or other["kbli"] == answers["kbli"]:
        questionnaire, other = people.answers(village)
    return other | {"owner": {**answers["owner"], "nik": None if rng.random() < 0.5 else answers["owner"].get("nik")}}


def _second_visit(
    rng: Random, people: Townsfolk, number: int, village: str, answers: dict[str, Any], place: Any
) -> Features:
    owner = dict(answers["owner"])
    again = {**answers, "owner": owner}
    for holder, name in ((owner, "nik"), (again, "nib")):
        if holder.get(name):
            holder[name] = _mistyped_number(rng, holder[name])
    again["legal_name"] = _name_again(rng, answers["legal_name"])
    owner["name"] = _person_again(rng, owner["name"])
    fate = rng.random()
    if fate < 0.3:
        owner["phone"] = f"08{rng.randint(11, 59)}{rng.randint(10_000_000, 99_999_999)}"
    elif fate < 0.5:
        owner.pop("phone", None)
    if rng.random() < 0.1:
        village = f"{village[:8]}.{1001 + rng.randrange(12)}"
    if rng.random() < 0.15:
        again["kbli"] = again["kbli"][:2] + f"{rng.randrange(1000):03}"
    where = None if rng.random() < 0.1 else _off(rng, place, 15)
    _recalled(rng, again)
    fate = rng.random()
    if fate < 0.08:
        where, again["address"] = _place(rng, village), f"Dusun {rng.randint(1, 6)} RT {rng.randint(1, 12):02}"
    elif fate < 0.14:
        where = _off(rng, _place(Random(village), village), 2)
    elif fate < 0.2:
        other = "female" if owner.get("sex") == "male" else "male"
        again["owner"] = {"name": people.name(other), "sex": other, "phone": owner.get("phone")}
    elif fate < 0.28:
        again["legal_name"] = f"{again['legal_name'].split()[0]} {people.name('female').split()[-1]}"
    return _row(number, village, again, where)


def _recalled(rng: Random, again: dict[str, Any]) -> None:
    """Years and sums as they come to mind another time."""
    for name in ("annual_sales_idr", "founding_capital_idr"):
        if again.get(name):
            again[name] = int(again[name] * rng.lognormvariate(0, 0.5)) + 1
    if rng.random() < 0.35:
        again["started_year"] += rng.choice((-3, -1, 1, 1, 2))
    if rng.random() < 0.4:
        again["workers"] = {"paid_male": rng.choice((0, 1, 2)), "unpaid_female": rng.choice((0, 1, 1))}
    if rng.random() < 0.3:
        again["main_product"] = rng.choice(("", "dagangan", "makanan", "jasa", "kebutuhan rumah")) or None


def _row(number: int, village: str, answers: dict[str, Any], place: tuple[float, float] | None) -> Features:
    return features_of(UUID(int=number), "umkm", village, answers["kbli"], answers, *(place or (None, None)))


def _place(rng: Random, village: str) -> tuple[float, float]:
    """Somewhere within a kilometre and a half of the village's middle."""
    middle = Random(village)
    return (
        -5 + middle.random() * 3 + rng.uniform(-1500, 1500) * _METRE,
        103 + middle.random() * 3 + rng.uniform(-1500, 1500) * _METRE,
    )


def _off(rng: Random, place: tuple[float, float], metres: float) -> tuple[float, float]:
    return place[0] + rng.gauss(0, metres) * _METRE, place[1] + rng.gauss(0, metres) * _METRE


def _mistyped_number(rng: Random, digits: str) -> str | None:
    fate, at = rng.random(), rng.randrange(len(digits) - 1)
    if fate < 0.4:
        return None
    if fate < 0.7:
        return digits[:at] + str((int(digits[at]) + rng.randint(1, 9)) % 10) + digits[at + 1 :]
    return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]


def _name_again(rng: Random, name: str) -> str:
    if rng.random() < 0.3:
        plain = name
        for title in _TITLES:
            plain = plain.replace(title, "")
        words = plain.split()
        name = " ".join([*words[:-1], rng.choice(("", *_TITLES)).strip(), words[-1]])
    if rng.random() < 0.1 and len(name.split()) > 2:
        name = " ".join(name.split()[1:])
    return _slip(rng, name) if rng.random() < 0.5 else name


def _person_again(rng: Random, name: str) -> str:
    fate = rng.random()
    if fate < 0.25:
        lowered = name.lower()
        for one, other in _HEARD:
            if one in lowered:
                return lowered.replace(one, other).title()
        return name
    if fate < 0.45:
        return _slip(rng, name)
    return name.split(maxsplit=1)[0] if fate < 0.65 else name


def _slip(rng: Random, text: str) -> str:
    at = rng.randrange(1, max(2, len(text) - 1))
    return rng.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + text[at : at + 1] * 2 + text[at + 1 :],
            text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :],
            text[:at] + rng.choice(_LETTERS) + text[at + 1 :],
        )
    )
