"""Where the islands' people live: districts of a few villages, their wards, markets, and who writes there.

A market is one point and one address for all its stalls. A village has two or three enumerators of the census, one of
the next round, one clerk of the village fund; a district has the clerks of PKH, of the aid of 2020, of the licence
desk and of the Dinas, who never saw a door.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from random import Random

from kumkm_proof.bench.worlds.islands_people import ROMAN, Hand, Spot, Village, hand_of, new_phone
from kumkm_proof.bench.worlds.islands_trades import TRADES, Trade
from kumkm_proof.bench.worlds.islands_words import (
    CHURCHES,
    FOLKS,
    LANDMARKS,
    MOSQUES,
    SHORE_MARKS,
    SHORES,
    STREETS,
    VILLAGE_ENDS,
    VILLAGES,
    Shore,
)

_KINDS = ("village", "town", "market")


@dataclass(slots=True)
class Ward:
    """A village with its people's names, its craft and those who write there."""

    village: Village
    size: int
    folk: str
    families: tuple[str, ...]
    craft: Trade | None
    crafts: float
    group: str
    coast: bool
    first: list[Hand]
    later: list[Hand]
    fund: Hand
    trades: dict[tuple[bool, str], tuple[tuple[Trade, ...], list[float]]]


@dataclass(slots=True)
class District:
    """Villages side by side, with one market or two, and the clerks of the offices."""

    wards: list[Ward]
    clerks: dict[str, Hand]
    help_mail: str


def _name(rng: Random, zone: str) -> str:
    name = rng.choice(VILLAGES[zone]) + rng.choice(VILLAGE_ENDS)
    return f"{name} {rng.choice(('Barat', 'Timur', 'Satu', 'Baru', 'Atas', 'Pante'))}" if rng.random() < 0.18 else name


def _trades(shore: Shore, *, coast: bool) -> dict[tuple[bool, str], tuple[tuple[Trade, ...], list[float]]]:
    found = {}
    for newcomer in (False, True):
        for kind in _KINDS:
            weights = []
            for trade in TRADES:
                zones = [flag for flag in trade.flags if flag in "NMPS"]
                there = (coast or "c" not in trade.flags) and (not zones or shore.zone[0].upper() in zones)
                among = trade.newcomers if newcomer else trade.natives
                where = {"village": trade.village, "town": trade.town, "market": trade.market}[kind]
                at_market = kind != "market" or "m" in trade.places or trade.places[0] == "s"
                weights.append(among * where if there and at_market else 0.0)
            found[newcomer, kind] = (TRADES, list(accumulate(weights)))
    return found


def _village(
    rng: Random, shore: Shore, code: str, district: str, middle: tuple[float, float], *, coast: bool
) -> Village:
    town = rng.random() < shore.town
    wide = 0.012 if town else 0.024
    folk = FOLKS[shore.folks[0]]
    churches = CHURCHES.get((shore.zone, folk.faith)) or CHURCHES[shore.zone, "protestant"]
    marks = [rng.choice(churches.split(";")), *rng.sample(LANDMARKS, 7 if town else 5)]
    if town:
        marks = ["Kantor Lurah" if each == "Kantor Desa" else each for each in marks]
    if coast:
        marks += rng.sample(SHORE_MARKS, 2)
    if shore.newcomers > 0.15 or "salam" in shore.folks:
        marks.append(rng.choice(MOSQUES.split(";")))
    names = shore.hamlets.split(",")
    if shore.zone == "sulut":
        hamlets = [f"{'Lingkungan' if town else 'Jaga'} {each}" for each in ROMAN[: rng.randint(3, 7)]]
    elif town:
        hamlets = [
            *names,
            "Kampung Baru",
            "Kompleks BTN",
            "Lorong Masjid",
            rng.choice(("Kampung Buton", "Kampung Bugis")),
        ]
    else:
        word = "Dusun" if shore.zone != "papua" else "Kampung"
        hamlets = [f"{word} {rng.choice((each, rng.choice(names)))}" for each in ROMAN[: rng.randint(2, 4)]]
    streets = rng.sample(STREETS[shore.zone].split(";"), 3) if town else []
    market = (
        f"Pasar {rng.choice(('Inpres', 'Lama', 'Baru', 'Sentral', district))}" if town and rng.random() < 0.4 else ""
    )
    if not town and rng.random() < 0.16:
        market = f"Pasar {rng.choice((district, 'Mingguan', 'Desa', 'Senin', 'Rakyat'))}"
    return Village(
        code,
        _name(rng, shore.zone),
        district,
        shore,
        town,
        middle[0] + rng.gauss(0, wide),
        middle[1] + rng.gauss(0, wide),
        marks[0],
        tuple(marks),
        tuple(dict.fromkeys(hamlets)),
        tuple(f"Jl. {each}" for each in streets),
        market,
        tuple(new_phone(rng) for _ in range(rng.randint(1, 3))),
        town or rng.random() < (0.6 if shore.zone == "papua" else 0.93),
    )


def _ward(rng: Random, village: Village, *, coast: bool) -> Ward:
    shore = village.shore
    folk = rng.choice(shore.folks)
    families = FOLKS[folk].families
    few = tuple(rng.sample(families, min(len(families), rng.randint(14, 25) if village.town else rng.randint(5, 10))))
    trades = _trades(shore, coast=coast)
    crafts = [each for each in TRADES if "x" in each.flags and _weight(trades, each) > 0]
    craft = rng.choice(crafts) if crafts and not village.town and rng.random() < 0.6 else None
    sign = rng.choice(
        ("Ina Ama", "Bunga Mawar", "Usaha Bersama", "Sehati", "Kasih Ibu", "Harapan", "Tunas Baru", village.name)
    )
    size = rng.randint(110, 250) if village.town else rng.randint(58, 125)
    walkers = [hand_of(rng, "census", 2022, new_phone(rng)) for _ in range(3 if village.town else 2)]
    year = rng.choice((2023, 2024, 2025, 2025, 2026, 2026))
    again = [hand_of(rng, "later", year, new_phone(rng)) for _ in range(2)]
    share = rng.uniform(0.15, 0.5) if craft else 0.0
    fund = hand_of(rng, "bumdes", rng.choice((2021, 2023, 2024)), village.phones[0])
    return Ward(village, size, folk, few, craft, share, sign, coast, walkers, again, fund, trades)


def _weight(trades: dict[tuple[bool, str], tuple[tuple[Trade, ...], list[float]]], trade: Trade) -> float:
    kinds, sums = trades[False, "village"]
    at = kinds.index(trade)
    return sums[at] - (sums[at - 1] if at else 0.0)


def district_of(rng: Random, number: int, order: Sequence[int]) -> District:
    """The next district of the world; each has its own codes."""
    shore = SHORES[order[number % len(order)]]
    turn = number // len(order)
    code = f"{shore.regency}.{shore.districts[turn % len(shore.districts)]}"
    first = 1 + 20 * (turn // len(shore.districts))
    name = _name(rng, shore.zone)
    middle = (shore.latitude + rng.gauss(0, 0.07), shore.longitude + rng.gauss(0, 0.07))
    coast = rng.random() < shore.coast
    kind = 1 if rng.random() < shore.town else 2
    wards = []
    for at in range(rng.randint(2, 4)):
        village = _village(rng, shore, f"{code}.{kind}{first + at:03}", name, middle, coast=coast)
        wards.append(_ward(rng, village, coast=coast))
    office = new_phone(rng)
    years = {"pkh": 2021, "bpum": 2020, "oss": 2022, "dinas": rng.choice((2019, 2021, 2023))}
    clerks = {form: hand_of(rng, form, year, office) for form, year in years.items()}
    return District(wards, clerks, f"nib.{name.split()[0].lower()}{rng.randint(1, 99)}@gmail.com")


def home_in(rng: Random, village: Village) -> Spot:
    """A house somewhere in the village."""
    wide = 0.0035 if village.town else 0.0055
    street = (
        f"{rng.choice(village.streets)} No. {rng.randint(1, 120)}" if village.streets and rng.random() < 0.4 else ""
    )
    if street and rng.random() < 0.5:
        street = street.split(" No.", maxsplit=1)[0]
    return Spot(
        village,
        village.latitude + rng.gauss(0, wide),
        village.longitude + rng.gauss(0, wide),
        "home",
        rng.choice(village.hamlets),
        rng.randint(1, 12 if village.town else 8),
        rng.randint(1, 4),
        rng.choice(village.marks),
        street,
    )


def stall_in(rng: Random, village: Village) -> Spot:
    """A stall of the market: all have its point and its address."""
    spot = home_in(rng, village)
    near = (village.latitude + 0.0031 + rng.gauss(0, 1e-4), village.longitude + 0.0024 + rng.gauss(0, 1e-4))
    said = village.market or "Pinggir jalan " + village.name
    return replace(spot, latitude=near[0], longitude=near[1], kind="market", said=said)


def across(rng: Random, spot: Spot, village: Village) -> Spot:
    """The same door, as the enumerator of the next village takes it for his."""
    there = home_in(rng, village)
    return replace(there, latitude=spot.latitude, longitude=spot.longitude, kind=spot.kind, said=spot.said)
