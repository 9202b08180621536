"""Scenes of the quarters: who has a shop beside whom, and why two that look alike are not the same."""

import random
from dataclasses import replace
from itertools import accumulate

from kumkm_proof.bench.worlds.quarters_said import Place, Shop
from kumkm_proof.bench.worlds.quarters_streets import Streets, Village
from kumkm_proof.bench.worlds.quarters_trades import BRANDS, CHAINS, TRADES

_METRE = 1 / 111_000
_WEIGHTS = {
    "plain": 66,
    "second": 8,
    "branch": 1.6,
    "couple": 4.5,
    "siblings": 2.6,
    "craft": 0.4,
    "row": 4.2,
    "court": 0.9,
    "chain": 1.8,
    "madura": 1.2,
    "namesake": 1.1,
    "landlord": 2.2,
    "coop": 0.5,
}
_NAMES, _CUMULATED = tuple(_WEIGHTS), list(accumulate(_WEIGHTS.values()))
_STALLS = tuple(
    "kelontong sayur ayam ikan bumbu baju buah plastik kue sepatu jahit nasi es bekas kosmetik hijab".split()
)
_STALL_WEIGHTS = tuple(accumulate((9, 16, 10, 11, 9, 18, 7, 4, 4, 4, 2, 4, 3, 3, 2, 3)))
_AT_HOME = (
    "lpg",
    "galon",
    "pulsa",
    "kos",
    "laundry",
    "bensin",
    "kue",
    "jahit",
    "es",
    "gorengan",
    "brilink",
    "kelontong",
    "frozen",
)
_AT_ROAD = (
    "pulsa",
    "laundry",
    "pangkas",
    "kelontong",
    "fried",
    "esteh",
    "fotokopi",
    "baju",
    "kopi",
    "vape",
    "nasi",
    "salon",
    "paket",
    "servishp",
    "frozen",
    "bengkel",
    "padang",
    "kosmetik",
)
_FOOD = (
    "nasi",
    "bakso",
    "es",
    "esteh",
    "fried",
    "soto",
    "seblak",
    "kebab",
    "nasgor",
    "pecel",
    "martabak",
    "kopi",
    "sate",
    "gorengan",
)
_BRANCHED = (
    "warteg",
    "laundry",
    "pulsa",
    "fried",
    "esteh",
    "madura",
    "kebab",
    "pangkas",
    "martabak",
    "galon",
    "padang",
    "nasgor",
)
_AGENTS = ("warteg", "esteh", "fried", "brilink", "paket", "lpg", "kebab")


class Scenes:
    """Fills villages with shops."""

    def __init__(self, rng: random.Random, streets: Streets) -> None:
        self.rng, self.streets = rng, streets

    def settle(self, village: Village, count: int) -> None:
        rng = self.rng
        if village.market:
            self._market(village, min(rng.randint(10, 34), count // 4))
        if village.craft:
            for _ in range(rng.randint(1, 2)):
                self._craft(village)
        if rng.random() < 0.5:
            self._merah_putih(village)
        while len(village.shops) < count:
            getattr(self, "_" + rng.choices(_NAMES, cum_weights=_CUMULATED)[0])(village)

    def _plain(self, village: Village) -> None:
        trade = self.streets.trade(village)
        self._one(village, trade.key, "plain")

    def _one(self, village: Village, key: str, scene: str, place: Place | None = None) -> Shop:
        streets, trade = self.streets, TRADES[key]
        place = place or streets.spot(village, streets.setting(trade))
        return streets.open(village, trade, streets.owner(village, trade), place, scene)

    def _second(self, village: Village) -> None:
        """One owner, another line: at the same door, or the shop at the road and something at home."""
        rng, streets = self.rng, self.streets
        first = self._one(village, streets.trade(village).key, "second")
        for _ in range(1 if rng.random() < 0.85 else 2):
            other = streets.trade(village, _AT_HOME) if rng.random() < 0.7 else streets.trade(village)
            if other.key == first.trade.key:
                continue
            place = first.place
            if first.place.setting not in "ho" and rng.random() < 0.5:
                place = first.home or streets.spot(village, "h")
            sign = first.sign if first.sign and rng.random() < 0.3 else None
            shop = streets.open(village, other, first.owner, place, "second", sign)
            shop.spouse, shop.email = first.spouse, first.email

    def _branch(self, village: Village) -> None:
        """One owner does the same elsewhere, under one sign or nearly."""
        rng, streets = self.rng, self.streets
        key = rng.choice([each for each in _BRANCHED if village.city.key in TRADES[each].cities])
        first = self._one(village, key, "branch", streets.spot(village, rng.choice("kr")))
        first.sign = first.sign or streets.sign(first.trade, first.owner, village.city, always=True)
        for turn in range(rng.choice((1, 1, 1, 2, 2, 3))):
            where = rng.choice(village.near) if rng.random() < 0.45 else village
            sign = f"{first.sign} {turn + 2}" if rng.random() < 0.3 else first.sign
            shop = streets.open(
                village, first.trade, first.owner, streets.spot(where, first.place.setting), "branch", sign
            )
            shop.spouse, shop.home, shop.email = first.spouse, first.home, first.email
            shop.goods = list(first.goods) if rng.random() < 0.6 else shop.goods
            if rng.random() < 0.6:
                shop.guard = streets.person(village.city, first.owner.folk)

    def _couple(self, village: Village) -> None:
        rng, streets = self.rng, self.streets
        first = self._one(village, streets.trade(village).key, "couple")
        other = first.spouse or streets.spouse(village.city, first.owner)
        first.spouse = other
        place = (
            first.place
            if first.place.setting in "ho" or rng.random() < 0.3
            else first.home or streets.spot(village, "h")
        )
        second = streets.open(village, streets.trade(village), other, place, "couple")
        second.spouse = first.owner
        if rng.random() < 0.25:
            second.owner = other = replace(other, phone=first.owner.phone)

    def _siblings(self, village: Village) -> None:
        """Brothers and sisters who share the parents' house, now and then twins; often the parents' trade."""
        rng, streets = self.rng, self.streets
        first = self._one(village, streets.trade(village).key, "siblings", streets.spot(village, "h"))
        for _ in range(rng.choice((1, 1, 2))):
            if rng.random() < 0.06:
                other = streets.twin(village.city, first.owner)
                first.sign = first.sign and streets.sign(first.trade, first.owner, village.city)
            else:
                other = streets.sibling(village.city, first.owner)
            trade = first.trade if rng.random() < 0.35 else streets.trade(village)
            place = first.place if rng.random() < 0.7 else self._beside(first.place, 1)
            streets.open(village, trade, other, place, "siblings")

    def _beside(self, place: Place, steps: int) -> Place:
        digits = "".join(filter(str.isdigit, place.number))
        number = str(int(digits) + 2 * steps) if digits else ""
        return replace(place, number=number, lat=place.lat + steps * 5 * _METRE, border=False)

    def _craft(self, village: Village) -> None:
        """A gang where most do the same."""
        rng, streets = self.rng, self.streets
        key = village.craft or streets.trade(village).key
        start = streets.spot(village, "h")
        kin = None
        for turn in range(rng.randint(4, 11)):
            shop = self._one(village, key, "craft", self._beside(start, turn))
            if kin and rng.random() < 0.3:
                shop.owner = streets.sibling(village.city, kin)
            kin = shop.owner
            if rng.random() < 0.5:
                shop.sign = ""

    def _market(self, village: Village, count: int) -> None:
        rng, streets = self.rng, self.streets
        for _ in range(count):
            key = rng.choices(_STALLS, cum_weights=_STALL_WEIGHTS)[0]
            shop = self._one(village, key, "market", streets.spot(village, "m"))
            if rng.random() < 0.55:
                shop.sign = ""
            if rng.random() < 0.08:
                streets.open(village, shop.trade, shop.owner, streets.spot(village, "m"), "branch", shop.sign)

    def _row(self, village: Village) -> None:
        """Shops at the road, one beside the other; tenants come and go, and the next often sells the same."""
        rng, streets = self.rng, self.streets
        start, landlord = streets.spot(village, rng.choice("kkr")), streets.phone()
        for turn in range(rng.randint(2, 5)):
            place = self._beside(start, turn)
            shop = self._one(village, rng.choice(_AT_ROAD), "row", place)
            shop.landlord = landlord if rng.random() < 0.4 else ""
            if rng.random() < 0.42:
                shop.gone = rng.choice((2022, 2023, 2023, 2024, 2025))
                shop.year = min(shop.year, shop.gone - rng.randint(0, 2), 2023)
                key = shop.trade.key if rng.random() < 0.3 else rng.choice(_AT_ROAD)
                after = self._one(village, key, "after", place)
                after.year, after.landlord = min(2026, shop.gone + rng.choice((0, 1, 1))), shop.landlord
                if key == shop.trade.key and rng.random() < 0.2:
                    after.sign = shop.sign

    def _court(self, village: Village) -> None:
        """A food court, or the forecourt of a minimarket: one address, one point, many carts."""
        rng, streets = self.rng, self.streets
        place, landlord = streets.spot(village, rng.choice("kr")), streets.phone()
        for _ in range(rng.randint(3, 7)):
            shop = self._one(village, rng.choice(_FOOD), "court", replace(place, setting=rng.choice("ck")))
            shop.landlord = landlord if rng.random() < 0.5 else ""

    def _chain(self, village: Village) -> None:
        """Agents and franchises: one sign, many owners."""
        rng, streets = self.rng, self.streets
        key = rng.choice([each for each in _AGENTS if village.city.key in TRADES[each].cities])
        sign = rng.choice(CHAINS[key])
        for _ in range(rng.randint(2, 3)):
            shop = self._one(village, key, "chain", streets.spot(village, streets.setting(TRADES[key])))
            shop.sign = sign if rng.random() < 0.75 else f"{sign} {shop.owner.nick}"

    def _madura(self, village: Village) -> None:
        """Open day and night; a couple from Madura watches it for half a year, for an owner who has three."""
        rng, streets = self.rng, self.streets
        trade = TRADES["madura"]
        if village.city.key not in trade.cities:
            self._plain(village)
            return
        owner = streets.person(village.city, "madura", home=rng.choice(("35.29", "35.29", "35.28", "35.26")))
        for _ in range(rng.choice((1, 1, 2, 3))):
            if rng.random() < 0.5:
                owner = streets.sibling(village.city, owner)
            where = rng.choice(village.near) if rng.random() < 0.3 else village
            sign = rng.choice(CHAINS["madura"]) if rng.random() < 0.75 else streets.sign(trade, owner, village.city)
            shop = streets.open(village, trade, owner, streets.spot(where, "k"), "madura", sign)
            shop.home = None
            if rng.random() < 0.75:
                shop.guard = streets.person(village.city, "madura", home="35.29")

    def _namesake(self, village: Village) -> None:
        rng, streets = self.rng, self.streets
        first = self._one(village, streets.trade(village).key, "namesake")
        trade = first.trade if rng.random() < 0.3 else streets.trade(village)
        place = streets.spot(village, streets.setting(trade))
        streets.open(village, trade, streets.named(village.city, first.owner), place, "namesake")

    def _landlord(self, village: Village) -> None:
        """A house of kos rooms or of petak: the owner's kos, and what tenants and household below sell from there."""
        rng, streets = self.rng, self.streets
        place = streets.spot(village, "h")
        first = self._one(village, "kos", "landlord", place)
        for _ in range(rng.randint(1, 4)):
            trade = streets.trade(village)
            setting = "h" if rng.random() < 0.7 else "o"
            number = place.number + (rng.choice(("A", "B", "C", "")) if place.number else "")
            shop = self._one(village, trade.key, "tenant", replace(place, setting=setting, number=number))
            shop.landlord = first.owner.phone if rng.random() < 0.4 else ""

    def _coop(self, village: Village) -> None:
        rng, quarter = self.rng, village.quarter
        name = rng.choice(
            (
                f"Koperasi Simpan Pinjam {rng.choice(BRANDS)}",
                f"KSP {rng.choice(BRANDS)} {quarter}",
                f"Koperasi Wanita {rng.choice(('Melati', 'Kartini', 'Mawar', 'Sejahtera'))} {quarter}",
                f"Koperasi Warga RW {rng.randint(1, 10):02d} {quarter}",
                f"Koperasi Pedagang {village.market or 'Pasar ' + quarter}",
                f"Koperasi Karyawan {rng.choice(BRANDS)}",
            )
        )
        self._cooperative(village, name, rng.choice(("ksp", "ksp", "ksu")), rng.randint(1985, 2021))

    def _merah_putih(self, village: Village) -> None:
        self._cooperative(village, f"Koperasi Kelurahan Merah Putih {village.quarter}", "ksu", 2025)

    def _cooperative(self, village: Village, name: str, key: str, year: int) -> None:
        """The cooperative, its unit if it stands as a business of its own, and the shop of its chair."""
        rng, streets = self.rng, self.streets
        place = streets.spot(village, rng.choice("hkr"))
        shop = self._one(village, key, "coop", place)
        shop.sign, shop.kind, shop.year, shop.guard = name, "cooperative", year, None
        streets.last += 1
        shop.holder = streets.last
        manager = streets.person(village.city)
        if rng.random() < 0.35:
            unit, what = rng.choice((("ksp", "Unit Simpan Pinjam"), ("gerai", "Unit Toko"), ("gerai", "Gerai Sembako")))
            person = shop.owner if rng.random() < 0.6 else manager
            other = streets.open(village, TRADES[unit], person, place, "unit", f"{what} {name}")
            other.holder, other.year = shop.holder, min(2026, year + rng.randint(0, 4))
        if rng.random() < 0.4:
            home = place if rng.random() < 0.4 else streets.spot(village, "h")
            streets.open(village, streets.trade(village), shop.owner, home, "chair")
