"""The census that the demo shows: who works where, and what came in. Facts of Kabupaten OKU as it was reported on
13 September 2022; everything said to be made up is made up.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

from app.campaigns.queries import CampaignRow

WIB = timezone(timedelta(hours=7), "WIB")

CAMPAIGN = CampaignRow(
    1,
    "pl-kumkm-2022",
    "Pendataan Lengkap Koperasi dan UMKM 2022",
    date(2022, 4, 1),
    date(2022, 10, 31),
    date(2022, 11, 30),
)
NEXT = CampaignRow(
    2,
    "pl-kumkm-2023",
    "Pendataan Lengkap Koperasi dan UMKM 2023",
    date(2023, 4, 1),
    date(2023, 10, 31),
    date(2023, 11, 30),
)
"""The round after it, which begins from its register. It is made up."""

MORNING = datetime(2022, 9, 13, 8, 0, tzinfo=WIB)
"""The coordination meeting: where the demo's domain clock starts."""

LAST_DAY = date(2022, 9, 12)
"""The last day of which records are in."""

SEED = 20220912


class Regency(NamedTuple):
    """A regency or city of the demo: its target and what is in by `LAST_DAY`."""

    code: str
    slug: str  # in the user names of its people
    target: int
    entered: int
    first_day: date
    enumerators: int
    coordinators: int


OKU = Regency("16.01", "", 42_000, 13_495, date(2022, 7, 28), 84, 6)

# The seven others that the report ranks below OKU. Only Palembang's target is known. The other targets, whatever is
# in, the people and the eighth name (the report names seven of eight) are made up, and kept small, so that the demo
# starts soon.
OTHERS = (
    Regency("16.71", "palembang", 160_000, 1_540, date(2022, 8, 8), 3, 1),
    Regency("16.10", "oganilir", 30_000, 731, date(2022, 8, 8), 3, 1),
    Regency("16.02", "oki", 52_000, 789, date(2022, 8, 8), 3, 1),
    Regency("16.07", "banyuasin", 58_000, 744, date(2022, 8, 8), 3, 1),
    Regency("16.06", "muba", 41_000, 752, date(2022, 8, 8), 3, 1),
    Regency("16.05", "mura", 28_000, 565, date(2022, 8, 8), 3, 1),
    Regency("16.08", "okutimur", 47_000, 728, date(2022, 8, 8), 3, 1),
)

DISTRICT_TARGETS: Mapping[str, int] = {
    "16.01.07": 3_600,
    "16.01.08": 2_650,
    "16.01.09": 4_700,
    "16.01.13": 4_500,
    "16.01.14": 5_900,
    "16.01.20": 1_750,
    "16.01.21": 4_000,
    "16.01.22": 3_850,
    "16.01.28": 4_050,
    "16.01.29": 1_950,
    "16.01.30": 2_150,
    "16.01.31": 1_300,
    "16.01.32": 1_600,
}
"""Of OKU's districts: made up, and together OKU's target."""

TARGETS: Mapping[str, int] = {**{each.code: each.target for each in (OKU, *OTHERS)}, **DISTRICT_TARGETS}

QUOTA = 500
"""Records that each of OKU's enumerators is to bring."""

IN_THE_LAST_WEEK = 2_814
"""Of OKU's records, those of the last seven days: the pace that rose to 402 a day."""

DUPLICATES, CONFLICTS, INVALID = 431, 12, 74
"""What else OKU's enumerators sent: businesses that were in already, contradictions, and faults not mended yet."""

IDLE = (27, 58, 73)
"""OKU's enumerators who have not sent anything."""

# Each team of 14 works in whole districts (made up); the first has Baturaja, the seat of the regency.
TEAM_DISTRICTS: Mapping[int, tuple[str, ...]] = {
    1: ("16.01.13", "16.01.14"),
    2: ("16.01.07", "16.01.08"),
    3: ("16.01.09", "16.01.20"),
    4: ("16.01.21", "16.01.29"),
    5: ("16.01.22", "16.01.30", "16.01.31"),
    6: ("16.01.28", "16.01.32"),
}
TEAM_SIZE = 14

SIZE_MIX = (("micro", 91.1), ("small", 8.0), ("medium", 0.8), ("large", 0.1))
"""OKU's later mix of size classes, in percent; what is left is out of the census' scope and gives a warning."""


def team_of(number: int) -> int:
    """The team of OKU's enumerator of that number."""
    return (number - 1) // TEAM_SIZE + 1
