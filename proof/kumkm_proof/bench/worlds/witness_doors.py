"""What happens at a door: who lives there, what is true of the business, and what a hand writes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from math import cos, exp, radians
from random import Random
from typing import Any, NamedTuple

from kumkm_proof.bench.worlds.witness_words import BY_CODE, EARS, FIRST_OF_TWO, OLD, SIGNS, STREETS, WAYS, Trade

SECOND_ROW, THIRD_ROW = 0.09, 0.09
ENOUGH, HOPELESS = 4, 0.04  # what a person needs to see on both rows; the share of pairs that do without


class Place(NamedTuple):
    """Where something stands: a hamlet's street, with its neighbourhood."""

    point: tuple[float, float]
    hamlet: str
    street: str
    house: int
    rt: int
    rw: int
    market: bool


class Habit(NamedTuple):
    """An enumerator, or a list: how often each question is asked, and how the hand writes."""

    source: str
    asks: dict[str, float]
    base: tuple[float, float]
    upper: bool
    lazy: int
    own_phone: str


class Village(NamedTuple):
    """One village, with its enumerators of both rounds and the list of its Dinas."""

    code: str
    codes: list[str]
    people: str
    town: bool
    craft: str | None
    hamlets: list[tuple[str, tuple[float, float]]]
    market: Place | None
    office_phone: str
    hands: dict[str, list[Habit]]


@dataclass(eq=False, slots=True)
class Family:
    """One house: one card, often one phone."""

    card: str
    phone: str
    home: Place
    people: list["Person"] = field(default_factory=list)


class Person(NamedTuple):
    """An owner as the family card has it, with what the neighbours say (*Bu Sri*, *Inaq Herman*)."""

    number: int
    names: list[str]
    called: str
    parent: str
    title: str
    degree: str
    female: bool
    birth: date
    nik: str
    phone: str
    email: str
    education: str
    family: Family


class Business(NamedTuple):
    """The truth behind the rows, which are slips of it."""

    number: int
    owner: Person
    label: int
    trade: Trade
    place: Place
    sign: str
    legal: str
    nib: str
    year: int
    sales: float
    workers: tuple[int, int, int, int]
    kind: str


@dataclass(eq=False, slots=True)
class Row:
    """What one visit wrote down, and what of it a person can compare with another row."""

    answers: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    village: str = ""
    kbli: str = ""
    point: tuple[float, float] | None = None


class Doors(Random):
    """The visits, and the dice for them."""

    def hit(self, chance: float) -> bool:
        return self.random() < chance

    def near(self, point: tuple[float, float], metres: float) -> tuple[float, float]:
        north, east = self.gauss(0, metres), self.gauss(0, metres)
        return point[0] + north / 111_000, point[1] + east / (111_000 * cos(radians(point[0])))

    def phone(self) -> str:
        return f"08{self.choice((12, 13, 52, 53, 57, 78, 19, 23))}{self.randrange(10**8):08}"

    def house(self, village: Village) -> Place:
        at = self.randrange(4)
        hamlet, point = village.hamlets[at]
        street = self.choice(STREETS.split(",")[: 12 if village.town else 6])
        return Place(
            self.near(point, 190), hamlet, street, self.randint(1, 90), self.randint(1, 6), at + 1, market=False
        )

    def misheard(self, word: str, habit: Habit) -> str:
        """A word as this hand writes it."""
        lower = word.lower()
        if word in WAYS:
            return self.choice(WAYS[word].split("|"))
        if self.hit(habit.asks["old"]):
            old, new = self.choice(OLD)
            return lower.replace(new, old, 1).title()
        fitting = [pair for pair in EARS.split(",") if pair.split(" ")[0] in lower] if self.hit(0.09) else []
        if fitting:
            heard, _, written = self.choice(fitting).partition(" ")
            return lower.replace(heard, written, 1).title()
        if len(word) > 4 and self.hit(0.025):
            at = self.randrange(1, len(word) - 1)
            one, two = word[at], word[at + 1]
            return word[:at] + self.choice((two + one, two, one + one + two)) + word[at + 2 :]
        return word

    def name(self, person: Person, habit: Habit) -> tuple[str, int]:
        """The name as written, and how much of the person it tells (0 to 2)."""
        draw, told, names = self.random(), min(2, len(person.names)), person.names
        if not self.hit(habit.asks["full"]):
            if draw < 0.4:
                return (person.parent, 0) if draw < 0.14 else (person.called, 1)
            told, names = 1, names[-1:] if draw < 0.55 or names[0] in FIRST_OF_TWO else names[:1]
        elif habit.source == "list" and draw < 0.08:
            names = names[::-1]
        text = " ".join(self.misheard(word, habit) for word in names)
        text = f"{person.title} {text}" if person.title and self.hit(0.75) else text
        text += f", {person.degree}" if person.degree and self.hit(0.6) else ""
        return text.upper() if habit.upper else text, told

    def slip(self, digits: str) -> str:
        """One digit wrong, or two neighbours exchanged."""
        made = digits
        while made == digits:
            at = self.randrange(4, len(digits) - 1)
            new = digits[at + 1] + digits[at] if self.hit(0.4) else self.choice("0123456789") + digits[at + 1]
            made = digits[:at] + new + digits[at + 2 :]
        return made

    def observe(self, village: Village, business: Business, habit: Habit) -> Row:
        """One visit, or one line of a list."""
        owner, place, asks, row = business.owner, business.place, habit.asks, Row()
        later, answers = habit.source == "later", row.answers
        if later and self.hit(0.07) and not place.market:  # moved shop
            place = self.house(village)
        elif place.market and self.hit(0.12):  # found at home
            place = owner.family.home
        others = [each for each in owner.family.people if each.female != owner.female]
        proxy = others[0] if others and self.hit(0.2) and habit.source != "list" else None
        told = proxy if proxy and self.hit(0.3) else owner  # who answered is written as the owner
        answers["owner" if business.kind == "enterprise" else "chair"] = self.person_of(row, told, owner, habit)
        if proxy and self.hit(0.5):
            answers["respondent"] = {"phone": proxy.phone}
        self.sign_of(row, business, habit)
        self.work_of(row, business, habit)
        self.place_of(row, village, place, owner, habit)
        if business.nib and self.hit(asks["nib"]):
            answers["nib"] = self.slip(business.nib) if self.hit(0.03) else business.nib
        if self.hit(asks["money"]):
            step = 1_200_000 if self.hit(0.5) else 3_650_000  # a month's or a day's sales, made a year's
            value = max(1, round(business.sales * exp(self.gauss(0.16 * later, 0.3 + 0.2 * later)) / step)) * step
            answers |= {"sales": [{"year": 2023, "idr": value}]} if later else {"annual_sales_idr": value}
        if self.hit(asks["money"] * 0.5):
            answers["founding_capital_idr"] = max(1, round(business.sales * exp(self.gauss(-1.6, 0.5)) / 5e5)) * 500_000
        if self.hit(asks["workers"]):
            names = ("paid_male", "paid_female", "unpaid_male", "unpaid_female")
            more = (0, 0, self.hit(0.35 if later else 0.15), 0)
            answers["workers"] = {name: was + new for name, was, new in zip(names, business.workers, more, strict=True)}
        if self.hit(asks["year"]):
            year = business.year + self.choice((-3, -2, -1, -1, 1, 1, 2, 3)) * self.hit(0.35)
            answers["started_year"] = min(2022, 5 * round(year / 5) if self.hit(0.17) else year)
        return row

    def person_of(self, row: Row, told: Person, owner: Person, habit: Habit) -> dict[str, Any]:
        seen, answers = row.seen, row.answers
        name, seen["name"] = self.name(told, habit)
        seen["name"] *= told is owner
        block: dict[str, Any] = {"name": name}
        if self.hit(0.9):
            block["sex"] = "female" if told.female != self.hit(0.01) else "male"
        if self.hit(habit.asks["birth"]):
            birth, draw = told.birth, self.random()
            if draw < 0.05:
                birth = birth.replace(year=birth.year + self.choice((-2, -1, 1, 2)), day=min(birth.day, 28))
            elif draw < 0.1:
                birth = birth.replace(month=12, day=31) if self.hit(0.5) else birth.replace(month=1, day=1)
            elif draw < 0.13 and birth.day <= 12:
                birth = birth.replace(month=birth.day, day=birth.month)
            seen["birth"] = 2 * (birth == owner.birth)
            block["birth_date"] = birth.isoformat()
        if self.hit(habit.asks["nik"]):  # at times the number of the family card
            block["nik"] = told.nik if self.hit(0.97) else self.choice((owner.family.card, self.slip(told.nik)))
        if self.hit(habit.asks["phone"]):
            number = self.phone() if habit.source == "later" and self.hit(0.22) else told.phone
            number = self.slip(number) if self.hit(0.03) else number
            seen["phone"] = 2 if number == owner.phone else int(number == owner.family.phone)
            written = self.choice((number, number, "+62" + number[1:], f"{number[:4]}-{number[4:8]}-{number[8:]}"))
            (block if self.hit(0.7) else answers)["phone"] = written
        elif habit.own_phone and self.hit(0.6):
            answers["phone"] = habit.own_phone
        if owner.email and self.hit(0.6):
            answers["email"], seen["email"] = owner.email, 2
        if self.hit(habit.asks["school"]):
            block |= {"education": owner.education if self.hit(0.9) else "sma", "disability": "none"}
        return block

    def sign_of(self, row: Row, business: Business, habit: Habit) -> None:
        sign, answers, seen = business.sign, row.answers, row.seen
        if habit.source == "later" and sign and self.hit(0.14):
            sign = f"{sign.split()[0]} {self.choice(SIGNS.split())}"  # a new sign
        elif self.hit(0.15):
            sign = sign.replace("Toko", "Tk.").replace("Warung", "Warung Makan").replace("Bengkel", "Bengkel Motor")
        if sign and self.hit(habit.asks["sign"]):
            words = sign.split()[sign.count(" ") > 0 and self.hit(0.12) :]
            text = " ".join(self.misheard(word, habit) if self.hit(0.5) else word for word in words)
            answers["trade_name"] = text.upper() if habit.upper else text
            seen["trade"] = 2 * (words[-1] in business.sign)
        elif self.hit(0.35):  # no sign: the owner's name, or what is done, stands for it
            answers["trade_name"] = self.choice((business.owner.called, "-", "tidak ada", business.trade.said[0]))
        if business.legal and self.hit(0.85):
            answers["legal_name"], seen["legal"] = business.legal.upper() if habit.upper else business.legal, 3
        form = "cooperative" if business.kind == "cooperative" else business.legal[:2].lower() or "individual"
        if self.hit(0.8):
            answers["legal_form"] = form

    def work_of(self, row: Row, business: Business, habit: Habit) -> None:
        trade, answers = business.trade, row.answers
        mine = business.number if self.hit(0.35) else self.randrange(60)  # the owner's own words, or others
        said, product = trade.said[mine % len(trade.said)], trade.products[mine % len(trade.products)]
        row.kbli, row.seen["work"] = trade.code, 1
        if self.hit(habit.asks["kbli"]):  # one hand errs in its own way, again and again
            row.kbli = trade.wrong[(habit.lazy if self.hit(0.8) else self.randrange(9)) % len(trade.wrong)]
        if habit.source == "later" and self.hit(0.12):  # sells something else besides by now
            more = BY_CODE[self.choice(("47112", "47414", "47772", "56303", "47711"))]
            said, product = f"{said} dan {self.choice(more.said)}", self.choice(more.products)
            row.kbli = more.code if self.hit(0.35) else row.kbli
        elif self.hit(0.04):
            said, row.seen["work"] = "dagang" if trade.code.startswith("47") else "usaha kecil", 0
        answers["main_activity"] = said.upper() if habit.upper else said.capitalize()
        if self.hit(0.75):
            answers["main_product"] = product
        if habit.source == "later" and self.hit(0.6):
            answers["products"] = [{"name": each} for each in trade.products[:2]]

    def place_of(self, row: Row, village: Village, place: Place, owner: Person, habit: Habit) -> None:
        listed, home, answers = habit.source == "list", owner.family.home, row.answers
        if listed and self.hit(0.7):
            place = home  # as the identity card has it
        hamlet = self.choice(("Dsn. ", "Dusun ", "Dsn ")) + place.hamlet
        number = f" No. {place.house}" if self.hit(0.35) else ""
        text = f"{self.choice(('Jl.', 'Jl.', 'Jalan'))} {place.street}{number}"
        if place.market and self.hit(0.8):
            text = self.choice((f"Pasar {place.hamlet}", "Pasar Desa"))
        elif self.hit(habit.asks["hamlet"]):
            text = hamlet
        elif self.hit(0.5) and not village.town:
            text += f" {hamlet}"
        if self.hit(0.9):
            answers["address"] = text.upper() if habit.upper else text
        if self.hit(0.35 if listed else 0.8):
            rt = place.rt if self.hit(0.93) else self.randint(1, 6)
            answers["rt"], answers["rw"] = (f"{rt:03}", f"{place.rw:03}") if self.hit(0.6) else (str(rt), str(place.rw))
            row.seen[f"rt{rt}/{place.rw}"] = 1
        if self.hit(0.85):
            answers["place_type"] = "market_stall" if place.market else "house" if place is home else "shop"
        row.village = self.choice(village.codes) if self.hit(0.19 if listed else 0.02) else village.code
        if not self.hit(habit.asks["point"]):
            return
        if listed or self.hit(0.03):  # the village office, or where the form was finished in the evening
            row.point = habit.base if listed else self.near(habit.base, 15)
        elif place.market:
            row.point = self.choice((place.point, self.near(place.point, 25)))
        else:
            street = self.hit(habit.asks["street"])
            row.seen[f"at{place.point}"] = int(not street)
            row.point = self.near(place.point, 130 if street else self.choice((6, 12, 25)))

    def visit(self, village: Village, business: Business, sister: Sequence[Row] = ()) -> list[Row]:
        """All the rows of one business. `sister` are rows of its owner; their numbers seldom come again."""
        wanted = 1 + self.hit(SECOND_ROW)
        wanted += wanted > 1 and self.hit(THIRD_ROW)
        first = self.choice(village.hands[self.choices(("door", "later", "list"), (66, 22, 12))[0]])
        rows = [self.observe(village, business, first)]
        while len(rows) < wanted:
            pool = village.hands[self.choices(("door", "later", "list"), (42, 33, 25))[0]]
            left = [each for each in pool if each is not first] or village.hands["door"]
            made, clear = self.observe(village, business, self.choice(left)), not self.hit(HOPELESS)
            for _ in range(40 * clear):
                if max(_shared(made, each) for each in rows) >= ENOUGH:
                    break
                if len(rows) == 1 and self.hit(0.2):  # too little was written at the first door
                    rows[0] = self.observe(village, business, first)
                made = self.observe(village, business, self.choice(left))
            rows.append(made)
        self.part_numbers(rows)
        if sister and self.hit(0.7):
            self.part_numbers([*rows, *sister])
        return rows

    def part_numbers(self, rows: Sequence[Row]) -> None:
        """No NIK and no NIB stands in two of these rows: one of two is lost, or has a slip."""
        order = self.sample(rows, len(rows))
        for name in ("nik", "nib"):
            used: set[str] = set()
            for row in order:
                block = row.answers if name == "nib" else row.answers.get("owner", {})
                if block.get(name) in used and self.hit(0.4):
                    block[name] = self.slip(block[name])
                if block.get(name) in used:
                    del block[name]
                used |= {block[name]} if name in block else set()


def _shared(one: Row, other: Row) -> int:
    """How much a person finds on both rows: the lesser value of each item."""
    return sum(min(value, other.seen.get(name, 0)) for name, value in one.seen.items())
