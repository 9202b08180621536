"""People of the quarters: names by folk and age, KTP of here or of the place they came from, and kin."""

import random
import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate

from kumkm_proof.bench.worlds.quarters_said import Person
from kumkm_proof.bench.worlds.quarters_trades import HOMES
from kumkm_proof.bench.worlds.quarters_words import CHILDREN, DAENG, FOLK, City

_NEVER_ALONE = frozenset(
    "Abd. Muh. Moh. Ach. St. Abdul Muhammad Andi Siti Sitti Nur Sri Mat Ahmad Achmad Ummi Ai".split()
)
_LAST_SYLLABLES = re.compile(r"[^aeiou]?[aeiou]+[^aeiou]{1,2}[aeiou]+[^aeiou]*$", re.IGNORECASE)
_TWINS = {
    "male": (
        ("Hasan", "Husen"),
        ("Dedi", "Deni"),
        ("Agus", "Agung"),
        ("Ridwan", "Ridho"),
        ("Andi", "Andri"),
        ("Rian", "Riki"),
    ),
    "female": (
        ("Rina", "Rini"),
        ("Dina", "Dini"),
        ("Lia", "Lina"),
        ("Yanti", "Yuni"),
        ("Ratna", "Ratih"),
        ("Nia", "Nita"),
    ),
}
_EDUCATION, _SCHOOLED = (0, 1, 2, 3, 4, 5, 6), tuple(accumulate((4, 22, 20, 41, 5, 7.6, 0.4)))
_PREFIXES = (
    "0812",
    "0813",
    "0821",
    "0852",
    "0857",
    "0858",
    "0856",
    "0877",
    "0878",
    "0895",
    "0896",
    "0838",
    "0831",
    "0881",
)


class People:
    """Makes people; each has a number of his own."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.last = rng, 0

    def phone(self) -> str:
        digits = self.rng.choice((7, 8, 8, 8, 8, 8))
        return f"{self.rng.choice(_PREFIXES)}{self.rng.randrange(10 ** (digits - 1), 10**digits)}"

    def person(self, city: City, folk: str = "", sex: str = "", born: date | None = None, home: str = "") -> Person:
        rng = self.rng
        folk = folk or rng.choices(city.folk[0], city.folk[1])[0]
        if folk in HOMES:
            folk, homes = HOMES[folk]
            home = rng.choice(homes)
        sex = sex or ("female" if rng.random() < 0.52 else "male")
        born = born or date(round(min(2004, max(1942, rng.gauss(1979, 12)))), 1, 1) + timedelta(days=rng.randrange(365))
        return self._made(city, folk, sex, born, self._name(folk, sex, born), home)

    def named(self, city: City, like: Person) -> Person:
        """Somebody else of the same name."""
        born = date(
            min(2003, like.born.year + self.rng.randint(-14, 14)), self.rng.randint(1, 12), self.rng.randint(1, 28)
        )
        return self._made(city, like.folk, like.sex, born, like.name, "")

    def spouse(self, city: City, of: Person) -> Person:
        sex = "male" if of.sex == "female" else "female"
        years = self.rng.randint(-1, 7)
        born = date(
            of.born.year + (years if sex == "female" else -years), self.rng.randint(1, 12), self.rng.randint(1, 28)
        )
        found = self.person(city, of.folk if self.rng.random() < 0.75 else "", sex, born)
        return replace(found, child=of.child)

    def child(self, city: City, of: Person) -> Person:
        born = date(
            min(2005, of.born.year + self.rng.randint(19, 33)), self.rng.randint(1, 12), self.rng.randint(1, 28)
        )
        return self.person(city, of.folk, "", born)

    def sibling(self, city: City, of: Person) -> Person:
        rng = self.rng
        born = date(of.born.year + rng.choice((-7, -5, -3, -2, 2, 3, 4, 6)), rng.randint(1, 12), rng.randint(1, 28))
        found = self.person(city, of.folk, "", born, of.nik[:2] + "." + of.nik[2:4])
        if of.folk in {"batak", "tionghoa", "timur", "arab"}:
            return replace(found, name=(*found.name[:-1], of.name[-1]))
        return found

    def twin(self, city: City, of: Person) -> Person:
        """A twin, whose name goes with the other's, which is made to fit."""
        first, second = self.rng.choice(_TWINS[of.sex])
        of.name, of.nick = (first, *of.name[1:]), first
        found = self._made(city, of.folk, of.sex, of.born, (second, *of.name[1:]), "")
        return replace(found, nick=second, nik=f"{of.nik[:12]}{int(of.nik[12:]) + 1:04d}")

    def _name(self, folk: str, sex: str, born: date) -> tuple[str, ...]:
        rng, words = self.rng, FOLK[folk]
        old = born.year < 1973 and rng.random() < 0.75
        if sex == "male":
            first, second = rng.choice(words.old_men if old else words.men), words.second_men
        else:
            first, second = rng.choice(words.old_women if old else words.women), words.second_women
        one = rng.random() < words.one_word * (1.35 if old else 0.45)
        if words.families:
            family = rng.choice(words.families)
            if folk == "batak" and sex == "female" and rng.random() < 0.5:
                family = "Br. " + family
            middle = rng.random() < 0.35
            return (first, rng.choice(second), *family.split()) if middle else (first, *family.split())
        if one and first not in _NEVER_ALONE:
            return (first,)
        last = rng.choice(second)
        if rng.random() < (0.10 if old else 0.24) or (first in {"Muhammad", "Muh.", "Moh."} and rng.random() < 0.3):
            middle_name = rng.choice(words.men if sex == "male" else words.women)
            if middle_name not in {first, last} and middle_name not in _NEVER_ALONE:
                return (first, middle_name, last)
        return (first, last) if last != first else (first,)

    def _made(self, city: City, folk: str, sex: str, born: date, name: tuple[str, ...], home: str) -> Person:
        rng = self.rng
        self.last += 1
        if not home:
            away = rng.random() < city.outsiders * (0.35 if folk in city.folk[0][:1] else 1.25)
            home = rng.choice(FOLK[folk].home) if away else ""
        district = f"{home}.{rng.randint(1, 22):02d}" if home else rng.choice(city.districts)[0]
        day = born.day + (40 if sex == "female" else 0)
        serial = rng.randint(1, 9) if rng.random() < 0.8 else rng.randint(10, 60)
        nik = f"{district.replace('.', '')}{day:02d}{born.month:02d}{born.year % 100:02d}{serial:04d}"
        known = name[-1] if name[0] in _NEVER_ALONE or (len(name) > 1 and rng.random() < 0.25) else name[0]
        short = _LAST_SYLLABLES.search(known)
        nick = short.group().capitalize() if short and rng.random() < 0.6 else known
        call = rng.choice(city.men if sex == "male" else city.women)
        if call in {"Dg.", "Daeng"}:
            call, nick = ("Dg.", rng.choice(DAENG)) if folk == "bugis" else ("Mas" if sex == "male" else "Mbak", nick)
        elif folk in {"jawa", "madura", "sunda"} and city.key in "jm" and rng.random() < 0.3:
            call = "Mas" if sex == "male" else "Mbak"
        pilgrim = born.year < 1980 and folk not in {"batak", "tionghoa", "timur"}
        pilgrim = pilgrim and rng.random() < (0.22 if folk in {"bugis", "madura"} else 0.1)
        return Person(
            key=self.last,
            name=name,
            folk=folk,
            sex=sex,
            born=born,
            nik=nik,
            nib=f"{rng.randint(1, 31):02d}{rng.randint(1, 12):02d}2{rng.randrange(10**8):08d}"
            if rng.random() < 0.3
            else "",
            nib_year=rng.choice((2020, 2021, 2022, 2022, 2023, 2023, 2024, 2025)),
            nick=nick,
            call=call,
            title=("H." if sex == "male" else "Hj.") if pilgrim else "",
            child=rng.choice(CHILDREN),
            phone=self.phone() if rng.random() < (0.86 if born.year < 1965 else 0.97) else "",
            education=rng.choices(_EDUCATION, cum_weights=_SCHOOLED)[0],
            disability=rng.choice(("daksa", "netra", "rungu")) if rng.random() < 0.012 else "",
        )
