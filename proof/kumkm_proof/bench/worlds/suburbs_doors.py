"""What stands behind a door of the city, and what enumerators write of it and do wrong."""

import re
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

from app.linkage.features import Features, features_of
from kumkm_proof.bench.worlds.suburbs_words import MEN, OLD, PLACES, SOUNDS, WOMEN, Trade


@dataclass
class Person:
    """An owner, or a person who answers; `also` is the other name that neighbours use."""

    number: int
    name: str
    also: str
    sex: str
    born: date
    nik: str
    nib: str | None
    phone: str
    school: str


@dataclass
class Site:
    """A place: the line of its address, the number there, RT and RW, its point, and the mouth of the lane."""

    village: "Village"
    kind: str
    line: str
    house: str
    household: tuple[int, int]
    point: tuple[float, float]
    mouth: tuple[float, float]


@dataclass
class Enumerator:
    """A person who walks from door to door. `habits` are in all records: what is never asked, `copies`, `capitals`."""

    hurry: float
    habits: set[str]
    spot: str
    legal: str
    street: str
    phone: str
    last: Site | None = None


@dataclass
class Village:
    """A kelurahan, and the phones of its office and of an agent, which stand on many of its records."""

    code: str
    name: str
    peoples: list[int]
    point: tuple[float, float]
    phones: list[str]
    team: list[Enumerator]
    lanes: dict[str, list[tuple[str, tuple[float, float]]]]


@dataclass
class Shop:
    """A business as it really is at one time; a `shy` owner seldom shows the numbers."""

    number: int
    owner: Person
    trade: Trade
    sign: str
    second: str  # the other name: of the account, or of the former sign
    say: str
    good: str
    code: str
    site: Site
    home: Site
    year: int
    sales: float
    workers: int
    helper: Person
    shy: bool
    kind: str = "enterprise"


def near(rng: Random, point: tuple[float, float], metres: float) -> tuple[float, float]:
    return point[0] + rng.gauss(0, metres) / 111_000, point[1] + rng.gauss(0, metres) / 110_000


def phone_number(rng: Random) -> str:
    return rng.choice(("0812", "0813", "0857", "0895", "0878", "0821")) + f"{rng.randrange(10**7, 10**8)}"


def slip(rng: Random, digits: str) -> str:
    """A digit mistyped, or two neighbours exchanged."""
    at = rng.randrange(4, len(digits) - 1)
    if digits[at] != digits[at + 1] and rng.random() < 0.45:
        return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    return digits[:at] + rng.choice("0123456789".replace(digits[at], "")) + digits[at + 1 :]


class Doors:
    """All that is written down, with one Random."""

    rng: Random

    def spelled(self, name: str, born: int, rate: float) -> str:
        """A name as it was heard and typed: old spelling of the old, sounds exchanged, a slip of the finger."""
        rng = self.rng
        if rng.random() < (0.22 if born < 1962 else 0.03):
            name = name.lower()
            for new, _, old in (each.partition("-") for each in OLD if rng.random() < 0.75):
                name = name.replace(new, old)
            return name.title()
        fit = [each for each in SOUNDS if each.split("-")[0] in name[1:]]
        if fit and rng.random() < rate:
            new, _, old = rng.choice(fit).partition("-")
            name = name[0] + name[1:].replace(new, old, 1)
        if rng.random() < rate * 0.3 and len(name) > 5:
            at = rng.randrange(1, len(name) - 1)
            name = name[:at] + rng.choice((name[at + 1], "")) + name[at + 1 :]
        return name

    def owner_name(self, who: Person, rate: float) -> str:
        """Titles and degrees, shortened names, names in another order, nicknames."""
        rng, words, way = self.rng, who.name.split(), self.rng.random()
        if rng.random() < 0.05:
            return rng.choice(("", "Bu ", "Ibu ") if who.sex == WOMEN else ("", "Pak ", "Bpk ")) + who.also
        if len(words) > 1:
            ways = (
                (0.1, words[:1]),
                (0.16, [*words[:-1], words[-1][0]]),
                (0.19, words[::-1]),
                (0.24, words[:2]),
                (1, words),
            )
            words = next(each for up_to, each in ways if way < up_to)
        name = self.spelled(" ".join(words), who.born.year, rate)
        name = re.sub(r"\b(Muhammad|Moh|Mat)\b", rng.choice(("Muhammad", "Moh.", "M.", "Muh.", "Mohamad")), name)
        if who.born.year < 1975 and rng.random() < 0.16:
            name = ("H. " if who.sex == MEN else "Hj. ") + name
        return name + (rng.choice((", SE", ", S.Pd", " S.Kom")) if who.school == "s1" and rng.random() < 0.3 else "")

    def address(self, site: Site, by: Enumerator, mood: float) -> str | None:
        """The address has fewer words in a hurry; or it is the last door's words, if that was in the same lane."""
        rng = self.rng
        if rng.random() < mood * 0.4:
            return rng.choice((None, None, site.village.name))
        if "copies" in by.habits and by.last and by.last.line == site.line and rng.random() < 0.5:
            site = by.last
        house = site.house if rng.random() > mood * 0.6 else ""
        house = house.replace("No. ", rng.choice(("No. ", "No ", "", "no."))).replace(
            "Blok ", rng.choice(("Blok ", "Blk ", ""))
        )
        line = re.sub(r"^Jl\. ", by.street, self.spelled(site.line, 2000, 0.05))
        tail = (
            "",
            "",
            "dekat masjid",
            f"Kel. {site.village.name}",
            f"RT {site.household[0]:02} RW {site.household[1]:02}",
        )
        return f"{line} {house} {rng.choice(tail)}"

    def _point(self, shop: Shop, by: Enumerator) -> tuple[float | None, float | None]:
        rng, spot, site = self.rng, by.spot if self.rng.random() < 0.7 else "door", shop.site
        if spot == "none" or rng.random() < 0.06:
            return None, None
        if spot == "copy" and by.last and by.last.village is site.village:
            return by.last.point
        if site.kind in "AM" and rng.random() < 0.5:  # taken from the map: the same to the last digit for all
            return site.point
        return near(rng, site.mouth if spot == "mouth" else site.point, 9 if spot == "door" else 22)

    def row(self, shop: Shop, by: Enumerator, used: set[str], way: str = "door") -> Features:
        """The row of a visit; of a Dinas' list (`list`); where another answered (`helper`), or said another `name`."""
        rng, kin = self.rng, way == "helper" and self.rng.random() < 0.6
        mood = min(by.hurry * rng.uniform(0.5, 1.6) + 0.25 * (way == "list"), 0.95)
        who, site = shop.helper if kin else shop.owner, shop.home if way == "list" and rng.random() < 0.5 else shop.site
        name = who.also if way == "name" and rng.random() < 0.5 else self.owner_name(who, 0.11 + 0.12 * mood)
        sign = shop.second if way == "name" and rng.random() < 0.6 else self._as_read(shop.sign, mood)
        owner: dict[str, Any] = {"name": name, "sex": who.sex, "education": who.school}
        if rng.random() > 0.3 + mood * 0.5 + 0.3 * (way == "helper"):
            owner["birth_date"] = self._birth(who.born)
        owner["nik"] = self._number(who.nik, 0.3 if shop.shy or way == "helper" else 0.78 - 0.4 * mood, used)
        code, said = shop.code if rng.random() < 0.82 - 0.2 * mood else rng.choice(shop.trade.codes), shop.say
        if rng.random() < 0.2 + mood * 0.3:
            said = rng.choice(shop.trade.says)
            if way == "list":
                said = {"5": "kuliner", "4": "perdagangan", "1": "industri rumahan"}.get(code[0], "jasa")
        started = shop.year + rng.choice((0, 0, 0, 0, 0, -1, 1, 2))
        sales = shop.sales * rng.lognormvariate(0, 0.3) / (12 if rng.random() < 0.05 else 1)  # of a month for a year
        household = site.household if rng.random() < 0.94 else (rng.randrange(1, 9), site.household[1])
        answers: dict[str, Any] = {
            "trade_name": sign,
            "place_type": PLACES[shop.site.kind if rng.random() < 0.9 else "S"],
            "owner": owner,
            "legal_name": {"sign": sign, "owner": name}.get(by.legal),
            "main_activity": said,
            "main_product": shop.good if rng.random() > mood * 0.5 else None,
            "address": self.address(site, by, mood),
            "nib": self._number(shop.owner.nib, 0.2 if shop.shy else 0.75 if way == "list" else 0.55, used),
            "rt": f"{household[0]:03}",
            "rw": f"{household[1]:03}",
            "started_year": min(started if rng.random() < 0.88 else round(started, -1), 2023),
            "annual_sales_idr": float(f"{sales:.1e}"),
            "founding_capital_idr": float(f"{shop.sales * rng.lognormvariate(-1.7, 0.5):.0e}"),
            "workers": {"unpaid_female": max(1, shop.workers + rng.choice((0, 0, 0, 0, 1, -1)))},
        }
        if rng.random() < 0.08:
            answers["products"] = [{"name": each} for each in shop.trade.goods[:2]]
        if rng.random() < 0.07:
            answers["email"] = f"{shop.owner.name.split()[0].lower()}{shop.owner.number % 997}@gmail.com"
        self._phones(answers, shop, by, mood)
        self._leave_out(answers, by, mood)
        if shop.kind == "cooperative":
            answers["chair"] = {"name": name, "phone": answers.pop("owner").get("phone"), "sex": who.sex}
        lat, lon = (
            self._point(shop, by) if way != "list" else site.village.point if rng.random() < 0.3 else (None, None)
        )
        by.last = shop.site
        number = UUID(int=rng.getrandbits(128), version=4)
        return features_of(number, shop.kind, site.village.code, code, answers, lat, lon)

    def _birth(self, born: date) -> str:
        """As the day is said: at times the 1st of January, or day and month exchanged."""
        if born.day <= 12 and self.rng.random() < 0.06:
            return f"{born:%Y-%d-%m}"
        return f"{born.year}-01-01" if self.rng.random() < 0.04 else born.isoformat()

    def _as_read(self, sign: str, mood: float) -> str | None:
        rng, words = self.rng, sign.split()
        if rng.random() < 0.08 + mood * 0.35:
            return rng.choice((None, None, "-", words[0]))
        if len(words) > 2 and rng.random() < 0.15:
            words = words[1:] if rng.random() < 0.5 else words[:-1]
        return self.spelled(" ".join(words), 1990, 0.12)

    def _number(self, number: str | None, given: float, used: set[str]) -> str | None:
        """As typed; never one that another row of the business has, since such pairs are found by number."""
        rng = self.rng
        if number is None or rng.random() > given:
            return None
        typed = slip(rng, number) if rng.random() < 0.025 else number
        if typed in used and rng.random() < 0.55:
            return None
        while typed in used:
            typed = slip(rng, number)
        used.add(typed)
        return typed

    def _phones(self, answers: dict[str, Any], shop: Shop, by: Enumerator, mood: float) -> None:
        """The business' or the owner's; now and then of the other SIM, the agent, the office, the enumerator."""
        rng, block = self.rng, answers if self.rng.random() < 0.6 else answers["owner"]
        block["phone"] = shop.owner.phone if rng.random() > 0.12 + mood * 0.3 else None
        if rng.random() < 0.045 + mood * 0.1:
            block["phone"] = rng.choice((*shop.site.village.phones, *shop.site.village.phones, by.phone, "08000000000"))
        elif rng.random() < 0.1:
            block["phone"] = phone_number(rng)
        elif block["phone"] and rng.random() < 0.04:
            block["phone"] = slip(rng, block["phone"])

    def _leave_out(self, answers: dict[str, Any], by: Enumerator, mood: float) -> None:
        """What the hurried leave out together, and what this one never asks."""
        rng, gone = self.rng, {each for each in sorted(by.habits) if self.rng.random() < 0.93}
        if rng.random() < mood * 0.9:
            gone |= {"annual_sales_idr", "capital", "education"}
            gone |= {each for each, share in (("started_year", 0.8), ("workers", 0.6)) if rng.random() < share}
        gone |= {"household"} if rng.random() < mood * 0.7 else set()
        gone |= {
            each for each in ("started_year", "annual_sales_idr", "household", "legal_name") if rng.random() < 0.08
        }
        gone |= {"rt", "rw"} if "household" in gone else set()
        gone |= {"founding_capital_idr"} if "capital" in gone else set()
        for each in gone:
            answers.pop(each, None)
            if each in {"birth_date", "education", "phone"}:
                answers["owner"].pop(each, None)
        if "capitals" in by.habits:
            answers |= {
                key: value.upper() for key in ("trade_name", "address") if isinstance(value := answers.get(key), str)
            }


def recognised(first: Features, second: Features) -> bool:
    """Whether a person who sees both rows whole would say that they are one business."""
    plain = set("toko warung jalan jl jln no blok blk rt rw kel dekat masid".split())
    same = 2 * bool(set(first.contacts) & set(second.contacts)) + 2 * (
        first.birth is not None and first.birth == second.birth
    )
    same += min(2, len(set(first.owner) & set(second.owner))) + min(
        2, len((set(first.trade) & set(second.trade)) - plain)
    )
    same += bool(set(first.address) & set(second.address) - plain) + bool(set(first.activity) & set(second.activity))
    same += (first.household is not None and first.household == second.household) + (first.village == second.village)
    return same + (first.nik is not None and second.nik is not None) > 5
