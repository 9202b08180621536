"""A world of markets: halls in which hundreds of stalls have one point, brands with many owners, traders with several
stalls, cooperatives with units and a chair who has a shop.

Chinese, Arab and one-word names stand beside regional ones, in old spelling or new (*Tjan* and *Chan*, *Soesanto* and
*Susanto*). A stall's name is often its brand (*Ayam Geprek Bensu*, *Es Teh Poci*), which says nothing of whose it is. The
point is the hall's office, or the street's. A stall is listed a second time where it was visited once as what the
sign says and once as what its owner says; then the other phone was noted, or the shop assistant answered. Numbers are
often missing; now and then one is another person's altogether (the wife's, the assistant's).
"""

from collections.abc import Iterator
from random import Random
from typing import Any
from uuid import UUID

from app.linkage.features import Features, features_of
from kumkm_proof.bench.worlds.labelled import Labelled

_CHINESE = (
    ("Tan", "Lim", "Oei", "Tjan", "Liem", "Kwee", "The", "Ong", "Go", "Tjoa", "Njo", "Lie"),
    ("Tjoen", "Hok", "Swie", "Mei", "Lan", "Kian", "Giok", "Bing", "Hwa", "Siok", "Tek", "Liong", "An", "Kiem"),
    ("Susanto", "Wijaya", "Halim", "Gunawan", "Tanoto", "Salim", "Hartanto", "Lukito", "Setiadi", "Kusuma"),
)
_GIVEN_M = "Rudy Tony Herman Johan Ahmad Faisal Hamzah Idrus Ali Umar Gunadi Surya Bakti Iskandar Darto Karyo Usman Kosim Ujang Dadang Asep Cecep Encep".split()
_GIVEN_F = "Lily Meilani Vonny Linda Fatimah Khadijah Salma Zahra Rukmini Kartika Dian Euis Neneng Iis Tati Yayah Imas Nining Cucu Entin".split()
_FAMILY = (
    "- - - Assegaf Alatas Shihab Bachtiar Soesanto Koesnadi Suryana Hidayat Permana Soetomo Djojo Sastra Kurnia".split()
)
_BRANDS = (
    ("56103", "Es Teh Poci"),
    ("56103", "Kopi Janji"),
    ("56102", "Ayam Geprek Juara"),
    ("56102", "Bakso Cak Man"),
    ("56102", "Pecel Lele Lamongan"),
    ("47722", "Apotek Sehat"),
    ("61994", "Agen Pulsa Kilat"),
    ("47112", "Mitra Bukalapak"),
    ("56104", "Martabak Bangka"),
    ("56102", "Nasi Padang Sederhana"),
    ("96200", "Laundry Kiloan"),
)
_GOODS = (
    ("47214", "ayam potong"),
    ("47213", "ikan segar"),
    ("47211", "sayur mayur"),
    ("47212", "buah"),
    ("47711", "pakaian jadi"),
    ("47712", "sepatu dan sandal"),
    ("47511", "kain"),
    ("47222", "bumbu dapur"),
    ("47593", "perabot plastik"),
    ("47737", "mainan anak"),
    ("47241", "beras"),
    ("47826", "jajanan pasar"),
    ("47735", "emas perhiasan"),
    ("47791", "barang bekas"),
)
_SIGNS = "Rejeki Sumber Barokah Makmur Jaya Abadi Sentosa Murah Laris Sinar Harapan Indah Sejahtera Mulia Lancar Aneka".split()
_RESPELT = (("oe", "u"), ("tj", "c"), ("dj", "j"), ("nj", "ny"), ("ie", "i"), ("sh", "sy"), ("ch", "kh"))


class _Market:
    """What a hall has: a place, an office's phone, a number of stalls."""

    def __init__(self, rng: Random, number: int) -> None:
        self.village = f"{(31, 32, 36, 16)[number % 4]}.{71 + number // 40 % 9}.{1 + number // 4 % 10:02}.{1001 + rng.randrange(8)}"
        self.name = f"Pasar {rng.choice(('Induk', 'Baru', 'Lama', 'Senen', 'Kamis', 'Atom', 'Cinde'))} {number}"
        self.at = (rng.uniform(-7, -3), rng.uniform(104, 109))
        self.office = f"07{rng.randint(10_000_000, 99_999_999)}"
        self.one_point = rng.random() < 0.6
        self.stalls = rng.choice((15, 60, 150, 350))


def world(seed: int, size: int) -> list[Labelled]:
    """About `size` rows."""
    rng = Random(f"markets {seed}")
    rows: list[Labelled] = []
    label = owner = number = 0
    while len(rows) < size:
        market = _Market(rng, number)
        number += 1
        for _ in range(market.stalls):
            owner += 1
            person = _trader(rng, market)
            shops = 1 + (rng.random() < 0.08) + (rng.random() < 0.03)
            for _ in range(shops):
                label += 1
                stall = _stall(rng, market, person)
                rows.append(Labelled(_row(len(rows), market, stall, rng), label, owner))
                if rng.random() < 0.07:
                    rows.append(Labelled(_row(len(rows), market, _again(rng, market, stall), rng), label, owner))
        for kind, business, theirs in _cooperative(rng, market):
            rows.append(Labelled(_row(len(rows), market, theirs, rng, kind), label + business, owner + 1))
        label, owner = label + 4, owner + 1
    return rows[:size]


def _trader(rng: Random, market: _Market) -> dict[str, Any]:
    sex = rng.choice(("male", "female"))
    given = rng.choice(_GIVEN_M if sex == "male" else _GIVEN_F)
    fate = rng.random()
    if fate < 0.3:
        family, middle, new = (rng.choice(each) for each in _CHINESE)
        name = rng.choice((f"{family} {middle} {rng.choice(_CHINESE[1])}", f"{given} {new}", f"{given} {family}"))
    elif fate < 0.55:
        name = given
    else:
        behind = rng.choice(_FAMILY)
        name = f"{rng.choice(('', '', 'H. ', 'Hj. ', 'Siti ', 'R. '))}{given}" + ("" if behind == "-" else f" {behind}")
    born = (rng.randint(1, 28), rng.randint(1, 12), rng.randint(1945, 2001))
    day = born[0] + (40 if sex == "female" else 0)
    return {
        "name": name,
        "sex": sex,
        "phone": f"08{rng.choice('1235789')}{rng.randint(10_000_000, 999_999_999)}" if rng.random() < 0.85 else None,
        "birth_date": f"{born[2]}-{born[1]:02}-{born[0]:02}",
        "nik": f"{market.village[:2]}{market.village[3:5]}{rng.randint(1, 20):02}{day:02}{born[1]:02}{born[2] % 100:02}{rng.randint(1, 9):04}",
        "education": rng.choice(("primary", "junior", "senior", "bachelor")),
    }


def _stall(rng: Random, market: _Market, person: dict[str, Any]) -> dict[str, Any]:
    block = f"Blok {rng.choice('ABCDEFG')}{rng.randint(1, 80)}"
    if rng.random() < 0.2:
        kbli, brand = rng.choice(_BRANDS)
        name, goods = rng.choice((brand, f"{brand} {market.name}")), brand.lower()
    else:
        kbli, goods = rng.choice(_GOODS)
        sign = rng.choice(
            (f"{rng.choice(_SIGNS)} {rng.choice(_SIGNS)}", rng.choice(_SIGNS), str(person["name"]).split()[-1])
        )
        name = rng.choice((f"Toko {sign}", f"Kios {sign}", f"{sign}", f"UD {sign}"))
    return {
        "legal_name": name,
        "kbli": kbli,
        "main_product": goods,
        "place_type": "stall",
        "owner": person,
        "main_activity": f"pedagang {goods}",
        "address": f"{market.name} {block}" if rng.random() < 0.6 else market.name,
        "phone": market.office if rng.random() < 0.1 else None,
        "started_year": rng.randint(1985, 2022),
        "annual_sales_idr": int(rng.lognormvariate(19, 1.1)) if rng.random() < 0.8 else None,
        "nib": f"{rng.randint(10**12, 10**13 - 1)}" if rng.random() < 0.15 else None,
        "workers": {"paid_male": rng.choice((0, 0, 1, 2)), "unpaid_female": rng.choice((0, 1))},
    }


def _again(rng: Random, market: _Market, stall: dict[str, Any]) -> dict[str, Any]:
    """The stall as somebody else saw it."""
    again, owner = dict(stall), dict(stall["owner"])
    name = str(owner["name"])
    for one, other in _RESPELT:
        if rng.random() < 0.35:
            name = name.lower().replace(one, other) if rng.random() < 0.5 else name.lower().replace(other, one)
    if rng.random() < 0.25:
        name = name.split()[-1] if rng.random() < 0.5 else name.split()[0]
    owner["name"] = name
    answered = rng.random()
    if answered < 0.1:  # by the wife, the husband, the assistant: another person
        owner = _trader(rng, market) | {"phone": owner["phone"] if rng.random() < 0.7 else None}
    elif answered < 0.55 or not owner["nik"]:
        owner["nik"] = None
    else:
        digits, at = list(owner["nik"]), rng.choice((1, 5, 6, 7, 9, 10, 12, 13, 14, 15))
        digits[at] = str((int(digits[at]) + rng.choice((1, 3, 7, 9))) % 10)
        owner["nik"] = "".join(digits)
    if rng.random() < 0.35:
        owner["phone"] = rng.choice((None, f"08{rng.randint(100_000_000, 9_999_999_999)}"))
    if rng.random() < 0.3:
        again["legal_name"] = f"{rng.choice(('Toko', 'Kios', 'Lapak'))} {str(owner['name']).split()[-1].title()}"
        again["trade_name"] = stall["legal_name"] if rng.random() < 0.5 else None
    elif rng.random() < 0.4:
        again["legal_name"] = _swap(rng, str(stall["legal_name"]))
    if rng.random() < 0.3:
        again["main_activity"] = f"jual {again['main_product']}"
    if rng.random() < 0.12:
        again["kbli"] = again["kbli"][:3] + rng.choice(("11", "19", "99"))
    if again["started_year"] and rng.random() < 0.3:
        again["started_year"] = 5 * round(again["started_year"] / 5)
    again["annual_sales_idr"] = int(rng.lognormvariate(19, 1.1)) if rng.random() < 0.3 else again["annual_sales_idr"]
    again["nib"] = None
    if rng.random() < 0.07:  # to the street behind
        again |= {"moved": True, "address": f"Jl. Belakang {market.name} {rng.randint(1, 30)}"}
    if rng.random() < 0.15:
        again |= {
            "main_product": rng.choice(("campuran", "dagangan", None)),
            "legal_name": f"Toko {rng.choice(_SIGNS)}",
        }
    if rng.random() < 0.4:
        again["workers"] = {"paid_male": rng.choice((0, 1, 2)), "unpaid_female": 1}
    return again | {"owner": owner}


def _cooperative(rng: Random, market: _Market) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """The traders' cooperative, two units of it, and the chair's own shop."""
    chair = _trader(rng, market)
    name = f"Koperasi Pedagang {market.name}"
    phone = {"phone": market.office, "address": market.name}
    head = {k: chair[k] for k in ("name", "sex", "phone")}
    yield "koperasi", 1, {"legal_name": name, "kbli": "64141", "chair": head, **phone}
    yield (
        "umkm",
        2,
        {"legal_name": f"Unit Toko {name}", "kbli": "47111", "main_product": "sembako", "owner": head, **phone},
    )
    yield (
        "umkm",
        3,
        {
            "legal_name": f"Unit Simpan Pinjam {name}",
            "kbli": "64142",
            "main_product": "pinjaman",
            "owner": head,
            **phone,
        },
    )
    yield "umkm", 4, _stall(rng, market, chair)


def _row(number: int, market: _Market, answers: dict[str, Any], rng: Random, kind: str = "umkm") -> Features:
    if market.one_point:
        off = (0.0, 0.0) if rng.random() < 0.7 else (rng.gauss(0, 8), rng.gauss(0, 8))
    else:
        off = (rng.gauss(0, 60), rng.gauss(0, 60))
    if answers.get("moved"):
        off = (off[0] + rng.choice((-1, 1)) * rng.randint(100, 900), off[1] + rng.randint(100, 900))
    at = tuple(round(middle + metres / 111_000, 5) for middle, metres in zip(market.at, off, strict=True))
    place = at if rng.random() < 0.95 else (None, None)
    village = market.village if rng.random() < 0.98 else f"{market.village[:9]}{1001 + rng.randrange(8)}"
    return features_of(UUID(int=number + 1), kind, village, answers["kbli"], answers, place[0], place[1])


def _swap(rng: Random, name: str) -> str:
    words = name.split()
    if len(words) > 1 and rng.random() < 0.4:
        return " ".join(words[1:]) if rng.random() < 0.5 else " ".join(reversed(words))
    at = rng.randrange(len(name))
    return name[:at] + name[at + 1 :]
