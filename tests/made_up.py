"""Interviews as they could be, made up: honest ones, of several enumerators, to which a test adds what is not."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from app.quality.interviews import Interview, interview

VILLAGES = ("16.01.14.1003", "16.01.14.1004", "16.01.13.1003")
MORNING = datetime(2022, 9, 1, 1, tzinfo=UTC)


def answers(rng: Random, serial: int) -> dict[str, Any]:
    """Of a small shop; no two owners were born on the same day by more than chance."""
    return {
        "legal_name": f"Warung {rng.choice(('Sari', 'Dewi', 'Budi', 'Rina'))}",
        "kbli": "47112",
        "place_type": rng.choice(("home", "stall")),
        "address": f"Dusun {rng.randint(1, 6)} RT {rng.randint(1, 12)}",
        "started_year": rng.randint(1985, 2021),
        "annual_sales_idr": round(10 ** rng.uniform(7, 8.3)),
        "founding_capital_idr": round(10 ** rng.uniform(6, 7.3)),
        "owner": {
            "name": rng.choice(("Sari Wijaya", "Budi Utami")),
            "sex": rng.choice(("male", "female")),
            "birth_date": f"{rng.randint(1950, 2000)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
            "nik": f"16011452{serial:08}",
        },
        "workers": {"paid_male": rng.choice((0, 0, 1, 2)), "unpaid_female": rng.choice((0, 1))},
    }


def honest(seed: int = 1, people: int = 8, each: int = 30) -> list[Interview]:
    """So many of every enumerator, over several days, with nothing unusual beyond chance."""
    rng, found = Random(seed), []
    for person in range(people):
        at = MORNING
        for number in range(each):
            at += timedelta(minutes=rng.uniform(25, 90)) + (timedelta(hours=14) if number % 6 == 5 else timedelta())
            serial = person * 1_000 + number + 1
            found.append(of(serial, person, at, rng))
    return found


def of(serial: int, person: int, at: datetime, rng: Random, said: Any = None, **other: Any) -> Interview:
    """One interview; `other` are arguments of `interview` that are not as usual."""
    village = other.get("region_code") or rng.choice(VILLAGES)
    row: dict[str, Any] = {
        "record_id": UUID(int=serial),
        "revision": 1,
        "region_code": village,
        "enumerator_id": UUID(int=10_000 + person),
        "business_id": UUID(int=20_000 + serial),
        "questionnaire": "umkm@1",
        "started_at": at - timedelta(minutes=rng.uniform(8, 24)),
        "captured_at": at,
        "latitude": -4.12 + 0.02 * (VILLAGES.index(village) if village in VILLAGES else 0) + rng.uniform(-0.006, 0.006),
        "longitude": 104.17 + rng.uniform(-0.006, 0.006),
        "answers": said or answers(rng, serial),
    }
    return interview(**row | other)
