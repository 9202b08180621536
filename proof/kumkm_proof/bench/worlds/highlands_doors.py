"""How a business of the highlands is written down: what each hand makes of a name, a sign, an address, a sum.

Names are said as the village says them, by the owner or by somebody who was at home; works are read into codes one way
or the other; a month's sales stand for a year's.
"""

from random import Random
from typing import Any, NamedTuple

from kumkm_proof.bench.worlds.highlands_hands import Door, Hand
from kumkm_proof.bench.worlds.highlands_people import Business, Person, number, spoken
from kumkm_proof.bench.worlds.highlands_trades import Trade
from kumkm_proof.bench.worlds.highlands_words import CHILDREN, LONG_FORMS, MARGINS, PEOPLES, VARIANTS

Answers = dict[str, Any]


class Written(NamedTuple):
    """A row before features are made of it."""

    answers: Answers
    region: str
    kbli: str
    edition: str
    latitude: float | None
    longitude: float | None


_BESIDE = dict(zip("abdefghijklmnoprstuwyz", "svsrdgjuohknmnipearyetx", strict=False))


def slip(rng: Random, text: str) -> str:
    """A slip of the finger."""
    if len(text) < 5:
        return text
    at, chance = rng.randrange(1, len(text) - 1), rng.random()
    if chance < 0.3:
        return text[:at] + text[at + 1 :]
    if chance < 0.52:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if chance < 0.72:
        return text[:at] + text[at] + text[at:]
    return text[:at] + _BESIDE.get(text[at], text[at]) + text[at + 1 :]


def heard(rng: Random, name: str) -> str:
    """The same name in another spelling."""
    low = name.lower()
    for _ in range(7):
        old, new = rng.choice(VARIANTS)
        at = low.find(old)
        if at >= 0:
            return " ".join(word.capitalize() for word in (low[:at] + new + low[at + len(old) :]).split())
    return name


def _with_clan(rng: Random, who: Person) -> str:
    """Initial and marga, marga alone, first name and marga, marga cut short, marga first."""
    first, clan, chance = who.first, who.clan, rng.random()
    bride = who.female and who.people != "mandailing"
    short = clan.split()[0]
    ways = (
        (0.28, f"{first[0]}. {clan}"),
        (0.46, f"{'br' if who.female else 'Pak'} {clan}"),
        (0.72, f"{spoken(who.people, first)} {'br. ' if bride else ''}{clan}"),
        (0.86, who.name.replace(short, MARGINS.get(short, short[0] + "."))),
        (1.0, f"{clan}, {first}"),
    )
    return next(way for until, way in ways if chance < until)


def _loosely(rng: Random, who: Person, spouse: Person | None) -> str:
    """The name as it is said in the village."""
    first, chance = who.first, rng.random()
    if who.clan and who.clan in who.name and who.people not in {"minang", "chinese"} and rng.random() < 0.58:
        return _with_clan(rng, who)
    if "Muhammad" in first:
        return who.name.replace("Muhammad", "Mhd." if chance < 0.5 else "M.")
    if "Mhd." in first:
        return who.name.replace("Mhd.", "Muhammad" if chance < 0.5 else "M.")
    polite = ("Bu ", "Ibu ", "Ny. ") if who.female else ("Pak ", "Bpk. ")
    of_spouse = spouse.first if who.female and spouse and rng.random() < 0.2 else first
    ways = (
        (0.48, first.split()[-1] if who.people == "balinese" else first),
        (0.7, who.called),
        (0.88, rng.choice(polite) + spoken(who.people, of_spouse)),
        (1.0, " ".join(reversed(who.name.split()))),
    )
    return next(way for until, way in ways if chance < until)


def name_of(rng: Random, who: Person, spouse: Person | None, door: Door) -> str:
    name, near = who.name, door.informant == "owner"
    loose = 0.06 if door.form.name == "list" else door.hand.short * (1 if near else 1.8)
    chance = rng.random()
    if chance < loose:
        name = _loosely(rng, who, spouse)
    elif who.title and chance < 0.62:
        behind = who.title[0] in "SA" and "_" not in who.title and not who.title.startswith("St")
        behind = behind or who.title[:2] in {"St", "Dt", "Pk"}
        name = f"{name}, {who.title}" if behind and "." in who.title[1:2] else f"{name} {who.title}" if behind else name
        name = name if behind else f"{who.title} {name}"
    if rng.random() < (0.07 if near else 0.17):
        name = heard(rng, name)
    return slip(rng, name) if rng.random() < door.hand.slip else name


def _cased(hand: Hand, text: str) -> str:
    if hand.case == "upper":
        return text.upper()
    return text.lower() if hand.case == "lower" else text


def business_name(rng: Random, business: Business, door: Door, owner: str) -> str:
    hand, trade, chance = door.hand, business.trade, rng.random()
    first = owner.split(",")[0].split()
    if business.sign and chance > (0.42 if door.form.name == "list" else 0.13):
        text = business.sign
        before, _, rest = text.partition(" ")
        if before in LONG_FORMS and rng.random() < 0.3:
            text = f"{LONG_FORMS[before]} {rest}"
        elif rest and rng.random() < 0.1 and business.kind == "enterprise":
            text = rest
        elif rest and before in trade.signs and rng.random() < 0.1:
            text = f"{rng.choice(trade.signs).strip('=-') or before} {rest}"
        elif rng.random() < 0.05:
            text = f"{text} ({first[0]})"
        text = heard(rng, text) if rng.random() < 0.03 else text
        return slip(rng, text) if rng.random() < hand.slip else text
    habit = hand.unnamed if chance * 7 % 1 < 0.75 else ("owner", "kind", "generic", "work")[int(chance * 400) % 4]
    before = next((each for each in trade.signs if each[0] not in "=-"), "Usaha")
    if habit == "owner":
        return owner
    if habit == "kind":
        return f"{before} {' '.join(first[:2]) if rng.random() < 0.4 else business.owner.called}"
    if habit == "dash":
        return rng.choice(("-", "tidak ada", "-", "Tidak ada nama"))
    if habit == "generic":
        return f"{before} {trade.name.replace('_', ' ')}" if before != "Usaha" else f"Usaha {business.goods[0]}"
    return phrase(rng, trade, hand)


def phrase(rng: Random, trade: Trade, hand: Hand) -> str:
    """What a hand writes of this work: nearly always the same."""
    kept = hand.phrases.setdefault(trade.name, rng.choice(trade.said))
    return kept if rng.random() < 0.6 else rng.choice(trade.said)


def address_of(rng: Random, business: Business, door: Door) -> str:
    place, hand = door.place, door.hand
    where = place.village
    unit = {"north": "Desa", "west": "Nagari"}.get(where.area.part, "Desa")
    if where.area.part == "south":
        unit = {"18.02": "Kampung", "18.08": "Kampung", "18.07": "Desa"}.get(where.area.code, "Pekon")
    if place.building:
        text = place.building
        if business.stall and place is business.place and rng.random() < 0.3:
            text += " " + business.stall
        return text + (f" {unit} {where.name}" if rng.random() < 0.25 else "")
    style = hand.address if rng.random() < 0.8 else rng.choice(("full", "street", "hamlet", "landmark"))
    street = place.street.replace("Jl.", hand.road)
    if street and place.number and rng.random() < 0.8:
        street += f"{' No. ' if rng.random() < 0.7 else ' '}{place.number}"
    if style == "village":
        return f"{unit} {where.name}"
    if style == "full":
        parts = [street, place.hamlet]
        if place.rt and rng.random() < 0.5:
            parts.append(f"RT {place.rt.lstrip('0')} RW {place.rw.lstrip('0')}")
        parts.append(f"{unit} {where.name}" if rng.random() < 0.75 else where.name)
        return " ".join(filter(None, parts))
    if style == "landmark" and place.landmark:
        return f"{street or place.hamlet} {place.landmark}"
    return street if street and style == "street" else place.hamlet


_OF_A_DESK = "47112"  # what is typed where a list has no code, and the form asks for one


def _code(rng: Random, trade: Trade, door: Door) -> tuple[str, str]:
    """The code and its edition: a reading of the work, the habit of a lazy hand, or a code of another edition."""
    hand, form = door.hand, door.form
    if form.name == "list" and rng.random() > form.asks["kbli"]:
        return _OF_A_DESK, form.edition
    if hand.lazy and trade.codes[0][:2] in {"47", "56"} and form.edition == "2020" and rng.random() < 0.8:
        return hand.lazy, "2020"
    chance = rng.random()
    reading = 0 if chance < 0.66 else 1 if chance < 0.88 else 2
    at = hand.readings.setdefault(trade.name, reading)
    at = reading if rng.random() < 0.3 else at
    codes, edition = (trade.newer, "2025") if form.edition == "2025" else (trade.codes, "2020")
    if rng.random() < 0.025:
        codes, edition = (trade.codes, "unknown") if edition == "2025" else (trade.newer, "unknown")
        edition = "2020" if codes == trade.newer == trade.codes else edition
    code = codes[min(at, len(codes) - 1)]
    return (f"{code[:4]}{rng.randrange(1, 10)}", edition) if rng.random() < 0.01 else (code, edition)


def _sum(rng: Random, value: int, hand: Hand, *, near: bool) -> int:
    """A sum as it is told: rounded, a month taken for a year, or what the hand writes for all."""
    told = value * rng.lognormvariate(0, 0.22 if near else 0.5)
    if hand.sums == "same" and rng.random() < 0.6:
        return rng.choice((12_000_000, 24_000_000, 36_000_000, 60_000_000))
    if rng.random() < 0.04:
        told /= 12
    step = 12_000_000 if hand.sums == "month" and told > 20_000_000 else 5_000_000 if told > 30_000_000 else 1_000_000
    if hand.sums == "round":
        step = 10 ** (len(str(int(told))) - 1)
    return max(round(told / step) * int(step), 500_000)


def _owner_block(rng: Random, business: Business, door: Door) -> tuple[Person, Answers]:
    who, asks, hand = business.owner, door.form.asks, door.hand
    if business.spouse and business.kind == "enterprise":
        mistaken = {"owner": 0.03, "spouse": 0.24, "child": 0.14, "worker": 0.16}[door.informant]
        if rng.random() < mistaken and door.form.name != "list":
            who = business.spouse
    spouse = business.spouse if who is business.owner else business.owner
    block: Answers = {"name": name_of(rng, who, spouse, door)}
    near = 1.0 if door.informant == "owner" else 0.7
    if rng.random() < asks["sex"]:
        block["sex"] = ("female" if who.female else "male") if rng.random() < 0.992 else "male"
    if rng.random() < asks["birth"] * near:
        year = who.born + (rng.choice((-1, 1, -2, 2, 5)) if rng.random() > (0.97 if near == 1.0 else 0.7) else 0)
        exact = rng.random() < (0.93 if near == 1.0 else 0.55)
        block["birth_date"] = f"{year}{who.birthday[4:]}" if exact else f"{year}-{'01-01' if near == 1.0 else '07-01'}"
    if rng.random() < asks["nik"] * hand.nik * near:
        nik = who.nik
        if rng.random() < 0.035:
            at = rng.randrange(16)
            nik = nik[:at] + number(rng, 1) + nik[at + 1 :] if rng.random() < 0.7 else nik[:at] + nik[at + 1 :]
        block["nik"] = nik
    if rng.random() < asks["education"]:
        block["education"] = (
            who.education if rng.random() < 0.85 * near else rng.choice(("primary", "junior", "senior"))
        )
    if rng.random() < asks["education"] * 0.8:
        block["disability"] = "none" if not who.disabled else "physical"
    if rng.random() < asks["phone"] * hand.phone:
        phone = who.phone
        if spouse and rng.random() < (0.1 if phone else 0.6):
            phone = spouse.phone or phone
        if (not phone or rng.random() < 0.25) and rng.random() < hand.own_share:
            phone = hand.own_phone
        if phone:
            block["phone"] = phone if rng.random() > 0.02 else phone[:-2] + number(rng, 2)
    return who, block


_PLACES = {
    "shop": ("permanent_building", "shop_house"),
    "home": ("home", "permanent_building"),
    "stall": ("market_stall", "semi_permanent"),
    "farm": ("land", "home"),
    "mobile": ("mobile", "home"),
}


def _figures(rng: Random, business: Business, door: Door, answers: Answers) -> None:
    """The later pages of the form: what fewer people know, and are asked in more haste."""
    hand, place, asks, near = door.hand, door.place, door.form.asks, door.informant == "owner"
    if business.nib and rng.random() < asks["nib"] * (1.0 if near else 0.5):
        answers["nib"] = business.nib
    if rng.random() < asks["place"]:
        seen = _PLACES["stall" if "asar" in place.building else business.trade.place]
        answers["place_type"] = seen[0] if rng.random() < 0.78 else seen[1]
    if rng.random() < asks["form"]:
        answers["legal_form"] = business.form if rng.random() < 0.97 else "none"
    if rng.random() < asks["started"] * (1.0 if near else 0.75):
        moved = rng.random() > (0.75 if near else 0.45)
        year = business.started + (rng.choice((-3, -2, -1, 1, 1, 2, 4)) if moved else 0)
        year = round(year / 5) * 5 if door.year - year > 8 and rng.random() < 0.35 else year
        answers["started_year" if business.kind == "enterprise" else "founded_year"] = min(year, door.year)
    if rng.random() < asks["capital"] * hand.money:
        answers["founding_capital_idr"] = _sum(rng, business.capital, hand, near=False)
    if rng.random() < asks["sales"] * hand.money:
        told = _sum(rng, business.sales, hand, near=near)
        answers["annual_sales_idr" if business.kind == "enterprise" else "business_volume_idr"] = told
    if rng.random() < asks["workers"]:
        counts = [each + (rng.random() < 0.12) - (each > 1 and rng.random() < 0.15) for each in business.workers]
        keys = ("paid_male", "paid_female", "unpaid_male", "unpaid_female")
        answers["workers"] = {key: each for key, each in zip(keys, counts, strict=True) if each or near}


def write(rng: Random, business: Business, door: Door) -> Written:
    """The row of a business as a hand fills the form."""
    hand, place, asks = door.hand, door.place, door.form.asks
    who, block = _owner_block(rng, business, door)
    trade = business.also if business.also and rng.random() < 0.24 else business.trade
    slipped = rng.random() < hand.slip
    work = phrase(rng, trade, hand)
    if business.also and trade is business.trade and rng.random() < 0.3:
        work += f" dan {business.also.name.replace('_', ' ')}"
    answers: Answers = {
        "legal_name": _cased(hand, business_name(rng, business, door, block["name"])),
        "address": _cased(hand, address_of(rng, business, door)),
        "main_activity": _cased(hand, slip(rng, work) if slipped else work),
    }
    block["name"] = _cased(hand, block["name"])
    answers["owner" if business.kind == "enterprise" else "chair"] = block
    goods = business.goods[:] if trade is business.trade else list(trade.goods[:2])
    if rng.random() < 0.4:
        rng.shuffle(goods)
    if rng.random() < asks["product"]:
        answers["main_product"] = _cased(hand, goods[0])
    if rng.random() < asks["products"]:
        answers["products"] = [{"name": _cased(hand, each)} for each in goods[: rng.randint(1, 3)]]
    if rng.random() < asks["trade"] * hand.trade:
        called = who.called if rng.random() < 0.7 else rng.choice(CHILDREN[PEOPLES[who.people].muslim])
        called = f"{rng.choice(('Warung', 'Kedai', 'Toko', 'Usaha'))} {called}"
        answers["trade_name"] = _cased(hand, business.sign or (called if rng.random() < 0.4 else answers["legal_name"]))
    if place.rt and not place.building and rng.random() < asks["rt"]:
        answers["rt"], answers["rw"] = place.rt if rng.random() < 0.95 else f"{rng.randint(1, 9):03d}", place.rw
    if business.phone and rng.random() < asks["phone"] * hand.phone * 0.7:
        answers["phone"] = business.phone
    if rng.random() < asks["respondent"]:
        speaks = {"owner": business.owner, "spouse": business.spouse, "child": business.heir}.get(door.informant)
        phone = hand.own_phone if rng.random() < hand.own_share * 0.5 else speaks.phone if speaks else ""
        answers["respondent"] = {"name": speaks.first if speaks else "karyawan", "phone": phone}
    if business.email and rng.random() < asks["email"] * 0.6:
        answers["email"] = business.email
    _figures(rng, business, door, answers)
    code, edition = _code(rng, trade, door)
    return Written(answers, door.village, code, edition, *_point(rng, door))


def _point(rng: Random, door: Door) -> tuple[float | None, float | None]:
    hand, place = door.hand, door.place
    if rng.random() > door.form.asks["point"] * hand.point:
        return None, None
    latitude, longitude, metres = place.latitude, place.longitude, hand.metres
    if rng.random() < hand.desk or door.form.name == "list":
        latitude, longitude, metres = place.village.latitude, place.village.longitude, 6.0
    elif rng.random() < 0.02:
        metres = 900.0
    off = metres / 111_000
    return round(latitude + rng.gauss(0, off), 6), round(longitude + rng.gauss(0, off), 6)
