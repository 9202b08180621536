"""Islands and coasts of the east: Sulawesi, Maluku, Nusa Tenggara and Papua.

The life: fishers who dry agar-agar weed when the wind turns, copra cutters who pick cloves in August, mamas with
a table of betel nut, kiosks on stilts, motorcycle taxis, a market with one point for all its stalls. A one-man business
is the same business though it sells something else in the other season, and the two rounds (2022, 2024) fall into
different seasons. People carry a clan (*marga*, *fam*) that half the village carries, a Bugis or Sasak title, a *Daeng*
name or a name after the first child that no card shows, a father behind *bin*, and a *Haji* earned between the rounds.
Points are weak: typed up at the jetty or the village office where there is a signal, or rounded off. Prepaid
numbers change often; a buyer of weed or copra lends his to those who have none.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from random import Random

from kumkm_proof.bench.worlds.coast_doors import (
    Business,
    Hand,
    House,
    Person,
    Village,
    near,
    phone_number,
    rows_of,
    sign_of,
)
from kumkm_proof.bench.worlds.coast_words import (
    ACTS,
    CHILDREN,
    DAENG,
    ENDINGS,
    FATHERS,
    HAMLETS,
    HEARD,
    NEAR,
    PEOPLES,
    PLACES,
    SEASONAL,
    SIGNS,
    STALLS,
    STEADY,
    STREETS,
)
from kumkm_proof.bench.worlds.labelled import Labelled


class _Village(Village):
    """People crowd along a line, the shore; two to four clans count; one market, one jetty with a signal."""

    def __init__(self, r: Random, seen: set[str], ids: Iterator[int]) -> None:
        self.code, self.seen, self.ids, self.town = "", seen, ids, False
        while not self.code or self.code in seen:
            code, nik, latitude, longitude, peoples, districts, share = r.choice(PLACES)
            self.town, district = r.random() < float(share), int(r.choice(districts.split()))
            self.code = f"{code}.{district:02d}.{1 if self.town else 2}{r.randint(1, 60):03d}"
        seen.add(self.code)
        own = peoples.split()
        self.nik, self.peoples = f"{nik}{district:02d}", [own[0]] * 6 + own
        self.clans = {each: r.sample(c := PEOPLES[each][2].split(), min(len(c), 4)) for each in own}
        self.centre = (float(latitude) + r.uniform(-0.09, 0.09), float(longitude) + r.uniform(-0.09, 0.09))
        self.slope, self.fair = r.uniform(-1, 1), r.random() < 0.15
        self.market, self.jetty = near(r, self.centre, 0.3), near(r, self.centre, 0.4)
        self.hamlets = [f"{r.choice(HAMLETS)} {r.choice(ENDINGS)}" for _ in range(r.randint(2, 4))]
        self.streets, self.lent = r.sample(STREETS, 3), [phone_number(r) for _ in range(2)]


class _Person(Person):
    """Somebody as the card says, and as others say."""

    def __init__(self, r: Random, village: _Village, people: str, sex: str, clan: str, oldest: int = 68) -> None:
        men, women, _, ranks, muslims = PEOPLES[people]
        self.number, self.people, self.sex, self.clan = (
            next(village.ids),
            people,
            sex,
            clan.strip("-").replace("_", " "),
        )
        self.given = r.choice((men if sex == "male" else women).split()).replace("_", " ")
        age = r.randint(21, oldest)
        self.born = date(2022 - age, 1, 1) + timedelta(days=r.randrange(365))
        if r.random() < (0.25 if age > 42 else 0.05):  # born far from an office
            self.born = r.choice((date(2022 - age, 12, 31), date(2022 - age, 7, 1), date(2022 - age, 1, 1)))
        ranked = ranks != "-" and r.random() < 0.18
        self.rank = r.choice(ranks.split()).split("/")[0 if sex == "male" else -1] if ranked else ""
        self.muslim = r.random() < float(muslims)
        haji = r.choices((0, 1, 9), (6, 2, 92) if age > 45 else (1, 1, 98))[0]
        self.haji = haji if self.muslim else 9  # since which round; 9 is never
        self.father = r.choice(FATHERS) if self.muslim and not self.clan and r.random() < 0.2 else ""
        self.degree = r.choice(("S.Pd.", "S.E.", "S.Sos.", "A.Md.", "S.P.")) if r.random() < 0.05 else ""
        place = village.nik if r.random() < 0.85 else r.choice(PLACES)[1] + f"{r.randint(1, 9):02d}"
        self.nik = _nik(village.seen, place, self.born, sex, r.choice((1, 1, 1, 2, 2, 3, 4, 5)))
        self.phone = phone_number(r) if r.random() < 0.62 else ""
        self.education = r.choice(("sd", "sd", "smp", "smp", "sma", "sma", "none", "s1"))
        short = HEARD.get(self.given, self.given.split()[-1])
        if people == "makassar" and r.random() < 0.7:
            short = f"Dg. {r.choice(DAENG)}"
        elif people == "sasak" and r.random() < 0.5:
            short = f"{'Amaq' if sex == 'male' else 'Inaq'} {r.choice(CHILDREN)}"
        elif people in {"papua", "flores", "ambon", "minahasa"} and r.random() < 0.5:
            short = f"{r.choice(('Om', 'Bapa') if sex == 'male' else ('Mama', 'Tanta', 'Oma'))} {short}"
        self.called = short

    def twin_of(self, r: Random, other: "_Person", seen: set[str]) -> "_Person":
        """The same day, the next serial, and a name that begins alike."""
        self.born, self.nik = other.born, _nik(seen, other.nik[:6], other.born, other.sex, int(other.nik[12:]) + 1)
        names = [each.replace("_", " ") for each in PEOPLES[self.people][0 if self.sex == "male" else 1].split()]
        alike = [each for each in names if each[:2] == other.given[:2] and each != other.given]
        self.given, self.muslim = r.choice(alike or [other.given.split()[0] + "a"]), other.muslim
        return self


def _nik(seen: set[str], place: str, born: date, sex: str, serial: int) -> str:
    while (nik := f"{place}{born.day + (40 if sex == 'female' else 0):02d}{born:%m%y}{serial:04d}") in seen:
        serial += 1
    seen.add(nik)
    return nik


class _House(House):
    """A door. One to five people behind it may own something; they share an address, and a telephone."""

    people: list[_Person]

    def __init__(self, r: Random, village: _Village) -> None:
        along = r.uniform(-1.2, 1.2)
        shore = (
            village.centre[0] + along * village.slope / 111,
            village.centre[1] + along * (1 - abs(village.slope)) / 111,
        )
        self.point, self.phone = near(r, shore, 0.07), phone_number(r)
        self.hamlet = village.hamlets[int((along + 1.2) / 2.41 * len(village.hamlets))]
        self.rt, self.rw = 1 + int((along + 1.2) * 3.3), 1 + int((along + 1.2) * 1.2)
        self.address = f"Dusun {self.hamlet}" + (f" {r.choice(NEAR)}" if r.random() < 0.45 else "")
        if village.town or r.random() < 0.3:
            self.address = _street(r, village, 0.8 if village.town else 0.2)
        people = r.choice(village.peoples) if r.random() < 0.93 else r.choice(("bugis", "java", "buton"))
        clans = PEOPLES[people][2].split()
        clan, sex = r.choice(village.clans.get(people) or clans), r.choice(("male", "female"))
        first = _Person(r, village, people, sex, clan)
        self.people = [first]
        if r.random() < 0.62:  # the spouse, often of another clan
            other = "female" if sex == "male" else "male"
            self.people.append(_Person(r, village, people, other, clan if r.random() < 0.5 else r.choice(clans)))
        if r.random() < 0.3:
            self.people.append(_Person(r, village, people, r.choice(("male", "female")), clan, 34))
        if r.random() < 0.07:
            sibling = _Person(r, village, people, sex, clan)
            self.people.append(sibling.twin_of(r, first, village.seen) if r.random() < 0.4 else sibling)


def _street(r: Random, village: _Village, numbered: float) -> str:
    return f"Jl. {r.choice(village.streets)}" + (f" No. {r.randint(1, 140)}" if r.random() < numbered else "")


class _Business(Business):
    """What stays the same of a business. A second one is another activity, another year, often elsewhere."""

    who: _Person
    house: _House
    village: _Village

    def __init__(
        self, r: Random, who: _Person, house: _House, village: _Village, first: "_Business | None" = None
    ) -> None:
        self.number, self.owner, self.kind = next(village.ids), who.number, "enterprise"
        self.who, self.house, self.village = who, house, village
        self.acts: list[str] = []
        taken = set(first.acts if first else ())
        while not self.acts or taken & set(self.acts) or (who.muslim and {"babi", "sopi"} & set(self.acts)):
            market, wind = village.fair and r.random() < 0.6, r.random() < (0.2 if first else 0.5)
            self.acts = r.choice(STALLS if market else SEASONAL if wind else STEADY).split()
        act = ACTS[self.acts[0]]
        self.where = "stall" if village.fair and "stall" in act.where else r.choice(act.where)
        self.point, self.address, self.stall = house.point, house.address, ""
        if self.where == "stall":
            self.stall = f" blok {r.choice('ABCDE')}{r.randint(1, 40)}" if r.random() < 0.5 else ""
            self.point, self.address = village.market, f"Pasar {village.hamlets[0]}"
        elif self.where == "shop" and r.random() < (0.7 if first else 0.35):
            self.point, self.address = near(r, village.centre, 0.35), _street(r, village, 0.4)
        elif self.where == "field":
            self.point = near(r, house.point, 0.4)
        self.sign = sign_of(r, who, self.acts[0]) if r.random() < (0.75 if act.signs else 0.08) else ""
        self.year = r.randint(r.choice((1995, 2005, 2012)), 2022)
        while first and abs(self.year - first.year) < 2:
            self.year = r.randint(1998, 2022)
        self.sales, self.workers = act.sales * 1e6 * r.lognormvariate(0, 0.6), 1 + int(r.random() < 0.3)
        if act.sales > 50:
            self.workers = r.randint(1, 5)
        self.nib = _nib(r) if r.random() < (0.55 if act.sales > 100 else 0.2) else ""
        if first and first.nib and r.random() < 0.5:
            self.nib = first.nib  # one licence carries many activities
        self.legal = "cv" if self.sign.startswith("CV") else "none"


def _nib(r: Random) -> str:
    issued = date(2021, 8, 4) + timedelta(days=r.randrange(500))
    return r.choice(("81202", "91203", f"{issued:%d%m%y}", f"{issued:%d%m%y}")) + "".join(r.choices("0123456789", k=7))


def _cooperatives(r: Random, chair: _Business) -> list[_Business]:
    """A cooperative, now and then with a unit; it is not its chair's, whose own shop stands beside it."""
    owner, found = next(chair.village.ids), []
    name = r.choice(("Nelayan ", "Serba Usaha ", "Simpan Pinjam ")) + r.choice(SIGNS[chair.who.muslim].split(","))
    for act in ("simpan", r.choice(("kios", "bensin", "pukat", "bumi")))[: 2 if r.random() < 0.4 else 1]:
        unit = _Business(r, chair.who, chair.house, chair.village)
        unit.owner, unit.kind, unit.acts, unit.where, unit.stall = owner, "cooperative", [act], "shop", ""
        unit.sign = f"Koperasi {name}" if act == "simpan" else f"Unit {ACTS[act].said[0].title()} Koperasi {name}"
        unit.point = near(r, unit.village.centre, 0.2) if r.random() < 0.5 else chair.point
        unit.address, unit.legal, unit.year = chair.house.address, "cooperative", r.randint(1992, 2020)
        unit.sales, unit.nib = 2e8 * r.lognormvariate(0, 0.7), _nib(r) if r.random() < 0.5 else ""
        found.append(unit)
    return found


def _live(r: Random, village: _Village) -> list[Labelled]:
    """All doors of a village, in both rounds."""
    hands, before, found = [[Hand(r) for _ in range(3)] for _ in range(2)], None, []
    for _ in range(r.randint(60, 90) if village.fair else r.randint(25, 75)):
        house = _House(r, village)
        head = house.people[0]
        if before and before.sex == head.sex and r.random() < 0.06:  # a namesake
            head.given, head.clan = before.given, before.clan
        before, family = head, None
        for who in house.people[: 1 if r.random() < 0.6 else 5]:
            business = _Business(r, who, house, village)
            if family and business.where == family.where and r.random() < 0.5 and who.muslim == family.who.muslim:
                business.acts = family.acts  # families share a trade
            family = business
            found += rows_of(r, business, hands)
            if r.random() < 0.072:
                found += rows_of(r, _Business(r, who, house, village, business), hands)
            if r.random() < 0.012:
                found += [row for each in _cooperatives(r, business) for row in rows_of(r, each, hands)]
    return found


def world(seed: int, rows: int) -> list[Labelled]:
    """About so many rows of the coasts of the east, the same for the same seed."""
    r, seen, ids, found = Random(f"coast {seed}"), set[str](), count(1), list[Labelled]()
    while len(found) < rows:
        found += _live(r, _Village(r, seen, ids))
    del found[rows:]
    r.shuffle(found)  # else neighbours in the list would be one business
    return found
