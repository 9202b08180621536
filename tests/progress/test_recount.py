"""The recount finds every kind of drift; a proof that cannot fail proves nothing."""

import anyio.to_thread
import asyncpg
import pytest
from scenes import Stage, scene
from typer.testing import CliRunner, Result
from world import batch, item, nib, nik, put

from app.cli import app as cli
from app.progress.rollup import fold
from app.recount import drift

EMBEDDED_IS_ENOUGH = True


@scene
async def sound_census(stage: Stage) -> None:
    """Entered, duplicates, conflicts, invalid ones, a correction, partly folded."""
    pg, client, world = stage.pg, stage.client, stage.world
    one, two = (nik(), nib()), (nik(), nib())
    record = item(nik=nik())
    await put(client, world, "enumerator.1", batch(item(nik=one[0], nib=one[1]), item(nik=two[0]), record))
    told = {"result": "absent", "visited_at": "2022-09-12T08:00:00+07:00"}
    door = {**item(answers=told), "questionnaire": "visit@1"}
    await put(client, world, "enumerator.3", batch(door, {**item(answers=told), "questionnaire": "visit@1"}))
    async with pg.transaction():
        await fold(pg)
    refused = {**door, "revision": 2, "answers": {"result": "refused", "visited_at": "2022-09-12T09:00:00+07:00"}}
    await put(client, world, "enumerator.3", batch(refused))
    await put(client, world, "enumerator.2", batch(item(nik=one[0]), item(nik=two[0], nib=one[1]), item(nik="1")))
    await put(client, world, "enumerator.1", batch({**record, "revision": 2}))
    for decision in ("verified", "returned"):
        told = {"decision": decision, "reason": "Periksa lagi"}
        path = f"/v1/submissions/{record['record_id']}/review"
        assert (await client.post(path, json=told, headers=world.auth("coordinator.1"))).status_code == 200
    assert await drift(pg, 1) == []


@pytest.fixture
def counted(sound_census: None, pg: asyncpg.Connection) -> asyncpg.Connection:
    """A connection to a database of a sound census."""
    return pg


@pytest.mark.parametrize(
    ("tampering", "check"),
    [
        ("UPDATE progress_cell SET entered = entered + 1 WHERE entered > 0", "cells_differ_from_records"),
        ("DELETE FROM progress_cell WHERE invalid > 0", "cells_differ_from_records"),
        ("DELETE FROM submission WHERE outcome = 'duplicate'", "cells_differ_from_records"),
        ("UPDATE raw_item SET resolved_on = received_on WHERE counts", "cells_differ_from_records"),
        ("UPDATE progress_cell SET returned = 0 WHERE returned > 0", "cells_differ_from_records"),
        ("UPDATE review SET ended_on = decided_on WHERE decision = 'returned'", "cells_differ_from_records"),
        ("UPDATE progress_day SET entered = entered - 1 WHERE region_code = '16'", "days_differ_from_cells"),
        ("DELETE FROM progress_delta WHERE duplicates > 0", "days_differ_from_cells"),
        ("UPDATE progress_day SET newly_active = 7 WHERE newly_active > 0", "newly_active_differs_from_activity"),
        ("DELETE FROM progress_activity WHERE region_code = 'ID'", "activity_differs_from_cells"),
        ("UPDATE business SET campaign_ids = '{}'", "business_not_entered_once"),
        ("UPDATE business SET nik_digest = NULL WHERE nib_digest IS NOT NULL", "identity_differs_from_business"),
        ("DELETE FROM identity WHERE kind = 'nib'", "identity_differs_from_business"),
        ("UPDATE progress_cell SET refused = 0 WHERE refused > 0", "cells_differ_from_records"),
        ("UPDATE progress_day SET open_visits = 5 WHERE region_code = '16.01'", "days_differ_from_cells"),
        ("DELETE FROM progress_door_delta WHERE refused > 0", "days_differ_from_cells"),
        ("DELETE FROM door WHERE counted_as = 'open_visits'", "door_differs_from_record"),
        ("UPDATE door SET counted_as = 'moved' WHERE counted_as = 'refused'", "door_differs_from_record"),
        ("UPDATE record SET counted_as = 'entered' WHERE counted_as = 'refused'", "door_differs_from_record"),
    ],
)
async def test_every_kind_of_drift_is_found(counted: asyncpg.Connection, tampering: str, check: str) -> None:
    await counted.execute(tampering)
    assert check in {each.check for each in await drift(counted, 1)}


async def test_the_command_tells_of_drift_and_fails(counted: asyncpg.Connection, dsn: str) -> None:
    def run(*arguments: str) -> Result:
        # Another thread has no running loop, as the command has none.
        return CliRunner().invoke(cli, ["progress", "check", *arguments], env={"DATABASE_URL": dsn})

    sound = await anyio.to_thread.run_sync(run)
    assert (sound.exit_code, "No drift" in sound.output) == (0, True)
    await counted.execute("UPDATE progress_cell SET entered = entered + 1 WHERE entered > 0")
    broken = await anyio.to_thread.run_sync(run)
    assert broken.exit_code == 1
    assert "cells_differ" in broken.output
    unknown = await anyio.to_thread.run_sync(run, "--campaign", "nowhere")
    assert unknown.exit_code == 2
