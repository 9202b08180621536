"""A world from figures alone, never learnt from: no list of names, of trades or of slips.

Names are chains of letters drawn from how often letters follow each other, and how often each is met falls by Zipf's
law, so that a few names are everywhere. Businesses stand as a clustered point process: parents by Poisson, children around them
by a heavy tail. Activities are numbers with a Zipf share each, and their words are made like names. Errors are a channel
from truth to what is written, with rates drawn for each record from a Beta distribution (most are clean, a few are
hopeless): letters by how near their sounds are, words lost, joined, swapped; digits by insertion cut back to the length,
by substitution, by two groups swapped; answers copied from the record before; values carried over from a neighbour.
Both records of a business pass through the channel, not the second alone, and a business may have three.
"""

import math
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Any
from uuid import UUID

from app.linkage.features import features_of
from kumkm_proof.bench.worlds.labelled import Labelled

_FOLLOW = {  # which letters follow which, about as often as in Indonesian
    "": "ssmmraaahnnbdtjkwkpyeilz",
    "a": "nnnrrhhdstlmiwy ",
    "b": "aaueiir",
    "d": "aaiiieu",
    "e": "rrnndslm",
    "f": "iau",
    "g": "aui g",
    "h": "aaimuy ",
    "i": "nnsytardkl ",
    "j": "aauo",
    "k": "aiuro ",
    "l": "aaiieu",
    "m": "aaauiiy",
    "n": "iiadtuga  ",
    "o": "nkryl",
    "p": "aiur",
    "r": "iiaanodmtu",
    "s": "iiaautr",
    "t": "iaauio",
    "u": "nrslkdmt",
    "w": "aai",
    "y": "aaou",
    "z": "au",
}
_SOUNDS = ("bp", "dt", "gk", "jzy", "fvp", "sz", "iey", "uo", "mn", "lr", "ckq", "h")
_METRE = 1 / 111_000


class _Zipf:
    """Things of which the n-th is met 1/n as often as the first."""

    def __init__(self, things: Sequence[str], power: float) -> None:
        self.things = things
        self.sums = list(accumulate(1 / (at + 2) ** power for at in range(len(things))))

    def one(self, rng: Random) -> str:
        return self.things[bisect(self.sums, rng.random() * self.sums[-1])]


class _World:
    def __init__(self, seed: int) -> None:
        self.rng = rng = Random(f"figures {seed}")
        self.given = {sex: _Zipf([self.word(2, 4) for _ in range(700)], 0.9) for sex in ("male", "female")}
        self.second = _Zipf([self.word(2, 3) for _ in range(900)], 0.8)
        self.signs = _Zipf([self.word(2, 3) for _ in range(500)], 0.7)
        self.streets = _Zipf([self.word(2, 3) for _ in range(400)], 0.6)
        self.kinds = _Zipf(
            [f"{rng.randint(1, 96):02}{rng.randint(0, 99):02}{rng.randint(0, 9)}" for _ in range(160)], 1.0
        )
        self.says = {kind: [self.word(2, 3) for _ in range(4)] for kind in self.kinds.things}
        self.sort = {
            kind: rng.choice(("warung", "toko", "usaha", "kios", self.word(2, 2))) for kind in self.kinds.things
        }
        self.rows: list[Labelled] = []
        self.before: dict[str, Any] | None = None

    def word(self, low: int, high: int) -> str:
        text = ""
        for _ in range(self.rng.randint(2 * low, 2 * high)):
            text += self.rng.choice(_FOLLOW[text[-1:] if text[-1:] != " " else ""]).strip()
        return text if len(text) > 2 else text + "ni"

    def digits(self, count: int) -> str:
        return "".join(self.rng.choice("0123456789") for _ in range(count))

    def person(self, area: str) -> dict[str, Any]:
        rng, sex = self.rng, self.rng.choice(("male", "female"))
        words = [self.given[sex].one(rng), *(self.second.one(rng) for _ in range(rng.choices((0, 1, 2), (3, 5, 2))[0]))]
        born = (int(rng.triangular(1945, 2002, 1980)), rng.randint(1, 12), rng.randint(1, 28))
        day = born[2] + 40 * (sex == "female")
        nik = f"{area.replace('.', '')[:6]}{day:02}{born[1]:02}{born[0] % 100:02}{int(rng.expovariate(0.15)) + 1:04}"
        return {
            "name": " ".join(words),
            "sex": sex,
            "nik": nik,
            "phone": "08" + self.digits(10),
            "birth_date": "-".join(f"{each:02}" for each in born),
        }

    def business(self, owner: dict[str, Any], street: str) -> dict[str, Any]:
        rng, kind = self.rng, self.kinds.one(self.rng)
        own = rng.random()
        sign = (
            str(owner["name"]).split()[0]
            if own < 0.35
            else " ".join(self.signs.one(rng) for _ in range(1 if own < 0.6 else 2))
        )
        words = self.says[kind]
        return {
            "legal_name": f"{self.sort[kind]} {sign}",
            "kbli": kind,
            "main_activity": " ".join(words[:2]),
            "main_product": rng.choice(words),
            "owner": owner,
            "started_year": int(rng.triangular(1985, 2023, 2015)),
            "annual_sales_idr": math.exp(rng.gauss(17.8, 1.2)),
            "address": f"{street} {rng.randint(1, 200)}",
            "rt": f"{rng.randint(1, 9)}",
            "rw": f"{rng.randint(1, 5)}",
            "place_type": rng.choices(("home", "stall", "permanent", "mobile"), (6, 2, 2, 1))[0],
            "nib": "9" + self.digits(12) if rng.random() < 0.25 else None,
        }

    def letters(self, text: str, rate: float) -> str:
        rng, found = self.rng, []
        for letter in text:
            if rng.random() > rate or letter == " ":
                found.append(letter)
                continue
            group = next((each for each in _SOUNDS if letter in each), letter)
            found.append(rng.choice((rng.choice(group), rng.choice(group), "", letter + letter)))
        words = "".join(found).split() or [text]
        if len(words) > 1 and rng.random() < 3 * rate:
            words.pop(rng.randrange(len(words)))
        if len(words) > 1 and rng.random() < 2 * rate:
            words = rng.choice((words[::-1], ["".join(words[:2]), *words[2:]]))
        return " ".join(words)

    def number(self, digits: str, rate: float) -> str | None:
        rng = self.rng
        if rng.random() < 0.25 + rate:
            return None
        if rng.random() < 0.08 + 2 * rate:
            at = rng.randrange(1, len(digits) - 3)
            return rng.choice(
                (
                    digits[:at] + rng.choice("0123456789") + digits[at:-1],
                    digits[:at] + rng.choice("0123456789") + digits[at + 1 :],
                    digits[:at] + digits[at + 2 : at + 4] + digits[at : at + 2] + digits[at + 4 :],
                )
            )
        return digits

    def channel(self, truth: dict[str, Any]) -> dict[str, Any]:
        rng, rate = self.rng, self.rng.betavariate(0.6, 14)
        said, owner = dict(truth), dict(truth["owner"])
        owner["name"], said["legal_name"] = self.letters(owner["name"], rate), self.letters(truth["legal_name"], rate)
        owner["nik"] = self.number(owner["nik"], rate)
        said["nib"] = self.number(said["nib"], rate) if said["nib"] else None
        owner["phone"] = (
            owner["phone"] if rng.random() < 0.75 else None if rng.random() < 0.6 else "08" + self.digits(10)
        )
        if rng.random() < 0.5:
            owner["birth_date"] = None
        for name, share in (
            ("main_activity", 0.3),
            ("main_product", 0.2),
            ("address", 0.3),
            ("rt", 0.5),
            ("annual_sales_idr", 0.4),
            ("started_year", 0.2),
        ):
            if rng.random() < share:
                said[name] = None
            elif self.before is not None and rng.random() < rate:
                said[name] = self.before[name]
        if said["annual_sales_idr"]:
            said["annual_sales_idr"] = int(said["annual_sales_idr"] * math.exp(rng.gauss(0, 0.5))) + 1
        if said["started_year"]:
            said["started_year"] += round(rng.gauss(0, 0.8))
        if rng.random() < 0.12:
            said["kbli"] = rng.choice(
                (said["kbli"][:3] + self.digits(2), said["kbli"][:4] + self.digits(1), self.kinds.one(rng))
            )
        self.before = said
        return said | {"owner": owner}

    def cluster(self, regency: str) -> None:
        rng = self.rng
        area = f"{regency}.{rng.randint(1, 18):02}.{2001 + rng.randrange(14)}"
        centre = (rng.uniform(-8, 4), rng.uniform(96, 140))
        packed = rng.random() < 0.1  # a hall: all within a few metres
        street = self.streets.one(rng)
        house_phone: str | None = None
        for _ in range(1 + int(rng.expovariate(1 / 25))):
            far = 3.0 if packed else 40 * rng.paretovariate(1.2)
            turn = rng.uniform(0, 2 * math.pi)
            at = (centre[0] + far * math.cos(turn) * _METRE, centre[1] + far * math.sin(turn) * _METRE)
            owner = self.person(area)
            if house_phone and rng.random() < 0.12:
                owner["phone"] = house_phone
            house_phone = owner["phone"]
            number = (self.rows[-1].owner if self.rows else 0) + 1
            for shop in range(rng.choices((1, 2, 3), (92, 6, 2))[0]):
                truth = self.business(owner, street)
                place = (
                    at
                    if shop == 0 or rng.random() < 0.5
                    else (at[0] + rng.gauss(0, 300) * _METRE, at[1] + rng.gauss(0, 300) * _METRE)
                )
                label = (self.rows[-1].business if self.rows else 0) + 1
                self.record(area, truth, place, label, number)

    def record(self, area: str, truth: dict[str, Any], place: tuple[float, float], label: int, owner: int) -> None:
        """One to three records, none of which has a number of another."""
        rng, niks, nibs = self.rng, set[str](), set[str]()
        for _ in range(rng.choices((1, 2, 3), (90, 9, 1))[0]):
            said = self.channel(truth)
            person = said["owner"]
            person["nik"] = None if person["nik"] in niks else person["nik"]
            said["nib"] = None if said["nib"] in nibs else said["nib"]
            niks.update(filter(None, (person["nik"],)))
            nibs.update(filter(None, (said["nib"],)))
            spread = rng.lognormvariate(2.3, 0.8)
            at = (
                (None, None)
                if rng.random() < 0.06
                else (place[0] + rng.gauss(0, spread) * _METRE, place[1] + rng.gauss(0, spread) * _METRE)
            )
            where = area if rng.random() < 0.96 else f"{area[:9]}{2001 + rng.randrange(14)}"
            features = features_of(UUID(int=len(self.rows) + 1), "umkm", where, said["kbli"], said, at[0], at[1])
            self.rows.append(Labelled(features, label, owner))


def world(seed: int, size: int) -> list[Labelled]:
    """About `size` rows."""
    made = _World(seed)
    regencies = [f"{made.rng.randint(11, 92)}.{made.rng.randint(1, 20):02}" for _ in range(1 + size // 30_000)]
    while len(made.rows) < size:
        made.cluster(made.rng.choice(regencies))
    return made.rows
