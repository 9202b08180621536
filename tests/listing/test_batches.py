"""Batches about entries of the listing: how many statements they take, and many tablets at the same doors."""

import asyncio
import random

import asyncpg
import httpx
import pytest
from doors import visit
from fastapi import FastAPI
from forms import sized
from listings import entries, states
from outside import OUTSIDE
from shapes import Json
from world import World, batch, item, nik, put, told

from app.progress.rollup import fold
from app.recount import drift

EMBEDDED_IS_ENOUGH = True


@pytest.mark.skipif(OUTSIDE is not None, reason="a cluster is sent each statement alone")
async def test_the_number_of_statements_does_not_depend_on_how_many_entries_a_batch_is_about(
    client: httpx.AsyncClient, world: World, app: FastAPI, pg: asyncpg.Connection
) -> None:
    ids = await entries(client, world, *[{"name": f"Pintu {n}"} for n in range(120)])
    numbers = []
    async with told(app) as statements:
        for size in (4, 4, 40):
            some, ids = ids[:size], ids[size:]
            items = [{**item(nik=nik()), "listing_id": each} for each in some]
            statements.clear()
            assert (await put(client, world, "enumerator.1", batch(*items))).status_code == 201
            numbers.append(len(statements))
        statements.clear()
        await put(client, world, "enumerator.1", batch(item(nik=nik()), item(nik=nik())))
        without = len(statements)
    # Which entries, their lock, who claims them, and the write; the steps of many entries are copied for themselves.
    assert without == 6, statements
    assert numbers[1] <= without + 4, numbers
    assert numbers[2] <= numbers[1] + 2, numbers
    assert await drift(pg) == []


@pytest.mark.long_form
async def test_of_many_tablets_at_the_same_doors_one_record_decides_each_entry(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    ids = await entries(client, world, *[{"name": f"Pintu {n}"} for n in range(5)])
    rng = random.Random(7)
    tablets: dict[str, list[list[Json]]] = {}
    for name in (f"enumerator.{n}" for n in range(1, 7)):
        tablets[name] = []
        records: list[Json] = []
        for _ in range(sized(3, 12)):
            items = []
            for listing_id in rng.sample(ids, 4):
                told_ = item(nik=nik()) if rng.random() < 0.5 else visit(rng.choice(["absent", "refused", "closed"]))
                items.append({**told_, "listing_id": listing_id})
            if records and rng.random() < 0.7:  # what was visited in vain is interviewed, about the same entry
                before = rng.choice(records)
                items.append(item(record_id=before["record_id"], revision=before["revision"] + 1, nik=nik()))
            records = [each for each in items if each["questionnaire"] == "visit@1"]
            tablets[name].append(items)

    async def work(name: str) -> None:
        for items in tablets[name]:
            for _ in range(60):
                answer = await put(client, world, name, batch(*items))
                if answer.status_code in (200, 201):
                    break
                await asyncio.sleep(0.05)
            assert answer.status_code in (200, 201), answer.text

    await asyncio.gather(*map(work, tablets))
    assert sum((await states(pg)).values()) == len(ids)
    deciders = [row[0] for row in await pg.fetch("SELECT record_id FROM listing_entry WHERE state <> 'open'")]
    assert len(set(deciders)) == len(deciders)
    assert await drift(pg) == []
    await fold(pg)
    assert await drift(pg) == []
