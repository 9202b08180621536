"""A dense Javanese city and its suburbs: kampung lanes, housing estates, market halls, apartment towers.

Life here is crowded and short of time. A market hall or a tower has one point for all its stalls and flats; one phone
serves a house; renters change shop, sign and phone from round to round, and the next tenant of the kiosk is another
business at the same address. People came from everywhere: Javanese, Sundanese, Betawi, Batak, Minang, Madurese and
Chinese-Indonesian, each with its own ways to shorten and to spell a name. Many shops carry a franchise's name or that
of a kind of food (`Soto Lamongan`), which says little. Enumerators are hurried, each in a special way: one who leaves
out the sales leaves out the year and the workers too; some copy the last door's address or stand at the mouth of the
lane. A Dinas has lists with the address of the owner's home as often as the shop's, with the village's point or none.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from kumkm_proof.bench.worlds.labelled import Labelled
from kumkm_proof.bench.worlds.suburbs_doors import (
    Doors,
    Enumerator,
    Person,
    Shop,
    Site,
    Village,
    near,
    phone_number,
    recognised,
)
from kumkm_proof.bench.worlds.suburbs_words import (
    BRANDS,
    CHINESE,
    CITIES_TEXT,
    ESTATES,
    FOLKS_TEXT,
    HOMES,
    LANES,
    LOANS,
    LUCKY,
    MEN,
    PEOPLES,
    SKIPPED,
    TOWERS,
    TRADES,
    WOMEN,
    Trade,
)

SHARE_AGAIN, SHARE_THIRD = 0.105, 0.07  # of businesses that have a second row, and of those a third one
SHARE_OTHER, SHARE_FAMILY, SHARE_NEXT = 0.062, 0.05, 0.022  # an owner's other one, a relative's, the next tenant's
ROWS_OF_VILLAGE = 540


def _nik(rng: Random, place: str, born: date, sex: str) -> str:
    serial = rng.choice((rng.randrange(1, 9), rng.randrange(1, 60)))
    return f"{place}{born.day + 40 * (sex == WOMEN):02}{born:%m%y}{serial:04}"


class Town(Doors):
    """All that is made with one Random: people, their shops, and the rows of these."""

    def __init__(self, seed: int, rows: int) -> None:
        self.rng, self.rows = Random(seed), list[Labelled]()
        self.people = self.shops = 0
        every = []
        for line in CITIES_TEXT.strip().splitlines():
            (city, town, *peoples), *districts = (part.split() for part in line.split("|"))
            for code, lat, lon, *names in districts:
                for at, name in enumerate(names):
                    centre = near(self.rng, (float(lat), float(lon)), 600)
                    every.append(
                        self._village(f"{city}.{code}.{1001 + at}", f"{name} {town}", [*map(int, peoples)], centre)
                    )
        self.rng.shuffle(every)
        self.villages = every[: max(2, rows // ROWS_OF_VILLAGE)]

    def _village(self, code: str, name: str, peoples: list[int], centre: tuple[float, float]) -> Village:
        rng, plain = self.rng, name.replace("_", " ")
        picked = rng.sample(LANES, 11)
        lines = {
            "S": [f"Jl. {each}" for each in picked[:4]],
            "K": [f"{rng.choice(('Gg.', 'Jl.', 'Kp.'))} {each}" for each in picked[3:]],
            "E": [f"Perum {each}" for each in rng.sample(ESTATES, 2)],
            "M": [f"Pasar {plain.rpartition(' ')[0]}"],
            "A": [f"Apartemen {rng.choice(TOWERS)}"],
            "R": [f"Ruko {rng.choice(ESTATES)}", f"Jl. Raya {plain.rpartition(' ')[0]}"],
        }
        lanes = {kind: [(each.replace("-", " "), near(rng, centre, 480)) for each in lines[kind]] for kind in lines}
        team = [self._enumerator() for _ in range(4)]
        return Village(code, plain, peoples, centre, [phone_number(rng), phone_number(rng)], team, lanes)

    def _enumerator(self) -> Enumerator:
        rng = self.rng
        habits = {each for each in (*SKIPPED, "copies", "copies", "capitals", "capitals") if rng.random() < 0.12}
        spot = rng.choices(("door", "mouth", "copy", "none"), (60, 19, 11, 10))[0]
        legal, street = rng.choice(("sign", "sign", "owner", "")), rng.choice(("Jl. ", "Jl ", "Jalan ", "Jln. ", ""))
        return Enumerator(rng.betavariate(2, 4), habits, spot, legal, street, phone_number(rng))

    def person(self, village: Village, folks: Sequence[str], sex: str = "") -> Person:
        """Somebody who may have come from far, with names as his people have them."""
        rng = self.rng
        folk = rng.choice(folks) if folks and rng.random() < 0.65 else rng.choices(PEOPLES, village.peoples)[0]
        sex, pools = sex or rng.choice((MEN, WOMEN)), FOLKS_TEXT.strip().splitlines()[4 * PEOPLES.index(folk) :]
        first, second = (pool.split() for pool in (pools[:2] if sex == MEN else pools[2:4]))
        born = date(1952, 1, 1) + timedelta(days=int(rng.triangular(0, 18_600, 11_000)))
        parts = [rng.choice(first), rng.choice(second)]
        if rng.random() < (0.45 if folk in {"java", "madura"} and born.year < 1972 else 0.12):
            parts.pop()
        elif rng.random() < 0.25:
            parts.insert(1, "Br." if folk == "batak" and sex == WOMEN else rng.choice(first))
        nick = re.search(
            r"[^aeiou]{0,2}[aeiou][^aeiou]*[aeiou]+[^aeiou]*$", parts[0].lower()
        )  # Sumiyati is called Yati
        also = nick.group(0).title() if nick else parts[0]
        if folk == "china" and rng.random() < 0.6:  # the Chinese name, by which the market knows them
            also = f"{rng.choice(CHINESE[0].split())} {' '.join(rng.sample(CHINESE[1].split(), 2))}"
        place = village.code.replace(".", "")[:6] if rng.random() < 0.55 else rng.choice(HOMES[folk].split())
        nib = f"{rng.choice(('9120', '0220', '1208', '2811'))}{rng.randrange(10**8, 10**9)}"
        self.people += 1
        return Person(
            self.people,
            " ".join(dict.fromkeys(parts)),
            also,
            sex,
            born,
            _nik(rng, place, born, sex),
            nib if rng.random() < 0.4 else None,
            phone_number(rng),
            rng.choices(("sd", "smp", "sma", "s1"), (2, 2, 4, 1))[0],
        )

    def relative(self, of: Person, village: Village) -> Person:
        """A spouse, a child, a sibling or a twin, often with the one phone of the house."""
        rng, bond = self.rng, self.rng.choices(("spouse", "child", "sibling", "twin"), (52, 26, 15, 7))[0]
        bond = "spouse" if bond == "child" and of.born.year > 1978 else bond
        sex = {"spouse": WOMEN if of.sex == MEN else MEN, "twin": of.sex}.get(bond) or rng.choice((MEN, WOMEN))
        made = self.person(village, (), sex)
        if bond != "spouse" and of.sex == MEN and " " in of.name:
            made.name = f"{made.name.split()[0]} {of.name.split()[-1]}"
        apart = rng.randrange(7_500, 9_500) if bond == "child" else rng.randrange(-2_200, 2_200)
        made.born = of.born if bond == "twin" else of.born + timedelta(days=apart)
        made.nik = _nik(rng, (made if bond == "spouse" else of).nik[:6], made.born, sex)
        if bond == "twin":
            made.nik = f"{of.nik[:12]}{int(of.nik[12:]) + 1:04}"
        made.phone = of.phone if rng.random() < 0.5 else made.phone
        return made

    def site(self, village: Village, letter: str) -> Site:
        """A place of that letter: S street, K lane, H home, E estate, M market, A apartment, R row of shops."""
        rng, kind = self.rng, self.rng.choice("KKE") if letter == "H" else letter
        line, mouth = rng.choice(village.lanes[kind])
        house, household = f"No. {rng.randrange(1, 90)}", (rng.randrange(1, 9), 1 + sum(map(ord, line)) % 14)
        if kind in "EMR":
            house = f"Blok {rng.choice('ABCDEF')} No. {rng.randrange(1, 60)}"
        if kind == "A":
            house = f"Tower {rng.choice('AB')} Lt {rng.randrange(1, 25)} No. {rng.randrange(1, 18):02}"
        if kind in "AM":  # one point, one RT for the whole tower or hall
            return Site(village, letter, line, house, (1, household[1]), mouth, mouth)
        return Site(village, letter, line, house, household, near(rng, mouth, 130), mouth)

    def shop(self, owner: Person | None, village: Village, site: Site | None = None) -> Shop:
        """A business of that owner, or of somebody new."""
        rng = self.rng
        fit = [
            each
            for each in TRADES
            if site is None or site.kind in each.places or (site.kind in "KE" and "H" in each.places)
        ]
        trade = rng.choices(fit, [5 if "M" in each.places else 3 if each.places[0] in "SKH" else 2 for each in fit])[0]
        who = owner or self.person(village, trade.folks)
        site = site or self.site(village, rng.choice(trade.places))
        home = site if site.kind in "HKE" and trade.heads[0] != "Kos" else self.site(village, "H")
        second = f"{trade.heads[0]} {rng.choice((who.also, who.name.split()[0]))} {rng.choice(LUCKY)}"
        self.shops += 1
        return Shop(
            self.shops,
            who,
            trade,
            self._sign(trade, who, site),
            second,
            rng.choice(trade.says),
            rng.choice(trade.goods),
            trade.codes[0] if rng.random() < 0.8 else rng.choice(trade.codes),
            site,
            home,
            2022 - min(int(rng.expovariate(0.14)), 30),
            trade.sales * 12e6 * rng.lognormvariate(0, 0.7),
            1 + min(int(rng.expovariate(0.7)), 15),
            self.relative(who, village),
            rng.random() < 0.12,
        )

    def _sign(self, trade: Trade, who: Person, site: Site) -> str:
        rng = self.rng
        if trade.heads[0] in BRANDS and rng.random() < 0.28:
            brand = rng.choice(BRANDS[trade.heads[0]].split(","))
            return brand if rng.random() < 0.5 else f"{brand} {site.village.name.rpartition(' ')[0]}"
        calls = ("Pak", "Mas", "Cak", "H.") if who.sex == MEN else ("Bu", "Mbak", "Mama", "Bu Hj.")
        called = f"{rng.choice(calls[: rng.choice((1, 3, 4))])} {who.also.split()[-1]}"
        lucky, first = rng.choice(LUCKY), who.name.split()[0]
        return f"{rng.choice(trade.heads)} {rng.choice((called, called, lucky, lucky, first, f'{called} {lucky}'))}"

    def later(self, shop: Shop) -> Shop:
        """One to three years on: at most two things have changed."""
        rng, years, village = self.rng, self.rng.randrange(1, 4), shop.site.village
        odds = {"phone": 0.16, "place": 0.03 if shop.site is shop.home else 0.1, "sign": 0.07, "good": 0.08}
        changes = [each for each, share in odds.items() if rng.random() < share * years][:2]
        new = replace(
            shop,
            sales=shop.sales * rng.lognormvariate(0.05, 0.4),
            workers=max(1, shop.workers + rng.choice((-1, 0, 1))),
        )
        if "phone" in changes:
            new.owner = replace(shop.owner, phone=phone_number(rng))
        if "place" in changes:
            beside = rng.choice([each for each in self.villages if each.code[:8] == village.code[:8]])
            new.site = self.site(beside, shop.site.kind)
        if "sign" in changes:
            new.sign, new.second = self._sign(shop.trade, shop.owner, new.site), shop.sign
        if "good" in changes:
            new.good, new.say = rng.choice(shop.trade.goods), rng.choice(shop.trade.says)
        return new

    def record(self, shop: Shop) -> None:
        """The row of a business, and now and then a second and a third one."""
        rng, used = self.rng, set[str]()
        by, *others = rng.sample(shop.site.village.team, 4)
        first = self.row(shop, by, used)
        self.rows.append(Labelled(first, shop.number, shop.owner.number))
        again = rng.random() < SHARE_AGAIN
        for other in others[: again + (again and rng.random() < SHARE_THIRD)]:
            way = rng.choices(("door", "later", "list", "helper", "name"), (31, 31, 17, 14, 7))[0]
            now = self.later(shop) if way == "later" else shop
            for _ in range(9):  # what nobody could recognise is rare: mostly the enumerator hears enough
                tried = set(used)
                second = self.row(now, other, tried, way)
                if recognised(first, second):
                    break
            used |= tried
            self.rows.append(Labelled(second, shop.number, shop.owner.number))

    def door(self) -> None:
        """A business, and what is beside it: the owner's other one, a relative's, the next tenant's, a cooperative."""
        rng, village = self.rng, self.rng.choice(self.villages)
        made = [shop := self.shop(None, village)]
        if rng.random() < SHARE_OTHER:
            made.append(self._other(shop))
        if rng.random() < SHARE_FAMILY:
            made.append(self.shop(shop.helper, village, shop.home))
        if rng.random() < SHARE_NEXT and shop.site is not shop.home:
            made.append(replace(self.shop(None, village, shop.site), year=2022))
        if rng.random() < 0.009:
            made += self._cooperative(shop)
        for each in made:
            self.record(each)

    def _other(self, shop: Shop) -> Shop:
        """At home another trade, or a branch with the same sign elsewhere, or a second stall in the hall."""
        rng, way, village, shy = self.rng, self.rng.random(), shop.site.village, self.rng.random() < 0.6
        if way < 0.5:
            return replace(self.shop(shop.owner, village, shop.home), shy=shy, helper=shop.helper)
        village = village if way < 0.85 else rng.choice(self.villages)
        site, sign = self.site(village, shop.site.kind), shop.sign if rng.random() < 0.6 else f"{shop.sign} 2"
        year, sales = min(2022, shop.year + rng.randrange(1, 6)), shop.sales * rng.lognormvariate(-0.2, 0.6)
        self.shops += 1
        return replace(shop, number=self.shops, sign=sign, site=site, year=year, sales=sales, shy=shy)

    def _cooperative(self, shop: Shop) -> list[Shop]:
        """A cooperative whose chair has a shop of his own, and at times its unit; each of them is another business."""
        rng, lucky = self.rng, self.rng.choice(LUCKY)
        self.people, self.shops = self.people + 1, self.shops + 2
        body = replace(shop.owner, number=self.people, nib=f"81200{rng.randrange(10**7, 10**8)}")
        site = shop.site if rng.random() < 0.5 else self.site(shop.site.village, "R")
        main = replace(
            shop,
            number=self.shops,
            owner=body,
            kind="cooperative",
            trade=LOANS,
            second=f"Kopwan {lucky}",
            say=LOANS.says[0],
            sign=f"{rng.choice(('Koperasi', 'KSP', 'KSU'))} {lucky}",
            good="pinjaman",
            code="64141",
            site=site,
        )
        unit = replace(
            main, number=self.shops - 1, sign=f"Toko {main.sign}", say="toko koperasi", good="sembako", code="47112"
        )
        return [main, replace(unit, trade=TRADES[8])] if rng.random() < 0.4 else [main]


def world(seed: int, rows: int) -> list[Labelled]:
    """About so many rows of a crowded city, in no order."""
    town = Town(seed, rows)
    while len(town.rows) < rows:
        town.door()
    town.rng.shuffle(town.rows)
    return town.rows
