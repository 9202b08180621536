"""Which doors a business of the highlands has: the first row's, and why there is another.

Between two rounds signs, numbers, goods and owners change; in one round only who writes and who answers.
"""

from copy import copy
from dataclasses import replace

from kumkm_proof.bench.worlds.highlands_hands import FORMS, Door, Hand, new_hand
from kumkm_proof.bench.worlds.highlands_life import Life
from kumkm_proof.bench.worlds.highlands_people import Business, House, Village, house, number, phone_number, sign
from kumkm_proof.bench.worlds.highlands_trades import NEAR, TRADES


def _far(place: House, where: Village) -> float:
    return abs(place.latitude - where.latitude) + abs(place.longitude - where.longitude)


def _hand(life: Life, where: Village, year: int, place: House, other: Hand | None = None) -> Hand:
    hands = life.hands[where.code, year]
    if other is None:
        return hands[int(place.latitude * 100_000) % len(hands)]
    free = [each for each in hands if each is not other]
    if free:
        return life.rng.choice(free)
    hands.append(new_hand(life.rng, where))
    return hands[-1]


def _informant(life: Life, business: Business, *, owner: float = 0.68) -> str:
    rng = life.rng
    if rng.random() < owner:
        return "owner"
    can = ["spouse"] * 4 * (business.spouse is not None) + ["child"] * 2 * (business.heir is not None)
    can += ["worker"] * 2 * (sum(business.workers[:2]) > 0)
    return rng.choice(can) if can else "owner"


def _door(life: Life, business: Business, year: int, place: House | None = None, reason: str = "") -> Door:
    place = place or business.place
    where = place.village
    form = FORMS[{2022: "door22", 2023: "door23"}.get(year, "door26")]
    return Door(form, _hand(life, where, year, place), year, where.code, place, _informant(life, business), reason)


def _listed(life: Life, business: Business, reason: str = "") -> Door:
    rng = life.rng
    place = business.home if rng.random() < 0.6 else business.place
    hand = rng.choice(life.hands[place.village.code, 0])
    year = rng.choice((2020, 2021, 2021, 2023, 2024, 2024))
    return Door(FORMS["list"], hand, max(year, business.started), place.village.code, place, "owner", reason)


def first(life: Life, business: Business) -> Door:
    rng = life.rng
    if rng.random() < 0.09:
        return _listed(life, business)
    rounds = [each for each in business.home.village.rounds if business.started <= each <= (business.ends or each)]
    year = rng.choice(rounds) if len(rounds) == 1 or rng.random() < 0.4 else rounds[0] if rounds else 0
    if not rounds:
        year = business.home.village.rounds[-1]
        business.started = min(business.started, year)
    place = business.home if business.markets and rng.random() < 0.35 else business.place
    return _door(life, business, year, place)


def again(life: Life, business: Business, first: Door) -> tuple[Business, Door]:
    """Another row of a business: why, and what it is by then."""
    rng, rounds = life.rng, business.home.village.rounds
    free = [each for each in rounds if each != first.year and business.started <= each and not business.ends]
    listed, away = first.form.name == "list", business.place is not business.home
    reasons = {
        "round": 52 * bool(free),
        "another hand": 16,
        "another informant": 11,
        "list": 0 if listed else 20,
        "stall and house": (34 if business.place.building else 8) * away,
        "weekly market": 45 * (len(business.markets) > 1),
        "border": 8,
        "typed twice": 0 if listed else 4,
    }
    if business.kind == "cooperative":
        reasons |= {"list": 0 if listed else 60, "stall and house": 0, "border": 2}
    reason = rng.choices(list(reasons), list(reasons.values()))[0]
    year = first.year if first.year in rounds else rng.choice(rounds)
    if reason == "round":
        door = _door(life, business, rng.choice(free), None, reason)
    elif reason == "list":
        door = _listed(life, business, reason)
    elif reason == "typed twice":
        return business, first._replace(reason=reason)
    elif reason == "stall and house":
        door = _door(life, business, year, business.home if first.place is business.place else business.place, reason)
    elif reason == "weekly market":
        others = [each for each in business.markets if each is not first.place]
        door = _door(life, business, year, rng.choice(others), reason)
    elif reason == "border":
        place = first.place
        beyond = min((each for each in life.villages if each is not place.village), key=lambda each: _far(place, each))
        beside = replace(place, village=beyond, hamlet=rng.choice((place.hamlet, *beyond.hamlets)), rt="", rw="")
        door = _door(life, business, year, beside, reason)
    else:
        place = business.place if listed else first.place
        door = _door(life, business, year, place, reason)
        informant = _informant(life, business, owner=0.6 if reason == "another hand" else 0.0)
        door = door._replace(informant=informant, hand=_hand(life, place.village, year, place, first.hand))
    by_then, door = _later(life, business, door, abs(door.year - first.year))
    if reason == "stall and house" and door.place is business.home and rng.random() < 0.55:
        by_then = replace(by_then, sign="")
    return by_then, door


def _later(life: Life, business: Business, door: Door, years: int) -> tuple[Business, Door]:
    rng, new = life.rng, copy(business)
    if not years:
        return new, door
    new.sales = int(new.sales * rng.lognormvariate(0.03 * years, 0.12 + 0.12 * min(years, 3)))
    if rng.random() < 0.055 * years:
        new.sign = sign(rng, new.owner, new.trade, new.place.village) if new.kind == "enterprise" else new.sign
    if rng.random() < 0.12 * years:
        new.owner = replace(new.owner, phone=phone_number(rng))
        new.phone = "" if rng.random() < 0.5 else new.phone
    if rng.random() < 0.07 * years:
        new.goods = rng.sample(new.trade.goods, min(3, len(new.trade.goods)))
    near = NEAR.get(new.trade.name)
    if near and rng.random() < 0.03 * years:
        new.trade, new.also = TRADES[rng.choice(near)], new.trade
        new.goods = [rng.choice(new.trade.goods), *new.goods[:2]]
    if not new.nib and rng.random() < 0.06 * years:
        new.nib = "12" + number(rng, 11)
    if rng.random() < 0.3:
        new.workers = tuple(max(each + rng.choice((-1, 0, 0, 1)), 0) for each in new.workers)  # type: ignore[assignment]  # as many
    if (
        door.place is new.place
        and not new.place.building
        and new.trade.place != "farm"
        and rng.random() < 0.025 * years
    ):
        moved = house(rng, new.place.village)
        new.place, door = moved, door._replace(place=moved)
    if rng.random() < (0.1 if new.kind == "cooperative" else 0.028) * years:
        door = door._replace(reason=f"{door.reason}, new owner")
        _handed_over(life, new)
    return new, door


def _handed_over(life: Life, new: Business) -> None:
    """To the widow or widower, to a child, to kin."""
    rng, old, chance = life.rng, new.owner, life.rng.random()
    if new.spouse and chance < 0.5:
        new.owner, new.spouse = new.spouse, None
    elif new.heir and chance < 0.9:
        new.owner, new.spouse, new.heir = new.heir, None, None
    else:
        born = min(old.born + rng.randint(-5, 25), 2003)
        female = rng.random() < 0.4
        new.owner = life.someone(new.home.village, old.people, female=female, clan=old.clan, born=born)
        new.spouse = None
    if rng.random() < 0.3 and not new.owner.phone:
        new.owner.phone = old.phone
    if new.kind == "enterprise":
        new.owner_key = new.owner.key
        new.nib = new.nib if rng.random() < 0.3 else ""
