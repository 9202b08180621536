"""What a tablet reads, measured on a regency as large as OKU's target: the known-identities filter, and changes.

Businesses go the way of every batch, over HTTP; the filter is held against numbers that nobody has; `changes` is asked
again and again by tablets that have seen everything, as on the evening of any day.
"""

import asyncio
import http.client
import random
import statistics
import time
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import orjson
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from app.campaigns.queries import campaign_by_code
from app.changes.log import News, publish
from app.changes.news import TombstoneChange
from app.core.ids import new_id
from app.core.sealing import KeyRing
from app.identifiers.known_filter import Said, filter_of, hash64, write
from app.identifiers.phonetic_name import phonetic_name
from app.sync.known_identities import FilterRequest, KnownIdentities
from kumkm_proof.bench.scene import CAMPAIGN, Scene, scene, server
from kumkm_proof.bench.servers import served_by
from kumkm_proof.demo.people import Townsfolk

_BATCH = 1_000
_WITH_NIB = 0.35
_OUTSIDE = 300_000
_SEXES = ("female", "male")
_SEEN = 5_000  # changes that a tablet has read before


def run_bench(out: Console, *, businesses: int, requests: int) -> None:
    """Measure, and print a table."""
    asyncio.run(_bench(out, businesses, requests))


async def _bench(out: Console, businesses: int, requests: int) -> None:
    table = Table("what", "figure")
    async with server(None) as scenery, scene(scenery, enumerators=84) as made, served_by(made, 1) as (measured,):
        base_url = f"http://127.0.0.1:{measured.port}"
        numbers = await _fill(out, made, base_url, businesses)
        for row in await _filter(made, numbers):
            table.add_row(*row)
        for row in await _changes(made, measured.port, requests):
            table.add_row(*row)
    out.print(table)


async def _fill(out: Console, made: Scene, base_url: str, businesses: int) -> list[Said]:
    """So many businesses, some with a NIB; the numbers they are known by, with owners' names as they are heard."""
    rng, numbers = random.Random(1), list[Said]()
    people = Townsfolk(rng)
    async with httpx.AsyncClient(base_url=base_url, timeout=120) as client:
        with Progress(console=out) as bars:
            for start in bars.track(range(0, businesses, _BATCH), description="businesses"):
                items = []
                for number in range(start, min(start + _BATCH, businesses)):
                    nik, nib = _nik(number), f"9{number:012d}" if rng.random() < _WITH_NIB else None
                    name = people.name(rng.choice(_SEXES))
                    numbers += [
                        Said(kind, told, phonetic_name(name)) for kind, told in (("nik", nik), ("nib", nib)) if told
                    ]
                    items.append(_item(rng.choice(made.villages), number, name, nik, nib))
                who = made.enumerator_ids[(start // _BATCH) % len(made.enumerator_ids)]
                body = {"campaign": CAMPAIGN, "sent_at": datetime.now(UTC), "items": items}
                answer = await client.put(
                    f"/v1/sync/batches/{UUID(bytes=new_id().bytes)}",
                    content=orjson.dumps(body),
                    headers={"Authorization": f"Bearer {made.token(who)}", "Content-Type": "application/json"},
                )
                answer.raise_for_status()
    return numbers


def _nik(number: int) -> str:
    rest, district = divmod(number, 13)
    rest, day = divmod(rest, 28)
    rest, month = divmod(rest, 12)
    serial, year = divmod(rest, 70)
    return f"1601{district + 1:02d}{day + 1:02d}{month + 1:02d}{year + 20:02d}{serial + 1:04d}"


def _item(village: str, number: int, name: str, nik: str, nib: str | None) -> dict[str, object]:
    return {
        "record_id": str(UUID(bytes=new_id().bytes)),
        "revision": 1,
        "questionnaire": "umkm@1",
        "region_code": village,
        "captured_at": datetime.now(UTC),
        "answers": {"legal_name": f"Usaha {number}", "kbli": "47112", "nib": nib, "owner": {"name": name, "nik": nik}},
    }


async def _filter(made: Scene, numbers: list[Said]) -> list[tuple[str, str]]:
    held = KnownIdentities(KeyRing(made.settings.sealing_ring()), made.settings.digest_key_bytes(), refresh_s=600)
    village = made.villages[0]
    pg = await asyncpg.connect(made.dsn)
    try:
        campaign = await campaign_by_code(pg, CAMPAIGN)
        assert campaign is not None  # noqa: S101  (the scene has it)

        async def give(*areas: str) -> tuple[bytes, float]:
            began = time.perf_counter()
            async with pg.transaction():
                given = await held.give(pg, FilterRequest(campaign, "16.01", areas), lambda _: False)
            assert given.content is not None  # noqa: S101  (nothing was had)
            return given.content, (time.perf_counter() - began) * 1000

        whole, built = await give("16.01")
        district, merged = await give(village[:8])
        _, again = await give("16.01")
        hamlet, _ = await give(village)
    finally:
        await pg.close()
    known = filter_of(hash64(held.key, each) for each in numbers)
    assert write(held.key, known) == whole  # noqa: S101  (nothing is missing, and nothing is too much)
    missed = sum(not known.has(held.key, each) for each in numbers)
    rng, inside, people = random.Random(2), set(numbers), Townsfolk(random.Random(3))
    outside = [
        Said("nik", _nik(rng.randrange(20_000_000)), phonetic_name(people.name(rng.choice(_SEXES))))
        for _ in range(_OUTSIDE)
    ]
    strangers = [each for each in outside if each not in inside]
    rate = sum(known.has(held.key, each) for each in strangers) / len(strangers)
    return [
        ("numbers in the filter", f"{len(numbers):,}"),
        ("bytes: the regency, a district, a village", f"{len(whole):,}, {len(district):,}, {len(hamlet):,}"),
        ("numbers missed", str(missed)),
        (f"false positives of {len(strangers):,}", f"{rate:.2%}"),
        ("built", f"{built:.0f} ms"),
        ("merged for another area", f"{merged:.1f} ms"),
        ("from what is remembered", f"{again:.1f} ms"),
    ]


async def _changes(made: Scene, port: int, requests: int) -> list[tuple[str, str]]:
    who = made.enumerator_ids[0]
    pg = await asyncpg.connect(made.dsn)
    try:
        change = TombstoneChange(kind="tombstone", record_id=UUID(int=1), reason="erased")
        await publish(pg, (News(who, change) for _ in range(_SEEN)))
    finally:
        await pg.close()
    headers = {"Authorization": f"Bearer {made.token(who)}"}
    return await asyncio.to_thread(_ask, port, headers, requests)


def _ask(port: int, headers: dict[str, str], requests: int) -> list[tuple[str, str]]:
    connection, cursor, pages, more = http.client.HTTPConnection("127.0.0.1", port), "", 0, True
    while more:
        told = _get(connection, f"/v1/sync/changes?limit=1000{cursor}", headers)
        cursor, more, pages = f"&cursor={told['next_cursor']}", told["more"], pages + 1
    times = []
    for _ in range(requests):
        began = time.perf_counter()
        told = _get(connection, f"/v1/sync/changes?limit=100{cursor}", headers)
        times.append((time.perf_counter() - began) * 1000)
        assert not told["items"]  # noqa: S101  (nothing is new)
    connection.close()
    p99 = statistics.quantiles(times, n=100)[98]
    return [
        (f"changes, nothing new, p50 of {requests:,}", f"{statistics.median(times):.2f} ms"),
        ("changes, nothing new, p99", f"{p99:.2f} ms"),
    ]


def _get(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> dict[str, Any]:
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != HTTPStatus.OK:
        raise OSError(f"{path}: {answer.status}")
    told: dict[str, Any] = orjson.loads(content)
    return told
