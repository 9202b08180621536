"""The eastern islands: East Nusa Tenggara, Maluku, Papua, North Sulawesi.

A village lives of a few trades: kios with the same twenty goods, *meja pinang*, fish that papalele carry to the market,
ikat that every woman of a hamlet weaves, copra, sopi, pigs. Few families fill a village, so Maria Seran lives there
three times. Beside them Bugis, Butonese, Javanese and Chinese newcomers keep the stalls of the market and the rows of
rented shops; they have no family name, and their signs name the place that they came from. Most shops have no sign.

A business is written down again because another enumerator came the same season, since a border is where each says,
because it has a stall and a house, because a round came some years later, or because the village fund (BUMDes, PKH),
the aid of 2020 (BPUM), the licence desk (OSS) or the Dinas had it in a list that was merged. Some rounds later the sign
is new, the telephone too, the work is another mix, or the widow, a son or a cousin has it.
"""

from collections import Counter
from dataclasses import replace
from random import Random

from kumkm_proof.bench.worlds.islands_doors import written
from kumkm_proof.bench.worlds.islands_people import ENTERPRISE, Business, Hand, Person, Spot, new_phone
from kumkm_proof.bench.worlds.islands_places import District, Ward, across, district_of, home_in, stall_in
from kumkm_proof.bench.worlds.islands_society import NEXT_TRADE, Life
from kumkm_proof.bench.worlds.islands_trades import TRADE_OF
from kumkm_proof.bench.worlds.islands_words import ALSO, SHORES
from kumkm_proof.bench.worlds.labelled import Labelled

_FIRST = {"census": 70, "later": 13, "bpum": 5, "pkh": 3, "bumdes": 4, "oss": 2, "dinas": 3}
_AGAIN = {
    "twice": 4,
    "again": 20,
    "border": 8,
    "places": 28,
    "round": 33,
    "bumdes": 10,
    "pkh": 6,
    "bpum": 6,
    "oss": 3,
    "dinas": 7,
}
_SECOND = {
    "market": 0.17,
    "shop": 0.2,
    "home": 0.145,
    "roadside": 0.165,
    "mobile": 0.16,
    "boat": 0.15,
    "workshop": 0.18,
}


class Told:
    """The rows of a world as they come, with why each was written."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.rows: list[Labelled] = []
        self.whys: list[str] = []
        self.life = Life(rng)
        self.changes: Counter[str] = Counter()

    def village(self, district: District, ward: Ward) -> None:
        """All its doors: first each business once, then those that somebody writes again."""
        rng = self.rng
        begun = self.life.businesses(district, ward)
        for business in begun:
            form = "later" if business.year > 2022 else rng.choices([*_FIRST], [*_FIRST.values()])[0]
            if business.kind != ENTERPRISE and form in {"pkh", "bpum", "bumdes"}:
                form = "dinas"
            if form == "pkh" and business.owner.male and business.kin is None:
                form = "bumdes"
            used: set[str] = set()
            hand, answerer = self._hand(district, ward, form, business), self._answerer(business, form)
            self._row(business, hand, business.spot, answerer, used, "first")
            share = _SECOND[business.spot.kind] + (0.12 if business.kind != ENTERPRISE else 0.0)
            now = business
            done: list[str] = []
            while rng.random() < share and len(done) < 3:
                why = self._reason(district, now, hand, done)
                now, hand = self._again(district, ward, now, hand, used, why)
                done.append(why)
                share = 0.13

    def _row(
        self, business: Business, hand: Hand, spot: Spot, answerer: Person | None, used: set[str], why: str
    ) -> None:
        features = written(self.rng, hand, business, spot, answerer, used)
        self.rows.append(Labelled(features, business.number, business.holder))
        self.whys.append(why)

    def _hand(self, district: District, ward: Ward, form: str, business: Business) -> Hand:
        if form == "census":
            return self.rng.choice(ward.first)
        if form == "later":
            return self.rng.choice(ward.later)
        if form == "oss" and business.email is None and self.rng.random() < 0.5:
            business.email = district.help_mail
        return ward.fund if form == "bumdes" else district.clerks[form]

    def _answerer(self, business: Business, form: str) -> Person | None:
        """Who is put down as the owner, if it is not the owner."""
        kin = business.kin
        if kin is None or business.kind != ENTERPRISE:
            return None
        if form == "pkh":
            return None if not business.owner.male else kin
        return kin if self.rng.random() < {"bpum": 0.2, "oss": 0.12}.get(form, 0.09) else None

    def _again(
        self, district: District, ward: Ward, business: Business, hand: Hand, used: set[str], why: str
    ) -> tuple[Business, Hand]:
        rng = self.rng
        now, there = business, business.spot
        match why:
            case "twice":
                writer = hand
            case "again":
                walkers = ward.later if hand.form == "later" else ward.first
                writer = rng.choice([each for each in walkers if each is not hand])
            case "border":
                other = rng.choice([each for each in district.wards if each is not ward])
                there, writer = across(rng, there, other.village), rng.choice(other.first)
            case "places":
                there = self._other_place(district, ward, business)
                home = next((each for each in district.wards if each.village is there.village), ward)
                writer = rng.choice([each for each in home.first if each is not hand])
            case "round":
                writer = rng.choice(ward.later)
                now = self._years_later(ward, business, max(1, writer.year - 2022))
                there = now.spot
            case _:
                if why == "oss" and business.nib is None:
                    number = f"{rng.choice(('0220', '9120', '1209', '2011', '0812'))}{rng.randrange(10**9):09}"
                    now = replace(business, nib=number)
                writer = self._hand(district, ward, why, now)
                there = business.home if rng.random() < 0.6 else there
        answerer = self._answerer(now, why)
        if answerer is None and why in {"again", "border", "places"} and now.kin and rng.random() < 0.15:
            answerer = now.kin
        self._row(now, writer, there, answerer, used, why)
        return now, writer

    def _reason(self, district: District, business: Business, hand: Hand, done: list[str]) -> str:
        weights = dict(_AGAIN)
        if len(district.wards) < 2 or hand.form == "later":
            weights["border"] = 0
        if not set(business.trade.places) & set("mrk"):
            weights["places"] = 3
        if hand.form == "later":
            weights |= {"round": 0, "places": 0, "again": 30}
        if hand.form not in {"later", "census"}:
            weights["twice"] = 0
        if business.number in self.life.closed:
            weights["round"] = 0
        if (business.owner.male and not business.kin) or business.owner.folk in {"bugis", "jawa", "tionghoa", "toraja"}:
            weights["pkh"] = 0
        if business.trade.key in {"nelayan", "rumput", "tenun", "asap"}:
            weights["dinas"] *= 2
        if business.kind != ENTERPRISE:
            weights |= {"pkh": 0, "bpum": 0, "bumdes": 0, "places": 0, "dinas": 40}
        if business.year > 2022:
            weights |= {"bpum": 0, "pkh": 0, "round": 0}
        for before in (hand.form, *done):
            weights[before] = 0
        return self.rng.choices([*weights], [*weights.values()])[0]

    def _other_place(self, district: District, ward: Ward, business: Business) -> Spot:
        rng = self.rng
        if business.spot.kind in {"market", "roadside", "shop"} and rng.random() < 0.9:
            return business.home
        markets = [each.village for each in district.wards if each.village.market]
        if "m" in business.trade.places and markets:
            return stall_in(rng, rng.choice(markets))
        return replace(home_in(rng, ward.village), kind="roadside")

    def _years_later(self, ward: Ward, business: Business, years: int) -> Business:
        """What a shop has become: mostly the same, with another telephone."""
        rng, owner = self.rng, business.owner
        now = replace(business, sales=business.sales * rng.lognormvariate(0.12, 0.4))
        spot = business.spot
        if rng.random() < 0.1:
            spot = replace(spot, rt=spot.rt + rng.randint(1, 4), hamlet=rng.choice(spot.village.hamlets))
        if rng.random() < 0.2:
            spot = replace(spot, mark=rng.choice(spot.village.marks))
        if rng.random() < 0.022 * years and business.kind == ENTERPRISE:
            spot = replace(home_in(rng, spot.village), kind=spot.kind)
            self.changes["moved"] += 1
        now.spot = spot
        if rng.random() < (0.045 * years if business.sign else 0.03 * years) and business.kind == ENTERPRISE:
            now.sign = self.life.sign(ward, owner, now.trade, "shop")
            self.changes["sign"] += 1
        if rng.random() < 0.13 * years:
            now.phone = new_phone(rng) if rng.random() < 0.8 else None
            now.owner = owner = replace(owner, phone=now.phone)
            self.changes["phone"] += 1
        if rng.random() < 0.3:
            now.also = rng.choice(ALSO) if rng.random() < 0.5 else ""
        after = NEXT_TRADE.get(now.trade.key)
        if after and rng.random() < 0.02 * years:
            now.trade = TRADE_OF[after]
            now.head = rng.choice(now.trade.heads) if rng.random() < 0.6 else now.head
            self.changes["line"] += 1
        if rng.random() < 0.024 * years + (0.02 if owner.born.year < 1962 else 0):
            self._handed_over(ward, now)
        return now

    def _handed_over(self, ward: Ward, now: Business) -> None:
        """After a death, a marriage, a sale to kin; a cooperative has a new chair."""
        rng, owner = self.rng, now.owner
        if now.kind != ENTERPRISE:
            now.owner = self.life.person(ward, ward.folk, male=rng.random() < 0.75)
        elif now.kin is not None and rng.random() < 0.45:
            now.owner, now.kin = now.kin, None
        else:
            now.owner = self.life.heir(ward, owner, child=rng.random() < 0.65)
            now.kin = None
        if now.kind == ENTERPRISE:
            now.holder = now.owner.number
        if now.phone is None or rng.random() < 0.5:
            now.phone = now.owner.phone
        self.changes["owner"] += 1


def told(seed: int, rows: int) -> Told:
    """A world with why each row was written, for those who read it."""
    rng = Random(seed)
    order = rng.sample(range(len(SHORES)), len(SHORES))
    found = Told(rng)
    number = 0
    while len(found.rows) < rows:
        district = district_of(rng, number, order)
        for ward in district.wards:
            if len(found.rows) < rows:
                found.village(district, ward)
        number += 1
    return found


def world(seed: int, rows: int) -> list[Labelled]:
    """About so many rows, in no order."""
    found = told(seed, rows)
    found.rng.shuffle(found.rows)
    return found.rows
