"""What enumerators of the world of returns write of a business, and what they do wrong."""

import math
import re
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from app.linkage.features import Features, features_of
from kumkm_proof.bench.worlds.returns_words import (
    ACEH,
    EDUCATION,
    FORMS,
    HEARD,
    LAMPUNG,
    NEVER_ASKED,
    SHORT,
    District,
    Line,
    People,
)

ROUND_YEAR, DEGREE = 2022, 111_000.0  # metres


class Person(NamedTuple):
    """Somebody who may answer at a door."""

    number: int
    name: str
    title: str
    sex: str
    born: tuple[int, int, int]
    nik: str
    phone: str
    people: People


class Enumerator(NamedTuple):
    """How one person asks and writes. What is never asked is missing in all of the records."""

    skips: set[str]
    point: str
    upper: bool
    sloppy: float
    code_at: int  # of the codes of a line: 0 is production, -1 is trade
    legal: str
    detail: int
    titles: float
    office_phone: float


@dataclass
class Village:
    """A village and its enumerators: two of the first round, two of later ones, and at the end the clerk of the Dinas."""

    code: str
    name: str
    point: tuple[float, float]
    district: District
    streets: list[str]
    office_phone: str
    craft: Line | None
    walkers: list[Enumerator]
    market: "Place | None" = None
    owners: list[Person] = field(default_factory=list)


class Place(NamedTuple):
    """Where a door is."""

    village: Village
    point: tuple[float, float]
    street: str
    house: int
    rt: int
    rw: int
    market: bool = False


class Business(NamedTuple):
    """What a business really is at one time."""

    number: int
    owner: int
    person: Person
    line: Line
    sign: str
    goods: list[str]
    place: Place
    phone: str
    year: int
    sales: float
    workers: int
    nib: str
    kind: str = "enterprise"


class Doors:
    """Enumerators and what they write, from one source of chance."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)

    def p(self, share: float) -> bool:
        return self.rng.random() < share

    def near(self, point: tuple[float, float], metres: float) -> tuple[float, float]:
        angle, far = self.rng.random() * 2 * math.pi, abs(self.rng.gauss(0, metres)) / DEGREE
        return round(point[0] + far * math.sin(angle), 6), round(point[1] + far * math.cos(angle), 6)

    def enumerator(self) -> Enumerator:
        choice = self.rng.choice
        skips = {what for what, share in NEVER_ASKED.items() if self.p(share)}
        point = self.rng.choices(("gps", "street", "office", "none"), (72, 14, 4, 10))[0]
        sloppy, code_at = choice((0.01, 0.02, 0.04, 0.08)), choice((0, 0, 0, 1, -1, -1))
        legal, detail = choice(("owner", "sign", "sign", "says", "blank", "blank")), choice((0, 1, 1, 2, 2))
        titles, office_phone = choice((0.85, 0.25)), choice((0.0, 0.0, 0.0, 0.03, 0.15))
        return Enumerator(skips, point, self.p(0.4), sloppy, code_at, legal, detail, titles, office_phone)

    def called(self, person: Person) -> str:
        """How neighbours call somebody: the end of the first name, after the word of address of that people."""
        words, male = person.name.split(), person.sex == "male"
        short = SHORT.get(words[0], words[0])
        cut = re.match(r"[^aeiou]*[aeiou]+", short.lower())
        if short == words[0] and cut and len(short) - cut.end() > 3 and self.p(0.5):
            short = short[cut.end() :].capitalize()
        elif self.p(0.3):
            short = words[-1]
        called = (person.people.male if male else person.people.female)[3]
        said = (*called, "Pak" if male else "Bu", "")
        return f"{self.rng.choice(said)} {short}".strip()

    def observe(self, business: Business, by: Enumerator, guessed: float = 0.2) -> Features:
        """What an enumerator writes down of a business. A share of years of start is `guessed`."""
        rng, place, line = self.rng, business.place, business.line
        name, says, sign = self.written(business.person, by), rng.choice(line.says), self.typed(business.sign, by)
        phone = place.village.office_phone if self.p(by.office_phone) else business.phone
        coop = business.kind == "cooperative"
        phone, nib = self.slipped(phone, by.sloppy / 2), self.slipped(business.nib, by.sloppy / 2)
        legal = {"owner": name, "sign": sign, "says": f"Usaha {says}", "blank": ""}[by.legal]
        off = round(rng.gauss(0, 0.25 * max(2, ROUND_YEAR - business.year))) if self.p(guessed) else 0
        year = min(ROUND_YEAR, 5 * round((business.year + off) / 5) if off and self.p(0.5) else business.year + off)
        sales = business.sales * math.exp(rng.gauss(0, 0.3))
        rt = place.rt if not self.p(by.sloppy) else rng.randint(1, 6)
        asked: dict[str, dict[str, Any]] = {
            "trade": {"trade_name": "" if coop else sign},
            "goods": {"products": [{"name": self.typed(each, by)} for each in business.goods]},
            "phone": {"phone": (phone if self.p(0.6) else "+62" + phone[1:]) if self.p(0.9) else ""},
            "email": {"email": f"usaha{business.owner}@gmail.com" if business.owner % 16 == 0 else ""},
            "nib": {"nib": nib if self.p(0.7) else ""},
            "year": {"started_year": year},
            "sales": {"annual_sales_idr": _said(sales)},
            "capital": {"founding_capital_idr": _said(business.year % 7 * sales / 20 + 1e6)},
            "workers": {"workers": {"paid_male": business.workers - self.p(0.8), "unpaid_female": 1}},
            "rt": {"rt": f"{rt:03}" if by.upper else str(rt), "rw": f"{place.rw:02}"} if self.p(0.92) else {},
            "place": {"place_type": line.place if self.p(0.85) else "home"},
            "form": {"legal_form": "individual" if self.p(0.2) or business.number % 3 else "none"},
        }
        answers: dict[str, Any] = {
            "chair" if coop else "owner": self.block(business.person, name, by),
            "legal_name": business.sign if coop else legal,
            "main_activity": self.typed(says, by),
            "main_product": self.typed(business.goods[0], by),
            "address": self.address(place, by),
        }
        for what, answer in asked.items():
            if what not in by.skips and not self.p(0.05):
                answers |= answer
        point: tuple[float | None, float | None] = (None, None)
        if by.point != "none" and self.p(0.95):  # stalls have the point of the gate, some all have the office's
            at_office = by.point == "office" and self.p(0.6)
            point = self.near(place.village.point if at_office else place.point, 130 if by.point == "street" else 13)
        code = line.codes[by.code_at % len(line.codes)] if self.p(0.75) else rng.choice(line.codes)
        identity = UUID(int=rng.getrandbits(128), version=4)
        return features_of(identity, business.kind, place.village.code, code, answers, *point)

    def block(self, person: Person, name: str, by: Enumerator) -> dict[str, Any]:
        year, month, day = person.born
        if self.p(by.sloppy + 0.02):
            year, month, day = self.rng.choice(((year, 1, 1), (year + 1, month, 1), (year - 10, month, day)))
        nik = self.slipped(person.nik, by.sloppy / 2) if self.p(0.88) else ""
        education = EDUCATION[person.number % 9] if self.p(0.8) else self.rng.choice(EDUCATION)
        given = {"nik": nik, "birth": f"{year}-{month:02}-{day:02}", "sex": person.sex, "education": education}
        kept = {what: answer for what, answer in given.items() if what not in by.skips and not self.p(0.04)}
        return {"name": name, "birth_date": kept.pop("birth", ""), **kept}

    def address(self, place: Place, by: Enumerator) -> str:
        village = place.village.name
        if place.market:
            return f"{place.street} Blok {'ABCD'[place.house % 4]} No. {place.house}" if by.detail else place.street
        if by.detail == 0 and self.p(0.6):
            return self.rng.choice((f"Desa {village}", f"Ds. {village}", f"Kel. {village}", village, ""))
        text = self.typed(place.street.replace("Jl.", self.rng.choice(("Jl.", "Jl.", "Jln", "Jalan"))), by)
        text += f" No. {place.house}" if by.detail and self.p(0.7) else ""
        return text + (f" RT {place.rt:02} RW {place.rw:02} {village}" if by.detail == 2 else "")

    def written(self, person: Person, by: Enumerator) -> str:
        """A person's name as an enumerator writes it: with or without titles, a nickname, the old or the new spelling."""
        rng, words = self.rng, person.name.split()
        if self.p(0.04):
            words = self.called(person).split()
        elif len(words) > 1 and self.p(0.13):
            words = rng.choice((words[:1], words[:-1], words[::-1], words[-1:]))
        known = FORMS if len(words) > 1 else {}  # nobody is called *M.* alone
        forms = {each: known[each].split("|") if self.p(0.35) and each in known else [each] for each in words}
        name = " ".join(rng.choice(forms[each]) for each in words)
        if self.p(0.22 if person.born[0] < 1962 else 0.03):
            for new, old in rng.sample((("u", "oe"), ("j", "dj"), ("c", "tj"), ("y", "j")), 2):
                name = name.lower().replace(new, old).title()
        elif self.p(0.12):
            for one, other in rng.sample(HEARD, 2):
                name = name.replace(one, other)
        if person.people in (ACEH, LAMPUNG) and person.sex == "male" and self.p(0.05):
            name += f" bin {rng.choice(ACEH.male[0])}" if person.people is ACEH else " gelar Suttan Raja"
        if person.number % 9 == 8 and self.p(by.titles / 2):
            name += rng.choice((", S.Pd", ", S.E.", ", S.Ag"))
        return self.typed(f"{person.title} {name}" if person.title and self.p(by.titles) else name, by)

    def typed(self, text: str, by: Enumerator) -> str:
        if len(text) > 4 and self.p(by.sloppy * 1.5):
            at = self.rng.randrange(1, len(text) - 1)
            here, after = text[at], text[at + 1 :]
            ends = (after, here + here + after, after[0] + here + after[1:], "a" + after)
            text = text[:at] + self.rng.choice(ends)
        return text.upper() if by.upper else text

    def slipped(self, digits: str, share: float = 1) -> str:
        """A number with one slip of the finger: two neighbours exchanged, or another digit."""
        if not digits or not self.p(share):
            return digits
        at = self.rng.randrange(4, len(digits) - 1)
        if digits[at] != digits[at + 1] and self.p(0.4):
            return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        return digits[:at] + self.rng.choice("0123456789".replace(digits[at], "")) + digits[at + 1 :]

    def without_numbers(self, row: Features, rows: list[Features]) -> Features:
        """Leaves out or mistypes the numbers of earlier rows: the same number alone would tell that the rows are one."""
        while row.nik and row.nik in [each.nik for each in rows]:
            row = row._replace(nik=self.slipped(row.nik) if self.p(0.35) else None)
        while row.nib and row.nib in [each.nib for each in rows]:
            row = row._replace(nib=self.slipped(row.nib) if self.p(0.3) else None)
        return row


def _said(money: float) -> int:
    """People say round sums of a month; a form wants them of a year."""
    step: int = 10 ** max(5, int(math.log10(money / 12)))
    return max(1, round(money / 6 / step)) * step // 2 * 12


def speaks(one: Features, other: Features) -> float:
    """How much two rows say for one business to somebody who reads both: a rough count."""
    said = 1.5 * bool(set(one.owner) & set(other.owner) - {"muhamad", "siti", "ahmad", "abdul"})
    said += 0.7 * (one.owner == other.owner) + bool(one.birth and one.birth == other.birth)
    said += 1.3 * bool(set(one.contacts) & set(other.contacts)) + bool(one.year and one.year == other.year) / 2
    said += 0.7 * bool(set(one.trade + one.name) & set(other.trade + other.name))
    said += bool(one.household and one.household == other.household) / 2
    said += 0.7 * (len({*one.address} & {*other.address}) > 2 and one.address[1:4] == other.address[1:4])
    said += 0.8 * bool(set(one.activity) & set(other.activity))
    for mine, theirs in ((one.nik, other.nik), (one.nib, other.nib)):
        said += 2 * bool(mine and theirs and sum(a != b for a, b in zip(mine, theirs, strict=False)) < 3)
    if one.latitude and one.longitude and other.latitude and other.longitude:
        metres = math.dist((one.latitude, one.longitude), (other.latitude, other.longitude)) * DEGREE
        said += 1 if metres < 60 else 0.5 if metres < 250 else 0
    return said
