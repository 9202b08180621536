"""How a business of the quarters is written down.

Somebody writes: an enumerator with a tablet of 2022 or 2026, or a clerk whose list was loaded. Each has habits, kept
for all of his rows: whether he asks for the card, how he names a shop without a sign, how much of an address he types,
where his tablet thinks it is under the roofs of a gang, which code he takes. Somebody tells: the owner, the spouse, a
helper who knows little. Between them names get shorter, years rounder, and money a guess.
"""

import math
import random
from typing import Any
from uuid import UUID

from app.linkage.features import Features, features_of
from kumkm_proof.bench.worlds.quarters_said import (
    Pen,
    Person,
    Place,
    Shop,
    address_said,
    nameless,
    person_said,
    sign_said,
    slip_of_digits,
)
from kumkm_proof.bench.worlds.quarters_trades import TRADES, Trade

NEW = {each.codes[0]: each.code_2025 for each in TRADES.values()}
_ALL_CODES = tuple(code for each in TRADES.values() for code in each.codes)
_PLACES = {
    "h": ("home", "home", "home", "home", "home", "stall", "permanent"),
    "k": ("stall", "stall", "semi_permanent", "permanent", "stall"),
    "r": ("permanent", "permanent", "permanent", "permanent", "stall"),
    "m": ("stall", "stall", "permanent", "other"),
    "c": ("mobile", "mobile", "mobile", "stall", "semi_permanent"),
    "o": ("online", "online", "home", "home"),
}
_NAMELESS = {"online": 0.75, "pasar": 0.1}
_EDUCATION = ("none", "primary", "junior", "senior", "diploma", "bachelor", "master")


def point(rng: random.Random, pen: Pen, place: Place) -> tuple[float | None, float | None]:
    if rng.random() >= pen.point:
        return None, None
    if rng.random() < pen.desk_share:
        spread = 0.0 if rng.random() < 0.5 else 4e-5
        return round(pen.desk[0] + rng.gauss(0, spread), 6), round(pen.desk[1] + rng.gauss(0, spread), 6)
    blur = pen.blur * (1 if rng.random() < 0.94 else 6) / 111_000
    if place.market and rng.random() < 0.4:
        blur = 2e-5
    return round(place.lat + rng.gauss(0, blur), 6), round(place.lon + rng.gauss(0, blur), 6)


def code_said(rng: random.Random, pen: Pen, trade: Trade) -> tuple[str, str]:
    """The code, and the edition that it is of as far as one can tell."""
    code = trade.codes[0] if rng.random() < pen.lazy else rng.choices(trade.codes, trade.code_weights)[0]
    if rng.random() < 0.025:
        code = rng.choice(_ALL_CODES)
    if pen.edition == "2025":
        if rng.random() < 0.07:
            return code, "unknown" if code[:2] == "47" else "2025"
        return NEW.get(code, trade.code_2025), "2025"
    if rng.random() < 0.012:
        return trade.code_2025, "unknown"
    return code, "2020"


def rounded(rng: random.Random, pen: Pen, value: float, spread: float) -> int:
    """A sum as it is told: a guess, in round figures."""
    value *= math.exp(rng.gauss(0, spread))
    if pen.bands and rng.random() < 0.8:
        steps = (6, 12, 18, 24, 36, 50, 60, 100, 120, 180, 240, 300, 360, 480, 600, 900, 1200, 1800, 2400)
        return min(steps, key=lambda step: abs(math.log(step * 1e6 / value))) * 1_000_000
    size: int = 10 ** max(0, math.floor(math.log10(max(value, 10))) - (0 if rng.random() < 0.4 else 1))
    return max(size, round(value / size) * size)


def born_said(rng: random.Random, pen: Pen, person: Person, *, sure: bool) -> str:
    born = person.born
    if rng.random() < pen.first_of_january or (not sure and rng.random() < 0.25):
        return f"{born.year + rng.choice((0, 0, -1, 1, 2, -2))}-{rng.choice(('01-01', '01-01', '12-31', '07-01'))}"
    how = rng.random()
    if how < 0.012 and born.day <= 12:
        return f"{born.year}-{born.day:02d}-{born.month:02d}"
    if how < 0.03:
        return f"{born.year + rng.choice((-10, -1, 1, 10))}-{born.month:02d}-{min(born.day, 28):02d}"
    if how < 0.045:
        return f"{born.year}-{born.month:02d}-{rng.randint(1, 28):02d}"
    return born.isoformat()


def phones_said(rng: random.Random, pen: Pen, shop: Shop, shown: Person, teller: str) -> tuple[str, str]:
    """Of the owner, and of who answered."""
    if rng.random() < pen.helper_share:
        return (pen.helper if rng.random() < 0.6 else pen.own), ""
    phone = shown.phone if rng.random() < pen.phone else ""
    if phone and shop.landlord and rng.random() < 0.15:
        phone = shop.landlord
    if phone and rng.random() < 0.012 + pen.slip / 2:
        phone = slip_of_digits(rng, phone)
    other = ""
    if teller != "owner" and pen.tablet and rng.random() < 0.4:
        asked = shop.spouse if teller == "spouse" else shop.guard
        other = asked.phone if asked else ""
    elif not phone and rng.random() < 0.02:
        phone = rng.choice(("0", "08", "000000000000", "08123456789", "081111111111"))
    return phone, other


def row(
    rng: random.Random,
    pen: Pen,
    shop: Shop,
    place: Place,
    told: tuple[str, Person],
    numbers: tuple[str, str],
    year: int,
) -> Features:
    """What is stored of one interview, or of one line of a list; `told` by whom, and who is said to be the owner."""
    teller, shown = told
    cooperative = shop.kind == "cooperative"
    person = person_said(rng, pen, shown, sure=teller == "owner")
    answers = _names(rng, pen, shop, place, (person, shown))
    owner = _owner(rng, pen, shown, sure=teller == "owner")
    owner["name"] = person
    if pen.form in _NAMELESS and rng.random() < _NAMELESS[pen.form]:
        del owner["name"]
    answers["address"] = address_said(rng, pen, place) if rng.random() < 0.97 else ""
    if rng.random() < pen.rt and place.rt and not (place.market and rng.random() < 0.7):
        wrong = rng.random() < 0.05
        answers["rt"] = f"{max(1, place.rt + (rng.choice((-1, 1)) if wrong else 0)):03d}"
        answers["rw"] = f"{place.rw:0{rng.choice((2, 3))}d}"
    phone, other = phones_said(rng, pen, shop, shown, teller)
    if phone:
        (owner if rng.random() < 0.75 else answers)["phone"] = phone
    if other:
        answers["respondent"] = {"phone": other}
    if shop.email and rng.random() < (0.9 if pen.form == "oss" else 0.3 if pen.tablet else 0.5):
        answers["email"] = shop.email
    if cooperative:
        owner.pop("birth_date", None)
    elif numbers[0]:
        owner["nik"] = numbers[0]
    if numbers[1]:
        answers["nib"] = numbers[1]
    answers["chair" if cooperative else "owner"] = owner
    _figures(rng, pen, shop, answers, (teller == "owner", year, shown.sex))
    if not cooperative and (pen.tablet or rng.random() < 0.3):
        if rng.random() < 0.93:
            answers["place_type"] = rng.choice(_PLACES[place.setting])
        if rng.random() < 0.75:
            answers["legal_form"] = shop.form if rng.random() < 0.97 else "other"
    elif pen.form == "oss":
        answers["legal_form"] = shop.form
    code, edition = code_said(rng, pen, shop.trade)
    lat, lon = point(rng, pen, place)
    return features_of(
        UUID(int=rng.getrandbits(128)), shop.kind, place.village, code, answers, lat, lon, kbli_version=edition
    )


def _names(rng: random.Random, pen: Pen, shop: Shop, place: Place, said: tuple[str, Person]) -> dict[str, Any]:
    """The names and the work of a shop; at the house nobody sees the sign of the stall."""
    person, shown = said
    seen = pen.sign * (0.5 if place.setting == "h" and shop.place.setting not in "ho" else 1)
    sign = sign_said(rng, pen, shop.sign) if shop.sign and rng.random() < seen else ""
    if pen.form == "online" and shop.account:
        sign = shop.account
    if shop.kind == "cooperative":
        return {"legal_name": sign or sign_said(rng, pen, shop.sign), **_work(rng, pen, shop)}
    answers = {"legal_name": sign or nameless(rng, pen, shop, person, shown), **_work(rng, pen, shop)}
    if pen.form == "oss" and rng.random() < 0.6:
        answers["legal_name"] = person
    if sign and pen.both_names < 0.6:
        answers["trade_name"] = sign
        if pen.both_names > 0.35 and rng.random() < 0.6:
            answers["legal_name"] = person
    return answers


def _work(rng: random.Random, pen: Pen, shop: Shop) -> dict[str, Any]:
    acts = shop.trade.acts
    act = rng.choice(acts) if rng.random() < 0.35 else acts[pen.voice % len(acts)]
    goods = shop.goods if rng.random() < 0.6 else rng.sample(shop.goods, len(shop.goods))
    answers: dict[str, Any] = {
        "main_activity": act if rng.random() < 0.88 else rng.choice(("Pedagang", "Usaha", "dagang", "jualan")),
        "main_product": goods[0] if rng.random() < 0.7 else ", ".join(goods[:2]),
    }
    if rng.random() < pen.goods:
        answers["products"] = [{"name": each} for each in goods[: rng.randint(1, 4)]]
    return answers


def _owner(rng: random.Random, pen: Pen, shown: Person, *, sure: bool) -> dict[str, Any]:
    owner: dict[str, Any] = {}
    if rng.random() < 0.94:
        owner["sex"] = shown.sex if rng.random() < 0.99 else "male"
    if rng.random() < pen.birth:
        owner["birth_date"] = born_said(rng, pen, shown, sure=sure)
    if rng.random() < pen.rest:
        level = shown.education if rng.random() < 0.8 else min(5, max(0, shown.education + rng.choice((-1, 1))))
        owner["education"] = _EDUCATION[level]
    if shown.disability and rng.random() < 0.5:
        owner["disability"] = shown.disability
    return owner


def _figures(rng: random.Random, pen: Pen, shop: Shop, answers: dict[str, Any], told: tuple[bool, int, str]) -> None:
    sure, now, sex = told
    cooperative = shop.kind == "cooperative"
    if rng.random() < pen.rest * 1.1:
        year = shop.year + rng.choice((0, 0, 0, 0, -1, 1, 1, -2, 3) if sure else (0, 0, -1, 1, 2, -3, -5))
        if pen.round_years and year < 2019 and rng.random() < 0.6:
            year = round(year / 5) * 5
        answers["founded_year" if cooperative else "started_year"] = min(year, now)
    if rng.random() < pen.money:
        sales = rounded(rng, pen, shop.sales * (12e6 if rng.random() > 0.04 else 1e6), 0.4 if sure else 0.65)
        if cooperative:
            answers["business_volume_idr"] = sales
        elif pen.form == "t26" and rng.random() < 0.8:
            answers["sales"] = [{"year": 2025, "idr": sales}]
        else:
            answers["annual_sales_idr"] = sales
    if rng.random() < pen.money * (1.0 if pen.form == "oss" else 0.8):
        answers["founding_capital_idr"] = rounded(rng, pen, shop.capital * 1e6, 0.6)
    if rng.random() < pen.workers:
        paid = max(0, shop.workers + (rng.choice((-1, 0, 1)) if shop.workers > 1 and rng.random() < 0.4 else 0))
        kin = int(pen.counts_owner) + (rng.random() < 0.2)
        answers["workers"] = {"paid_male": paid // 2, "paid_female": paid - paid // 2, f"unpaid_{sex}": kin}
