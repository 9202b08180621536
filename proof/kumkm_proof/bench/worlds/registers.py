"""A world of registers that meet: the census, and the lists of offices that were imported with it.

West Sumatra (Minang names), Riau (Malay), Bali (Balinese) and Central Java (Javanese, often one word). An enumerator
has habits for the whole campaign: one hardly asks for money, one takes no points, one copies the address of the
previous door, one fills in the phone of the village office. Each list lacks the same things in every row:

* a Dinas Koperasi list, typed from paper: names with slips, a hamlet as the address, a NIK whose last digit a
  spreadsheet turned into 0, the village of the identity card, an old figure of sales, no point;
* an OSS/NIB list: formal names and addresses, a KBLI that an agent chose because it is allowed, the agent's phone and
  e-mail, NIBs of one day in a sequence (a drive in the village hall), no sales and no point;
* a halal or BPOM list: a brand, products one by one, a KBLI of industry, the e-mail of the helper who filled the form;
* a market office's list of stalls: block and number, goods in one word, the person who signed the lease, the point of
  the market.

About half of the businesses in the lists were never met at a door, so a row in a list says nothing by itself. Other
second rows come from two enumerators who met at the boundary of two villages, and from a later round. Wives, sons,
twins, namesakes, former tenants of a stall, franchises, units of cooperatives and chairs with a shop look alike.
"""

import math
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from uuid import UUID

from app.linkage.features import Features, features_of
from kumkm_proof.bench.worlds.labelled import Labelled
from kumkm_proof.bench.worlds.registers_doors import METRE, Doors
from kumkm_proof.bench.worlds.registers_words import (
    ASKS,
    BORN,
    DISTRICTS,
    KOPERASI,
    TRADES,
    Business,
    Draft,
    Enumerator,
    Person,
    Spot,
    Trade,
    Village,
)

_ROUND = 2023  # the year of the census; lists are of 2018 to 2024
_SLIGHT, _ENOUGH = 2, 5  # digits that are a slip; points by which a person can tell that two rows are one business


def world(seed: int, rows: int) -> list[Labelled]:
    """About `rows` rows of the census and of the lists of offices; the same for the same seed."""
    return _Making(seed, rows).rows(rows)


class _Making(Doors):
    """The life of the villages, and which rows come of it."""

    def __init__(self, seed: int, rows: int) -> None:
        super().__init__(seed)
        self.ids, self.persons = count(1), count(1)
        lines = [line.split("|") for line in TRADES.strip().split("\n")]
        self.trades = [
            Trade(a.split(), b.split(), c.split(), float(d), e, f, *(each.split(",") for each in says))
            for (a, b, c, d, e, f), says in zip(lines[::2], lines[1::2], strict=True)
        ]
        self.serials: defaultdict[date, int] = defaultdict(lambda: self.r.randrange(1_000, 90_000))
        self.lay_out(max(4, rows // 210))

    def rows(self, wanted: int) -> list[Labelled]:
        found: list[Labelled] = []
        while len(found) < wanted:
            for business in self.new():
                drafts = self.drafts_of(business)
                found += [Labelled(self.features(draft), business.id, business.whose) for draft in drafts]
        self.r.shuffle(found)
        return found

    def features(self, draft: Draft) -> Features:
        kind = "cooperative" if draft.business.cooperative else "enterprise"
        code, at = self.villages[draft.village].code, draft.point or (None, None)
        return features_of(UUID(int=self.r.getrandbits(128), version=4), kind, code, draft.kbli, draft.answers, *at)

    def lay_out(self, wanted: int) -> None:
        """Villages of a district lie in a row, 1.2 to 2.4 km apart, so that each has a boundary with the next."""
        r = self.r
        lines = [each.strip().split("|") for line in DISTRICTS.split("\n") for each in line.split("/") if each.strip()]
        r.shuffle(lines)
        peoples = [[line for line in lines if line[0] == people] for people in ("minang", "malay", "bali", "java")]
        lines = [line for four in zip(*peoples, strict=True) for line in four]  # few rows still have all peoples
        each_has = max(2, math.ceil(wanted / len(lines)))
        for people, code, latitude, longitude, name in lines[: max(4, math.ceil(wanted / each_has))]:
            heading, at, first = r.uniform(0, math.tau), (float(latitude), float(longitude)), len(self.villages)
            for i, called in enumerate(r.sample(self.words[f"{people} village"], each_has)):
                own = first + i
                beside = [each for each in (own - 1, own + 1) if first <= each < first + each_has]
                market, office = self.moved(at, 400) if self.p(0.4) else None, self.phone()
                number = (1001 if code[3] == "7" else 2001) + i
                asked = [self.enumerator(office) for _ in range(r.choice((1, 2, 2, 3)))]
                made = Village(f"{code}.{number}", people, name, called, at, market, office, beside, asked)
                self.villages.append(made)
                far = r.uniform(1200, 2400) * METRE
                at = (at[0] + far * math.sin(heading), at[1] + far * math.cos(heading))
            for _ in range(2):  # agents write their own phone and address, and file on one day what they gathered
                day = date(2021, 9, 1) + timedelta(days=r.randrange(900))
                mail = f"{self.word('any', 'agent')}{r.randrange(10, 999)}@gmail.com"
                self.agents[code[:5]].append((self.phone(), mail, day))

    def enumerator(self, office: str) -> Enumerator:
        r = self.r
        asks = {key: r.choice(shares) for key, shares in ASKS.items()}
        points = r.choices(("door", "gate", "later", "none"), (68, 18, 7, 7))[0]
        fills = r.choices(("", office, self.phone()), (75, 15, 10))[0]
        return Enumerator(asks, points, r.choice((0.0, 0.0, 0.0, 0.04, 0.25)), r.choice((0.04, 0.12, 0.25)), fills)

    def spot(self, village: int, place: str) -> Spot:
        r, where = self.r, self.villages[village]
        street, hamlet = (
            r.choice(self.words[f"{where.people} {key}"][village % 4 :][:5]) for key in ("street", "hamlet")
        )
        hamlet = f"{self.words[f'{where.people} said'][4]} {hamlet}"
        number = str(r.randrange(1, 180)) if self.p(0.6) else ""
        spot = Spot(village, *self.moved(where.at, 800), street, number, hamlet, r.randrange(1, 9), r.randrange(1, 7))
        if place == "market" and where.market:
            stall = f"{r.choice(('Blok', 'Los', 'Kios'))} {r.choice('ABCDE')} No. {r.randrange(1, 60)}"
            at, street = where.market, f"Pasar {where.name.removeprefix('Pasar ')}"
            return spot._replace(latitude=at[0], longitude=at[1], street=street, stall=stall)
        if place == "boundary" and where.beside:
            other = self.villages[beside := r.choice(where.beside)].at
            at = self.moved(((where.at[0] + other[0]) / 2, (where.at[1] + other[1]) / 2), 250)
            return spot._replace(latitude=at[0], longitude=at[1], beside=beside)
        return spot

    def nik(self, village: int, born: date, female: bool) -> str:  # noqa: FBT001  (of a person, never a switch)
        r = self.r
        of = village if self.p(0.85) else r.randrange(len(self.villages))
        serial = r.randrange(1, 10) if self.p(0.75) else r.randrange(10, 120)
        return f"{self.villages[of].code[:8].replace('.', '')}{born.day + 40 * female:02}{born:%m%y}{serial:04}"

    def named(self, people: str, female: bool) -> list[str]:  # noqa: FBT001  (as above)
        first, last = self.word(people, "women" if female else "men"), self.word(people, "wlast" if female else "last")
        if people == "bali":
            order = self.r.choice(self.r.choices(BORN, (4, 3, 2, 2))[0])
            before = (["Ni", *["Luh"][: self.p(0.25)], order] if female else ["I", order]) if self.p(0.8) else []
            before = before or self.word("caste", "wlast" if female else "last").split()
            return [*before, first, *[last][: self.p(0.25)]]
        alone = (
            0 if first in {"Muhammad", "Abdul", "Siti", "Sri", "Nur", "Dwi", "Tri", "Ahmad", "Eko", "Agus"} else 0.42
        )
        title = self.r.choice(("Raja", "Tengku", "Wan")) if people == "malay" and self.p(0.08) else ""
        return [first] if self.p(alone) else [*filter(None, [title]), first, last]

    def person(self, village: int) -> Person:
        """Somebody new: often of the house of somebody known, sometimes with the name of a neighbour."""
        r, where = self.r, self.villages[village]
        people = where.people if self.p(0.92) else r.choice(("java", "minang"))  # some came from elsewhere
        relative = r.choice(where.persons) if where.persons and self.p(0.14) else None
        how = r.choices(("spouse", "child", "brother", "twin"), (40, 30, 22, 8))[0] if relative else ""
        female, born = self.p(0.52), date(1950, 1, 1) + timedelta(days=int(r.triangular(0, 20_000, 10_000)))
        if relative:
            people = relative.people
            female = {"spouse": not relative.female, "twin": relative.female}.get(how, female)
            if how == "child" and relative.born.year < 1975:
                born = born.replace(year=relative.born.year + r.randrange(19, 30), day=min(born.day, 28))
            born = relative.born if how == "twin" else born
        words = self.named(people, female)
        if relative and how in {"twin", "brother"} and female == relative.female and self.p(0.5):
            words = [*relative.words[:-1], words[-1]]
        elif where.persons and not relative and self.p(0.035):
            words, female = (namesake := r.choice(where.persons)).words, namesake.female
        nik = self.nik(village, born, female)
        if relative and how == "twin":
            nik = f"{relative.nik[:12]}{int(relative.nik[12:]) + 1:04}"
        home, phone = relative.home if relative else self.spot(village, "house"), self.phone()
        phone = relative.phone if relative and self.p(0.5) else phone
        title = r.choices(("", "Hj." if female else "H.", "Drs.", ", S.E.", ", S.Pd."), (82, 10, 1, 4, 3))[0]
        person = Person(next(self.persons), people, words, title, female, born, nik, phone, home)
        if relative and how == "spouse" and not relative.spouse:
            person.spouse, relative.spouse = relative, person
        where.persons.append(person)
        return person

    def spouse(self, person: Person) -> Person:
        """The person who answers in the owner's place; most have no business and stand in no other row."""
        if not person.spouse:
            born, sex = person.born + timedelta(days=self.r.randrange(-2200, 2200)), not person.female
            words, nik = self.named(person.people, sex), self.nik(person.home.village, born, sex)
            person.spouse = replace(person, words=words, title="", female=sex, born=born, nik=nik)
        return person.spouse

    def new(self) -> list[Business]:
        """A business, and sometimes what belongs to it: the owner's other one, the former tenant of the stall."""
        village = self.r.randrange(len(self.villages))
        if self.p(0.022):
            return self.cooperative(village)
        made = [first := self.business(self.person(village), village)]
        made += [self.other_of(first) for share in (0.065, 0.008) if self.p(share)]
        if first.spot.stall and self.p(0.05):
            left = self.business(self.person(village), village, first.trade)
            left.spot, left.since = first.spot, first.since - self.r.randrange(3, 9)
            made.append(left)
        return made

    def business(self, person: Person, village: int, trade: Trade | None = None) -> Business:
        r, where = self.r, self.villages[village]
        trades = [each for each in self.trades if where.people in each.peoples]
        if not trade and where.businesses and self.p(0.15):
            trade = r.choice(where.businesses).trade  # what one sells in a street, the next sells, too
        if not trade or trade not in trades:
            trade = r.choices(trades, [1 + each.flags.count("w") for each in trades])[0]
        place = r.choices(("home", "shop", "boundary"), (50, 42, 8))[0]
        place = "market" if "m" in trade.flags and where.market and self.p(0.5) else place
        spot = person.home if place == "home" and person.home.village == village else self.spot(village, place)
        sign = self.sign(person, trade) if self.p(0.68) else ""
        sign = self.word("any", "franchise") if trade.door[0] in {"56103", "56303"} and self.p(0.06) else sign
        legal = (
            f"{r.choice(('CV', 'PT'))} {self.word(where.people, 'lucky')} {person.words[-1]}" if self.p(0.03) else ""
        )
        nib, since = self.nib(village) if self.p(0.42) else "", min(_ROUND, int(r.triangular(1985, _ROUND + 1, 2018)))
        sales = trade.sales * 1e6 * math.exp(r.gauss(0, 0.9)) * (5 if legal else 1)
        workers, goods = 1 + int(r.expovariate(0.7)), r.sample(trade.goods, r.randrange(1, min(5, len(trade.goods))))
        made = Business(next(self.ids), person, person.id, trade, spot, sign, legal, nib, since, sales, workers, goods)
        where.businesses.append(made)
        return made

    def sign(self, person: Person, trade: Trade) -> str:
        said = self.words[f"{person.people} said"][person.female + 2 * self.p(0.3)]
        names = f"{said} {self.called(person)}", self.called(person), self.word(person.people, "lucky")
        child = self.word(person.people, self.r.choice(("men", "women")))
        return f"{self.r.choice(trade.signs)} {self.r.choices((*names, child), (30, 20, 38, 12))[0]}"

    def nib(self, village: int) -> str:
        """Since 2021 a NIB starts with its day; an agent's NIBs are of one day, in sequence."""
        r = self.r
        if self.p(0.12):
            return f"{r.choice((8120, 9120))}{r.randrange(10**8, 10**9)}"
        day = r.choice(self.agents[self.villages[village].code[:5]])[2]
        day = day if self.p(0.4) else date(2021, 8, 10) + timedelta(days=r.randrange(1000))
        self.serials[day] += r.choice((1, 1, 2, 7, 31))
        return f"{day:%d%m%y}{self.serials[day]:07}"

    def other_of(self, first: Business) -> Business:
        """Another activity of the owner, or the same in the next village; one NIB may stand for both."""
        r, village = self.r, first.spot.village
        people = self.villages[village].people
        trade = r.choice([each for each in self.trades if people in each.peoples and each is not first.trade])
        if self.p(0.25):
            village = r.choice(self.villages[village].beside or [village])
            trade = first.trade if village != first.spot.village and self.p(0.6) else trade
        made = self.business(first.owner, village, trade)
        made.spot = first.spot if trade is not first.trade and self.p(0.4) else made.spot
        if first.sign and self.p(0.3):
            made.sign = f"{r.choice(trade.signs)} {' '.join(first.sign.split()[1:])}"
        made.nib = first.nib if self.p(0.3) else made.nib
        return made

    def cooperative(self, village: int) -> list[Business]:
        """A cooperative has an owner of its own. Its chair may have a shop, and its units may have rows."""
        r, chair = self.r, self.person(village)
        short, name = (
            r.choice(list(KOPERASI)),
            self.word(chair.people, "lucky") + self.r.choice(("", " Jaya", " Mandiri")),
        )
        main = self.business(chair, village)
        formal, said = "Koperasi Simpan Pinjam Primer", ["simpan pinjam", "usaha simpan pinjam anggota"]
        trade = Trade([], ["64141", "64190"], ["64141"], 700, "", formal, said, ["simpanan", "pinjaman"], [short])
        main.whose, main.trade, main.cooperative, main.legal, main.sign = next(self.persons), trade, short, name, ""
        main.sales, main.workers, main.goods = 7e8 * math.exp(r.gauss(0, 1)), r.randrange(2, 15), ["pinjaman"]
        made = [main]
        if self.p(0.3):
            unit, kbli, say, goods = self.word("any", "unit").split(",")
            trade = Trade([], [kbli], [kbli], 200, "", unit, [say], [goods], [unit])
            made.append(replace(main, id=next(self.ids), trade=trade, sign=f"{unit} {short} {name}", legal="", nib=""))
            made[-1].cooperative, made[-1].sales, made[-1].goods = "", main.sales / 4, [goods]
        if self.p(0.45):
            made.append(shop := self.business(chair, village))
            shop.spot = main.spot if self.p(0.4) else shop.spot
            shop.sign = f"{r.choice(shop.trade.signs)} {name}" if self.p(0.25) else shop.sign
        return made

    def drafts_of(self, b: Business) -> list[Draft]:
        # Lists have many whom no enumerator met: a list alone is no sign of a second row
        drafts = [self.listed(self.list_for(b), b) if self.p(0.11) else self.door(b, b.spot.village)]
        several = self.p(0.17 if b.spot.beside >= 0 else 0.105)
        for _ in range(several * (1 + self.p(0.08))):
            for _ in range(6):
                again = self.again(b, {draft.source for draft in drafts})
                told = all(_can_tell(self.features(draft), self.features(again)) for draft in drafts)
                if told or self.p(0.05):  # rows that say next to nothing are mostly not imported
                    drafts.append(again)
                    break
        self.part(drafts)
        return drafts

    def list_for(self, b: Business) -> str:
        food, stall = "f" in b.trade.flags, bool(b.spot.stall)
        shares = (75, 25, 0, 0) if b.cooperative else (30, 34 * bool(b.nib), 22 * food, 34 * stall)
        return self.r.choices(("dinas", "oss", "halal", "market"), shares)[0]

    def listed(self, kind: str, b: Business) -> Draft:
        return {"dinas": self.dinas, "oss": self.oss, "halal": self.halal, "market": self.market}[kind](b)

    def again(self, b: Business, taken: set[str]) -> Draft:
        if b.spot.beside >= 0 and "beside" not in taken and self.p(0.7):
            return self.door(b, b.spot.beside)._replace(source="beside")
        if "door" in taken and self.p(0.17):  # another enumerator in the same round, or a round one to three years on
            later = self.later(b, self.r.choice((0, 0, 1, 2, 3)))
            return self.door(later, b.spot.village, 0.2)._replace(source="again")
        if "door" not in taken and self.p(0.5):
            return self.door(self.later(b, self.r.choice((0, 1))), b.spot.village)
        kind = self.list_for(b)
        return self.listed("dinas" if kind in taken else kind, b)

    def later(self, b: Business, years: int) -> Business:
        if not years:
            return b
        changed = replace(b, sales=b.sales * math.exp(self.r.gauss(0.05, 0.35)))
        changed.owner = replace(b.owner, phone=self.phone()) if self.p(0.12) else b.owner
        changed.owner = self.spouse(b.owner) if b.cooperative and self.p(0.35) else changed.owner  # as a new chair
        changed.spot = self.spot(b.spot.village, "shop") if self.p(0.08) and not b.spot.stall else b.spot
        changed.sign = self.sign(b.owner, b.trade) if self.p(0.08) and not b.cooperative else b.sign
        changed.goods = self.r.sample(b.trade.goods, 2) if self.p(0.15) and len(b.trade.goods) > 1 else b.goods
        return changed


def _can_tell(a: Features, b: Features) -> bool:
    """Whether a person who sees both rows can tell that they are one business, by a rough count of points."""
    names = len(set(a.owner) & set(b.owner))
    points = 3 if names > 1 else max(2 * names, min(2, sum(_near(x, y) for x in a.owner for y in b.owner)))
    points += 4 * bool(a.nik and b.nik and _near(a.nik, b.nik)) + 4 * bool(a.nib and b.nib and _near(a.nib, b.nib))
    points += 2 * bool(a.birth and a.birth == b.birth) + 2 * bool(set(a.contacts) & set(b.contacts))
    points += min(3, len({*a.trade, *a.name} & {*b.trade, *b.name})) + min(2, len(set(a.address) & set(b.address)) // 2)
    points += bool(set(a.activity) & set(b.activity)) or a.kbli[:3] == b.kbli[:3]
    if a.latitude is not None and b.latitude is not None and a.longitude is not None and b.longitude is not None:
        points += math.hypot(a.latitude - b.latitude, a.longitude - b.longitude) < 150 * METRE
    return points >= _ENOUGH


def _near(x: str, y: str) -> bool:
    same_length = len(x) == len(y) and sum(p != q for p, q in zip(x, y, strict=True)) <= _SLIGHT
    return same_length or (abs(len(x) - len(y)) == 1 and (x[:-2] == y[:-2] or x[2:] == y[2:] or x[:3] == y[:3]))
