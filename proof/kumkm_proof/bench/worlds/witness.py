"""A witness's world: East Java and West Nusa Tenggara, as an office of statistics lists them.

The life: a village has four hamlets and two or three enumerators. The habits of an enumerator decide what is asked, how
a name is written, which KBLI a shop gets, and where the point is taken. Some villages live on one craft, and there
many have the same activity. A family shares a house, a phone, and at times a NIK (the spouse's, or the number of the
family card). A helper's e-mail and the office's phone stand on many records. Names are Javanese, Madurese, Sasak, or
of Bima and Sumbawa: many have one word, many begin with Moh., some are of pilgrims, and some parents are called after
a child (*Amaq Sahnun*).

A business has a second row for one of four reasons: two enumerators came (at the border of two neighbourhoods, or to
the stall and to the house); a round two years later has its own form; a list of the Dinas has the address of the
identity card; a spouse answered. Single rows come from the same sources, so the source tells nothing. Other rows only
look the same: second businesses (another activity or a branch), neighbours of one craft, namesakes, twins, stalls under
one point, franchises, cooperatives and their chairs.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from math import exp
from uuid import UUID

from app.linkage.features import features_of
from kumkm_proof.bench.worlds.labelled import Labelled
from kumkm_proof.bench.worlds.witness_doors import Business, Doors, Family, Habit, Person, Place, Row, Village
from kumkm_proof.bench.worlds.witness_words import (
    ASKS,
    BY_CODE,
    CHAINS,
    CRAFTS,
    FIRST_OF_TWO,
    HAMLETS,
    MEN,
    OF_MEN,
    OF_WOMEN,
    REGENCIES,
    SECONDS,
    SIGNS,
    WOMEN,
    Trade,
    trade_of,
)

OTHER_BUSINESS = 0.068


class _World(Doors):
    """The villages, and the people and businesses in them."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.rows: list[Labelled] = []
        self.businesses = self.owners = 0
        self.serials, self.districts = dict[str, int](), set[str]()

    def habit(self, source: str, base: tuple[float, float]) -> Habit:
        asks, listed = {}, source == "list"
        for each in ASKS.replace("\n", ",").split(","):
            name, _, values = each.partition(" ")
            asks[name] = float(self.choice(values.split("|")[listed].split()))
        own_phone = self.phone() if self.hit(0.12) else ""
        return Habit(source, asks, base, listed or self.hit(0.35), self.randrange(3), own_phone)

    def district(self) -> list[Village]:
        code, north, east, people = self.choice(REGENCIES.split(",")).split()
        town = people.endswith("T")
        district = f"{code}.{self.randint(1, 5 if town else 16):02}"
        if district in self.districts:
            return []
        self.districts.add(district)
        codes = [f"{district}.{(1001 if town else 2001) + at}" for at in sorted(self.sample(range(14), 4))]
        centre = self.near((float(north), float(east)), 2_500 if town else 8_000)
        list_ = self.habit("list", centre)
        return [self.village(each, codes, centre, self.choice(people.strip("T")), list_) for each in codes]

    def village(self, code: str, codes: list[str], centre: tuple[float, float], people: str, list_: Habit) -> Village:
        town = code[9] == "1"
        base = self.near(centre, 700 if town else 1_900)
        hamlets = [(each, self.near(base, 300 if town else 550)) for each in self.sample(HAMLETS[people].split(), 4)]
        market = Place(
            self.near(base, 200), hamlets[0][0], "Pasar", 0, self.randint(1, 6), self.randint(1, 4), market=True
        )
        craft = self.choice(CRAFTS) if self.hit(0.3) and not town else None
        hands = {"door": [self.habit("door", base) for _ in range(self.randint(2, 3))], "list": [list_]}
        hands["later"] = [self.habit("later", base) for _ in range(2)]
        phone, stalls = self.phone(), market if self.hit(0.35) else None
        return Village(code, codes, people, town, craft, hamlets, stalls, phone, hands)

    def family(self, village: Village) -> Family:
        day = f"{self.randint(1, 28):02}{self.randint(1, 12):02}{self.randint(6, 21):02}{self.randint(1, 9999):04}"
        return Family(village.code[:8].replace(".", "") + day, self.phone(), self.house(village))

    def nik(self, village: Village, birth: date, *, female: bool) -> str:
        stem = village.code[:8].replace(".", "")
        if self.hit(0.12):  # issued where the family lived before
            stem = f"{stem[:4]}{self.randint(1, 20):02}"
        stem += f"{birth.day + 40 * female:02}{birth:%m%y}"
        self.serials[stem] = self.serials.get(stem, self.choice((0, 0, 0, 1, 3, 40))) + 1
        return f"{stem}{self.serials[stem]:04}"

    def names(self, people: str, *, female: bool) -> list[str]:
        pool = (WOMEN if female else MEN)[people].split()
        first = pool[min(int(self.expovariate(1 / 8)), len(pool) - 1)] if self.hit(0.5) else self.choice(pool)
        names, seconds = [first], SECONDS[people].split()
        if first in FIRST_OF_TWO or self.hit({"J": 0.55, "M": 0.35, "S": 0.4, "B": 0.6}[people]):
            after = pool if first in FIRST_OF_TWO and self.hit(0.6) else seconds
            names.append(self.choice([word for word in after if word != first and word not in FIRST_OF_TWO]))
        return [*names, self.choice(seconds)] if len(names) > 1 and self.hit(0.12) else names

    def person(self, village: Village, family: Family, *, female: bool, like: Person | None = None) -> Person:
        """Somebody new; `like` is a twin (of the family) or a namesake (of another one)."""
        birth = date(1948, 1, 1) + timedelta(days=int(self.triangular(0, 20_000, 10_500)))
        if self.hit(0.07):  # the day is not known: 31 December or 1 July stands for it
            birth = birth.replace(month=12, day=31) if self.hit(0.7) else birth.replace(month=7, day=1)
        names = list(like.names) if like else self.names(village.people, female=female)
        if like and like.family is family:
            birth = like.birth
            names[0] = names[0][:-1] + ("i" if names[0][-1] != "i" else "a")
        spoken = names[1] if names[0] in FIRST_OF_TWO and len(names) > 1 else names[0]
        child = self.choice(MEN[village.people].split()[8:] + WOMEN[village.people].split()[8:])
        parent = {"J": ("Pak", "Bu"), "M": ("P.", "B."), "S": ("Amaq", "Inaq"), "B": ("Ama", "Ina")}[village.people]
        hajj = self.hit({"J": 0.07, "M": 0.2, "S": 0.17, "B": 0.13}[village.people])
        email = f"{spoken.lower()}{birth:%y}{self.randint(1, 99)}@gmail.com" if self.hit(0.06) else ""
        self.owners += 1
        person = Person(
            self.owners,
            names,
            f"{'Bu' if female else 'Pak'} {spoken[-4:].title() if len(spoken) > 7 else spoken}",
            f"{parent[female]} {child}",
            ("Hj." if female else "H.") if hajj else "",
            self.choice(("S.Pd", "SE", "S.Sos", "ST")) if self.hit(0.07) else "",
            female,
            birth,
            self.nik(village, birth, female=female),
            family.phone if self.hit(0.4) else self.phone(),
            email,
            self.choices(("none", "sd", "smp", "sma", "s1"), (8, 34, 22, 28, 8))[0],
            family,
        )
        family.people.append(person)
        return person

    def business(self, owner: Person, trade: Trade, place: Place, label: int | None = None) -> Business:
        self.businesses += 1
        chains = [each[6:] for each in CHAINS.replace("\n", ",").split(",") if each[:5] == trade.code]
        words, sign = SIGNS.split(), ""
        if chains and self.hit(0.14):
            sign = self.choice(chains)
        elif trade.prefixes[0] and self.hit(0.66):
            after = self.choice((owner.called, owner.names[0], *self.sample(words, 3)))
            sign = f"{self.choice(trade.prefixes)} {after}" + (f" {self.choice(words)}" if self.hit(0.2) else "")
        two = f"{self.choice(('CV', 'CV', 'PT'))} {self.choice(words)} {self.choice(words)}"
        paid = 0 if self.hit(0.75) else int(self.expovariate(0.5)) + 1
        return Business(
            self.businesses,
            owner,
            label or owner.number,
            trade,
            place,
            sign,
            two if self.hit(0.03) and trade.sales > 60 else "",
            f"{self.randrange(10**13):013}" if self.hit(0.27) else "",
            min(2021, max(1980, owner.birth.year + 18, int(self.gauss(2013, 7)))),
            trade.sales * 1e6 * exp(self.gauss(0, 0.75)),
            (paid // 2, paid - paid // 2, int(not owner.female), owner.female + self.hit(0.3)),
            "enterprise",
        )

    def add(self, village: Village, business: Business, rows: Sequence[Row]) -> None:
        for row in rows:
            if "email" not in row.answers and self.hit(0.03):  # from the helper with the permit
                row.answers["email"] = f"pendamping.{village.code[:8].replace('.', '')}@gmail.com"
            if "phone" not in row.answers and self.hit(0.025):
                row.answers["phone"] = village.office_phone
            number = UUID(int=self.getrandbits(128), version=4)
            north, east = (round(row.point[0], 6), round(row.point[1], 6)) if row.point else (None, None)
            made = features_of(number, business.kind, row.village, row.kbli, row.answers, north, east)
            self.rows.append(Labelled(made, business.number, business.label))

    def settle(self, village: Village, until: int) -> None:
        """The village's businesses, until there are so many rows."""
        known, chairs = list[Person](), self.randint(0, 2)
        while len(self.rows) < until:
            family = self.family(village)
            couple = [self.person(village, family, female=female) for female in (True, False)]
            working = couple if self.hit(0.13) else [self.choice(couple)]
            if self.hit(0.06):  # a grown child or a brother in the house, or a twin
                twin = working[0] if self.hit(0.2) else None
                working = [
                    *working,
                    self.person(village, family, female=twin.female if twin else self.hit(0.5), like=twin),
                ]
            if known and self.hit(0.02):
                other = self.choice(known)
                working = [self.person(village, self.family(village), female=other.female, like=other)]
            trade = None
            for owner in working:
                trade = trade if trade and self.hit(0.3) else self.trade(village, owner)
                place = owner.family.home
                if village.market and self.hit({"stall": 0.85, "shop": 0.15}.get(trade.place, 0)):
                    place = village.market
                elif trade.place in ("shop", "field", "workshop") and self.hit(0.35):
                    place = self.house(village)
                business = self.business(owner, trade, place)
                rows = self.visit(village, business)
                if self.hit(OTHER_BUSINESS):
                    self.other(village, business, rows)
                self.add(village, business, rows)
                known.append(owner)
            if chairs and self.hit(0.02):
                chairs -= 1
                self.cooperative(village, self.choice(known))

    def trade(self, village: Village, owner: Person) -> Trade:
        if village.craft and self.hit(0.35):
            return BY_CODE[village.craft]
        return self.choices(list(BY_CODE.values()), OF_WOMEN if owner.female else OF_MEN)[0]

    def other(self, village: Village, business: Business, rows: Sequence[Row]) -> None:
        """A second business of the owner: mostly another activity at home, else a branch or the same at the market."""
        owner, trade = business.owner, business.trade
        place = business.place if self.hit(0.5) else owner.family.home
        if self.hit(0.22):
            place = village.market if village.market and not business.place.market else self.house(village)
        else:
            while trade.code[:3] == business.trade.code[:3]:
                trade = self.trade(village, owner) if self.hit(0.7) else BY_CODE[self.choice(list(BY_CODE))]
        made = self.business(owner, trade, place)
        sign = business.sign if self.hit(0.35) else made.sign
        nib = business.nib if self.hit(0.5) else made.nib  # one NIB carries many activities
        made = made._replace(sign=sign, nib=nib, year=min(2022, max(made.year, business.year + self.randint(1, 8))))
        self.add(village, made, self.visit(village, made, rows))

    def cooperative(self, village: Village, chair: Person) -> None:
        """The village's cooperative stands at its chair's house, and at times it has a shop."""
        sign, shop = self.choice(SIGNS.split()), BY_CODE["47112"]
        name = self.choice(("Kopwan", "Koperasi Wanita", "KSP", "KUD", "Koperasi Serba Usaha"))
        lending = trade_of("64141|64142,64143|simpan pinjam;koperasi simpan pinjam|pinjaman;kredit|-|300|.5|house")
        label = self.owners = self.owners + 1  # a cooperative is nobody's: it has its own
        for trade, legal in ((lending, f"{name} {sign}"), (shop, f"Unit Toko {name} {sign}"))[: 1 + self.hit(0.4)]:
            unit = self.business(chair, trade, chair.family.home, label)
            unit = unit._replace(kind="cooperative", legal=legal, sign=f"Waserda {sign}" if trade is shop else "")
            self.add(village, unit, self.visit(village, unit))


def world(seed: int, rows: int) -> list[Labelled]:
    """About so many rows of East Java and West Nusa Tenggara, in no order."""
    made = _World(seed)
    while len(made.rows) < rows:
        for village in made.district():
            made.settle(village, min(rows, len(made.rows) + made.randint(60, 260)))
    made.shuffle(made.rows)
    return made.rows
