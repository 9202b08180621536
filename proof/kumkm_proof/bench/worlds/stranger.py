"""A regency with a river: Kotawaringin Timur (62.02) on the Mentaya, the town of Sampit and the land behind it.

The town has six wards and two markets (PPM and Keramat: one entrance, hundreds of stalls). The forty villages are of
three kinds: old ones on the river (Banjar, Dayak), settlements of people from Java, Bali and Madura (a house is a block
and a number, many have a plot of palms, the KUD's phone stands for all), and barracks of plantations (one address for
a hundred doors, workers from Flores, SIMs that change). What is true of a business is kept apart from what is written
of it: each row is written by a hand (an enumerator with fixed habits: never asks for the phone, stands at the corner,
has a pet code) or copied from a list of a Dinas. Rows of one business come from two hands at a border, a later round
(new sign, other SIM, moved, another chair), a list, or a spouse or child who gives their own name.

Other rows only look the same: the other business of an owner, two shops in one house, twins, namesakes, a new tenant
under the old sign, brands, units of cooperatives, the shop of their chair, the phone of the village's office or of the
man who makes NIBs.

A reader checks at the end: if no honest person could join a second row to the first, the row is written again, and is
left out after six tries. One second row in thirty is not checked.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from app.linkage.features import Features
from kumkm_proof.bench.worlds.labelled import Labelled
from kumkm_proof.bench.worlds.stranger_doors import (
    Business,
    Corner,
    Dice,
    Hand,
    Person,
    Village,
    legible,
    list_of_dinas,
    near,
    new_hand,
    row_of,
)
from kumkm_proof.bench.worlds.stranger_words import (
    BRANDS,
    BY_PLACE,
    CHILDREN,
    GOOD,
    LIVE,
    PEOPLES,
    PLACES,
    STREETS,
    UNITS,
)

_FIRST_ROUND, _LAST_ROUND = 2022, 2025


class _Land:
    """The regency: villages, and businesses as they come to be."""

    def __init__(self, dice: Dice) -> None:
        self.dice, self.businesses, self.owners = dice, 0, 0
        self.niks: set[str] = set()
        self.villages: list[Village] = []
        self.agent = (dice.phone(), "nib.sampit@gmail.com")  # makes NIBs for hundreds, with his own number
        self.lists = [list_of_dinas() for _ in range(4)]
        town = (-2.535, 112.952)
        for number in range(6):
            district = ("06", "05")[number % 2]
            self._village(f"62.02.{district}.10{1 + number // 2:02}", "Sampit", "town", near(dice, town, 1.2))
        for number, name in enumerate(PLACES):
            kind = ("river", "settlement", "river", "settlement", "estate")[number % 5]
            district = ("07", "08", "11", "01", "02", "13", "14", "03", "04", "10")[number // 4]
            north = (-2.70, -2.95, -3.10, -2.42, -2.30, -2.05, -2.35, -1.95, -1.80, -1.60)[number // 4]
            at = (north + dice.uniform(-0.08, 0.08), 112.85 + dice.uniform(-0.25, 0.15))
            self._village(f"62.02.{district}.2{1 + number % 4:03}", name.replace("+", " "), kind, at)
        for name, home in (("Pasar Keramat", self.villages[1]), ("PPM Sampit", self.villages[0])):
            place = replace(home, name=name, kind="market", neighbour=None, names=[], at=near(dice, home.at, 0.3))
            place.corners = [
                replace(c, street=name, end=place.at, at=near(dice, place.at, 0.05)) for c in home.corners[:3]
            ]
            self.villages.append(place)

    def _village(self, code: str, name: str, kind: str, at: tuple[float, float]) -> None:
        dice = self.dice
        village = Village(code, name, kind, at, dice.phone(), cooperative=dice.of(GOOD))
        for number in range(1, dice.randrange(8, 13)):
            here = near(dice, at, 0.45)
            street = {
                "town": dice.choice(STREETS),
                "river": f"Jl. Desa {name}",
                "settlement": f"Jalur {dice.randrange(1, 9)}",
                "estate": f"Perumahan Afdeling {dice.choice(('I', 'II', 'III', 'IV', 'V'))}",
            }[kind]
            village.corners.append(Corner(str(number), str(1 + number // 4), street, here, near(dice, here, 0.25)))
        village.hands = [new_hand(dice) for _ in range(4)]
        village.neighbour = self.villages[-1] if self.villages else None
        self.villages.append(village)

    def person(self, village: Village, people: str, sex: str, born: date | None = None) -> Person:
        """Somebody of a people; now and then a namesake of somebody in the village."""
        dice = self.dice
        men, women, last, origins = PEOPLES[people]
        first = dice.choice((men if sex == "male" else women).split()).replace("+", " ")
        name = f"{first} {dice.choice(last.split())}".removesuffix(" -")
        if people in ("banjar", "java") and name == first and dice.chance(0.35):
            more = dice.choice((men if sex == "male" else women).split()).split("+")[-1]
            name = f"{first} {more}" if more not in first else first
        if village.names and dice.chance(0.03):
            same, its = dice.choice(village.names)
            name = same if its == sex else name
        village.names.append((name, sex))
        born = born or date(1952, 1, 1) + timedelta(days=dice.randrange(49 * 365))
        nik = self._nik(dice.choice(origins), sex, born)
        part = name.split()[-1] if people == "bali" else dice.choice(name.split())
        part = part[-4:].capitalize() if len(part) > 7 and dice.chance(0.6) else part
        call = {"male": "Pak,Paman,Amang,Utuh,H.", "female": "Ibu,Acil,Mama,Bu,Mbak"}[sex]
        if people == "china":
            call = {"male": "Ko,Koh", "female": "Ci,Cik"}[sex]
        nick = f"Mama {dice.choice(CHILDREN)}" if sex == "female" and dice.chance(0.3) else f"{dice.of(call)} {part}"
        pilgrim = people in ("banjar", "madura") and dice.chance(0.22)
        title = (
            ("H." if sex == "male" else "Hj.")
            if pilgrim
            else dice.of(", SE,, S.Pd,, S.Pd.I,, A.Md")
            if dice.chance(0.06)
            else ""
        )
        title = title if not title or title[0] == "H" else ", " + title.strip(", ")
        self.owners += 1
        schooling = dice.choices(("none", "primary", "junior", "senior", "degree"), (6, 30, 24, 32, 8))[0]
        phone = dice.phone() if dice.chance(0.88) else ""
        return Person(
            self.owners, name, sex, born, nik, phone, nick, title, schooling, "yes" if dice.chance(0.02) else "none"
        )

    def business(
        self, village: Village, person: Person, kin: Sequence[Person] = (), beside: Business | None = None
    ) -> Business:
        """What is true of a business; `beside` is another one in the same house or stall."""
        dice = self.dice
        corner = beside.corner if beside else dice.choice(village.corners)
        at = near(dice, beside.at, 0.004) if beside else near(dice, corner.at, 0.08)
        activity = dice.choice(BY_PLACE[village.kind])
        while beside and activity is beside.activity:
            activity = dice.choice(BY_PLACE[village.kind])
        number = dice.randrange(1, 90)
        address = {
            "town": f"{corner.street} No. {number}",
            "river": f"{corner.street} RT {corner.rt}",
            "estate": corner.street,
            "settlement": f"{corner.street} Blok {dice.choice('ABCDEFG')} No. {number}",
            "market": f"{corner.street} Blok {dice.choice('ABCDE')} No. {number}",
        }[village.kind]
        side = dice.choice(BY_PLACE[village.kind]) if dice.chance(0.13) and activity.place in ("shop", "home") else None
        last = person.name.split()[-1]
        about = dice.of(GOOD) if dice.chance(0.3) else f"{dice.of(GOOD)} {dice.of(GOOD)}"
        about = dice.choices(
            (about, last, person.nick, dice.choice(CHILDREN), f"{dice.choice(CHILDREN)} {last}"), (34, 20, 18, 16, 12)
        )[0]
        sign = f"{dice.choice(activity.signs)} {about}"
        if dice.chance({"shop": 0.08, "stall": 0.5, "home": 0.4, "roadside": 0.35}.get(activity.place, 0.8)):
            sign = ""
        elif dice.chance(0.03) and village.kind in ("town", "settlement"):
            sign = dice.choice(BRANDS)
        form = dice.choices(("individual", "ud", "cv"), (95, 3.5, 1.5))[0]
        legal = f"{form.upper()}. {about}" if form != "individual" else sign if dice.chance(0.4) else ""
        nib = (
            f"{dice.randrange(1, 29):02}{dice.randrange(1, 13):02}2{dice.randrange(1, 5)}00{dice.digits(5)}"
            if dice.chance(0.34)
            else ""
        )
        agent = bool(nib) and dice.chance(0.25)
        phone = self.agent[0] if agent and dice.chance(0.35) else person.phone
        if activity.said[0] == "kebun sawit" and dice.chance(0.35):
            phone = village.office  # the KUD answers for its members
        mail = f"{person.name.split()[0].lower()}{dice.digits(3)}@gmail.com" if dice.chance(0.12) else ""
        year = max(person.born.year + 18, 2024 - int(dice.expovariate(1 / 8)) - 1)
        products = dice.sample(activity.products, min(len(activity.products), dice.randrange(1, 4)))
        sales = activity.sales * dice.lognormvariate(0, 0.65)
        workers = (dice.choices((1, 2, 3), (60, 30, 10))[0], dice.choices((0, 1, 2, 4), (75, 12, 8, 5))[0])
        self.businesses += 1
        return Business(
            self.businesses,
            person,
            list(kin),
            "enterprise",
            village,
            corner,
            at,
            beside.address if beside else address,
            activity,
            side,
            products,
            sign,
            legal,
            form,
            nib,
            phone,
            self.agent[1] if agent else mail,
            min(year, 2024),
            sales,
            max(1.0, sales * dice.uniform(0.05, 0.5)),
            workers,
            person.owner,
        )

    def household(self) -> list[Business]:
        """The businesses of one house: an owner's, perhaps a second one, a wife's, a twin's, a new tenant's."""
        dice = self.dice
        kind = dice.choices(("town", "market", "village"), (34, 12, 54))[0]
        village = dice.choice(
            [v for v in self.villages if v.kind == kind or (kind == "village" and v.kind not in ("town", "market"))]
        )
        people = dice.choice(LIVE[village.kind].split())
        sex = dice.choices(("male", "female"), (54, 46))[0]
        owner = self.person(village, people, sex)
        spouse = self.person(village, people, "female" if sex == "male" else "male")
        spouse.born = owner.born  # of about one age, and a NIK of that person's own day
        spouse = self._aged(spouse, owner.born + timedelta(days=dice.randrange(-2000, 2000)))
        child = self._aged(
            self.person(village, people, dice.of("male,female")),
            owner.born + timedelta(days=dice.randrange(7000, 9500)),
        )
        if dice.chance(0.5):
            spouse.phone = owner.phone
        kin = [spouse, child] if owner.born.year < 1983 else [spouse]
        made = [self.business(village, owner, kin)]
        if dice.chance(0.075):
            made.append(self.second(made[0]))
        if dice.chance(0.08):
            made.append(
                replace(
                    self.business(village, spouse, [owner], made[0]), phone=dice.choice((owner.phone, spouse.phone))
                )
            )
        if dice.chance(0.012):
            made.append(self._twin(village, people, made[0]))
        if dice.chance(0.012):  # a new tenant under the old sign
            other = self.business(village, self.person(village, people, sex), (), made[0])
            made.append(replace(other, sign=made[0].sign))
        return made

    def _nik(self, origin: str, sex: str, born: date) -> str:
        """A number that nobody else has."""
        day = born.day + (40 if sex == "female" else 0)
        serial = self.dice.choices((1, 2, 3, 4, 7, 12), (60, 20, 10, 5, 3, 2))[0]
        while (nik := f"{origin}{day:02}{born.month:02}{born.year % 100:02}{serial:04}") in self.niks:
            serial += 1
        self.niks.add(nik)
        return nik

    def _aged(self, person: Person, born: date) -> Person:
        born = min(born, date(2003, 5, 1))
        return replace(person, born=born, nik=self._nik(person.nik[:6], person.sex, born))

    def second(self, first: Business) -> Business:
        """Another business of the same owner: other work at the same place, a branch, or a plot of palms."""
        dice, village = self.dice, first.village
        if dice.chance(0.5):
            other = self.business(village, first.person, first.kin, first)
        else:
            other = self.business(village, first.person, first.kin)
            if village.neighbour and dice.chance(0.3):
                other = replace(other, village=village.neighbour, corner=dice.choice(village.neighbour.corners))
                other.at = near(dice, other.corner.at, 0.08)
            if dice.chance(0.4):  # a branch: the same work and sign in another place
                other = replace(
                    other, activity=first.activity, products=first.products, sign=first.sign, sales=first.sales * 0.7
                )
        if first.sign and other.sign and dice.chance(0.3):
            other = replace(other, sign=f"{dice.choice(other.activity.signs)} {' '.join(first.sign.split()[1:])}")
        return replace(other, phone=first.phone if dice.chance(0.85) else other.phone)

    def _twin(self, village: Village, people: str, first: Business) -> Business:
        """Brother or sister, born on one day: the serial is the next, the names sound alike."""
        dice, one = self.dice, first.person
        other = self.person(village, people, one.sex, one.born)
        other.nik = f"{one.nik[:12]}{int(one.nik[12:]) + 1:04}"
        self.niks.add(other.nik)
        if one.name.split()[1:]:
            other.name = f"{other.name.split()[0]} {one.name.split()[-1]}"
        twin = self.business(village, other, (), first if dice.chance(0.4) else None)
        return replace(twin, activity=first.activity, products=first.products) if dice.chance(0.3) else twin

    def cooperative(self) -> list[Business]:
        """A cooperative, units of it that stand in the list by themselves, and its chair's own shop."""
        dice = self.dice
        village = dice.choice([v for v in self.villages if v.kind != "market"])
        chair, other = (self.person(village, dice.choice(LIVE[village.kind].split()), "male") for _ in "12")
        form = dice.of(
            "Koperasi Unit Desa,Koperasi Plasma,Koperasi Karyawan,Koperasi Simpan Pinjam,Koperasi Serba Usaha"
        )
        name = f"{form} {village.cooperative} {dice.of(GOOD)}"
        base = self.business(village, chair)
        main = replace(
            base,
            kind="cooperative",
            kin=[other],
            activity=UNITS["Plasma" if "Plasma" in form else dice.of("Simpan Pinjam,Waserda")],
            side=None,
            legal=name,
            form="cooperative",
            sign=name if dice.chance(0.5) else "",
            owner=chair.owner + 10_000_000,
            workers=(0, dice.randrange(2, 9)),
            sales=dice.lognormvariate(6.5, 0.8),
        )
        main.products = list(main.activity.products)
        made = [main]
        for unit, work in UNITS.items():
            if work is not main.activity and dice.chance(0.35):
                part = replace(
                    self.business(village, other, (), main), activity=work, products=list(work.products), side=None
                )
                part = replace(
                    part,
                    legal=f"{name} Unit {unit}",
                    sign=f"Unit {unit}",
                    form="cooperative",
                    phone=main.phone,
                    owner=main.owner,
                )
                made.append(part)
        if dice.chance(0.5):
            made.append(self.business(village, chair, (), main if dice.chance(0.3) else None))
        return made


def _later(dice: Dice, shop: Business, years: int) -> Business:
    """The same business some years on."""
    new = replace(shop, sales=shop.sales * dice.lognormvariate(0.05 * years, 0.3), products=list(shop.products))
    if dice.chance(0.25):
        new.products = dice.sample(shop.activity.products, min(2, len(shop.activity.products)))
    if dice.chance(0.1 * years):
        new.phone = dice.phone()
        new.person = replace(shop.person, phone=new.phone)
    if shop.kind == "cooperative":
        new.person = shop.kin[0] if dice.chance(0.2) else new.person  # the members chose another chair
    elif dice.chance(0.1):
        new.sign = f"{dice.choice(shop.activity.signs)} {dice.of(GOOD)}" if dice.chance(0.6) else ""
    if dice.chance(0.07) and shop.kind == "enterprise":
        new.corner = dice.choice(shop.village.corners)
        new.at, new.address = near(dice, new.corner.at, 0.08), f"{new.corner.street} No. {dice.randrange(1, 90)}"
    if dice.chance(0.3):
        new.workers = (new.workers[0], max(0, new.workers[1] + dice.choice((-1, 1))))
    new.nib = new.nib or (f"{dice.digits(2)}0{dice.randrange(1, 10)}25{dice.digits(7)}" if dice.chance(0.15) else "")
    return new


def _again(dice: Dice, land: _Land, shop: Business, first: Hand, seen: list[Features]) -> None:
    """Another row of a business, for one of the reasons why there is one."""
    reason = dice.choices(("two", "later", "list", "kin"), (30, 35, 20, 15))[0]
    hand = dice.choice([each for each in shop.village.hands if each is not first])
    if reason == "list":
        hand = dice.choice(land.lists)
    now = _later(dice, shop, dice.randrange(1, _LAST_ROUND - _FIRST_ROUND + 1)) if reason in ("later", "list") else shop
    blind = dice.chance(0.03)  # a few pairs nobody could see
    for _ in range(6):
        row = row_of(dice, hand, now, reason, seen)
        if blind or all(legible(each, row) for each in seen):
            seen.append(row)
            return


def world(seed: int, rows: int) -> list[Labelled]:
    """About `rows` rows of the regency, the same ones for the same seed."""
    dice = Dice(seed)
    land = _Land(dice)
    made: list[Labelled] = []
    houses: tuple[Callable[[], list[Business]], ...] = (land.household, land.cooperative)
    while len(made) < rows:
        found = dice.choices(houses, (98.6, 1.4))[0]()
        known: set[str] = set()
        for shop in found:
            hand = dice.choice(shop.village.hands)
            if dice.chance(0.05):
                hand = dice.choice(land.lists)  # some stand in a list alone
            row = row_of(dice, hand, shop, "first", [])
            if row.nik in known and dice.chance(0.7):
                row = row._replace(nik=None)  # known already: left out, and so it tempts
            known |= {row.nik} if row.nik else set()
            seen = [row]
            while dice.chance(0.1) and len(seen) < 3:
                _again(dice, land, shop, hand, seen)
            made += [Labelled(each, shop.number, shop.owner) for each in seen]
    dice.shuffle(made)
    return made
