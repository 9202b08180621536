"""Owners of businesses in a regency as large as OKU, as somebody who wants their NIKs would have to guess them.

Names are as unevenly spread as real ones: some hundred names have most people, a third has one name only. Districts
differ in size, birthdays pile up where nobody knew the day, and serials count who shares district, birthday and sex.
"""

import math
from collections import Counter
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import NamedTuple

MEN = (  # noqa: SIM905  (a list would be a page)
    "Muhammad Agus Sutrisno Slamet Suparman Mulyadi Herman Junaidi Supriyadi Hendra Abdullah Ridwan Rohman Sugeng Budi"
    " Ahmad Andi Eko Joko Bambang Iwan Rudi Dedi Edi Asep Yusuf Zainal Samsul Rahmat Usman Sukardi Sugiono Suyanto"
    " Sumarno Suyono Supriyanto Haryanto Iskandar Ismail Ibrahim Wahyu Taufik Fauzi Irwan Darmawan Husni Hamdan Sarkowi"
).split()
WOMEN = (  # noqa: SIM905  (a list would be a page)
    "Siti Nurhayati Sri Sulastri Sumiati Nurhasanah Sumarni Suryani Maryam Aminah Dewi Endang Yuliana Fitriani Rohani"
    " Nurjanah Nuraini Mariani Halimah Kartini Rosmiati Maimunah Suparti Sutini Wati Yanti Erni Lestari Susanti Ratna"
    " Nur Rina Eka Sari Indah Marlina Herlina Rukmini Zubaidah Komariah Asnawati Juwita Rosmala Winda Leni Susi Anita"
).split()
SECOND = (  # noqa: SIM905  (a list would be a page)
    "Saputra Lestari Wijaya Utami Hidayat Susanti Pratama Putri Hasan Oktaviani Rahman Handayani Kurniawan Permata"
    " Setiawan Anggraini Gunawan Safitri Maulana Wahyuni Iskandar Rahayu Santoso Aminah Wibowo Fatimah Nugroho Khotimah"
    " Susanto Aisyah Purnomo Hasanah Prasetyo Maryam Firmansyah Zahra Ramadhan Astuti Effendi Ningsih Hakim Wulandari"
    " Arifin Kurniasih Akbar Rahmawati Siregar Puspitasari Nasution Harahap Marpaung Simanjuntak Rosyidi Syahputra"
).split()
STEMS = ("Su Sar Mar Har Kar War Dar Pur Suk Mul Sup Ros Yul Jun Sam Ris Wid Bas Tar Ngat Pon Ken Sut Dal").split()  # noqa: SIM905  (read as a text)
MALE_ENDS = "anto iyono ardi arno adi aman udin ijan imin iswanto awan".split()  # noqa: SIM905  (read as a text)
FEMALE_ENDS = "ati ini yani tini iyem iyah inah awati iningsih umi liana".split()  # noqa: SIM905  (read as a text)
DISTRICTS = (27, 13, 11, 8, 7, 6, 6, 5, 5, 4, 3, 3, 2)
"""Their shares of the businesses, in hundredths."""


ADULTS = 222_000
"""Of 20 to 65 years. Some of them share district, birthday and sex: their serials are 0001, 0002 and so on."""
YOUNGEST, OLDEST = date(2003, 1, 1), date(1957, 1, 1)


class Owner(NamedTuple):
    """Somebody who could stand in the register."""

    name: str
    female: bool
    district: int
    nik: str


def owners_of(count: int, seed: int = 1) -> list[Owner]:
    """So many owners in no order, no number twice."""
    rng, found = Random(seed), dict[str, Owner]()
    tails = [[stem + end for end in ends for stem in STEMS] for ends in (MALE_ENDS, FEMALE_ENDS)]
    firsts = [_uneven([*head, *tail]) for head, tail in zip((MEN, WOMEN), tails, strict=True)]
    seconds = _uneven([*SECOND, *MEN, *WOMEN, *tails[0]])
    while len(found) < count:
        many = count - len(found)
        given = [rng.choices(names, weights, k=many) for names, weights in firsts]
        more = [rng.choices(*seconds, k=many) for _ in range(2)]
        districts = rng.choices(range(1, 14), DISTRICTS, k=many)
        for place, district in enumerate(districts):
            female, lot = rng.random() < 0.5, rng.random()
            words = [given[female][place]]
            words += [more[0][place]] if lot > 0.35 or words[0] in ("Muhammad", "Siti", "Sri", "Nur") else []
            words += [more[1][place]] if lot > 0.8 else []
            nik = nik_of(district, _born(rng), female, _serial(rng, district))
            found[nik] = Owner(" ".join(words), female, district, nik)
    return list(found.values())


def _born(rng: Random) -> date:
    year = 2022 - round(rng.triangular(20, 64, 42))
    if rng.random() < 0.04:  # nobody knew the day
        return date(year, *rng.choice(((1, 1), (7, 1), (12, 31))))
    return date(year, 1, 1) + timedelta(days=rng.randrange(365))


def _serial(rng: Random, district: int) -> int:
    """Its place among those who share its district, birthday and sex."""
    crowd = ADULTS * DISTRICTS[district - 1] / 100 / (2 * len(birthdays()))
    others, at_least = 0, rng.random() / math.exp(-crowd)  # Poisson: count until e^crowd is used up
    term = total = 1.0
    while total < at_least:
        others += 1
        term *= crowd / others
        total += term
    return rng.randint(1, 1 + others)


def nik_of(district: int, born: date, female: bool, serial: int) -> str:
    """The NIK that somebody born on that day got in that district."""
    return f"1601{district:02d}{born.day + 40 * female:02d}{born:%m%y}{serial:04d}"


@cache
def birthdays() -> tuple[date, ...]:
    """Every day on which an owner can be born."""
    return tuple(OLDEST + timedelta(days=n) for n in range((YOUNGEST - OLDEST).days))


def commonest(owners: list[Owner], many: int) -> list[tuple[str, bool]]:
    """The commonest names with their sex."""
    return [told for told, _ in Counter((each.name, each.female) for each in owners).most_common(many)]


def _uneven(names: list[str]) -> tuple[list[str], list[float]]:
    names = list(dict.fromkeys(names))
    return names, [1 / (place + 3) ** 0.9 for place in range(len(names))]
