"""Households of the islands and what they live on, with all who look alike and are not the same.

A house often has two livings: the wife's meja pinang and the husband's ojek, the kios and the bensin beside it, a
brother's shop in the same yard under the same family name. Others share a market's gate, a landlord's row, a weavers'
group, the sign of the telephone company, the building of a shop that closed.
"""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from random import Random

from kumkm_proof.bench.worlds.islands_people import (
    COOPERATIVE,
    ENTERPRISE,
    PLACES,
    Business,
    Person,
    Spot,
    new_phone,
)
from kumkm_proof.bench.worlds.islands_places import District, Ward, home_in, stall_in
from kumkm_proof.bench.worlds.islands_trades import TRADE_OF, Trade
from kumkm_proof.bench.worlds.islands_words import ALSO, CHILDREN, FOLKS, NEWCOMERS, SHARED_SIGNS, SIGNS_OF

_SIGNED = {"shop": 0.62, "workshop": 0.45, "home": 0.3, "market": 0.14, "roadside": 0.2, "mobile": 0.05, "boat": 0.12}
_SCHOOLS = ("none", "primary", "primary", "primary", "junior", "junior", "senior", "senior", "senior", "bachelor")
_COOPERATIVES = """Obor Mas;Pintu Air;Swasti Sari;Sinar Kasih;Kasih Sejahtera;Harapan Baru;Tunas Muda;Sehati;Mekar Sari;
Maju Bersama;Usaha Bersama;Bina Sejahtera;Cahaya;Karya Bersama;Nelayan Sejahtera;Wanita Mandiri;Suka Damai""".split(";")
NEXT_TRADE = dict(
    each.split("=")
    for each in """kios=toko pinang=kios sayur=kios gorengan=kue kue=warung tenun=jualtenun nelayan=ikan ikan=asap
    bensin=kios pulsa=brilink bakso=warung kopi=warung tani=sayur rombengan=pakaian esteh=kopi ban=bengkel kopra=bumi
    asap=ikan mitan=kios warung=kue ojek=angkut toko=bangunan jahit=pakaian brilink=pulsa""".split()
)
Pair = tuple[str, int, int]


class Life:
    """Makes people and what they live on. `pairs` keeps who looks like whom, for those who read a world."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.people = 0
        self.begun = 0
        self.pairs: list[Pair] = []
        self.closed: set[int] = set()
        self._last_home: Spot | None = None

    def person(
        self, ward: Ward, folk: str, *, male: bool, family: str = "", card: str = "", born: date | None = None
    ) -> Person:
        """Somebody new, with a name as that folk gives it."""
        rng, names = self.rng, FOLKS[folk]
        given = rng.choice(names.men if male else names.women).split()
        if names.families:
            if names.middles and rng.random() < 0.34:
                given.append(rng.choice(names.middles))
            elif rng.random() < 0.13:
                second = rng.choice(names.men if male else names.women)
                given += [second] if second not in given else []
            local = ward.families if folk == ward.folk else names.families
            family = family or local[int(len(local) * rng.random() ** 1.6)]
            given += [family] if family not in given else []
        self.people += 1
        town = ward.village.town
        sure = rng.random() < (0.9 if town else 0.65)
        born = born or date(rng.randint(1955, 2000), rng.randint(1, 12), rng.randint(1, 28))
        if not sure and rng.random() < 0.5:
            month, day = rng.choice(((1, 1), (7, 1), (12, 31)))
            born = date(born.year, month, day)
        own = 0.8 if town else 0.28 if folk == "hill" else 0.46
        muslim = names.faith == "muslim"
        honour = rng.choice(("H.", "Haji") if male else ("Hj.", "Hajjah")) if muslim and rng.random() < 0.12 else ""
        return Person(
            self.people,
            tuple(given),
            family,
            folk,
            male,
            born,
            sure,
            self._nik(card or self.card(ward, folk), born, male=male) if rng.random() > 0.04 else "",
            rng.choice(CHILDREN),
            new_phone(rng) if rng.random() < own else None,
            honour,
            rng.choice(("S.Pd", "S.E.", "A.Md", "S.Sos", "SH", "S.Th", "S.Kom")) if rng.random() < 0.035 else "",
            rng.choice(_SCHOOLS[3:] if town else _SCHOOLS),
        )

    def card(self, ward: Ward, folk: str) -> str:
        """Six digits of where a card was issued; many newcomers keep the old ones."""
        homes = FOLKS[folk].homes
        if homes and self.rng.random() < 0.6:
            return self.rng.choice(homes).replace(".", "")
        return ward.village.shore.card.replace(".", "") + f"{self.rng.randint(1, 9):02}"

    def _nik(self, card: str, born: date, *, male: bool) -> str:
        day = born.day if male else born.day + 40
        serial = self.rng.randint(1, 9) if self.rng.random() < 0.75 else self.rng.randint(10, 160)
        return f"{card}{day:02}{born.month:02}{born.year % 100:02}{serial:04}"

    def businesses(self, district: District, ward: Ward) -> list[Business]:
        """All that is sold and made in a village."""
        found: list[Business] = []
        rng, village = self.rng, ward.village
        if ward.later[0].year >= 2025 and rng.random() < 0.4:
            found += self._red_and_white(ward)
        while len(found) < ward.size:
            roll = rng.random()
            if village.market and roll < 0.3:
                found += self._household(district, ward, at_market=True)
            elif village.town and roll > 0.985:
                found += self._row_of_shops(district, ward)
            elif roll > 0.978:
                found += self._closed_and_opened(district, ward)
            elif roll > 0.973:
                found += self._cooperative(district, ward)
            else:
                found += self._household(district, ward)
        return found

    def _folk(self, ward: Ward, *, at_market: bool) -> tuple[str, bool]:
        shore = ward.village.shore
        share = shore.newcomers * (1.8 if at_market else 1.1 if ward.village.town else 0.6)
        if self.rng.random() < share:
            return self.rng.choice(NEWCOMERS[shore.zone]), True
        return ward.folk if self.rng.random() < 0.85 else self.rng.choice(shore.folks), False

    def _trade(self, ward: Ward, kind: str, *, newcomer: bool, single: bool = False) -> Trade:
        if ward.craft and not newcomer and kind == "village" and not single and self.rng.random() < ward.crafts:
            return ward.craft
        trades, sums = ward.trades[newcomer, kind]
        return self.rng.choices(trades, cum_weights=sums)[0]

    def _couple(self, ward: Ward, folk: str) -> tuple[Person, Person | None]:
        rng = self.rng
        card = self.card(ward, folk)
        man = self.person(ward, folk, male=True, card=card)
        takes = man.family if rng.random() < 0.25 else ""
        born = date(man.born.year + rng.randint(-3, 7), rng.randint(1, 12), rng.randint(1, 28))
        woman = self.person(ward, folk, male=False, family=takes, card=card, born=born)
        woman = replace(woman, child=man.child, phone=woman.phone if rng.random() < 0.6 else man.phone)
        alone = rng.random()
        if alone < 0.13:
            return (woman, None) if alone < 0.1 else (man, None)
        return man, woman

    def _home(self, ward: Ward) -> Spot:
        last = self._last_home
        if last is not None and last.village is ward.village and self.rng.random() < 0.3:
            return self._beside(last, 1.5e-4)
        self._last_home = home_in(self.rng, ward.village)
        return self._last_home

    def _beside(self, spot: Spot, off: float) -> Spot:
        rng = self.rng
        return replace(spot, latitude=spot.latitude + rng.gauss(0, off), longitude=spot.longitude + rng.gauss(0, off))

    def _household(self, district: District, ward: Ward, *, at_market: bool = False) -> list[Business]:
        rng = self.rng
        folk, newcomer = self._folk(ward, at_market=at_market)
        kind = "market" if at_market else "town" if ward.village.town else "village"
        lives = rng.choice(district.wards) if at_market and rng.random() < 0.4 else ward
        home = self._home(lives)
        man, woman = self._couple(ward, folk)
        trade = self._trade(ward, kind, newcomer=newcomer)
        if woman is None:
            owner, kin = man, None
        else:
            owner, kin = (woman, man) if rng.random() < trade.women else (man, woman)
        house = owner.phone or (kin.phone if kin else None) or (new_phone(rng) if rng.random() < 0.2 else None)
        first = self.business(ward, owner, kin, trade, home, house, at_market=at_market)
        found = [first]
        if rng.random() < 0.11:
            found += self._another(district, ward, first, kind, newcomer=newcomer)
        if kin is not None and rng.random() < 0.085:
            other = self._trade(ward, kind, newcomer=newcomer)
            if other is not trade:
                found.append(self._pair("spouse", first, self.business(ward, kin, owner, other, home, house)))
        if rng.random() < 0.05:
            found.append(self._pair("kin", first, self._relative(ward, first, kind, newcomer=newcomer)))
        if rng.random() < 0.003:
            twin = self._kin(ward, owner, male=owner.male, born=owner.born)
            if twin.words == owner.words:
                twin = replace(twin, words=(twin.words[0] + ("us" if twin.male else "ina"), *twin.words[1:]))
            found.append(
                self._pair("twin", first, self.business(ward, twin, None, trade, self._beside(home, 2e-4), None))
            )
        return found

    def _another(self, district: District, ward: Ward, first: Business, kind: str, *, newcomer: bool) -> list[Business]:
        """Another living of the same owner: mostly another line, sometimes a branch elsewhere."""
        rng, trade = self.rng, first.trade
        other = trade if rng.random() < 0.17 else self._trade(ward, kind, newcomer=newcomer, single=True)
        if other is not trade:
            second = self.business(ward, first.owner, first.kin, other, first.home, first.phone)
            return [self._pair("second", first, second)]
        if not set(trade.places) & set("msr"):
            return []
        there = rng.choice(district.wards)
        second = self.business(there, first.owner, first.kin, trade, home_in(rng, there.village), first.phone)
        if first.sign:
            second.sign = first.sign + rng.choice(("", "", " 2", " II"))
        return [self._pair("branch", first, second)]

    def _relative(self, ward: Ward, first: Business, kind: str, *, newcomer: bool) -> Business:
        rng, owner = self.rng, first.owner
        who = self.heir(ward, owner, child=rng.random() < 0.4)
        trade = first.trade if rng.random() < 0.3 else self._trade(ward, kind, newcomer=newcomer)
        phone = first.phone if rng.random() < 0.45 else who.phone
        return self.business(ward, who, None, trade, self._beside(first.home, 1e-4), phone)

    def heir(self, ward: Ward, owner: Person, *, child: bool) -> Person:
        """A child, a brother or a sister, of the same family name and card office."""
        rng = self.rng
        year = min(2003, owner.born.year + (rng.randint(20, 32) if child else rng.randint(-8, 8)))
        born = date(year, rng.randint(1, 12), rng.randint(1, 28))
        male = rng.random() < 0.5
        while (who := self._kin(ward, owner, male=male, born=born)).words == owner.words:
            pass
        return who

    def _kin(self, ward: Ward, owner: Person, *, male: bool, born: date) -> Person:
        return self.person(ward, owner.folk, male=male, family=owner.family, card=owner.nik[:6], born=born)

    def _pair(self, how: str, first: Business, second: Business) -> Business:
        self.pairs.append((how, first.number, second.number))
        return second

    def business(
        self,
        ward: Ward,
        owner: Person,
        kin: Person | None,
        trade: Trade,
        home: Spot,
        phone: str | None,
        *,
        at_market: bool = False,
    ) -> Business:
        """A living, at its place."""
        rng, village = self.rng, ward.village
        letter = "m" if at_market else rng.choice(trade.places)
        if letter == "m" and not village.market:
            letter = "r"
        kind = PLACES[letter]
        if kind == "market":
            spot = stall_in(rng, village)
        elif kind in {"roadside", "shop"} and rng.random() < 0.45:
            spot = replace(home_in(rng, village), kind=kind)
        else:
            spot = replace(home, kind=kind)
        sales = trade.sales * rng.lognormvariate(0, 0.7) * (1.3 if FOLKS[owner.folk].homes else 1.0)
        paid = 0 if sales < 80 else min(9, int(rng.expovariate(1 / 1.2) * sales / 200) + (rng.random() < 0.4))
        men, women = (1, int(rng.random() < 0.45)) if owner.male else (int(rng.random() < 0.35), 1)
        licensed = (0.13 if village.town else 0.05) * (2 if kind == "shop" else 1)
        nib = f"{rng.choice(('0220', '9120', '1209', '2011', '0812'))}{rng.randrange(10**9):09}"
        year = 2023 + int(rng.random() * 3) if rng.random() < 0.07 else 2022 - int(rng.expovariate(1 / 7.5))
        self.begun += 1
        return Business(
            self.begun,
            ENTERPRISE,
            owner,
            owner.number,
            kin,
            trade,
            rng.choice(trade.heads),
            self.sign(ward, owner, trade, kind),
            spot,
            home,
            phone,
            min(year, ward.later[0].year),
            sales,
            sales * rng.uniform(0.03, 0.4),
            (int(paid * rng.random()), int(paid * rng.random()), men, women),
            rng.choice(ALSO)
            if trade.key in {"kios", "toko", "pinang", "bensin", "pulsa"} and rng.random() < 0.4
            else "",
            "individual" if rng.random() < 0.9 or sales < 150 else rng.choice(("ud", "cv")),
            nib if rng.random() < licensed else None,
            f"{owner.words[0].lower()}{rng.randint(1, 999)}@gmail.com" if rng.random() < licensed / 3 else None,
        )

    def sign(self, ward: Ward, owner: Person, trade: Trade, kind: str) -> str:
        """What hangs over the door, if anything does."""
        rng = self.rng
        if trade is ward.craft and rng.random() < 0.3:
            return f"Kelompok {ward.group}"
        if rng.random() > _SIGNED[kind] * (0.4 if "x" in trade.flags else 1.0):
            return ""
        if trade.key in SHARED_SIGNS and rng.random() < 0.5:
            return rng.choice(SHARED_SIGNS[trade.key])
        roll = rng.random()
        if roll < 0.5:
            own = SIGNS_OF.get(owner.folk)
            signs = own if own and rng.random() < 0.35 else SIGNS_OF[FOLKS[owner.folk].faith]
            return rng.choice(signs) + rng.choice(("", "", "", "", "", " Jaya", " Baru", " 2", " Kasih"))
        if roll < 0.9:
            first = owner.words[0] if len(owner.words[0]) > 2 else " ".join(owner.words)
            return rng.choice((owner.child, owner.child, owner.family or owner.words[-1], first))
        return rng.choice((ward.village.name, rng.choice(ward.village.hamlets).split()[-1], "Dua Saudara"))

    def _row_of_shops(self, district: District, ward: Ward) -> list[Business]:
        rng = self.rng
        folk, _ = self._folk(ward, at_market=True)
        landlord = self.person(ward, folk, male=True)
        called = f"{landlord.honour} {landlord.words[-1]}".strip()
        said = f"{rng.choice(('Ruko', 'Petak', 'Kios Petak', 'Kontrakan'))} {called}"
        base = replace(home_in(rng, ward.village), kind="shop", said=said)
        found: list[Business] = []
        for _ in range(rng.randint(3, 6)):
            for business in self._household(district, ward)[:1]:
                business.spot = self._beside(base, 3e-5)
                business.phone = landlord.phone if rng.random() < 0.08 else business.phone
                found.append(business)
        self.pairs += [("tenants", one.number, other.number) for one, other in pairwise(found)]
        return found

    def _closed_and_opened(self, district: District, ward: Ward) -> list[Business]:
        rng = self.rng
        old, new = self._household(district, ward)[0], self._household(district, ward)[0]
        old.year, new.year = min(old.year, 2019), min(ward.later[0].year, 2023 + rng.randint(0, 2))
        new.spot = self._beside(replace(old.spot, kind="shop"), 2e-5)
        if rng.random() < 0.4:
            new.trade, new.head = old.trade, rng.choice(old.trade.heads)
        if rng.random() < 0.08:
            new.sign = old.sign
        self.closed.add(old.number)
        return [old, self._pair("closed", old, new)]

    def _cooperative(self, district: District, ward: Ward) -> list[Business]:
        rng = self.rng
        found = self._household(district, ward)[:1]
        chair = found[0].owner
        body = self._body(ward, chair, TRADE_OF["kopdit"], rng.choice(_COOPERATIVES).strip())
        shop = [self._pair("chair", body, each) for each in found] if rng.random() < 0.6 else []
        if rng.random() > 0.4:
            return [body, *shop]
        unit = self._body(
            ward, chair, TRADE_OF[rng.choice(("kios", "kdmp", "air"))], f"Unit Toko {body.head} {body.sign}"
        )
        unit = replace(unit, spot=self._beside(body.spot, 1e-4), holder=body.holder, phone=body.phone)
        unit.kind = COOPERATIVE if rng.random() < 0.6 else ENTERPRISE
        return [body, *shop, self._pair("unit", body, unit)]

    def _red_and_white(self, ward: Ward) -> list[Business]:
        word = "Kelurahan" if ward.village.town else "Desa" if ward.village.shore.zone != "papua" else "Kampung"
        chair = self.person(ward, ward.folk, male=self.rng.random() < 0.8)
        body = self._body(ward, chair, TRADE_OF["kdmp"], f"Koperasi {word} Merah Putih {ward.village.name}")
        return [replace(body, year=2025)]

    def _body(self, ward: Ward, chair: Person, trade: Trade, sign: str) -> Business:
        """A cooperative: nobody's own, though its chair answers."""
        self.people += 1
        made = self.business(ward, chair, None, trade, self._home(ward), chair.phone)
        head = "" if "Koperasi" in sign or "Unit" in sign else self.rng.choice(("KSP", "Koperasi", "KSP Kopdit", "KSU"))
        return replace(made, kind=COOPERATIVE, holder=self.people, sign=sign, head=head, form="cooperative", email=None)
