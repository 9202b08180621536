"""Kelurahan of Jakarta, Bandung, Surabaya and Makassar, where people live on top of one another.

A gang is a metre wide, a house has three households, each with something to sell: nasi uduk at the door in the morning,
gas and water, pulsa, hijab on Shopee, a machine or two that sew. Carts stand at one place by day and at another by
night and sleep at the owner's. Shops at the road change hands every second year, and the next tenant often sells the
same. Warteg, warung Madura, laundries, agents of a bank share signs with hundreds; who is behind the counter is seldom
the owner, and his KTP is of Tegal or Sumenep.

Most second rows come of time: a round two years later knew no number, and sign, phone or line had changed. Others come
of space (the stall and the house, day and night, two enumerators where two RT meet, a border of two kelurahan) or of
paper (lists of the Dinas, OSS, an aid, a market, halal, sellers online, which know the KTP but not the door).
"""

import random
from dataclasses import replace
from typing import NamedTuple

from kumkm_proof.bench.worlds.labelled import Labelled
from kumkm_proof.bench.worlds.quarters_doors import row
from kumkm_proof.bench.worlds.quarters_said import Pen, Place, Shop, slip_of_digits
from kumkm_proof.bench.worlds.quarters_scenes import Scenes
from kumkm_proof.bench.worlds.quarters_streets import Streets, Village
from kumkm_proof.bench.worlds.quarters_trades import KIN_TRADES, TRADES

_ROUNDS = (2022, 2023, 2026)
_SHARES = {2022: 46, 2023: 14, 2026: 40}
_LISTS = ("dinas", "oss", "bpum", "halal")
_SECOND = {"market": 0.2, "cart": 0.22, "coop": 0.32, "online": 0.22}


class Told(NamedTuple):
    """A row with why it is there: `first`, or the reason of a second one, and the scene that its business is of."""

    labelled: Labelled
    why: str
    scene: str


def world(seed: int, rows: int) -> list[Labelled]:
    """About so many rows, in no order."""
    return [each.labelled for each in told(seed, rows)]


def told(seed: int, rows: int) -> list[Told]:
    rng = random.Random(seed)
    streets = Streets(rng)
    scenes = Scenes(rng, streets)
    found: list[Told] = []
    while len(found) < rows:
        for village in streets.district():
            if rows - len(found) < 40 and found:
                break
            wanted = min(village.quota, rows - len(found))
            scenes.settle(village, round(wanted / 1.19))
            for shop in village.shops:
                found += _Doors(rng, streets, shop).rows()
        else:
            continue
        break
    rng.shuffle(found)
    return found


class _Doors:
    """All doors at which one business was met."""

    def __init__(self, rng: random.Random, streets: Streets, shop: Shop) -> None:
        self.rng, self.streets, self.shop = rng, streets, shop
        self.village = streets.known[shop.place.village]
        self.niks: set[str] = set()
        self.nibs: set[str] = set()
        self.found: list[Told] = []

    def rows(self) -> list[Told]:
        rng, shop = self.rng, self.shop
        alive = [each for each in _ROUNDS if shop.year <= each <= shop.gone] or [2026]
        year = rng.choices(alive, [_SHARES[each] for each in alive])[0]
        reason = self._reason() if rng.random() < self._chance() else ""
        if reason in {"round", "moved", "handed"} and year == 2026:
            year = rng.choice([each for each in alive if each < 2026])
        self._write(shop, year, "first", self._pen(shop, year, turn=0))
        if reason:
            self._second(reason, year)
            if rng.random() < 0.12:
                self._second(self._reason(), year)
        return self.found

    def _chance(self) -> float:
        shop = self.shop
        kind = {"m": "market", "c": "cart", "o": "online"}.get(shop.place.setting, "")
        chance = _SECOND["coop"] if shop.kind == "cooperative" else _SECOND.get(kind, 0.15)
        return chance if shop.year <= 2023 else chance * 0.7

    def _reason(self) -> str:
        shop = self.shop
        timely = shop.gone > 2023 and shop.year <= 2023
        weights = {
            "round": 44 if timely else 0,
            "twice": 14,
            "list": 15,
            "house": 30 if shop.home else 0,
            "night": 42 if shop.night else 0,
            "online": 40 if shop.account else 0,
            "border": 50 if shop.place.border else 0,
            "moved": 8 if timely and shop.kind == "enterprise" else 0,
            "handed": 6 if timely else 0,
            "stall list": 14 if shop.place.market else 0,
        }
        return self.rng.choices(tuple(weights), tuple(weights.values()))[0]

    def _pen(self, shop: Shop, year: int, turn: int, village: Village | None = None, form: str = "") -> Pen:
        return self.streets.pen(village or self.village, year, shop.place.rt + shop.place.rw + turn, form)

    def _second(self, reason: str, year: int) -> None:
        rng, shop = self.rng, self.shop
        place, village, form = shop.place, self.village, ""
        turn = 1 if rng.random() < 0.75 else 0
        if reason in {"round", "moved", "handed"} or (reason != "twice" and rng.random() < 0.3 and shop.gone > 2024):
            after = rng.choice([each for each in (2023, 2024, 2026, 2026) if year < each <= shop.gone] or [year])
            shop, year = self._later(shop, after - year), after
            place = shop.place
        if reason == "moved":
            village = self.village if rng.random() < 0.65 else rng.choice(self.village.near)
            place = self.streets.spot(village, place.setting)
            shop = replace(shop, place=place)
        elif reason == "handed":
            shop = self._handed(shop)
        elif reason == "house" and shop.home:
            place = shop.home
            village = self.streets.known[place.village]
        elif reason == "night" and shop.night:
            place = shop.night
            village = self.streets.known[place.village]
        elif reason == "border":
            village = rng.choice(self.village.near)
            place = self.streets.across(place, village)
        elif reason == "list":
            form = "dinas" if shop.kind == "cooperative" else rng.choices(_LISTS, (45, 24, 21, 10))[0]
            place = shop.home if shop.home and form in {"oss", "bpum", "dinas"} and rng.random() < 0.6 else place
        elif reason == "stall list":
            form = "pasar"
        elif reason == "online":
            form = "online"
        self._write(shop, year, reason, self._pen(shop, year, turn, village, form), place)

    def _later(self, was: Shop, years: int) -> Shop:
        rng, shop = self.rng, replace(was)
        if rng.random() > 0.93**years and shop.kind == "enterprise":
            shop.sign = self.streets.sign(
                shop.trade, shop.owner, self.village.city, always=bool(shop.sign) or rng.random() < 0.6
            )
        if rng.random() > 0.86**years and shop.owner.phone:
            shop.owner = replace(shop.owner, phone=self.streets.phone())
        if rng.random() > 0.82**years and len(shop.goods) > 1:
            shop.goods = [*shop.goods[1:], rng.choice(shop.trade.goods)]
        if rng.random() > 0.975**years and shop.kind == "enterprise":
            kin = next((each for each in KIN_TRADES if shop.trade.key in each), ())
            others = [TRADES[each] for each in kin if self.village.city.key in TRADES[each].cities]
            if others:
                shop.trade = rng.choice(others)
                shop.goods = rng.sample(shop.trade.goods, min(3, len(shop.trade.goods)))
                if rng.random() < 0.6:
                    shop.sign = self.streets.sign(shop.trade, shop.owner, self.village.city)
        shop.sales *= 2.718 ** rng.gauss(0.05 * years, 0.3)
        shop.workers = max(0, shop.workers + rng.choice((-1, 0, 0, 0, 1)))
        return shop

    def _handed(self, was: Shop) -> Shop:
        """After a death, a marriage, an illness or a sale: mostly to kin, and the shop stays what it is."""
        rng, shop = self.rng, replace(was)
        how = rng.random()
        if shop.kind == "cooperative":
            shop.owner = self.streets.person(self.village.city)
        elif how < 0.32 and shop.spouse:
            shop.owner = shop.spouse
        elif how < 0.7:
            shop.owner = self.streets.child(self.village.city, was.owner)
        elif how < 0.84:
            shop.owner = self.streets.sibling(self.village.city, was.owner)
        else:
            shop.owner = self.streets.person(self.village.city, was.owner.folk if rng.random() < 0.6 else "")
        shop.spouse = None
        if rng.random() < 0.2 and shop.owner.phone:
            shop.owner = replace(shop.owner, phone=was.owner.phone)
        if shop.kind == "enterprise" and rng.random() < 0.3:
            shop.sign = self.streets.sign(shop.trade, shop.owner, self.village.city)
        return shop

    def _write(self, shop: Shop, year: int, why: str, pen: Pen, place: Place | None = None) -> None:
        rng = self.rng
        told_by, shown = "owner", shop.owner
        how = rng.random()
        if shop.guard and how < 0.55:
            told_by, shown = "worker", shop.guard if rng.random() < 0.35 else shop.owner
        elif shop.spouse and pen.tablet and how < 0.24:
            told_by, shown = "spouse", shop.spouse if rng.random() < 0.45 else shop.owner
        elif pen.tablet and how > 0.9:
            told_by = "worker"
        asked = 1.0 if shown is shop.owner and told_by == "owner" else 0.5
        nik = self._number(self.niks, shown.nik) if rng.random() < pen.nik * asked else ""
        nib = ""
        if shown.nib and shown.nib_year <= year and rng.random() < pen.nib * asked:
            nib = self._number(self.nibs, shown.nib)
        if shop.kind == "cooperative":
            nik = ""
        features = row(rng, pen, shop, place or shop.place, (told_by, shown), (nik, nib), year)
        self.found.append(Told(Labelled(features, shop.key, shop.holder or shop.owner.key), why, shop.scene))

    def _number(self, given: set[str], number: str) -> str:
        """A number of this person for this business: never the same twice."""
        rng = self.rng
        said = slip_of_digits(rng, number) if rng.random() < 0.015 else number
        if said in given:
            said = slip_of_digits(rng, number) if rng.random() < 0.3 else ""
        if said in given:
            said = ""
        if said:
            given.add(said)
        return said
