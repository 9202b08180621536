"""What enumerators of the coasts write of a business, and what they do wrong."""

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from app.linkage.features import features_of
from kumkm_proof.bench.worlds.coast_words import ACTS, ASKED, CHILDREN, FRANCHISES, HEARD, OLD, SIGNS
from kumkm_proof.bench.worlds.labelled import Labelled

Point = tuple[float, float]


class Village:
    """What enumerators meet of a village. `lent` are numbers that the buyer and the office lend."""

    code: str
    seen: set[str]
    centre: Point
    jetty: Point
    hamlets: list[str]
    streets: list[str]
    lent: list[str]


class Person:
    """Somebody as the card says, and as others say."""

    sex: str
    given: str
    clan: str
    called: str
    rank: str
    father: str
    degree: str
    haji: int  # since which round; 9 is never
    muslim: bool
    born: date
    nik: str
    phone: str
    education: str


class House:
    """A door, and the people behind it."""

    people: Sequence[Person]
    phone: str
    hamlet: str
    rt: int
    rw: int


class Business:
    """What stays the same of a business."""

    number: int
    owner: int
    kind: str
    who: Person
    house: House
    village: Village
    acts: list[str]
    where: str
    point: Point
    address: str
    stall: str
    sign: str
    year: int
    sales: float
    workers: int
    nib: str
    legal: str


def near(r: Random, point: Point, km: float) -> Point:
    return point[0] + r.gauss(0, km) / 111, point[1] + r.gauss(0, km) / 111


def phone_number(r: Random) -> str:
    return r.choice(("0812", "0813", "0852", "0853", "0821", "0822", "0823")) + "".join(r.choices("0123456789", k=8))


def mistyped(r: Random, digits: str) -> str:
    at = r.randrange(len(digits) - 1)
    if r.random() < 0.4 and digits[at] != digits[at + 1]:
        return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    return digits[:at] + str((int(digits[at]) + r.randint(1, 9)) % 10) + digits[at + 1 :]


def slip(r: Random, text: str) -> str:
    fits = [(a, b) for a, b in OLD if a in text] + [(b, a) for a, b in OLD if b and b in text]
    if fits and r.random() < 0.7:
        return text.replace(*r.choice(fits), 1)
    at = r.randrange(max(1, len(text) - 2))
    return text[:at] + (text[at + 1 : at + 2] + text[at : at + 1] if r.random() < 0.5 else "") + text[at + 2 :]


def rounded(money: float) -> int:
    return int(float(f"{max(money, 1e6):.1e}"))  # as people say sums: two digits and noughts


def sign_of(r: Random, who: Person, name: str) -> str:
    act = ACTS.get(name, ACTS["kios"])
    kind = r.choice(act.signs or [""])
    if name in FRANCHISES and r.random() < 0.35:
        return f"{'Agen' if name == 'pulsa' else kind} {FRANCHISES[name]}".strip()
    words = (r.choice(SIGNS[who.muslim].split(",")), r.choice(CHILDREN), who.called, who.clan or who.given)
    return f"{kind} {r.choices(words, (50, 20, 20, 10))[0]}".strip()


class Hand:
    """An enumerator: what is never asked, which code is taken, where forms are typed up."""

    def __init__(self, r: Random) -> None:
        self.never, self.taste = set(r.sample(ASKED, r.choice((0, 1, 1, 2, 3, 4)))), r.randrange(4)
        self.loud, self.copies, self.thin = r.random() < 0.35, r.random() < 0.2, r.uniform(0.02, 0.2)
        self.point = r.choice(("door",) * 6 + ("jetty", "coarse", "none", "street"))


class Visit(NamedTuple):
    round: int
    listed: bool
    hand: Hand
    changed: set[str]
    act: str


def _visits(r: Random, b: Business, hands: list[list[Hand]]) -> list[Visit]:
    """One visit for most; for some a second and a third: by another hand, in the other round, in a list of a Dinas."""
    first = int(r.random() < 0.35)
    turn = r.randrange(2)
    acts = [b.acts[(turn + when) % min(2, len(b.acts))] if r.random() < 0.75 else r.choice(b.acts) for when in (0, 1)]
    found = [Visit(first, r.random() < 0.03, r.choice(hands[first]), set(), acts[first])]
    for _ in range(r.choices((0, 1, 2), (886, 104, 10))[0]):
        why = r.choices(("round", "hand", "list"), (55, 27, 18))[0]
        when = 1 - first if why == "round" and len(found) == 1 else first
        chances = {"phone": 0.08, "sign": 0.04, "called": 0.10, "spouse": 0.10}
        if when != first:
            chances = {"phone": 0.22, "sign": 0.12, "moved": 0.08, "called": 0.09, "spouse": 0.07}
        changed = {what for what in chances if r.random() < chances[what]}
        if "spouse" in changed:  # a person who sees both must still be able to say it
            changed &= {"spouse", "phone"} if b.sign else {"spouse"}
        if "called" in changed:
            changed -= {"phone", "moved"}
        others = [each for each in hands[when] if each is not found[0].hand]
        listed = why == "list" and not changed & {"spouse", "called"}
        act = found[0].act if "spouse" in changed else acts[when]
        found.append(Visit(when, listed, r.choice(others), changed, act))
    return found


def _name(r: Random, who: Person, visit: Visit) -> str:
    given, style = who.given, r.random()
    said = f"{given} {who.clan}"
    if "called" in visit.changed:
        said = who.called if r.random() < 0.6 else f"{who.called} {who.clan}"
    elif style < 0.10:
        said = f"{who.clan} {given}"
    elif style < 0.20 and "." not in given.split()[0] and len(given.split()[0]) > 2:
        said = f"{given.split()[0]} {who.clan}"
    elif style < 0.26:
        said = f"{HEARD.get(given, given)} {who.clan}"
    elif style < 0.32:
        said = f"{given} {who.called}" if who.called.startswith("Dg") else given
    if who.rank and r.random() < 0.8:
        said = f"{who.rank if r.random() < 0.8 else who.rank[0] + '.'} {said}"
    if who.father and r.random() < 0.5:
        said += f" {'bin' if who.sex == 'male' else 'binti'} {who.father}"
    if r.random() < (0.25 if visit.listed else 0.15):
        said = slip(r, said)
    if who.haji <= visit.round and r.random() < 0.8:
        said = f"{r.choice(('H.', 'Haji', 'H') if who.sex == 'male' else ('Hj.', 'Hajja', 'Hj'))} {said}"
    said = " ".join(said.split()) + (f", {who.degree}" if who.degree and r.random() < 0.6 else "")
    return said.upper() if visit.hand.loud or visit.listed else said


def _point(r: Random, b: Business, visit: Visit) -> Point | None:
    """Where the tablet took itself to be; hands differ more than doors."""
    style = visit.hand.point if r.random() < 0.75 else r.choice(("door", "door", "weak", "weak", "jetty", "none"))
    if visit.listed:
        return None if r.random() < 0.7 else b.village.centre
    if style == "none":
        return None
    if style == "jetty":  # typed up where there is a signal
        return b.village.jetty if r.random() < 0.3 else near(r, b.village.jetty, 0.01)
    true = near(r, b.point, 0.5) if "moved" in visit.changed else b.point
    if style == "coarse" or (b.where == "stall" and r.random() < 0.5):  # one point was set for the whole market
        return (round(true[0], 3), round(true[1], 3)) if style == "coarse" else true
    return near(r, true, {"door": 0.012, "weak": 0.22, "street": 0.1}[style])


def _address(r: Random, b: Business, visit: Visit) -> str:
    if visit.hand.copies or visit.listed:  # what was said for the house before
        return f"{r.choice(('Desa', 'Kel.', 'Kampung'))} {b.village.hamlets[0]}"
    text = f"Jl. {r.choice(b.village.streets)}" if "moved" in visit.changed else b.address
    text = f"Dusun {b.house.hamlet}" if r.random() < 0.25 else text + (b.stall if r.random() < 0.6 else "")
    text = text.replace("Jl.", r.choice(("Jl.", "Jln", "Jalan"))).replace(
        "Dusun", r.choice(("Dusun", "Dsn", "Kampung"))
    )
    if r.random() < 0.25:
        text += f" RT {b.house.rt:03d} RW {b.house.rw:03d}"
    return text if r.random() < 0.9 else slip(r, text)


def _activity(r: Random, b: Business, visit: Visit, answers: dict[str, Any], *, products: bool) -> str:
    """Says what is done this season; gives the code that this hand takes for it."""
    if visit.act == "simpan":
        answers |= {
            "main_activity": r.choice(("simpan pinjam anggota", "usaha simpan pinjam")),
            "main_product": "pinjaman",
        }
        return r.choice(("64141", "64141", "64142"))
    act, others = ACTS[visit.act], [each for each in b.acts if each != visit.act]
    also = f" dan {r.choice(ACTS[r.choice(others)].sold)}" if others and r.random() < 0.3 else ""
    answers["main_activity"] = ("usaha " if r.random() < 0.15 else "") + r.choice(act.said) + also
    if not visit.listed and r.random() < 0.88:  # everyone has something that he sells most
        answers["main_product"] = act.sold[b.number % len(act.sold)] if r.random() < 0.65 else r.choice(act.sold)
    if products:
        sold = r.sample(act.sold, min(2, len(act.sold)))
        sold += [ACTS[each].sold[b.number % len(ACTS[each].sold)] for each in others if r.random() < 0.6]
        answers["products"] = [{"name": each} for each in sold]
    return act.kbli[visit.hand.taste % len(act.kbli)] if r.random() < 0.8 else r.choice(act.kbli)


def _called(r: Random, b: Business, visit: Visit, answers: dict[str, Any], *, shown: bool) -> None:
    """The sign, if there is one; the legal name is the sign again, the owner's, or nothing."""
    sign, legal = b.sign, r.random()
    if b.kind == "enterprise":
        if "sign" in visit.changed:
            sign = sign_of(r, b.who, visit.act) if r.random() < 0.7 else ""
        if " " in sign and r.random() < 0.15:
            sign = f"{r.choice(('Kios', 'UD', 'Toko', 'Usaha'))} {sign.partition(' ')[2]}"
    sign = slip(r, sign) if sign and r.random() < 0.08 else sign
    if sign and (shown or b.kind == "cooperative"):
        answers["trade_name"] = sign.upper() if visit.hand.loud else sign
    if sign and (b.kind == "cooperative" or legal < 0.4):
        answers["legal_name"] = sign
    elif legal > 0.8:
        answers["legal_name"] = _name(r, b.who, visit)


def _birth(r: Random, born: date) -> str:
    style = r.random()
    if style < 0.03:
        return f"{born.year}-01-01"  # only the year was known
    if style < 0.05 and born.day <= 12:
        return date(born.year, born.day, born.month).isoformat()
    return (
        born.replace(year=born.year + r.choice((-1, 1, -10)), day=min(born.day, 28)) if style > 0.97 else born
    ).isoformat()


def _answers(r: Random, b: Business, visit: Visit) -> tuple[dict[str, Any], str]:
    """A filled form, and its code of activity."""
    who = next((each for each in b.house.people if each is not b.who), b.who) if "spouse" in visit.changed else b.who
    given = {each for each in ASKED if each not in visit.hand.never and r.random() > visit.hand.thin}
    if visit.listed:  # a list has few columns
        given &= {"nik", "nib", "phone", "trade", "year"}
    if "spouse" in visit.changed:  # says where they live and the number of the house, even if the rest is left out
        given |= {"household", "phone"}
    person: dict[str, Any] = {"name": _name(r, who, visit), "sex": who.sex}
    answers: dict[str, Any] = {"owner" if b.kind == "enterprise" else "chair": person, "address": _address(r, b, visit)}
    kbli = _activity(r, b, visit, answers, products="products" in given)
    _called(r, b, visit, answers, shown="trade" in given)
    if "nik" in given and b.kind == "enterprise" and r.random() < 0.78:
        person["nik"] = mistyped(r, who.nik) if r.random() < 0.03 else who.nik
    if "nib" in given and b.nib and r.random() < (0.55, 0.85)[visit.round]:
        answers["nib"] = b.nib
    if "birth" in given and r.random() < 0.85:
        person["birth_date"] = _birth(r, who.born)
    number = b.who.phone or (b.house.phone if r.random() < 0.7 else "")
    number = phone_number(r) if "phone" in visit.changed else number
    if not number and r.random() < 0.55:  # of the buyer, or of the village office
        number = b.village.lent[int(b.kind == "enterprise" and r.random() < 0.5)]
    if number and "phone" in given:
        (person if r.random() < 0.5 else answers)["phone"] = f"+62{number[1:]}" if r.random() < 0.2 else number
    if "email" in given and b.sales > 1.5e8 and r.random() < 0.2:
        answers["email"] = f"{(b.sign or who.given).lower().replace(' ', '')}{b.number % 97}@gmail.com"
    if "year" in given:
        year = b.year + r.choice((0,) * 12 + (1, -1, 2, -2, 5)) if r.random() < 0.85 else b.year // 5 * 5
        answers["started_year"] = min(year, 2022 + 2 * visit.round)
    if "sales" in given:
        answers["annual_sales_idr"] = rounded(b.sales * r.lognormvariate(0.06 * visit.round, 0.35))
    if "capital" in given and r.random() < 0.7:
        answers["founding_capital_idr"] = rounded(b.sales * 0.25 * r.lognormvariate(0, 0.3))
    if "workers" in given:
        paid = max(0, b.workers - 1 + r.choice((0, 0, 0, 0, 1, -1)))
        answers["workers"] = {f"unpaid_{b.who.sex}": 1, "paid_male": paid}
    if "household" in given:
        answers |= {
            "rt": f"{b.house.rt + int(r.random() < 0.08):03d}",
            "rw": f"{b.house.rw:03d}" if r.random() < 0.9 else "1",
        }
    if "education" in given:
        person["education"] = who.education if r.random() < 0.9 else "sma"
    if not visit.listed:
        answers |= {"place_type": b.where if r.random() < 0.9 else "house", "legal_form": b.legal}
    return answers, kbli


def rows_of(r: Random, b: Business, hands: list[list[Hand]]) -> list[Labelled]:
    """The rows of a business; no number stands in two of them."""
    made = [(visit, *_answers(r, b, visit)) for visit in _visits(r, b, hands)]
    r.shuffle(made)  # else the first visit would always keep the number
    seen: set[str] = set()
    for _, answers, _ in made:
        for block, name in ((answers.get("owner", {}), "nik"), (answers, "nib")):
            if block.get(name) in seen:
                wrong = mistyped(r, block.pop(name))
                if r.random() < 0.45 and wrong not in seen | b.village.seen:
                    block[name] = wrong
            seen.add(block.get(name, "none"))
    found = []
    for visit, answers, kbli in made:
        latitude, longitude = _point(r, b, visit) or (None, None)
        unique = UUID(int=r.getrandbits(128), version=4)
        row = features_of(unique, b.kind, b.village.code, kbli, answers, latitude, longitude)
        found.append(Labelled(row, b.number, b.owner))
    return found
