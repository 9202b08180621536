"""Who lives and writes in the quarters, and how names, signs and addresses are said and typed."""

import random
import re
from dataclasses import dataclass
from datetime import date

from kumkm_proof.bench.worlds.quarters_trades import Trade

FORMS = {  # shares of rows with: card seen, nik, nib, birth, phone, RT/RW, point, sign, goods, money, workers, rest
    "t22": (0.50, 0.52, 0.45, 0.62, 0.74, 0.66, 0.90, 0.80, 0.35, 0.72, 0.80, 0.75),
    "t26": (0.42, 0.44, 0.60, 0.50, 0.70, 0.72, 0.95, 0.85, 0.45, 0.62, 0.85, 0.65),
    "dinas": (0.85, 0.35, 0.45, 0.35, 0.85, 0.55, 0.06, 0.60, 0.15, 0.25, 0.15, 0.10),
    "oss": (0.97, 0.30, 0.97, 0.05, 0.80, 0.45, 0.10, 0.35, 0.05, 0.55, 0.30, 0.10),
    "bpum": (0.95, 0.60, 0.05, 0.25, 0.55, 0.85, 0.00, 0.15, 0.00, 0.15, 0.00, 0.05),
    "pasar": (0.25, 0.05, 0.02, 0.02, 0.35, 0.02, 0.30, 0.25, 0.10, 0.02, 0.05, 0.02),
    "halal": (0.90, 0.10, 0.70, 0.05, 0.75, 0.50, 0.15, 0.95, 0.60, 0.10, 0.10, 0.05),
    "online": (0.20, 0.00, 0.03, 0.00, 0.60, 0.10, 0.35, 1.00, 0.60, 0.05, 0.00, 0.00),
}
_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
_PAIRS = (
    *(
        ("u", "oe"),
        ("j", "dj"),
        ("c", "tj"),
        ("ya", "ia"),
        ("sy", "s"),
        ("kh", "h"),
        ("dh", "d"),
        ("f", "p"),
        ("v", "p"),
    ),
    *(
        ("z", "j"),
        ("di", "dy"),
        ("ti", "ty"),
        ("nn", "n"),
        ("dd", "d"),
        ("ai", "ae"),
        ("h", ""),
        ("ss", "s"),
        ("ie", "i"),
    ),
    *(("q", "k"), ("ia", "iya"), ("ua", "uwa"), ("ri", "ry"), ("th", "t"), ("sh", "s"), ("ll", "l"), ("ch", "c")),
)
_FORMS_OF = {
    **dict.fromkeys(
        ("Muhammad", "Muhamad", "Mohammad", "Mochamad", "Moh.", "Muh."),
        ("Muhammad", "Muhamad", "Moh.", "Muh.", "M.", "Mohammad", "Mochamad", "Mohamad", "Moch."),
    ),
    **dict.fromkeys(("Abdul", "Abd."), ("Abdul", "Abd.", "Abd", "Abdul")),
    **dict.fromkeys(("Siti", "Sitti", "St."), ("Siti", "St.", "Sitti", "S.")),
    **dict.fromkeys(("Ahmad", "Achmad", "Ach."), ("Ahmad", "Achmad", "Akhmad", "Ach.", "A.")),
    "Andi": ("Andi", "A.", "Andi"),
    "Nur": ("Nur", "Noer", "Nur", "Nr."),
    "Sri": ("Sri", "Srie", "Sry"),
}
_SIGN_FORMS = {
    "Warung": ("Warung", "Wr.", "Toko", "Kios", "Wrg", "Waroeng"),
    "Toko": ("Toko", "TK", "Tk.", "Warung", "Kios"),
    "Kios": ("Kios", "Warung", "Toko"),
    "RM": ("RM", "Rumah Makan", "RM.", "Warung"),
    "Rumah": ("Rumah",),
    "Berkah": ("Barokah", "Berkah", "Barkah", "Berkah Jaya"),
    "Barokah": ("Barokah", "Berkah", "Barakah"),
    "Rejeki": ("Rezeki", "Rejeki", "Rizki"),
    "Rizki": ("Rizky", "Rezeki", "Riski"),
    "Jaya": ("Jaya", "Djaja", "Jy"),
    "Laundry": ("Londry", "Laundri", "Laundry Kiloan"),
    "Cell": ("Cel", "Cellular", "Cell"),
    "Konter": ("Counter", "Konter"),
    "Kos": ("Kost", "Kosan", "Kos-kosan"),
    "Kontrakan": ("Rumah Kontrakan", "Kontrakan"),
    "Es": ("Es", "Ice"),
    "Bu": ("Ibu", "Bu", "Mak", "Bunda"),
    "Ibu": ("Bu", "Ibu"),
    "Pak": ("Bapak", "Pak", "Pa"),
    "Mas": ("Mas", "Pak"),
    "Cak": ("Cak", "Pak", "Mas"),
    "Bang": ("Bang", "Bg", "Pak"),
    "Teh": ("Teh", "Bu", "Teteh"),
    "Dg.": ("Daeng", "Dg", "Dg."),
    "Mbak": ("Mba", "Mbak", "Bu"),
    "Mama": ("Mama", "Bu", "Mamah"),
    "Collection": ("Koleksi", "Collection"),
    "Fotokopi": ("Foto Copy", "Photocopy", "FC"),
    "Bengkel": ("Bengkel", "Bengkel Motor"),
    "Madura": ("Madura", "Madura 24 Jam"),
    "Nasgor": ("Nasi Goreng", "Nasgor"),
    "Seblak": ("Seblak", "Seblak Prasmanan"),
    "Salon": ("Salon", "Salon Rias"),
}


@dataclass(slots=True)
class Person:
    key: int
    name: tuple[str, ...]
    folk: str
    sex: str
    born: date
    nik: str
    nib: str
    nib_year: int
    nick: str
    call: str
    title: str
    child: str
    phone: str
    education: int
    disability: str


@dataclass(slots=True)
class Place:
    village: str
    quarter: str
    setting: str
    lat: float
    lon: float
    road: str
    gang: str
    turn: int
    number: str
    rt: int
    rw: int
    landmark: str = ""
    stall: str = ""
    market: str = ""
    border: bool = False


@dataclass(slots=True)
class Shop:
    key: int
    owner: Person
    trade: Trade
    goods: list[str]
    sign: str
    place: Place
    year: int
    sales: float
    workers: int
    capital: float
    form: str
    email: str
    scene: str
    home: Place | None = None
    night: Place | None = None
    spouse: Person | None = None
    guard: Person | None = None
    account: str = ""
    landlord: str = ""
    kind: str = "enterprise"
    gone: int = 9999
    holder: int = 0


class Pen:
    """Somebody who writes, with his habits."""

    def __init__(self, rng: random.Random, form: str, edition: str, helper: str, desk: tuple[float, float]) -> None:
        habits = (min(1.0, max(0.0, rng.gauss(mean, 0.17) if 0.02 < mean < 0.98 else mean)) for mean in FORMS[form])
        (self.card, self.nik, self.nib, self.birth, self.phone, self.rt, self.point, self.sign) = (
            next(habits) for _ in range(8)
        )
        self.goods, self.money, self.workers, self.rest = habits
        self.form, self.edition, self.helper, self.desk = form, edition, helper, desk
        self.own = f"08{rng.choice(('12', '13', '57', '58', '95', '78'))}{rng.randrange(10**7, 10**8)}"
        self.tablet = form in {"t22", "t26"}
        self.helper_share = rng.choice((0, 0, 0, 0, 0.03, 0.08, 0.3)) if self.tablet else rng.choice((0, 0, 0.04))
        self.desk_share = rng.choice((0, 0, 0, 0, 0, 0.04, 0.15, 0.7)) if self.tablet else 0.5
        self.blur = rng.choice((6.0, 9.0, 14.0, 22.0, 40.0))
        self.naming, self.address, self.voice = rng.randrange(6), rng.choice((0, 0, 1, 1, 1, 2, 3, 4)), rng.randrange(6)
        self.lazy = rng.choice((0.2, 0.5, 0.8))
        self.slip = rng.choice((0.004, 0.01, 0.02, 0.05))
        self.round_years, self.bands = rng.random() < 0.4, rng.random() < 0.45
        self.counts_owner = rng.random() < 0.6
        self.both_names = rng.random()
        self.first_of_january = 0.0 if rng.random() < 0.7 else 0.35
        self.kelurahan = rng.random() < 0.3
        self.heads = rng.random() < 0.5


def slip(rng: random.Random, text: str) -> str:
    """A slip of the finger."""
    if len(text) < 4:
        return text
    at = rng.randrange(1, len(text) - 1)
    how = rng.random()
    if how < 0.35:
        return text[:at] + text[at + 1 :]
    if how < 0.6:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if how < 0.8:
        return text[:at] + text[at] + text[at:]
    return text[:at] + rng.choice("aeinrsu") + text[at + 1 :]


def slip_of_digits(rng: random.Random, digits: str) -> str:
    """One or two digits are other ones."""
    found = list(digits)
    at = rng.randrange(6, len(digits) - 1)
    if rng.random() < 0.35 and found[at] != found[at + 1]:
        found[at], found[at + 1] = found[at + 1], found[at]
    else:
        for place in {at} if rng.random() < 0.7 else {at, rng.randrange(len(digits) - 4, len(digits))}:
            found[place] = str((int(found[place]) + rng.choice((1, 1, 2, 3, 5, 9))) % 10)
    return "".join(found)


def respelled(rng: random.Random, word: str) -> str:
    """Another spelling that people use for the same name."""
    if word in _FORMS_OF:
        return rng.choice(_FORMS_OF[word])
    start = rng.randrange(len(_PAIRS))
    low = word.lower()
    for said, written in _PAIRS[start:] + _PAIRS[:start]:
        for old, new in ((said, written), (written, said)):
            if old and old in low[1:]:
                at = low.index(old, 1)
                return word[:at] + new + word[at + len(old) :]
    return word


def person_said(rng: random.Random, pen: Pen, person: Person, *, sure: bool) -> str:
    words = list(person.name)
    carded = rng.random() < pen.card * (1 if sure else 0.3)
    how = rng.random()
    if not carded:
        if how < 0.16 and len(words) > 1:
            words = words[:-1] if words[0] not in _FORMS_OF or len(words) > 2 else words[1:]
        elif how < 0.23 and len(words) > 1:
            words[-1] = words[-1][0] + "."
        elif how < 0.34:
            words = [person.call, person.nick] if rng.random() < 0.6 else [person.nick]
        elif how < 0.37:
            words = ["Mama" if person.sex == "female" else "Bapak", person.child]
        elif how < 0.385 and len(words) == 2:
            words.reverse()
        elif how < 0.41 and person.sex == "female" and person.title == "":
            words = ["Ibu", *words]
        elif how < 0.43:
            words = [*words, "/", person.nick] if rng.random() < 0.5 else [*words, f"({person.call} {person.nick})"]
    elif how < 0.04 and len(words) > 2:
        words[1] = words[1][0] + "."
    if person.folk == "bugis" and person.call == "Dg." and rng.random() < (0.10 if carded else 0.35):
        words = [words[0], "Dg.", person.nick] if rng.random() < 0.75 else ["Dg.", person.nick]
    each = 0.05 if carded else 0.13
    words = [respelled(rng, word) if rng.random() < each else word for word in words]
    if words[0] == "Abdul" and len(words) > 1 and rng.random() < 0.2:
        words[:2] = ["Abdu" + ("r" if words[1][0] == "R" else "l") + words[1].lower()]
    if person.title and rng.random() < (0.35 if carded else 0.7):
        words = [person.title, *words]
    said = " ".join(words)
    if person.education > 4 and rng.random() < 0.07:
        said += rng.choice((", S.E.", ", S.Pd", ", S.Kom", ", ST", " SE"))
    if rng.random() < pen.slip * 1.5:
        said = slip(rng, said)
    return said.upper() if pen.heads else said


def sign_said(rng: random.Random, pen: Pen, sign: str) -> str:
    words = sign.split()
    if rng.random() < 0.42:
        at = rng.randrange(len(words))
        how = rng.random()
        if words[0] in _SIGN_FORMS and how < 0.3:
            words[0] = rng.choice(_SIGN_FORMS[words[0]])
        elif words[at] in _SIGN_FORMS and how < 0.65:
            words[at] = rng.choice(_SIGN_FORMS[words[at]])
        elif len(words) > 2 and how < 0.8:
            words = words[1:] if rng.random() < 0.6 else words[:-1]
        elif how < 0.9 and len(words[at]) > 3:
            words[at] = respelled(rng, words[at])
    said = " ".join(words)
    return slip(rng, said) if rng.random() < pen.slip * 1.5 else said


def nameless(rng: random.Random, pen: Pen, shop: Shop, person: str, known: Person) -> str:
    """What stands for the name of a shop that has none."""
    habit = pen.naming if rng.random() < 0.8 else rng.randrange(6)
    head = rng.choice(shop.trade.heads) if rng.random() < 0.5 else shop.trade.heads[0]
    if habit in {0, 1}:
        return person
    if habit == 2:
        return f"{head} {known.call} {known.nick}"
    if habit == 3:
        return f"{head} {person}"
    if habit == 4:
        return head if rng.random() < 0.5 else f"Usaha {shop.goods[0]}"
    return rng.choice(("-", "Tidak ada", "TIDAK ADA NAMA", head, "tdk ada"))


def address_said(rng: random.Random, pen: Pen, place: Place) -> str:
    habit = pen.address if rng.random() < 0.75 else rng.randrange(5)
    if place.market and rng.random() < 0.9:
        parts = [place.market, place.stall] if rng.random() < 0.7 else [place.market]
        if rng.random() < 0.3:
            parts.reverse()
        if rng.random() < 0.15:
            parts.append("Jl. " + place.road)
        return ", ".join(parts)
    road = f"{rng.choice(('Jl.', 'Jl.', 'Jl.', 'Jln', 'Jalan', 'Jl', ''))} {place.road}".strip()
    gang = place.gang
    if place.turn:
        as_roman = rng.random() < 0.3 and place.turn < len(_ROMAN)
        turn = _ROMAN[place.turn] if as_roman else str(place.turn)
        gang = (f"{gang} {turn}" if gang else turn) if rng.random() < 0.85 else f"Gang {turn}"
    elif gang and rng.random() < 0.3:
        gang = re.sub(r"^(Gg|Lr)\.", "Gang" if gang[0] == "G" else "Lorong", gang)
    number = ""
    if place.number:
        number = rng.choice(("No. ", "No.", "no ", "No ", "")) + place.number
    households = f"RT {place.rt:0{rng.choice((1, 2, 3))}d}/{place.rw:0{rng.choice((1, 2, 3))}d}"
    if habit == 0:
        parts = [road, gang, number, households]
    elif habit == 1:
        parts = [road, gang, number]
    elif habit == 2:
        parts = [gang or road, number]
    elif habit == 3:
        parts = [road]
    else:
        parts = [gang or place.road, households, place.quarter]
    if place.landmark and rng.random() < 0.35:
        parts.append(place.landmark)
    if pen.kelurahan and habit != 4:
        parts.append(f"Kel. {place.quarter}" if rng.random() < 0.5 else place.quarter)
    said = " ".join(each for each in parts if each)
    return slip(rng, said) if rng.random() < pen.slip * 1.5 else said
