"""Who lives in the islands, who writes them down, and how a name is said.

A person has a name on the card (*Maria Goreti Seran*) and others in the village: *Mery Seran*, *Mama Noni* after the
first child, *Seran Maria* on a list. A hand is an enumerator or a clerk, with the habits of all his rows: capitals,
titles, what he calls a shop without a sign, which questions he skips, where he takes the point, how much he copies.
"""

from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from kumkm_proof.bench.worlds.islands_trades import Trade
from kumkm_proof.bench.worlds.islands_words import NICK_OF, SPELLED, Shore

ENTERPRISE, COOPERATIVE = "enterprise", "cooperative"
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII")


@dataclass(slots=True)
class Person:
    """Somebody with a name on a card and another in the village."""

    number: int
    words: tuple[str, ...]
    family: str
    folk: str
    male: bool
    born: date
    sure: bool  # knows the day of birth
    nik: str
    child: str
    phone: str | None
    honour: str
    degree: str
    school: str


@dataclass(slots=True)
class Village:
    """A village or a ward, with what people find their way by."""

    code: str
    name: str
    district: str
    shore: Shore
    town: bool
    latitude: float
    longitude: float
    church: str
    marks: tuple[str, ...]
    hamlets: tuple[str, ...]
    streets: tuple[str, ...]
    market: str
    phones: tuple[str, ...]  # that all use who have none
    counted: bool  # has RT and RW


@dataclass(slots=True)
class Spot:
    """Where a door is."""

    village: Village
    latitude: float
    longitude: float
    kind: str  # home, stall, market, roadside, shop ...
    hamlet: str
    rt: int
    rw: int
    mark: str
    street: str
    said: str = ""  # one way in which everybody names it: a market, a landlord's row


@dataclass(slots=True)
class Business:
    """What a door really is, at one time."""

    number: int
    kind: str
    owner: Person
    holder: int  # whose it is: the owner's number, or the cooperative's
    kin: Person | None  # who may answer for the owner
    trade: Trade
    head: str
    sign: str  # none where no board hangs
    spot: Spot
    home: Spot
    phone: str | None
    year: int
    sales: float
    capital: float
    workers: tuple[int, int, int, int]
    also: str
    form: str
    nib: str | None
    email: str | None = None


Gaps = dict[str, float]
_ASKED = """trade rt phone email product products place form nik nib birth school capital
started sales workers respondent point"""


def _gaps(percents: str) -> Gaps:
    return {name: int(each) / 100 for name, each in zip(_ASKED.split(), percents.split(), strict=True)}


FORMS = {
    "census": _gaps("55 30 8 30 12 70 8 8 18 8 10 15 22 10 18 10 35 6"),
    "later": _gaps("45 25 10 30 10 55 5 6 25 5 10 12 20 8 14 8 30 4"),
    "bumdes": _gaps("95 60 70 99 55 99 90 92 60 90 70 98 70 82 75 90 99 70"),
    "pkh": _gaps("98 50 85 100 80 100 98 99 12 99 30 95 95 97 97 99 100 100"),
    "bpum": _gaps("88 35 15 92 60 99 80 90 8 55 45 96 70 70 60 90 100 97"),
    "oss": _gaps("92 40 8 25 50 99 60 10 6 0 25 98 12 85 70 40 100 75"),
    "dinas": _gaps("70 45 25 80 20 80 55 40 45 55 55 85 45 40 45 40 80 65"),
}
PLACES = {"h": "home", "s": "shop", "m": "market", "r": "roadside", "k": "mobile", "w": "workshop", "b": "boat"}
_NAMELESS = ("owner", "owner", "head_owner", "head_owner", "head_family", "child", "head_goods", "phrase", "none")
_TITLES = {True: ("Bapak", "Bpk.", "Om", "Bapa", "Bp"), False: ("Mama", "Ibu", "Mama", "Tanta", "Ny.", "Ibu")}
_NONE = ("-", "Tidak ada nama", "Tanpa nama", "Tidak ada", "Belum ada nama", "tdk ada")
_SLIPS = (("y", "j"), ("i", "y"), ("f", "p"), ("v", "f"), ("k", "c"), ("th", "t"), ("nn", "n"), ("a", "e"), ("u", "oe"))
_SIGN_SPELLED = dict(
    each.split("=")
    for each in """Imanuel=Immanuel Syalom=Shalom Efrata=Ephrata Anugerah=Anugrah Barokah=Barakah Ebenhaezer=Ebenezer
    Maranatha=Maranata Betesda=Bethesda Rejeki=Rezeki Sion=Zion""".split()
)


@dataclass(slots=True)
class Hand:
    """Who writes, with the habits of all his rows."""

    form: str
    year: int
    gaps: Gaps
    capitals: str
    card: float  # how often he asks for the identity card
    title: float
    nameless: str
    address: str
    point: str
    copies: float
    width: int
    dial: str
    digits: int
    own_phone: str
    phrases: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    place: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)


def hand_of(rng: Random, form: str, year: int, phone: str) -> Hand:
    """A new enumerator or clerk. One in ten questions is one that he never asks."""
    gaps = {name: min(1.0, share * rng.uniform(0.4, 1.7)) for name, share in FORMS[form].items()}
    walks = form in {"census", "later"}
    if walks:
        gaps |= {name: 0.95 for name in gaps if rng.random() < 0.07}
    return Hand(
        form,
        year,
        gaps,
        rng.choice(("as", "as", "upper", "upper", "title", "lower") if walks else ("upper", "upper", "as")),
        rng.uniform(0.35, 0.95) if walks else {"bumdes": 0.3, "dinas": 0.6}.get(form, 0.95),
        rng.choice((0.02, 0.05, 0.3)) if walks else {"bumdes": 0.3}.get(form, 0.01),
        rng.choice(_NAMELESS) if walks else rng.choice(("owner", "phrase", "head_goods", "head_owner")),
        rng.choice(("mark", "mark", "hamlet", "rt", "village", "full", "street")),
        rng.choice(("door", "door", "door", "door", "office", "church", "last")) if walks else "office",
        rng.choice((0.0, 0.02, 0.05, 0.3)) if walks else 0.25,
        rng.choice((1, 2, 3, 3)),
        rng.choice(("0", "0", "0", "+62", "62", "-", " ")),
        rng.choice((4, 5, 6, 6, 7)),
        phone,
    )


def respelled(rng: Random, word: str) -> str:
    """As somebody else writes the same name."""
    other = SPELLED.get(word.lower())
    if other and rng.random() < 0.8:
        return rng.choice(other)
    old, new = rng.choice(_SLIPS)
    return word[0] + word[1:].replace(old, new, 1) if old in word[1:] else word


def slipped(rng: Random, text: str) -> str:
    if len(text) < 5:
        return text
    at = rng.randrange(1, len(text) - 1)
    if rng.random() < 0.5:
        return text[:at] + text[at + 1 :]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def person_as(rng: Random, hand: Hand, who: Person, *, card: bool) -> str:
    """A name as it is copied from a card, or as it is said."""
    words = list(who.words)
    if card:
        if rng.random() < 0.05:
            at = rng.randrange(len(words))
            words[at] = respelled(rng, words[at])
        name = " ".join(words)
        if who.degree and rng.random() < 0.6:
            name += ", " + who.degree
        return name if rng.random() > 0.03 else slipped(rng, name)
    if rng.random() < 0.16:
        at = rng.randrange(len(words))
        words[at] = respelled(rng, words[at])
    nick = NICK_OF.get(words[0].lower())
    if nick and rng.random() < 0.2:
        words[0] = rng.choice(nick)
    how = rng.random()
    if len(words) > 2 and how < 0.45 and words[0] not in {"La", "Wa"}:
        words = [words[0], words[-1]] if how < 0.3 else [words[0], words[1][0] + ".", *words[2:]]
    elif who.family and how > 0.965:
        words = [words[-1], *words[:-1]]
    elif who.family and how > 0.88:
        words = words[:-1]
    name = " ".join(words)
    if rng.random() < hand.title:
        title = rng.choice(_TITLES[who.male])
        called = rng.random()
        name = f"{title} {who.child}" if called < 0.22 else f"{title} {words[0]}" if called < 0.4 else f"{title} {name}"
    elif who.honour and rng.random() < 0.5:
        name = f"{who.honour} {name}"
    return name


def cased(hand: Hand, text: str) -> str:
    match hand.capitals:
        case "upper":
            return text.upper()
        case "lower":
            return text.lower()
        case "title":
            return text.title()
    return text


def _nameless(rng: Random, hand: Hand, business: Business, owner: str) -> str:
    style = hand.nameless if rng.random() < 0.65 else rng.choice(_NAMELESS)
    who, trade = business.owner, business.trade
    if style == "none":
        return rng.choice(_NONE)
    if style == "owner":
        return owner
    if style == "phrase":
        return likely(rng, trade.phrases)
    named = {
        "head_owner": f"{business.head} {owner}",
        "head_family": f"{business.head} {who.family or who.words[-1]}",
        "child": f"{business.head} {rng.choice(('', '', 'Mama ', 'Bapa '))}{who.child}",
        "head_goods": f"{rng.choice(trade.heads)} {likely(rng, trade.goods).split(',')[0]}",
    }
    return named[style]


def names_of(rng: Random, hand: Hand, business: Business, owner: str) -> tuple[str, str | None]:
    """What a shop is called on the form, and the name on its board where it is asked for."""
    shown = 0.97 if business.kind == COOPERATIVE else 0.86 if hand.form in {"census", "later", "dinas"} else 0.4
    if business.sign and rng.random() < shown:
        sign = business.sign
        if rng.random() < 0.12:
            sign = " ".join(_SIGN_SPELLED.get(word, word) for word in sign.split())
        head = business.head if not business.head or rng.random() < 0.85 else rng.choice(business.trade.heads)
        legal = sign if not head or sign.startswith(head) or rng.random() < 0.15 else f"{head} {sign}"
        trade = rng.choice((sign, legal, legal))
    else:
        legal = _nameless(rng, hand, business, owner)
        trade = legal if rng.random() < 0.6 else _nameless(rng, hand, business, owner)
        if business.sign and rng.random() < 0.35:
            trade = business.sign
    if rng.random() < 0.02:
        legal = slipped(rng, legal)
    return legal, None if rng.random() < hand.gaps["trade"] else trade


def likely(rng: Random, words: tuple[str, ...]) -> str:
    """One of the words, the first more often: everybody says *jual sembako*."""
    return words[int(len(words) * rng.random() ** 1.7)]


def new_phone(rng: Random) -> str:
    """Nearly everybody is with the one company that has masts there."""
    start = rng.choice(("0812", "0813", "0821", "0822", "0852", "0853", "0823", "0812", "0813", "0852", "0857", "0895"))
    return start + f"{rng.randrange(10_000_000, 100_000_000)}"
