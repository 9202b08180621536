"""How a row comes to paper in the eastern islands: who writes, who answers, what is left out, what is copied.

An enumerator walks with a tablet, a clerk of the village types a list from his head, an officer of the Dinas types a
pile of forms. A place is said by the church or the school beside it, a point is taken at the door, at the church, at
the office or where the last one was; one telephone serves many, and few know the day of their birth.
"""

from random import Random
from typing import Any
from uuid import UUID

from app.linkage.features import Features, features_of
from kumkm_proof.bench.worlds.islands_people import (
    COOPERATIVE,
    ENTERPRISE,
    Business,
    Hand,
    Person,
    Spot,
    cased,
    likely,
    names_of,
    person_as,
)
from kumkm_proof.bench.worlds.islands_trades import LOST, Trade
from kumkm_proof.bench.worlds.islands_words import LANDMARKS

_HOW_NEAR = ("Depan", "Samping", "Belakang", "Dekat", "Sebelah", "Muka", "Depan", "Dekat")


def address_of(rng: Random, hand: Hand, spot: Spot) -> str:
    """By landmark, hamlet, street, or no more than the village."""
    village = spot.village
    if spot.said and rng.random() < 0.8:
        return _said(rng, spot)
    style = hand.address if rng.random() < 0.7 else rng.choice(("mark", "hamlet", "rt", "village", "full", "street"))
    if style == "street":
        return _street(rng, hand, spot)
    rt = f"RT {spot.rt:0{hand.width}}/RW {spot.rw:0{hand.width}} " if village.counted else ""
    word = "Kel." if village.town else "Desa" if village.shore.zone != "papua" else "Kampung"
    if style == "mark":
        return _near(rng, spot) + (f" {village.name}" if rng.random() < 0.4 else "")
    if style == "full":
        return f"{spot.hamlet} {rt}{word} {village.name} Kec. {village.district}"
    if style == "rt":
        return f"{rt}{spot.hamlet}" if rng.random() < 0.5 else f"{rt}{word} {village.name}"
    start = f"{spot.hamlet}, " if style == "hamlet" else ""
    return f"{start}{word} {village.name}" if rng.random() < 0.5 else spot.hamlet if start else village.name


def _said(rng: Random, spot: Spot) -> str:
    extra = rng.random()
    near = f", {spot.village.name}" if extra < 0.25 else f", {rng.choice(LANDMARKS)}" if extra < 0.3 else ""
    return rng.choice(("", "", "", "Dalam ", "Kompleks ")) + spot.said + near


def _near(rng: Random, spot: Spot) -> str:
    mark = spot.mark if rng.random() < 0.7 else rng.choice(spot.village.marks)
    return f"{rng.choice(_HOW_NEAR)} {mark}"


def _street(rng: Random, hand: Hand, spot: Spot) -> str:
    village = spot.village
    if spot.street:
        rt = f"{spot.street} RT {spot.rt:0{hand.width}}/RW {spot.rw:0{hand.width}}"
        return rt if rng.random() < 0.4 else f"{spot.street}, {_near(rng, spot)}"
    street = rng.choice(village.streets or ("Jalan Desa", "Jalan Raya", "Jln. Poros", "Jalan Trans"))
    return street if village.streets and rng.random() < 0.5 else f"{street} {village.name}"


def point_of(rng: Random, hand: Hand, spot: Spot) -> tuple[float | None, float | None]:
    """At the door, at the church or the office, at the last door, or none."""
    if rng.random() < hand.gaps["point"]:
        return None, None
    style = hand.point if rng.random() < 0.8 else "door"
    last = hand.place.get("point")
    if style == "last" and last is not None and rng.random() < 0.5:
        return float(last[0]), float(last[1])
    village = spot.village
    latitude, longitude, off = spot.latitude, spot.longitude, rng.choice((4e-5, 8e-5, 2e-4))
    if style == "office":
        latitude, longitude = village.latitude, village.longitude
    elif style == "church":
        latitude, longitude = village.latitude + 0.0021, village.longitude - 0.0013
    elif rng.random() < 0.02:
        off = 0.03
    found = round(latitude + rng.gauss(0, off), hand.digits), round(longitude + rng.gauss(0, off), hand.digits)
    hand.place["point"] = found
    return found


def _dialled(hand: Hand, phone: str) -> str:
    if hand.dial in {"+62", "62"}:
        return hand.dial + phone[1:]
    return phone if hand.dial == "0" else hand.dial.join((phone[:4], phone[4:8], phone[8:]))


def _money(rng: Random, real: float, spread: float) -> int:
    value = real * rng.lognormvariate(0, spread)
    if rng.random() < 0.04:
        value /= 12
    step: int = 10 ** max(5, len(str(int(value))) - (1 if rng.random() < 0.55 else 2))
    return max(step, round(value / step) * step)


def _born(rng: Random, who: Person, *, card: bool) -> str:
    if card or (who.sure and rng.random() < 0.7):
        day = who.born
        if rng.random() < 0.03:
            day = day.replace(day=rng.randint(1, 28))
        return day.isoformat()
    year = who.born.year + rng.choice((0, 0, 0, -1, 1, 2, -2))
    return f"{year}-{rng.choice(('01-01', '01-01', '12-31', '07-01'))}"


def number_once(rng: Random, number: str, used: set[str]) -> str | None:
    """A number that no other row of the business has: left out, or with a slip of one or two digits."""
    if number not in used:
        return number
    if rng.random() > 0.17:
        return None
    digits = list(number)
    for at in rng.sample(range(len(digits) - 8, len(digits)), rng.choice((1, 1, 2))):
        digits[at] = str((int(digits[at]) + rng.randint(1, 9)) % 10)
    slipped = "".join(digits)
    return None if slipped in used else slipped


def code_of(rng: Random, hand: Hand, trade: Trade) -> tuple[str, str]:
    """The activity's code as this hand reads it, and its edition; some use the wrong list."""
    new = hand.form == "later" and hand.year >= 2025
    code = hand.codes.get(trade.key)
    if code is None or rng.random() < 0.2:
        codes = trade.codes25 if new and rng.random() > 0.06 else trade.codes
        code = codes[0] if rng.random() < 0.55 else rng.choice(codes)
        hand.codes.setdefault(trade.key, code)
    if trade.places[0] in "msr" and rng.random() < 0.03:
        code = "47112"
    if not new:
        return code, "2020"
    return code, "unknown" if code in LOST else "2025"


def written(
    rng: Random, hand: Hand, business: Business, spot: Spot, answerer: Person | None, used: set[str]
) -> Features:
    """One row: the business as this hand puts it down, asked at this spot; `answerer` passes for the owner, if any."""
    gaps, trade, who, village = hand.gaps, business.trade, answerer or business.owner, spot.village

    def asked(name: str) -> bool:
        return rng.random() >= gaps[name]

    card = rng.random() < hand.card and (answerer is None or rng.random() < 0.6)
    owner = cased(hand, person_as(rng, hand, who, card=card))
    legal, board = names_of(rng, hand, business, owner)
    phrase = hand.phrases.setdefault(trade.key, likely(rng, trade.phrases))
    phrase = phrase if rng.random() < 0.6 else likely(rng, trade.phrases)
    if business.also and rng.random() < 0.4:
        phrase += rng.choice((" dan ", ", ", " + ")) + business.also
    answers: dict[str, Any] = {"legal_name": cased(hand, legal), "main_activity": cased(hand, phrase)}
    if board is not None:
        answers["trade_name"] = cased(hand, board)
    person: dict[str, Any] = {"name": owner}
    if rng.random() > 0.04:
        person["sex"] = "male" if who.male else "female"
    answers["chair" if business.kind == COOPERATIVE else "owner"] = person
    copied = hand.place if hand.place.get("address") and rng.random() < hand.copies else None
    if copied:
        answers |= {name: copied[name] for name in ("address", "rt", "rw") if name in copied}
    else:
        answers["address"] = cased(hand, address_of(rng, hand, spot))
        if village.counted and (not spot.said or rng.random() < 0.3) and asked("rt"):
            answers["rt"], answers["rw"] = f"{spot.rt:0{hand.width}}", f"{spot.rw:0{hand.width}}"
        kept = {name: answers[name] for name in ("address", "rt", "rw") if name in answers}
        hand.place = kept | {"point": hand.place.get("point")}
    latitude, longitude = point_of(rng, hand, spot)
    _reach(rng, hand, business, who, person, answers)
    if asked("product"):
        answers["main_product"] = cased(hand, likely(rng, trade.goods))
    if asked("products"):
        goods = rng.sample(trade.goods, min(len(trade.goods), rng.randint(1, 3)))
        answers["products"] = [{"name": cased(hand, each)} for each in goods]
    if asked("place"):
        answers["place_type"] = spot.kind if rng.random() < 0.85 else rng.choice(("home", "shop", "other"))
    if business.kind == ENTERPRISE and who.nik and (card or rng.random() < 0.3) and asked("nik"):
        nik = number_once(rng, who.nik, used)
        person |= {"nik": nik} if nik else {}
    if business.nib and asked("nib"):
        nib = number_once(rng, business.nib, used)
        answers |= {"nib": nib} if nib else {}
    if asked("birth"):
        person["birth_date"] = _born(rng, who, card=card)
    _figures(rng, hand, business, who, person, answers)
    used.update(each for each in (person.get("nik"), answers.get("nib")) if each)
    code, edition = code_of(rng, hand, trade)
    row = UUID(int=rng.getrandbits(128))
    return features_of(row, business.kind, village.code, code, answers, latitude, longitude, edition)


def _reach(
    rng: Random, hand: Hand, business: Business, who: Person, person: dict[str, Any], answers: dict[str, Any]
) -> None:
    """Telephones: the owner's, the house's, the one of the whole hamlet, the enumerator's own, or none."""
    phone = who.phone or business.phone
    if phone is None and rng.random() < (0.15 if business.spot.village.town else 0.4):
        phone = rng.choice(business.spot.village.phones) if rng.random() < 0.8 else hand.own_phone
    if phone is None and rng.random() < 0.03:
        phone = rng.choice(("081234567890", "080000000000", "082111111111"))
    if phone is not None and rng.random() >= hand.gaps["phone"]:
        if rng.random() < 0.025:
            phone = phone[:-1] + str(rng.randrange(10))
        (person if rng.random() < 0.6 else answers)["phone"] = _dialled(hand, phone)
    if business.email and rng.random() >= hand.gaps["email"]:
        answers["email"] = business.email
    if rng.random() >= hand.gaps["respondent"]:
        answers["respondent"] = {"name": person["name"]}
        if phone is not None and rng.random() < 0.5:
            answers["respondent"]["phone"] = _dialled(hand, phone)


def _figures(
    rng: Random, hand: Hand, business: Business, who: Person, person: dict[str, Any], answers: dict[str, Any]
) -> None:
    """Years, money, workers, schooling; some copy them from the row before."""
    fresh: dict[str, Any] = {}
    if rng.random() >= hand.gaps["started"]:
        off = rng.choice((0, 0, 0, 0, 0, 0, 1, -1, 2, -2, 3)) if rng.random() < 0.9 else rng.randint(-6, 6)
        fresh["started_year"] = min(hand.year, business.year + off)
    if rng.random() >= hand.gaps["capital"]:
        fresh["founding_capital_idr"] = _money(rng, business.capital * 1e6, 0.5)
    if rng.random() >= hand.gaps["sales"]:
        sum_ = _money(rng, business.sales * 1e6, 0.4)
        if hand.form == "later":
            fresh["sales"] = [{"year": hand.year - 1, "idr": sum_}]
        else:
            fresh["annual_sales_idr"] = sum_
    if rng.random() >= hand.gaps["workers"]:
        counts = [
            max(0, each + (rng.choice((-1, 1)) if each and rng.random() < 0.2 else 0)) for each in business.workers
        ]
        names = ("paid_male", "paid_female", "unpaid_male", "unpaid_female")
        fresh["workers"] = dict(zip(names, counts, strict=True))
    if rng.random() >= hand.gaps["form"]:
        fresh["legal_form"] = business.form if rng.random() < 0.95 else "other"
    if hand.figures and rng.random() < hand.copies:
        fresh = {name: value for name, value in hand.figures.items() if name != "legal_form" or rng.random() < 0.5}
    else:
        hand.figures = fresh
    answers |= fresh
    if rng.random() >= hand.gaps["school"]:
        person["education"] = who.school if rng.random() < 0.88 else rng.choice(("primary", "junior", "senior"))
    if rng.random() > 0.3:
        person["disability"] = "none" if rng.random() > 0.01 else "physical"
    if business.kind == COOPERATIVE:
        for old, new in (("sales", "business_volume"), ("annual_sales_idr", "business_volume_idr")):
            if old in answers:
                answers[new] = answers.pop(old)
        if "started_year" in answers:
            answers["founded_year"] = answers.pop("started_year")
