"""What goes on in the districts of the highlands: families, their work, and what villages own together.

A family lives in a house and has one business, or more: a second of the same owner, the wife's own, a brother's beside
it; a shop that closed leaves its building to a stranger's. Rows of shops belong to a landlord.
"""

from collections.abc import Iterator
from itertools import accumulate, count
from math import log
from random import Random

from kumkm_proof.bench.worlds.highlands_hands import Hand, new_hand
from kumkm_proof.bench.worlds.highlands_people import (
    Business,
    House,
    Person,
    Village,
    house,
    market,
    number,
    person,
    phone_number,
    sign,
    village,
)
from kumkm_proof.bench.worlds.highlands_trades import NEAR, TRADES, Trade
from kumkm_proof.bench.worlds.highlands_words import AREAS, COOPERATIVES, CULTURED, LUCK

_SETTINGS = {
    where: ([each for each in TRADES.values() if where in each.where], where) for where in ("v", "t", "m", "w")
}
_WEIGHTS = {where: list(accumulate(each.where[where] for each in trades)) for where, (trades, _) in _SETTINGS.items()}
_KINDS = {  # in a town, a village with a weekly market, and any other: where people work
    "town": ("t" * 50 + "m" * 29 + "v" * 14 + "f" * 7),
    "market": ("v" * 53 + "w" * 19 + "f" * 24 + "m" * 4),
    "plain": ("v" * 56 + "w" * 9 + "f" * 35),
}
_ROUNDS = ((2022,), (2022,), (2022,), (2022, 2026), (2022, 2026), (2022, 2023), (2023, 2026), (2022, 2026), (2022,))
_SAVINGS = Trade(
    *("simpan_pinjam", {}, "shop", 420.0, 0.35, ("64141", "64142", "64190"), ("64192", "64192", "64190")),
    ("simpan pinjam anggota", "menghimpun simpanan dan memberi pinjaman", "usaha simpan pinjam", "jasa kredit anggota"),
    *(("pinjaman", "simpanan", "kredit", "tabungan"), ()),
)
_SHARIA = _SAVINGS._replace(
    codes=("64145", "64146", "64141"), said=(*_SAVINGS.said, "simpan pinjam syariah", "pembiayaan syariah")
)


class Life:
    """All that goes on in one made-up land."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.keys = count(1)
        self.hands: dict[tuple[str, int], list[Hand]] = {}
        self.used: dict[tuple[str, str], int] = {}
        self.markets: list[House] = []
        self.villages: list[Village] = []
        self.rows: list[House] = []
        self.known: list[Person] = []

    def district(self) -> list[Village]:
        rng = self.rng
        area, at = rng.choice(AREAS), ""
        for _ in range(400):
            area = rng.choice(AREAS)
            at = rng.choice(area.districts)
            if (area.code, at) not in self.used:
                break
        before = self.used.get((area.code, at), 0)
        self.used[area.code, at] = before + 1
        middle = (area.latitude + rng.gauss(0, 0.12), area.longitude + rng.gauss(0, 0.12))
        kinds = ["town" if rng.random() < 0.8 else "market", "market", *(["plain"] * rng.randint(2, 4))]
        numbers = rng.sample(range(1 + 8 * before, 9 + 8 * before), len(kinds))
        rounds = rng.choice(_ROUNDS)
        self.villages = [
            village(rng, area, f"{area.code}.{at}.{2000 + each}", kind, middle, rounds)
            for each, kind in zip(numbers, kinds, strict=True)
        ]
        self.markets, self.rows, self.known = [], [], []
        for each in self.villages:
            if each.kind != "plain":
                each.market = market(rng, each)
                self.markets.append(each.market)
        clerks = [new_hand(rng, self.villages[0], clerk=True) for _ in range(2)]
        for each in self.villages:
            self.hands[each.code, 0] = clerks
            for year in rounds:
                self.hands[each.code, year] = [new_hand(rng, each) for _ in range(rng.randint(1, 3))]
        return self.villages

    def someone(self, where: Village, people: str, *, female: bool, clan: str = "", born: int = 0) -> Person:
        rng = self.rng
        made = person(rng, next(self.keys), where, people, female=female, clan=clan, born=born)
        if self.known and rng.random() < 0.02:
            other = rng.choice(self.known)
            if other.people == people and other.female == female:
                made.name, made.first, made.clan = other.name, other.first, other.clan
        if rng.random() < 0.1:
            self.known.append(made)
        return made

    def open(self, owner: Person, spouse: Person | None, trade: Trade, home: House, place: House) -> Business:
        rng = self.rng
        sales = round(rng.lognormvariate(log(trade.sales), 0.7), 1) * 1_000_000
        paid = min(int(rng.expovariate(1.0) * sales / 330_000_000), 18)
        women = sum(rng.random() < 0.4 for _ in range(paid))
        helps = int(spouse is not None and rng.random() < 0.45)
        name = sign(rng, owner, trade, place.village)
        form = {"UD": "ud", "CV": "cv"}.get(name.split(" ")[0], "individual")
        goods = rng.sample(trade.goods, min(len(trade.goods), rng.randint(2, 4)))
        near = NEAR.get(trade.name, ())
        stall = ""
        if place.building and rng.random() < 0.6:
            stall = f"{rng.choice(('Los', 'Kios', 'Blok A', 'Blok B', 'Meja'))} No. {rng.randint(1, 80)}"
        email = owner.first.split()[0].lower() + number(rng, 3) + "@gmail.com" if rng.random() < 0.06 else ""
        heir = None
        if spouse is not None and rng.random() < 0.3:
            heir = self.someone(
                *(home.village, owner.people),
                female=rng.random() < 0.5,
                clan=spouse.clan if owner.female else owner.clan,
                born=min(owner.born + rng.randint(20, 32), 2004),
            )
        here, there = int(owner.female), int(not owner.female)
        return Business(
            key=next(self.keys),
            kind="enterprise",
            owner=owner,
            owner_key=owner.key,
            spouse=spouse,
            heir=heir,
            trade=trade,
            also=TRADES[rng.choice(near)] if near and rng.random() < 0.3 else None,
            sign=name,
            goods=goods,
            place=place,
            home=home,
            stall=stall,
            started=int(rng.triangular(1988, 2023, 2017)),
            ends=0,
            sales=int(sales),
            capital=int(sales * rng.uniform(0.04, 0.6)),
            workers=(paid - women, women, there + helps * here, here + helps * there),
            form=form,
            nib="12" + number(rng, 11) if rng.random() < 0.14 + 0.3 * (sales > 3e8) else "",
            phone=phone_number(rng) if rng.random() < 0.08 else owner.phone if rng.random() < 0.3 else "",
            email=email,
        )

    def _trade(self, where: Village, people: str, setting: str, other: Trade | None = None) -> Trade:
        rng = self.rng
        for _ in range(9):
            if setting == "f":
                trade = TRADES[rng.choice(where.area.farms)]
            elif setting == "v" and where.craft and people != "chinese" and rng.random() < 0.3:
                trade = where.craft
            elif setting == "t" and people == "minang" and where.area.part != "west" and rng.random() < 0.4:
                trade = TRADES["rumah_makan"]
            else:
                trade = rng.choices(_SETTINGS[setting][0], cum_weights=_WEIGHTS[setting])[0]
            if trade is not other and people in CULTURED.get(trade.name, people):
                break
        return trade

    def _place(self, home: House, setting: str, trade: Trade) -> House:
        rng, where = self.rng, home.village
        if setting == "w" and self.markets:
            return rng.choice(self.markets)
        if setting == "m" and where.market and rng.random() < 0.9:
            return where.market
        if setting == "t" and rng.random() < 0.45:
            if self.rows and rng.random() < 0.2:
                return rng.choice(self.rows)
            place = house(rng, where)
            if rng.random() < 0.1:
                landlord = rng.choice(("H. Syafril", "Pak Tarigan", "Haji Udin", "Bu Hutapea", "Ko Aseng", "Pak Lurah"))
                place.building = f"Ruko {landlord} {place.street or place.hamlet}"
                self.rows.append(place)
            return place
        return house(rng, where) if trade.place != "farm" and rng.random() < 0.09 else home

    def family(self, where: Village) -> Iterator[Business]:
        """A house, with the one or more businesses of those who live there."""
        rng, area = self.rng, where.area
        weights: list[float] = list(area.weights)
        if where.kind == "town":
            weights = [
                each * {"chinese": 5, "minang": 3}.get(who, 1) for who, each in zip(area.peoples, weights, strict=True)
            ]
        setting = rng.choice(_KINDS[where.kind])
        people = rng.choices(area.peoples, weights)[0]
        if people == "chinese" and setting != "t":
            people, setting = (people, "t") if where.kind == "town" else (area.peoples[0], setting)
        home = house(rng, where)
        man = self.someone(where, people, female=False)
        wife = self.someone(where, people, female=True, born=man.born + rng.randint(-1, 7))
        if rng.random() < 0.33:
            wife.phone = man.phone
        trade = self._trade(where, people, setting)
        owner, spouse = (wife, man) if rng.random() < trade.women else (man, wife)
        alone = rng.random() < 0.16
        first = self.open(owner, None if alone else spouse, trade, home, self._place(home, setting, trade))
        if setting == "w" and len(self.markets) > 1:
            first.markets = rng.sample(self.markets, min(len(self.markets), rng.choice((1, 2, 2, 3))))
            first.place = first.markets[0]
        chance, shop = rng.random(), home if rng.random() < 0.8 else house(rng, where)
        closes = 0.165 <= chance < 0.183 and len(where.rounds) > 1 and trade.place == "shop"
        first.ends = where.rounds[0] if closes else 0
        yield first
        if chance < 0.05:
            yield self.open(owner, first.spouse, self._trade(where, people, "v", trade), home, shop)
        elif chance < 0.067 and (trade.place in {"shop", "home"} or rng.random() < 0.25):
            branch = self.open(owner, first.spouse, trade, home, house(rng, rng.choice(self.villages)))
            branch.sign, branch.phone = first.sign, first.phone
            yield branch
        elif chance < 0.087:
            yield self.open(owner, first.spouse, self._trade(where, people, "f", trade), home, home)
        elif chance < 0.137 and not alone:
            yield self.open(spouse, owner, self._trade(where, people, "v", trade), home, shop)
        elif chance < 0.165:
            kin = self._kin(where, man, wife)
            same = rng.random() < 0.22
            yield self.open(kin, None, trade if same else self._trade(where, people, "v", trade), home, shop)
        elif closes:
            new = self.someone(where, people, female=rng.random() < 0.5)
            after = self.open(new, None, self._trade(where, people, "v"), house(rng, where), first.place)
            after.started = rng.randint(where.rounds[0], where.rounds[1])
            yield after

    def _kin(self, where: Village, man: Person, wife: Person) -> Person:
        """A brother or sister, sometimes a twin, or a grown child."""
        rng, clan = self.rng, man.clan if self.rng.random() < 0.8 else wife.clan
        born = man.born + (rng.randint(-8, 10) if rng.random() < 0.75 else rng.randint(21, 30))
        kin = self.someone(where, man.people, female=rng.random() < 0.45, clan=clan, born=min(born, 2004))
        if rng.random() < 0.06:
            kin.born, kin.birthday = man.born, man.birthday
            day = int(man.birthday[8:]) + 40 * kin.female
            kin.nik = f"{man.nik[:6]}{day:02d}{man.nik[8:12]}{rng.randint(1, 9):04d}"
        return kin

    def common_goods(self, where: Village) -> Iterator[Business]:
        """Cooperatives, their units and their chairs' shops; the village's own enterprise."""
        rng, part, area = self.rng, where.area.part, where.area
        for _ in range(rng.choice((0, 0, 1, 1)) + 2 * (where.kind == "town")):
            chair = self.someone(where, area.peoples[0], female=rng.random() < 0.35)
            home = house(rng, where)
            place = home if rng.random() < 0.25 else house(rng, where)
            name = rng.choice(COOPERATIVES[part]).format(p=rng.choice(LUCK["west" if part == "west" else part]))
            trade = _SHARIA if "BMT" in name or "KSPPS" in name else TRADES["pengumpul"] if "Kopi" in name else _SAVINGS
            body = self.open(chair, None, trade, home, place)
            body.kind, body.sign, body.form, body.owner_key = "cooperative", name, "cooperative", next(self.keys)
            body.also, body.started = TRADES["saprotan"] if "KUD" in name else None, rng.randint(1985, 2021)
            yield body
            if rng.random() < 0.4:
                shop = rng.random() < 0.5
                manager = (
                    chair if rng.random() < 0.3 else self.someone(where, area.peoples[0], female=rng.random() < 0.5)
                )
                unit = self.open(manager, None, TRADES["kelontong"] if shop else trade, home, place)
                unit.sign = f"{'Waserda' if shop else 'Unit Simpan Pinjam'} {name}"
                unit.kind, unit.owner_key = "enterprise" if shop else "cooperative", body.owner_key
                unit.phone = body.phone
                yield unit
            if rng.random() < 0.4:
                yield self.open(chair, None, self._trade(where, chair.people, "v", trade), home, home)
        if rng.random() < 0.2:
            head = self.someone(where, area.peoples[0], female=False)
            own = self.open(
                head,
                None,
                TRADES[rng.choice(("gas", "kelontong", "pesta", "saprotan"))],
                house(rng, where),
                house(rng, where),
            )
            own.sign = f"{'BUMNag' if part == 'west' else 'BUMDes'} {rng.choice(LUCK[part])}"
            own.form, own.owner_key = "village", next(self.keys)
            yield own
