"""The life of the quarters: villages, places, and the scenes that put shops side by side."""

import math
import random
from dataclasses import dataclass, field, replace
from itertools import accumulate

from kumkm_proof.bench.worlds.quarters_people import People
from kumkm_proof.bench.worlds.quarters_said import Pen, Person, Place, Shop
from kumkm_proof.bench.worlds.quarters_trades import BRANDS, CHAINS, LOCAL_BRANDS, TRADES, Trade
from kumkm_proof.bench.worlds.quarters_words import CITIES, GANGS, LANDMARKS, City

_METRE = 1 / 111_000
_SIGNS = (
    *("{head} {call} {nick}", "{head} {brand}", "{head} {child}", "{head} {first}", "{brand} {head}", "{head} {local}"),
    *("{head} {good}", "{head} {brand} {nick}", "{head} {child} {brand}"),
)
_SIGN_WEIGHTS = tuple(accumulate((38, 20, 8, 8, 5, 9, 4, 4, 4)))
_CRAFTS = {
    "j": ("konveksi", "tempe", "kue", "keripik", "konveksi"),
    "b": ("konveksi", "sepatubdg", "tempe", "keripik", "sepatubdg"),
    "s": ("konveksi", "tempe", "kue", "rongsok", "keripik"),
    "m": ("kue", "epe", "jahit", "keripik", "konveksi"),
}
_GUARDED = frozenset(
    "warteg madura fried esteh laundry pulsa kebab galon padang paket brilink pangkas konveksi".split()
)
_ONLINE = frozenset("kue keripik frozen baju hijab kosmetik olshop sepatu sepatubdg konveksi bekas catering".split())


@dataclass(slots=True)
class Village:
    code: str
    quarter: str
    city: City
    lat: float
    lon: float
    quota: int
    roads: list[str]
    gangs: list[Place]
    market: str
    edition: str
    office: str
    craft: str
    near: list["Village"] = field(default_factory=list)
    shops: list[Shop] = field(default_factory=list)
    pens: dict[tuple[int, str], list[Pen]] = field(default_factory=dict)


class Streets(People):
    """Villages and all that is in them."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__(rng)
        self.known: dict[str, Village] = {}
        self.shops = 0
        self._left = [(city, district) for city in CITIES for district in city.districts]
        rng.shuffle(self._left)
        self._taken: dict[str, int] = {}
        self._trades = {
            city.key: (found, list(accumulate(each.common for each in found)))
            for city in CITIES
            for found in [[each for each in TRADES.values() if city.key in each.cities and each.common]]
        }

    def district(self) -> list[Village]:
        """Some kelurahan of a district, side by side."""
        rng = self.rng
        city, district = self._left.pop(0)
        self._left.append((city, district))
        code, _, lat, lon = district
        count, first = rng.randint(2, 4), self._taken.get(code, 0)
        self._taken[code] = first + count
        found = []
        for turn in range(count):
            around = 2.4 * (first + turn)
            away = 500 + 160 * math.sqrt(first + turn)
            place = (lat + away * math.sin(around) * _METRE, lon + away * math.cos(around) * _METRE)
            found.append(self._village(city, f"{code}.{1001 + first + turn}", place))
        for each in found:
            each.near = [other for other in found if other is not each]
            self.known[each.code] = each
        return found

    def _village(self, city: City, code: str, point: tuple[float, float]) -> Village:
        rng = self.rng
        quarter, *others = rng.sample(city.streets, 4)
        roads = [f"{quarter} Raya" if rng.random() < 0.3 else quarter, *others[: rng.randint(1, 3)]]
        village = Village(
            *(code, quarter, city, point[0], point[1]),
            quota=round(min(260, max(60, rng.lognormvariate(4.85, 0.38)))),
            roads=roads,
            gangs=[],
            market=rng.choice(city.markets) if rng.random() < 0.34 else "",
            edition="2025" if rng.random() < 0.72 else "2020",
            office=self.phone(),
            craft=rng.choice(_CRAFTS[city.key]) if rng.random() < 0.22 else "",
        )
        for turn in range(rng.randint(14, 30)):
            named = rng.random() < {"j": 0.5, "b": 0.75, "s": 0.12, "m": 0.2}[city.key]
            gang = rng.choice(GANGS[city.key]) if named else {"j": "Gg.", "b": "Gg.", "s": "Gang", "m": "Lr."}[city.key]
            village.gangs.append(
                Place(
                    *(code, quarter, "h"),
                    lat=point[0] + rng.uniform(-380, 380) * _METRE,
                    lon=point[1] + rng.uniform(-380, 380) * _METRE,
                    road=rng.choice(roads),
                    gang=gang if city.key != "s" or named else rng.choice(("Gang", "Gg.", "")),
                    turn=0 if named else 1 + turn % 14,
                    number="",
                    rt=rng.randint(1, 12),
                    rw=rng.randint(1, 10),
                )
            )
        return village

    def spot(self, village: Village, setting: str) -> Place:
        """A place for a shop, as its setting asks."""
        rng = self.rng
        gang = rng.choice(village.gangs)
        border = rng.random() < 0.05
        if setting == "m" and not village.market:
            setting = "k"
        if setting == "m":
            stall = rng.choice(
                ("Blok {b} No. {n}", "Los {b} {n}", "Lapak {n}", "Blok {b}", "Kios {n}", "Lt. 1 Blok {b}/{n}")
            )
            stall = stall.format(b=rng.choice("ABCDE"), n=rng.randint(1, 140))
            lat, lon = village.lat + rng.gauss(0, 9) * _METRE, village.lon + rng.gauss(0, 9) * _METRE
            return Place(
                *(village.code, village.quarter, "m", lat, lon, village.roads[0], "", 0, "", gang.rt, gang.rw),
                stall=stall,
                market=village.market,
            )
        along = rng.randint(1, 90)
        number = str(along) + (rng.choice("ABC") if rng.random() < 0.1 else "")
        if setting in {"h", "o"}:
            lat, lon = gang.lat + along * 2.5 * _METRE, gang.lon + (along % 2) * 3 * _METRE
            return replace(
                gang, setting=setting, lat=lat, lon=lon, number=number if rng.random() < 0.85 else "", border=border
            )
        turn = rng.randrange(len(village.roads))
        lat = village.lat + (along * 6 - 270 + 12 * turn) * _METRE
        lon = village.lon + (turn * 150 - 150 + (along % 2) * 9) * _METRE
        numbered = rng.random() < {"r": 0.85, "k": 0.45, "c": 0.05}[setting]
        return Place(
            *(village.code, village.quarter, setting, lat, lon, village.roads[turn], "", 0, number if numbered else ""),
            rt=gang.rt,
            rw=gang.rw,
            landmark=rng.choice(LANDMARKS) if rng.random() < (0.35 if numbered else 0.75) else "",
            border=border,
        )

    def across(self, place: Place, village: Village) -> Place:
        """The same place as the neighbours see it, on their side of the border."""
        gang = self.rng.choice(village.gangs)
        return replace(place, village=village.code, quarter=village.quarter, rt=gang.rt, rw=gang.rw)

    def pen(self, village: Village, year: int, turn: int, form: str) -> Pen:
        rng = self.rng
        key = (0 if form else year, form)
        pens = village.pens.get(key)
        if pens is None:
            desk = (village.lat + rng.gauss(0, 200) * _METRE, village.lon + rng.gauss(0, 200) * _METRE)
            edition = village.edition if year == 2026 and not form else "2020"
            written = form or ("t26" if year == 2026 else "t22")
            pens = [Pen(rng, written, edition, village.office, desk) for _ in range(1 if form else rng.randint(2, 4))]
            village.pens[key] = pens
        return pens[turn % len(pens)]

    def sign(self, trade: Trade, owner: Person, city: City, *, always: bool = False) -> str:
        rng = self.rng
        if trade.key in CHAINS and rng.random() < 0.5:
            chain = rng.choice(CHAINS[trade.key])
            return f"{chain} {owner.nick}" if rng.random() < 0.2 else chain
        if not always and rng.random() < 0.40:
            return ""
        head = rng.choice(trade.heads)
        called = rng.choices(_SIGNS, cum_weights=_SIGN_WEIGHTS)[0]
        first = owner.name[0] if len(owner.name[0]) > 3 else owner.name[-1]
        return called.format(
            head=head,
            call=owner.call,
            nick=owner.nick,
            child=owner.child,
            first=first,
            brand=rng.choice(BRANDS),
            local=rng.choice(LOCAL_BRANDS[city.key]),
            good=rng.choice(trade.goods).split(",")[0].title(),
        )

    def trade(self, village: Village, among: tuple[str, ...] = ()) -> Trade:
        if among:
            return TRADES[self.rng.choice(among)]
        found, weights = self._trades[village.city.key]
        return self.rng.choices(found, cum_weights=weights)[0]

    def owner(self, village: Village, trade: Trade) -> Person:
        return self.person(village.city, trade.folk if trade.folk and self.rng.random() < 0.65 else "")

    def open(
        self, village: Village, trade: Trade, owner: Person, place: Place, scene: str, sign: str | None = None
    ) -> Shop:
        """A shop opens in the village."""
        rng, setting = self.rng, place.setting
        self.shops += 1
        goods = rng.sample(trade.goods, min(len(trade.goods), rng.randint(1, 4)))
        if trade.goods[0] not in goods and rng.random() < 0.6:
            goods.insert(0, trade.goods[0])
        year = 2026 - min(40, int(rng.expovariate(1 / (4.5 if setting in "kroc" else 8.5))) + 1)
        workers = 0
        while workers < 12 and rng.random() < trade.workers / (trade.workers + 1):
            workers += 1
        shop = Shop(
            *(self.shops, owner, trade, goods),
            sign=self.sign(trade, owner, village.city, always=setting == "r") if sign is None else sign,
            place=place,
            year=max(year, owner.born.year + 17),
            sales=trade.sales * rng.lognormvariate(-0.15, 0.6),
            workers=workers,
            capital=trade.capital * rng.lognormvariate(0, 0.7),
            form="individual",
            email="",
            scene=scene,
        )
        if rng.random() < (0.12 if setting == "r" or workers > 3 else 0.008):
            shop.form = rng.choice(("cv", "cv", "pt_individual", "pt"))
        if rng.random() < (0.25 if setting == "o" else 0.07):
            shop.email = f"{shop.owner.name[0].lower().strip('.')}{rng.randrange(10, 9999)}@gmail.com"
        if setting in "krmc" and rng.random() < 0.6:
            where = rng.choice(village.near) if rng.random() < 0.25 else village
            shop.home = self.spot(where, "h")
        if setting == "c" and rng.random() < 0.4:
            shop.night = self.spot(rng.choice(village.near) if rng.random() < 0.25 else village, "c")
        if trade.key in _ONLINE and (setting == "o" or rng.random() < 0.15):
            named = (
                shop.sign.lower()
                if shop.sign and rng.random() < 0.5
                else f"{owner.nick} {rng.choice(trade.heads)}".lower()
            )
            suffix = rng.choice(("", "", " official", ".id", "_store")) if "official" not in named else ""
            shop.account = named.replace(" ", rng.choice((" ", ".", "_", "")), 1) + suffix
        if rng.random() < 0.45:
            shop.spouse = self.spouse(village.city, owner)
        if trade.key in _GUARDED and workers and rng.random() < 0.5:
            shop.guard = self.person(village.city, owner.folk, home=f"{owner.nik[:2]}.{owner.nik[2:4]}")
        village.shops.append(shop)
        return shop

    def setting(self, trade: Trade) -> str:
        return self.rng.choices(trade.settings, trade.weights)[0]
