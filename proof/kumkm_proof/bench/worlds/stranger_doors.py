"""What stands behind a door of the regency, and what enumerators and lists make of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from math import cos, hypot, radians
from random import Random
from typing import Any
from uuid import UUID

from app.linkage.features import Features, features_of
from kumkm_proof.bench.worlds.stranger_words import Activity

KM = 1 / 111.2  # degrees


class Dice(Random):
    def chance(self, share: float) -> bool:
        return self.random() < share

    def of(self, text: str) -> str:
        return self.choice(text.split(",")).strip()

    def digits(self, count: int) -> str:
        return "".join(self.choices("0123456789", k=count))

    def phone(self) -> str:
        return self.choice(("0852", "0853", "0822", "0812", "0813", "0821", "0878")) + self.digits(8)


@dataclass
class Corner:
    """An RT: its street, where it is, and where an enumerator stands who does not go in."""

    rt: str
    rw: str
    street: str
    at: tuple[float, float]
    end: tuple[float, float]


@dataclass
class Village:
    code: str
    name: str
    kind: str
    at: tuple[float, float]
    office: str  # its phone
    corners: list[Corner] = field(default_factory=list)
    hands: list["Hand"] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)  # of people who live here, for namesakes
    neighbour: "Village | None" = None
    cooperative: str = ""


@dataclass
class Hand:
    """An enumerator. Shares are of rows where it does so; a pet code is what it always takes for an activity."""

    asks: dict[str, float]
    point: str
    firm: float
    office: float
    careful: float
    old: float
    pets: dict[str, str] = field(default_factory=dict)


@dataclass
class Person:
    owner: int
    name: str
    sex: str
    born: date
    nik: str
    phone: str
    nick: str
    title: str
    schooling: str
    disability: str


@dataclass
class Business:
    number: int
    person: Person
    kin: list[Person]
    kind: str
    village: Village
    corner: Corner
    at: tuple[float, float]
    address: str
    activity: Activity
    side: Activity | None
    products: list[str]
    sign: str
    legal: str
    form: str
    nib: str
    phone: str
    email: str
    year: int
    sales: float
    capital: float
    workers: tuple[int, int]
    owner: int


def near(dice: Dice, at: tuple[float, float], km: float) -> tuple[float, float]:
    """A point within three times the distance, mostly within one."""
    north, east = (max(-2.0, min(2.0, dice.gauss(0, 0.7))) * km * KM for _ in "ne")
    return at[0] + north, at[1] + east


def slip(dice: Dice, word: str) -> str:
    """One slip of the finger: two neighbours exchanged, one other digit, one letter lost or doubled."""
    at = dice.randrange(len(word) - 1)
    if word.isdigit():
        if dice.chance(0.45) and word[at] != word[at + 1]:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        return word[:at] + str((int(word[at]) + dice.randrange(1, 10)) % 10) + word[at + 1 :]
    other = dice.choice((word[at + 1] + word[at], word[at], word[at] * 2 + word[at + 1]))
    return word[:at] + other + word[at + 2 :]


def _as_written(dice: Dice, hand: Hand, person: Person) -> str:
    """The name as this hand writes it."""
    words = person.name.split()
    short = {
        "Muhammad": "Muh.,M.,Moh.,Muhamad,Mohammad,H.M.",
        "Abdul": "Abd.,Abdul,A.",
        "Ahmad": "Akhmad,Achmad,A.",
        "Siti": "St.,Siti,Sitti",
        "I": "I",
        "Ni": "Ni",
        "Wayan": "Wyn.,Wayan",
        "Nyoman": "Nym.,Nyoman",
        "Maria": "M.,Maria",
    }
    words = [dice.of(short[word]) if word in short and dice.chance(0.3) else word for word in words]
    if dice.chance(hand.old):
        for new, old in (("u", "oe"), ("U", "Oe"), ("j", "dj"), ("J", "Dj"), ("c", "tj"), ("C", "Tj"), ("y", "j")):
            words = [word.replace(new, old) for word in words]
    words = [word.replace("Nor", dice.of("Noor,Nur,Nor")) if word.startswith("Nor") else word for word in words]
    if dice.chance(0.05):
        words = [slip(dice, word) if len(word) > 4 and dice.chance(0.6) else word for word in words]
    if len(words) > 1 and words[0] not in ("I", "Ni"):
        if dice.chance(0.1):
            words = words[:-1]
        elif dice.chance(0.05):
            words = words[::-1]
        elif dice.chance(0.04):
            words = [*words[:-1], words[-1][0] + "."]
    written = " ".join(words)
    if dice.chance(0.09 - 0.06 * hand.careful):
        written = person.nick
    elif person.title and dice.chance(0.55):
        written = written + person.title if person.title.startswith(",") else person.title + " " + written
    return written


def _holder(
    dice: Dice, hand: Hand, shop: Business, person: Person, asks: dict[str, bool], phone: str
) -> dict[str, Any]:
    """What is written of the owner or the chair."""
    block: dict[str, Any] = {"name": _as_written(dice, hand, person), "sex": person.sex}
    if asks["schooling"]:
        other = dice.choice(("primary", "junior", "senior"))
        block |= {"education": person.schooling if dice.chance(0.88) else other, "disability": person.disability}
    if asks["phone"] and dice.chance(0.6):
        block["phone"] = phone
    if shop.kind == "enterprise" and asks["nik"]:
        block["nik"] = person.nik if dice.chance(0.97) else slip(dice, person.nik)
    if asks["birth"]:
        born = person.born
        if dice.chance(0.05):
            born = born.replace(year=born.year + dice.choice((-1, 1)), day=min(born.day, 28))
        elif dice.chance(0.05):
            born = born.replace(month=1, day=1)  # a person who does not know the day says the year
        block["birth_date"] = born.isoformat()
    return block


def _told(
    dice: Dice, hand: Hand, shop: Business, reason: str
) -> tuple[dict[str, Any], tuple[float, float] | None, str, str]:
    """Answers, point, region and code of a business as this hand writes them."""
    asks = {what: dice.chance(share) for what, share in hand.asks.items()}
    person = shop.person
    if reason == "kin" and shop.kin:
        person = dice.choice(shop.kin)
    main, products = shop.activity, list(shop.products)
    if shop.side:
        if dice.chance(0.15):
            main = shop.side
        products += [shop.side.products[0]] if dice.chance(0.8) or main is shop.side else []
    said = main.said[0] if dice.chance(0.5) else dice.choice(main.said)
    if shop.side and main is shop.activity and dice.chance(0.3):
        said += " dan " + shop.side.said[0]
    if dice.chance(0.3):
        dice.shuffle(products)
    pet = hand.pets.setdefault(main.said[0], dice.choice(main.codes))
    code = pet if dice.chance(0.8) else dice.choice(main.codes)
    corner, village = shop.corner, shop.village
    region = village.neighbour if village.neighbour and dice.chance(0.02 + 0.06 * (reason == "two")) else village
    phone = shop.phone if dice.chance(0.8) else person.phone
    if dice.chance(hand.office):
        phone = village.office
    elif phone and dice.chance(0.03):
        phone = slip(dice, phone)
    sign = shop.sign
    if not sign and asks["sign"] and dice.chance(0.25):
        sign = f"{main.signs[0]} {person.nick}"
    elif sign and dice.chance(0.1):
        sign = slip(dice, sign.split()[-1]) if " " not in sign else " ".join(sign.split()[1:])
    block = _holder(dice, hand, shop, person, asks, phone)
    address = shop.address
    if dice.chance(0.25):
        address = corner.street if dice.chance(0.6) else address.replace("Jl. ", "Jalan ").replace(" No. ", " ")
    if dice.chance(0.1) and asks["rt"]:
        address = f"{address} RT {corner.rt} {village.name}"
    capital = round(shop.capital * dice.lognormvariate(0, 0.3)) * 1_000_000
    rt = corner.rt if dice.chance(0.95) else str(dice.randrange(1, 12))
    if dice.chance(0.08):  # the number on the house is not that on the card
        address = f"{address.split(' No. ')[0]} No. {dice.randrange(1, 90)}"
    sales = shop.sales * dice.lognormvariate(0, 0.32)
    workers = (shop.workers[0], max(0, shop.workers[1] + dice.choice((0, 0, 0, 1, -1))))
    began = shop.year + (dice.choice((-5, -3, -2, -1, -1, 1, 1, 2, 3)) if dice.chance(0.42) else 0)
    if dice.chance(0.12):
        began = 5 * (shop.year // 5)
    sales /= 12 if dice.chance(0.025) else 1
    answers: dict[str, Any] = {
        "chair" if shop.kind == "cooperative" else "owner": block,
        "legal_name": shop.legal if dice.chance(0.85) else sign,
        "trade_name": sign if asks["sign"] else "",
        "main_activity": said,
        "main_product": products[0] if asks["product"] else "",
        "products": [{"name": each} for each in products[1:]] if asks["products"] else None,
        "address": address if asks["address"] else village.name,
        "phone": phone if asks["phone"] else "",
        "email": shop.email if asks["email"] else "",
        "rt": rt.zfill(3) if hand.careful > dice.random() and asks["rt"] else rt if asks["rt"] else "",
        "rw": corner.rw if asks["rt"] else "",
        "started_year": began if asks["year"] else None,
        "annual_sales_idr": max(1, round(sales / 1.2)) * 1_200_000 if asks["money"] else None,
        "founding_capital_idr": capital if asks["capital"] else None,
        "workers": dict(zip(("unpaid_male", "paid_male"), workers, strict=True)) if asks["workers"] else None,
        "place_type": main.place if dice.chance(0.88) else dice.of("home,shop,roadside"),
        "legal_form": shop.form if dice.chance(0.95) else "individual",
        "nib": shop.nib if asks["nib"] else "",
    }
    if reason == "list":  # the lists have a column of their own for few things
        answers |= {"rw": "", "place_type": "", "workers": None}
    habit = hand.point if dice.chance(hand.firm) else dice.choice(("door", "corner", "none", "door"))
    points: dict[str, tuple[float, float] | None] = {
        "door": near(dice, shop.at, 0.012),
        "corner": near(dice, corner.end, 0.02),
        "office": near(dice, village.at, 0.01),
        "none": None,
    }
    return answers, points[habit], region.code, code


def new_hand(dice: Dice) -> Hand:
    """Missing answers come from the hand: what it hardly ever asks, it leaves out for all."""
    careful = dice.betavariate(3, 2)
    usual = {
        "nik": 0.82,
        "birth": 0.7,
        "phone": 0.8,
        "email": 0.5,
        "sign": 0.9,
        "product": 0.94,
        "products": 0.6,
        "address": 0.95,
        "rt": 0.86,
        "year": 0.9,
        "money": 0.86,
        "capital": 0.6,
        "workers": 0.88,
        "nib": 0.85,
        "schooling": 0.85,
    }
    asks = {what: min(0.98, share * (0.75 + 0.35 * careful)) for what, share in usual.items()}
    for what in dice.sample(sorted(usual), 3):
        if dice.chance(0.5):
            asks[what] = 0.05
    habit = dice.choices(("door", "corner", "office", "none"), (60, 24, 8, 8))[0]
    office = 0.5 if dice.chance(0.06) else 0.01
    return Hand(asks, habit, dice.uniform(0.8, 0.97), office, careful, 0.5 if dice.chance(0.1) else 0.02)


def list_of_dinas() -> Hand:
    """A list has a name, a number, an address, a word of what is done; it was typed with little care."""
    asks = dict.fromkeys("email products schooling workers rt year capital birth".split(), 0.06)
    asks |= {"nik": 0.6, "phone": 0.6, "sign": 0.75, "product": 0.7, "address": 0.9, "money": 0.35, "nib": 0.4}
    return Hand(asks, "none", 0.86, 0.03, 0.1, 0.06)


def row_of(dice: Dice, hand: Hand, shop: Business, reason: str, seen: Sequence[Features]) -> Features:
    """A row whose numbers no earlier row of the business has."""
    answers, point, region, code = _told(dice, hand, shop, reason)
    holder = answers.get("owner", {})
    niks, nibs = {each.nik for each in seen}, {each.nib for each in seen}
    for block, name, known in ((holder, "nik", niks), (answers, "nib", nibs)):
        slipped = dice.chance(0.45)
        while block.get(name) and block[name] in known:
            block[name] = slip(dice, block[name]) if slipped else None
    at = point or (None, None)
    return features_of(UUID(int=dice.getrandbits(128), version=4), shop.kind, region, code, answers, *at)


def legible(one: Features, two: Features) -> bool:
    """Whether a person who sees both rows whole could say that they are one: by who it is, and by what and where."""
    shared = [set(a) & set(b) for a, b in ((one.owner, two.owner), (one.contacts, two.contacts))]
    who = min(3, 2 * len(shared[0])) + 3 * bool(shared[1]) + 2 * (one.birth is not None and one.birth == two.birth)
    if one.nik and two.nik:
        who += 3 * (sum(a != b for a, b in zip(one.nik, two.nik, strict=True)) < 3)
    what = 2 * bool((set(one.trade) | set(one.name)) & (set(two.trade) | set(two.name)))
    what += min(2, len(set(one.activity) & set(two.activity)))
    where = min(2, len(set(one.address) & set(two.address)) // 2)
    if None not in (one.latitude, two.latitude, one.longitude, two.longitude):
        north = (one.latitude or 0.0) - (two.latitude or 0.0)
        east = ((one.longitude or 0.0) - (two.longitude or 0.0)) * cos(radians(2.5))
        where += 2 * (hypot(north, east) < 0.1 * KM)
    enough = what + where >= 3 and who + what + where > 5
    return enough and (bool(who) or bool((set(one.trade) & set(two.trade)) and where > 1))
