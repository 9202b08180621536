"""The world of returns: most second rows are of another enumerator who comes to the same door one to three years later.

The spouse or a child answers and gives the own name or NIK. The wife took the shop over; the label keeps the first
owner, since the business is the same. The shop moved across the road or to the next village, the sign was painted
over, the phone is another, the goods changed. A coder of KBLI chose trade for what another called production. Sums
grew, and years of start are guessed. A small part is of other causes: two enumerators in one round, a list of a Dinas.

Other rows only look alike: owners with two shops of one look in one district, namesakes, twins, families in one yard
with one phone, clusters of one craft, stalls at one point of a market, franchises, the village office's phone,
cooperatives with their units and their chair's own shop.
"""

import math
from typing import Any

from app.linkage.features import Features
from kumkm_proof.bench.worlds.labelled import Labelled
from kumkm_proof.bench.worlds.returns_doors import (
    ROUND_YEAR,
    Business,
    Doors,
    Person,
    Place,
    Village,
    speaks,
)
from kumkm_proof.bench.worlds.returns_words import (
    BLESSED,
    DISTRICTS,
    FRANCHISES,
    JAVA,
    LANES,
    LINES,
    PEOPLES,
    SAVINGS,
    STREETS,
    District,
    Line,
    People,
)

_PER_VILLAGE, _PER_DISTRICT = 95, 7
_AGAIN, _THIRD = 0.097, 0.07  # of all businesses have a second row; of those have a third one


class _World(Doors):
    """Makes places, people and what becomes of them."""

    def __init__(self, seed: int, rows: int) -> None:
        super().__init__(seed)
        self.goal, self.people, self.businesses = rows, 0, 0
        self.rows: list[Labelled] = []
        order = self.rng.sample(DISTRICTS, len(DISTRICTS))
        self.villages = [self.village(order, at) for at in range(max(3, round(rows / _PER_VILLAGE)))]

    def village(self, order: list[District], at: int) -> Village:
        turn, which = divmod(at // _PER_DISTRICT, len(order))
        district, serial = order[which], turn * _PER_DISTRICT + at % _PER_DISTRICT
        names, city = district.villages.split("|"), district.code[3] == "7"
        name = names[serial % len(names)] + ("", " Baru", " Jaya", " Ulu")[serial // len(names) % 4]
        special = [each for each in LINES if district.code[:2] in each.where]
        craft = self.rng.choice(special) if special and self.p(0.3) else None
        code, far = f"{district.code}.{(1001 if city else 2001) + serial}", 1_300 if city else 3_500
        point = self.near((float(district.latitude), float(district.longitude)), far)
        streets, walkers = self.rng.sample(STREETS, self.rng.randint(2, 5)), [self.enumerator() for _ in range(4)]
        village = Village(code, name, point, district, streets, self.phone(), craft, walkers)
        skips, clerk = {"birth", "rt", "sales", "workers", "goods", "education"}, self.enumerator()
        village.walkers.append(clerk._replace(upper=True, detail=0, skips=skips, point="none", sloppy=0.14))
        if self.p(0.3):
            village.market = self.place(village)._replace(street=f"Pasar {name}", market=True)
        return village

    def place(self, village: Village) -> Place:
        rng = self.rng
        point = self.near(village.point, 750 if village.code[9] == "2" else 350)
        street = f"{village.district.lane} {rng.choice(LANES)}" if self.p(0.4) else rng.choice(village.streets)
        return Place(village, point, street, rng.randint(1, 140), rng.randint(1, 6), rng.randint(1, 4))

    def beside(self, place: Place, metres: float) -> Place:
        """Another door of about the same street, mostly of the same RT."""
        rt = place.rt if self.p(0.75) else self.rng.randint(1, 6)
        house = abs(place.house + self.rng.choice((-3, -2, -1, 1, 2, 3))) if metres > 25 else place.house
        return place._replace(point=self.near(place.point, metres), house=house, rt=rt)

    def other_village(self, village: Village, share: float) -> Village:
        """Another of the district: any, or in a share of cases the nearest."""
        same = [each for each in self.villages if each.district is village.district]
        nearest = min(same, key=lambda each: (each is village, math.dist(each.point, village.point)))
        return nearest if self.p(share) else self.rng.choice(same)

    def phone(self) -> str:
        head = self.rng.choice("0812 0813 0821 0822 0823 0852 0853 0856 0857 0877 0895".split())
        return head + "".join(self.rng.choices("0123456789", k=self.rng.choice((7, 8, 8, 8))))

    def person(self, village: Village, sex: str = "", born: int = 0, people: People | None = None) -> Person:
        rng, people = self.rng, people or PEOPLES[self.rng.choice(village.district.peoples)]
        sex = sex or ("female" if self.p(0.54) else "male")
        first, second, titles, _ = people.male if sex == "male" else people.female
        # The first names of a list are the frequent ones, so that a village has namesakes.
        name = first[min(int(rng.expovariate(0.11)), len(first) - 1)]
        if name in ("Abdul", "Cut", "Noor", "Sri") or not self.p(people.one_word):
            name += " " + rng.choice([each for each in (second if self.p(0.7) else first) if each != name])
        born = min(2004, max(1942, born or round(rng.gauss(1976, 12))))
        date = (born, rng.randint(1, 12), rng.randint(1, 28))
        if self.p(0.06):  # people who do not know the day were given one of these
            date = (born, *rng.choice(((1, 1), (7, 1), (12, 31))))
        code = village.code[:8] if self.p(0.78) else rng.choice(DISTRICTS).code  # born elsewhere
        if people is JAVA and born < 1975 and self.p(0.5):
            code = rng.choice(("33.05.15", "34.04.12", "35.06.08", "33.10.07", "35.20.01", "33.08.09"))
        day, serial = date[2] + (40 if sex == "female" else 0), min(9, 1 + int(rng.expovariate(0.7)))
        nik = f"{code.replace('.', '')}{day:02}{date[1]:02}{born % 100:02}{serial:04}"
        title = rng.choice(titles) if self.p(0.3 if born < 1970 else 0.1) else ""
        self.people += 1
        village.owners.append(Person(self.people, name, title, sex, date, nik, self.phone(), people))
        return village.owners[-1]

    def relative(self, business: Business, *, child: bool) -> Person:
        person, sex = business.person, "male" if business.person.sex == "female" else "female"
        born = person.born[0] + (self.rng.randint(19, 32) if child else self.rng.randint(-4, 5))
        other = self.person(business.place.village, "" if child else sex, born, person.people)
        return other._replace(phone=person.phone) if self.p(0.45) else other

    def sign(self, person: Person, line: Line) -> str:
        chance = self.rng.random()
        if chance < 0.24:  # many have none
            return ""
        return f"{self.rng.choice(line.signs)} {self.rng.choice(BLESSED) if chance < 0.56 else self.called(person)}"

    def line_at(self, village: Village, but: Line | None = None) -> Line:
        if village.craft and village.craft is not but and self.p(0.3):
            return village.craft
        lines = [each for each in LINES if each is not but and (each.where == [""] or village.code[:2] in each.where)]
        return self.rng.choices(lines, [each.often for each in lines])[0]

    def nib(self, share: float) -> str:
        head = self.rng.choice(("912", "022", "122", "201", "280"))
        return f"{head}{self.rng.randrange(10**10):010}" if self.p(share) else ""

    def business(self, person: Person, place: Place, line: Line | None = None, **known: Any) -> Business:
        rng, line = self.rng, line or self.line_at(place.village)
        self.businesses += 1
        year = max(person.born[0] + 17, min(ROUND_YEAR, 2021 - int(rng.expovariate(0.11))))
        sales, workers = line.sales * 1e6 * math.exp(rng.gauss(0, 0.75)), max(1, int(rng.lognormvariate(0.45, 0.6)))
        sign, goods, nib = (
            self.sign(person, line),
            rng.sample(line.goods, rng.randint(1, len(line.goods)))[:3],
            self.nib(0.22),
        )
        who = (self.businesses, person.number, person, line)
        return Business(*who, sign, goods, place, person.phone, year, sales, workers, nib)._replace(**known)

    def later(self, now: Business) -> Business:
        """The same business one to three years on."""
        rng, years, village = self.rng, self.rng.randint(1, 3), now.place.village
        shop, chance = now.kind == "enterprise", self.rng.random()
        if chance < 0.13 and not now.place.market:
            now = now._replace(place=self.beside(now.place, 90))
        elif chance < 0.2:
            now = now._replace(place=self.place(self.other_village(village, 0.9) if self.p(0.75) else village))
        if self.p(0.09 if shop else 0.4):  # the wife has taken the shop over; members elected another chair
            person = self.relative(now, child=False) if shop else self.person(village)
            now = now._replace(person=person, phone=person.phone if self.p(0.4) else now.phone)
        if shop and self.p(0.04):  # another trade of the same kind, food to food, under the old sign
            near = [each for each in LINES if each.where == [""] and each.codes[-1][:2] == now.line.codes[-1][:2]]
            now = now._replace(line=rng.choice(near or [now.line]))
            now = now._replace(goods=[*now.goods[:1], *rng.sample(now.line.goods, 1)])
        elif self.p(0.45):
            now = now._replace(goods=rng.sample(now.line.goods, rng.randint(1, len(now.line.goods))))
        chance = rng.random()
        if shop and chance < 0.2:
            now = now._replace(sign=self.sign(now.person, now.line))
        elif chance < 0.27 and now.sign:
            now = now._replace(sign=f"{now.sign} {rng.choice(('Baru', '2', 'Jaya', village.name))}")
        return now._replace(
            phone=now.phone if self.p(0.86**years) else self.phone(),
            sales=now.sales * math.exp(rng.gauss(0.09 * years, 0.38)),
            workers=max(1, now.workers + rng.choice((-1, 0, 0, 0, 1, 1))),
            nib=now.nib or self.nib(0.12 * years),
        )

    def answering(self, business: Business) -> Business:
        """The business as told at the door: a spouse or a child may say *I* and mean the family."""
        chance, person = self.rng.random(), business.person
        if business.kind != "enterprise" or chance > (0.62 if person.born[0] < 1980 else 0.4):
            return business
        other = self.relative(business, child=chance > 0.4)
        phone = other.phone if self.p(0.5) else business.phone
        if self.p(0.4):  # says the owner's name, but knows no numbers by heart
            return business._replace(person=person._replace(nik=""), phone=phone)
        if self.p(0.15):  # the own card is at hand beside the owner's name
            other = person._replace(nik=other.nik)
        return business._replace(person=other, phone=phone)

    def record(self, business: Business) -> None:
        """Adds the rows of a business. A row too unlike the first is made again, but for a few."""
        first = self.rng.randrange(2)
        rows = [self.observe(business, business.place.village.walkers[first])]
        while self.p(_AGAIN if len(rows) == 1 else _THIRD if len(rows) == 2 else 0):
            hopeless = self.p(0.03)
            for _ in range(12):
                row = self.without_numbers(self.seen_again(business, 1 - first), rows)
                if hopeless or speaks(rows[0], row) >= 3:
                    break
            rows.append(row)
        self.rows += [Labelled(row, business.number, business.owner) for row in rows]

    def seen_again(self, business: Business, other: int) -> Features:
        walkers, person, chance = business.place.village.walkers, business.person, self.rng.random()
        if chance < 0.74:
            now = self.answering(self.later(business))
            return self.observe(now, self.rng.choice(now.place.village.walkers[2:4]), guessed=0.5)
        if chance < 0.86:  # two enumerators in one round
            return self.observe(self.answering(business), walkers[other])
        if chance < 0.94:  # a list of the Dinas
            return self.observe(business, walkers[-1])
        named = person._replace(name=self.called(person) if self.p(0.6) else person.name, nik="")
        sign = self.sign(person, business.line) if business.kind == "enterprise" else business.sign
        return self.observe(business._replace(person=named, sign=sign), self.rng.choice(walkers))

    def plain(self, village: Village) -> None:
        """One owner, one business. Some are namesakes of others, about as old; some signs hang everywhere."""
        if village.owners and self.p(0.09):
            before = self.rng.choice(village.owners)
            person = self.person(village, before.sex, before.born[0] + self.rng.randint(-6, 6), before.people)
            return self.record(self.business(person._replace(name=before.name), self.place(village)))
        if self.p(0.03):
            sign, line = self.rng.choice(list(FRANCHISES.items()))
            return self.record(self.business(self.person(village), self.place(village), line, sign=sign))
        return self.record(self.business(self.person(village), self.place(village)))

    def two_of_one(self, village: Village) -> None:
        """Two businesses of one owner, rarely three: of one look at two places, or another one in the same yard."""
        one = self.business(self.person(village), self.place(village))
        self.record(one)
        for _ in range(2 if self.p(0.08) else 1):
            # One NIK, one payment: it is left out.
            person = one.person if self.p(0.3) else one.person._replace(nik="")
            chance, there = self.rng.random(), self.other_village(village, 0.2)
            line = one.line if chance < 0.5 else self.line_at(village, but=one.line)
            place = self.beside(one.place, 8) if chance > 0.65 else self.place(there if self.p(0.7) else village)
            if there.market and self.p(0.2) and chance < 0.5:
                place = there.market._replace(house=self.rng.randint(1, 120))
            other = self.business(person, place, line, phone=self.phone() if self.p(0.35) else one.phone)
            if line is one.line:  # the same trade under the same name
                more = self.rng.choice((" 2", " II", " Cabang")) if one.sign and self.p(0.3) else ""
                other = other._replace(sign=one.sign + more, goods=one.goods if self.p(0.6) else other.goods)
            self.record(other)

    def family(self, village: Village) -> None:
        """Parents, children, twins in one yard or next door: few phones, a business each, often of one craft."""
        place, head, line, rng = self.place(village), self.person(village), self.line_at(village), self.rng
        people, far = [head], rng.choice((12, 12, 90))
        for _ in range(rng.randint(1, 3)):
            other = self.person(village, "", head.born[0] + rng.choice((-3, 2, 4, 22, 26)), head.people)
            words = head.name.split()
            if self.p(0.3):  # named after the father
                other = other._replace(name=f"{other.name.split()[0]} {words[-1]}")
            elif self.p(0.25) and len(people) == 1:  # twins: one birth date, a name of one sound, the next serial
                first = rng.choice(("Hasanudin", "Husin", "Samsudin")) if head.sex == "male" else words[0][:-1] + "ni"
                nik = f"{head.nik[:12]}{int(head.nik[12:]) + 1:04}"
                other = head._replace(number=other.number, name=" ".join((first, *words[1:])), nik=nik)
            people.append(other._replace(phone=head.phone) if self.p(0.4) else other)
        for person in people:
            self.record(self.business(person, self.beside(place, far), line if self.p(0.35) else None))

    def stalls(self, village: Village) -> None:
        """A row of stalls of a market, with one point and few trades."""
        lines = [each for each in LINES if each.place == "market"] + [LINES[0], LINES[3]]
        for _ in range(self.rng.randint(3, 9)):
            place = (village.market or self.place(village))._replace(house=self.rng.randint(1, 120))
            self.record(self.business(self.person(village), place, self.rng.choice(lines)))

    def cooperative(self, village: Village) -> None:
        """A cooperative, perhaps with a shop that stands in lists as its own, and its chair's own business."""
        place, chair, blessed = self.place(village), self.person(village), self.rng.choice(BLESSED)
        name = self.rng.choice((f"KUD {blessed}", f"Koperasi {blessed}", f"KSP {village.name}"))
        self.people += 1
        body = self.people  # its members own it, not the chair
        self.record(self.business(chair, place, SAVINGS, kind="cooperative", sign=name, owner=body))
        if self.p(0.35):
            self.record(self.business(chair, place, LINES[0], sign=f"Unit Toko {name}", owner=body))
        if self.p(0.6):
            self.record(self.business(chair, self.beside(place, 150)))

    def run(self) -> list[Labelled]:
        happens = [self.plain, self.two_of_one, self.family, self.stalls, self.cooperative]
        for at, village in enumerate(self.villages, 1):
            while len(self.rows) < self.goal * at // len(self.villages):
                self.rng.choices(happens, (70, 11.5, 9, 1.2, 1.4))[0](village)
        self.rng.shuffle(self.rows)
        return self.rows


def world(seed: int, rows: int) -> list[Labelled]:
    """About so many rows of businesses of five provinces, mostly as returning enumerators find them."""
    return _World(seed, rows).run()
