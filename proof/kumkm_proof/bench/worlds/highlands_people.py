"""The people, houses, villages and businesses of the highlands, as they are: before anybody writes them down."""

from bisect import bisect
from dataclasses import dataclass, field
from random import Random

from kumkm_proof.bench.worlds.highlands_trades import TRADES, Trade
from kumkm_proof.bench.worlds.highlands_words import (
    CALLED_CHINESE,
    CHILDREN,
    CRAFTS,
    EDUCATION,
    HAMLETS,
    LANDMARKS,
    LUCK,
    MARKETS,
    PARENTS,
    PARTS,
    PEOPLES,
    PLACES,
    PREFIXES,
    STREETS,
    TITLES_MINANG,
    Area,
    rising,
)

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII")
_RISING = {size: rising(size) for size in range(1, 120)}
_BATAK = ("toba", "karo", "simalungun")


def common(rng: Random, words: tuple[str, ...]) -> str:
    """One of a list whose earlier words are commoner."""
    running = _RISING[len(words)]
    return words[bisect(running, rng.random() * running[-1], 0, len(words) - 1)]


@dataclass(slots=True)
class Person:
    """Somebody, with the name of the card."""

    key: int
    name: str
    first: str
    clan: str
    female: bool
    people: str
    born: int
    birthday: str
    nik: str
    phone: str
    called: str
    title: str
    education: str
    disabled: bool


@dataclass(slots=True)
class House:
    """A place: a house, a shop in a row, or a whole market, which has one address and one point."""

    village: "Village"
    street: str
    number: str
    hamlet: str
    rt: str
    rw: str
    landmark: str
    latitude: float
    longitude: float
    building: str = ""


@dataclass(slots=True)
class Village:
    """A village, nagari or pekon. `clans` are its founders', `craft` what many of its houses make."""

    code: str
    name: str
    area: Area
    latitude: float
    longitude: float
    kind: str
    hamlets: tuple[str, ...]
    streets: tuple[str, ...]
    clans: tuple[str, ...]
    craft: Trade | None
    rounds: tuple[int, ...]
    market: House | None = None
    headman: str = ""
    zones: dict[tuple[int, int], int] = field(default_factory=dict)


@dataclass(slots=True)
class Business:
    """What a business is in one year."""

    key: int
    kind: str
    owner: Person
    owner_key: int
    spouse: Person | None
    heir: Person | None
    trade: Trade
    also: Trade | None
    sign: str
    goods: list[str]
    place: House
    home: House
    stall: str
    started: int
    ends: int
    sales: int
    capital: int
    workers: tuple[int, int, int, int]
    form: str
    nib: str
    phone: str
    email: str
    markets: list[House] = field(default_factory=list)


def number(rng: Random, digits: int) -> str:
    """Digits that are somebody's."""
    return f"{rng.randrange(10**digits):0{digits}d}"


def phone_number(rng: Random) -> str:
    return rng.choice(PREFIXES) + number(rng, 8 if rng.random() < 0.8 else 7)


def spoken(people: str, first: str) -> str:
    """The one word that is called over the street."""
    return first.split()[-1 if people == "balinese" else 0]


def full_name(rng: Random, people: str, clan: str, *, female: bool) -> tuple[str, str]:
    """The name of the card, and the first word or words of it."""
    names = PEOPLES[people]
    first = common(rng, names.women if female else names.men)
    if people in PARTS and rng.random() < 0.62:
        starts, ends = PARTS[people][2 * female], PARTS[people][2 * female + 1]
        first = rng.choice(starts) + rng.choice(ends)
    second = names.women_second if female else names.men_second
    chance = rng.random()
    if people in _BATAK:
        if chance < 0.28:
            first += " " + common(rng, names.women if female else names.men)
        bride = female and rng.random() < (0.45 if people == "karo" else 0.22)
        return f"{first} {rng.choice(('Br', 'Br.', 'Boru')) if bride else ''} {clan}".replace("  ", " "), first
    if people == "mandailing":
        return (f"{first} {clan}" if chance < (0.62 if female else 0.84) else first), first
    if people == "minang":
        return (
            f"{first} {common(rng, second)}" if chance < 0.34 else f"{first} {clan}" if chance < 0.4 else first
        ), first
    if people == "chinese":
        return (f"{first} {clan}" if chance < 0.75 else first if chance < 0.85 else f"{clan} {first}"), first
    if people == "balinese":
        return f"{first} {common(rng, second)}", first
    share = {"javanese": 0.48, "malay": 0.68, "sundanese": 0.6, "lampung": 0.62}[people]
    return (f"{first} {common(rng, second)}" if chance < share else first), first


def person(
    rng: Random, key: int, village: Village, people: str, *, female: bool, clan: str = "", born: int = 0
) -> Person:
    """A new person. Founders' clans are every third family of a Batak village."""
    names = PEOPLES[people]
    if names.clans and not clan:
        own = [each for each in village.clans if each in names.clans]
        clan = rng.choice(own) if own and rng.random() < 0.42 else common(rng, names.clans)
    born = born or int(rng.triangular(1946, 2001, 1976))
    name, first = full_name(rng, people, clan, female=female)
    if born < 1958 and rng.random() < 0.3:
        name = name.replace("j", "dj").replace("J", "Dj") if "j" in name.lower() else name.replace("u", "oe", 1)
    month, day = rng.randint(1, 12), rng.randint(1, 28)
    if rng.random() < 0.07:
        month, day = (1, 1) if rng.random() < 0.5 else (7, 1)
    area = village.area.code.replace(".", "") if rng.random() < 0.88 else rng.choice(("1271", "1371", "1871", "1208"))
    serial = rng.randint(1, 9) if rng.random() < 0.8 else rng.randint(10, 60)
    nik = f"{area}{rng.randint(1, 18):02d}{day + 40 * female:02d}{month:02d}{born % 100:02d}{serial:04d}"
    title, called = "", spoken(people, first)
    chance = rng.random()
    if people == "chinese":
        called = rng.choice(("Ci ", "") if female else ("Ko ", "")) + rng.choice(CALLED_CHINESE)
    elif chance < 0.28:
        mothers, fathers = PARENTS.get(people, PARENTS[""])
        called = rng.choice(mothers if female else fathers) + rng.choice(CHILDREN[names.muslim])
    elif chance < 0.5 and len(called) > 5:
        called = called[-4:].capitalize() if rng.random() < 0.5 else called[:4].rstrip("aiueo")
    if names.muslim and born < 1975 and rng.random() < 0.13:
        title = "Hj." if female else "H."
    elif people == "minang" and not female and born < 1985 and rng.random() < 0.16:
        title = rng.choice(TITLES_MINANG)
    elif rng.random() < 0.05:
        title = rng.choice(("S.Pd", "SE", "S.H", "A.Md", "Drs.", "S.Sos", "SP"))
    return Person(
        *(key, name, first, clan, female, people, born, f"{born}-{month:02d}-{day:02d}", nik),
        phone_number(rng) if rng.random() < (0.9 if born > 1970 else 0.66) else "",
        *(called, title, rng.choice(EDUCATION), rng.random() < 0.015),
    )


def village(
    rng: Random, area: Area, code: str, kind: str, middle: tuple[float, float], rounds: tuple[int, ...]
) -> Village:
    """A new village of a district."""
    part, words = area.part, PLACES[area.part]
    name = rng.choice(words)
    if rng.random() < 0.55:
        before = {
            "north": "Lumban Huta Tanjung Sibuntuon Parik",
            "west": "Koto Lubuk Sungai Balai",
            "south": "Way Negeri Bumi",
        }
        name = f"{rng.choice(before[part].split())} {name}"
    patterns = HAMLETS[part]
    hamlets = tuple(
        rng.choice(patterns).format(w=rng.choice(words), r=ROMAN[each]) for each in range(rng.randint(3, 6))
    )
    names = PEOPLES[area.peoples[0]]
    return Village(
        *(code, name, area, middle[0] + rng.gauss(0, 0.028), middle[1] + rng.gauss(0, 0.028), kind),
        *(hamlets, tuple(rng.sample(STREETS[part], 2 if kind == "plain" else 5))),
        tuple(common(rng, names.clans) for _ in range(2)) if names.clans else (),
        TRADES[rng.choice(CRAFTS[part])] if rng.random() < 0.3 else None,
        rounds,
        headman=phone_number(rng),
    )


def house(rng: Random, where: Village) -> House:
    """A new place in a village: along its streets in a town, in its hamlets elsewhere."""
    spread = 0.004 if where.kind == "town" else 0.009
    at = rng.randrange(len(where.hamlets))
    part = where.area.part
    on_street = rng.random() < (0.75 if where.kind == "town" else 0.3)
    has_rt = {"north": 0.12, "west": 0.2, "south": 0.85}[part] > rng.random()
    return House(
        where,
        f"Jl. {rng.choice(where.streets)}" if on_street else "",
        str(rng.randint(1, 190)) if on_street and rng.random() < 0.45 else "",
        where.hamlets[at],
        f"{rng.randint(1, 9):03d}" if has_rt else "",
        f"{at + 1:03d}" if has_rt else "",
        rng.choice(LANDMARKS[part]) if rng.random() < 0.25 else "",
        where.latitude + rng.gauss(0, spread),
        where.longitude + rng.gauss(0, spread),
    )


def market(rng: Random, where: Village) -> House:
    """The market of a village: a daily one in a town, a weekly one elsewhere."""
    place = house(rng, where)
    place.building = rng.choice(MARKETS[where.area.part]).format(v=where.name)
    place.number = place.landmark = ""
    return place


def sign(rng: Random, owner: Person, trade: Trade, where: Village) -> str:
    """What stands above the door, if anything does."""
    bare = {"shop": 0.22, "stall": 0.62, "home": 0.6, "farm": 1.0, "mobile": 0.75}[trade.place]
    if not trade.signs or (rng.random() < bare and not trade.signs[0].startswith("=")):
        return ""
    before = rng.choice(trade.signs)
    if before == "-":
        return ""
    if before.startswith("="):
        return before[1:] + (f" {owner.first.split()[0]}" if rng.random() < 0.25 else "")
    chance = rng.random()
    muslim = PEOPLES[owner.people].muslim
    own = {"chinese": "chinese", "minang": "west"}.get(owner.people)
    luck = LUCK[own or ("south" if muslim and where.area.part == "north" else where.area.part)]
    if chance < 0.24:
        word = owner.first.split()[-1]
    elif chance < 0.33:
        word = owner.called
    elif chance < 0.5:
        word = rng.choice(CHILDREN[muslim])
    elif chance < 0.56 and owner.clan and owner.people != "minang":
        word = owner.clan
    elif chance < 0.62:
        word = rng.choice(where.name.split())
    else:
        word = common(rng, luck)
    ending = rng.random()
    if before in {
        "Motor",
        "Cell",
        "Ponsel",
        "Auto",
        "Collection",
        "Busana",
        "Taylor",
        "Net",
        "Game",
        "Laundry",
        "Music",
    }:
        return f"{word} {before}"
    return f"{before} {word}" + (" Jaya" if ending < 0.05 and "Jaya" not in word else " Baru" if ending < 0.07 else "")
