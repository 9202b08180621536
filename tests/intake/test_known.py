"""`Known` is the state before the batch: whatever the batch brings, nothing in it changes."""

import copy
from typing import Any

import httpx
import pytest
from world import PALEMBANG_VILLAGE, World, batch, item, nib, nik, put

import app.intake.ingest as module
from app.intake.known import Known

EMBEDDED_IS_ENOUGH = True


async def test_what_is_known_before_a_batch_does_not_change_while_it_is_judged_and_stored(
    client: httpx.AsyncClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[Known, Known]] = []
    real = module.preload

    async def preload(*args: Any, **named: Any) -> Any:
        known = await real(*args, **named)
        seen.append((known, copy.deepcopy(known)))
        return known

    monkeypatch.setattr(module, "preload", preload)
    shared, own, other = nik(), nik(), nib()
    entered = item(nik=own, nib=other)
    conflict = item(nik=nik(), nib=nib())
    held, invalid = item(nik=nik(), region=PALEMBANG_VILLAGE), item(nik=nik(), region="16.01")
    await put(client, world, "enumerator.1", batch(item(nik=shared), entered, conflict, held, invalid))
    answer = await put(
        client,
        world,
        "enumerator.1",
        batch(
            {**entered, "revision": 2, "region_code": entered["region_code"]},
            {**entered, "revision": 4},
            {**conflict, "revision": 2, "answers": {**conflict["answers"], "nib": other}},
            {**held, "revision": 2},
            {**invalid, "revision": 2, "region_code": entered["region_code"]},
            {**invalid, "revision": 3, "region_code": "16.01"},
            item(nik=shared),
        ),
    )
    met = {line["outcome"] for line in answer.json()["items"]}
    assert {"updated", "conflict", "held", "invalid", "duplicate"} <= met
    assert len(seen) == 2
    assert seen[1][0].records
    assert seen[1][0].raw_items
    for known, before in seen:
        assert known == before
