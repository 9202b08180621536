"""Who writes the rows of the highlands, and on which forms.

A hand is an enumerator (or the clerk of an office's list) with habits that hold for all that he writes: capitals or
not, the street or only the hamlet, no NIK because people are afraid of it, one code for every kiosk, his own number
where nobody has a phone, the point of the village office because the tablet was filled in the evening.
"""

from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from kumkm_proof.bench.worlds.highlands_people import House, Village, phone_number


class Form(NamedTuple):
    """A form: its round's name, edition of KBLI, and how often a question that may be left out is answered."""

    name: str
    edition: str
    asks: dict[str, float]


def _form(name: str, edition: str, asks: str) -> Form:
    pairs = [each.split("=") for each in asks.split()]
    return Form(name, edition, {each[0]: int(each[1]) / 100 for each in pairs})


FORMS = {
    each.name: each
    for each in (
        _form(
            "door22",
            "2020",
            """trade=45 place=95 rt=90 phone=62 product=80 products=35 kbli=100 nib=80 form=90 capital=55
            started=80 birth=72 sex=97 nik=72 education=80 workers=85 sales=72 respondent=55 email=80 point=92""",
        ),
        _form(
            "door23",
            "2020",
            """trade=30 place=90 rt=85 phone=70 product=85 products=10 kbli=100 nib=85 form=90 capital=20
            started=85 birth=40 sex=97 nik=62 education=60 workers=90 sales=75 respondent=70 email=80 point=95""",
        ),
        _form(
            "door26",
            "2025",
            """trade=35 place=90 rt=92 phone=66 product=90 products=0 kbli=100 nib=90 form=95 capital=0
            started=86 birth=6 sex=98 nik=52 education=0 workers=93 sales=70 respondent=42 email=70 point=97""",
        ),
        _form(
            "list",
            "2020",
            """trade=4 place=0 rt=55 phone=62 product=22 products=0 kbli=45 nib=70 form=30 capital=25
            started=25 birth=15 sex=55 nik=60 education=4 workers=30 sales=45 respondent=0 email=60 point=7""",
        ),
    )
}


@dataclass(slots=True)
class Hand:
    """Somebody who writes, with habits."""

    case: str
    road: str
    address: str
    unnamed: str
    lazy: str
    nik: float
    phone: float
    own_phone: str
    own_share: float
    money: float
    desk: float
    point: float
    metres: float
    slip: float
    short: float
    trade: float
    sums: str
    readings: dict[str, int] = field(default_factory=dict)
    phrases: dict[str, str] = field(default_factory=dict)


class Door(NamedTuple):
    """One row's making: on which form, by whom, when, where it is counted, at which place, from whom."""

    form: Form
    hand: Hand
    year: int
    village: str
    place: House
    informant: str
    reason: str


def new_hand(rng: Random, where: Village, *, clerk: bool = False) -> Hand:
    chance = rng.random()
    return Hand(
        "upper" if clerk or chance < 0.3 else "title" if chance < 0.85 else "lower" if chance < 0.9 else "mixed",
        rng.choice(("Jl.", "Jl.", "Jln.", "Jalan", "Jln", "JL")),
        "full" if clerk else rng.choice(("full", "street", "street", "hamlet", "hamlet", "village", "landmark")),
        rng.choice(("owner", "owner", "kind", "kind", "generic", "generic", "work", "dash")),
        rng.choice(("47112", "47192", "47249")) if rng.random() < 0.13 else "",
        rng.choice((0.0, 0.3, 0.8, 1.0, 1.15, 1.2)),
        rng.choice((0.4, 0.8, 1.0, 1.1, 1.25)),
        where.headman if rng.random() < 0.3 else phone_number(rng),
        rng.choice((0.08, 0.2, 0.5)) if rng.random() < 0.2 and not clerk else 0.0,
        rng.choice((0.35, 0.9, 1.0, 1.15)),
        rng.choice((0.15, 0.5, 0.95)) if rng.random() < 0.17 else 0.01,
        rng.choice((0.6, 0.95, 1.0, 1.0)),
        rng.choice((4.0, 7.0, 12.0, 25.0)),
        rng.choice((0.01, 0.03, 0.03, 0.07)),
        rng.choice((0.06, 0.15, 0.2, 0.35)),
        rng.choice((0.0, 0.5, 1.0, 1.0, 1.8)),
        rng.choice(("told", "told", "round", "month", "same")) if rng.random() < 0.7 else "round",
    )
