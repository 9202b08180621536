"""Exports in the background: made whole or not at all, taken up by another server, fetched in pieces, and then gone."""

import asyncio
import hashlib
import uuid
from pathlib import Path

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from shapes import Call, Json
from world import World, item, nik, outcomes

from app.core.problems import Code, Problem
from app.core.settings import Settings
from app.core.storage import Storage
from app.exchange import jobs
from app.exchange.jobs import Jobs

EMBEDDED_IS_ENOUGH = True


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "PART", 1_000)


def parts_of(settings: Settings) -> list[bytes]:
    return [file.read_bytes() for file in Path(settings.storage).rglob("*-*") if file.is_file()]


@pytest.fixture
def desk(app: FastAPI) -> Jobs:
    return app.state.services.jobs


@pytest.fixture
async def done(act: Call, desk: Jobs, client: httpx.AsyncClient, world: World) -> Json:
    """A finished export of ten businesses."""
    assert await outcomes(client, world, "enumerator.1", *(item(nik=nik()) for _ in range(10))) == ["accepted"] * 10
    asked = await act("POST", "exports", json={"format": "ndjson", "region": "16.01"})
    assert asked.status_code == 202, asked.text
    assert asked.json()["state"] == "queued"
    assert asked.headers["location"] == f"/v1/exports/{asked.json()['id']}"
    assert await desk.work_once()
    return (await act("GET", f"exports/{asked.json()['id']}")).json()


async def test_a_job_tells_how_far_it_is_and_what_its_parts_are(act: Call, done: Json) -> None:
    assert (done["state"], done["rows_total"], done["rows_done"]) == ("done", 10, 10)
    whole = (await act("GET", f"exports/{done['id']}/file")).content
    assert (len(whole), hashlib.sha256(whole).hexdigest()) == (done["size"], done["sha256"])
    assert len(done["parts"]) > 3
    at = 0
    for part in done["parts"]:
        assert hashlib.sha256(whole[at : at + part["size"]]).hexdigest() == part["sha256"]
        at += part["size"]
    assert whole == (await act("GET", "exports/businesses.ndjson", params={"region": "16.01"})).content
    assert [each["id"] for each in (await act("GET", "exports")).json()["items"]] == [done["id"]]


async def test_a_storage_that_does_not_answer_is_answered_as_such(
    act: Call, done: Json, desk: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(self: Storage, name: str) -> bytes:
        raise Problem(Code.OVERLOADED, retry_after=5)

    with monkeypatch.context() as broken:
        broken.setattr(Storage, "get", away)
        answer = await act("GET", f"exports/{done['id']}/file")
    assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
    assert answer.headers["retry-after"]
    assert (await act("GET", f"exports/{done['id']}/file")).status_code == 200


async def test_an_export_can_be_asked_for_again_under_its_id(act: Call, desk: Jobs, pg: asyncpg.Connection) -> None:
    asked = {"id": str(uuid.uuid4()), "format": "csv", "region": "16.01"}
    made = [await act("POST", "exports", json=asked) for _ in range(6)]  # more than may wait
    made += await asyncio.gather(*(act("POST", "exports", json={**asked, "id": str(uuid.UUID(int=7))}) for _ in "12"))
    assert [each.status_code for each in made] == [202] * 8
    assert [each.json()["id"] for each in made] == [asked["id"]] * 6 + [str(uuid.UUID(int=7))] * 2
    assert [each["id"] for each in (await act("GET", "exports")).json()["items"]] == [
        str(uuid.UUID(int=7)),
        asked["id"],
    ], "the newest first, whatever the ids"
    noted = await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = 'export.made'")
    assert noted in (2, 3), "once each, but for two at once"
    other = await act("POST", "exports", json={**asked, "format": "ndjson"})
    assert (other.status_code, other.json()["code"]) == (409, "already_exists")
    assert await desk.work_once()
    again = await act("POST", "exports", json=asked)
    assert (again.status_code, again.json()["state"]) == (202, "done"), "the oldest first, whatever the ids"


async def test_nobody_gets_an_export_of_another_account_by_its_id(
    act: Call, client: httpx.AsyncClient, world: World
) -> None:
    asked = {"id": str(uuid.uuid4()), "format": "csv", "region": "16.01"}
    assert (await act("POST", "exports", json=asked)).status_code == 202
    other = await client.post("/v1/exports", json=asked, headers=world.auth("coordinator.1"))
    assert (other.status_code, other.json()["code"]) == (409, "already_exists")


async def test_a_range_takes_up_what_was_cut(act: Call, done: Json) -> None:
    whole = (await act("GET", f"exports/{done['id']}/file")).content
    end = len(whole) - 1
    for told, first, last in (
        ("bytes=0-9", 0, 9),
        ("bytes=995-1004", 995, 1004),
        ("bytes=2500-", 2500, end),
        ("bytes=-7", end - 6, end),
    ):
        piece = await act("GET", f"exports/{done['id']}/file", headers={"Range": told})
        assert piece.status_code == 206
        assert piece.content == whole[first : last + 1]
        assert piece.headers["content-range"] == f"bytes {first}-{last}/{len(whole)}"


async def test_other_ranges_are_answered_as_http_has_it(act: Call, done: Json) -> None:
    path, size = f"exports/{done['id']}/file", done["size"]
    beyond = await act("GET", path, headers={"Range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    for told in ("bytes=9-3", "lines=1-2", "bytes=-", "bytes=0-1,5-6", "x"):
        assert (await act("GET", path, headers={"Range": told})).status_code == 200
    fresh = {"Range": "bytes=0-9", "If-Range": f'"{done["sha256"]}"'}
    assert (await act("GET", path, headers=fresh)).status_code == 206
    assert (await act("GET", path, headers={**fresh, "If-Range": '"another"'})).status_code == 200


async def test_the_feed_goes_on_from_a_job(act: Call, done: Json, client: httpx.AsyncClient, world: World) -> None:
    await outcomes(client, world, "enumerator.1", item(nik=nik()))
    answer = await act("GET", "feed", params={"cursor": done["feed_cursor"], "region": "16.01"})
    assert len(answer.json()["items"]) == 1


async def test_parts_lie_sealed(done: Json, app: FastAPI, settings: Settings) -> None:
    stored = parts_of(settings)
    assert len(stored) == len(done["parts"])
    assert not any(b"Warung" in each for each in stored)


async def test_a_job_is_its_owners(act: Call, done: Json) -> None:
    for who in ("officer.palembang", "admin", "coordinator.1"):
        assert (await act("GET", f"exports/{done['id']}", who)).status_code == 404
        assert (await act("GET", f"exports/{done['id']}/file", who)).status_code == 404
        assert (await act("DELETE", f"exports/{done['id']}", who)).status_code == 404


async def test_what_a_server_left_behind_another_makes_anew(
    act: Call, desk: Jobs, pg: asyncpg.Connection, done: Json
) -> None:
    await pg.execute("UPDATE export_job SET state = 'running', lease_until = now() + interval '1 minute'")
    assert not await desk.work_once(), "somebody is at it"
    assert (await act("GET", f"exports/{done['id']}/file")).json()["current"] == {"state": "running"}
    assert (await act("DELETE", f"exports/{done['id']}")).status_code == 409
    await pg.execute("UPDATE export_job SET lease_until = now() - interval '1 second'")
    assert await desk.work_once()
    again = (await act("GET", f"exports/{done['id']}")).json()
    assert (again["state"], again["sha256"]) == ("done", done["sha256"])


async def test_a_job_that_waits_can_be_taken_back(act: Call, desk: Jobs) -> None:
    id_ = (await act("POST", "exports", json={"format": "csv", "region": "16.01"})).json()["id"]
    assert (await act("DELETE", f"exports/{id_}")).status_code == 204
    assert (await act("GET", f"exports/{id_}")).status_code == 404
    assert (await act("DELETE", f"exports/{id_}")).status_code == 404
    assert not await desk.work_once(), "nobody begins it"


async def test_a_job_that_is_taken_back_while_somebody_begins_it_leaves_nothing(
    act: Call, desk: Jobs, client: httpx.AsyncClient, world: World, settings: Settings
) -> None:
    assert await outcomes(client, world, "enumerator.1", *(item(nik=nik()) for _ in range(3))) == ["accepted"] * 3
    for _ in range(10):
        id_ = (await act("POST", "exports", json={"format": "csv", "region": "16.01"})).json()["id"]
        removed, made = await asyncio.gather(act("DELETE", f"exports/{id_}"), desk.work_once())
        if removed.status_code == 409:
            assert made
            assert (await act("DELETE", f"exports/{id_}")).status_code == 204
        assert parts_of(settings) == []


async def test_who_finds_a_job_begun_in_between_does_not_remove_it(
    act: Call, desk: Jobs, pg: asyncpg.Connection, done: Json
) -> None:
    await pg.execute("UPDATE export_job SET state = 'running', lease_until = now() + interval '1 minute'")
    assert not await desk.discard(uuid.UUID(done["id"]))
    assert await pg.fetchval("SELECT state FROM export_job") == "running"
    refused = await act("DELETE", f"exports/{done['id']}")
    assert (refused.status_code, refused.json()["current"]) == (409, {"state": "running"})


async def test_a_job_that_always_fails_is_given_up(
    act: Call, desk: Jobs, pg: asyncpg.Connection, done: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*args: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(jobs.Jobs, "_keep", fail)
    await pg.execute("UPDATE export_job SET state = 'queued', attempts = 0, finished_at = NULL")
    states = []
    for _ in range(3):
        with pytest.raises(Exception):  # noqa: B017, PT011  (the database may turn it into a problem)
            await desk.work_once()
        states.append(await pg.fetchval("SELECT state FROM export_job"))
    assert states[-1] == "failed"
    assert not await desk.work_once()


async def test_a_day_later_it_is_gone_with_its_parts(
    act: Call, desk: Jobs, pg: asyncpg.Connection, done: Json, settings: Settings
) -> None:
    await desk.remove_old()
    assert await pg.fetchval("SELECT count(*) FROM export_job") == 1
    await pg.execute("UPDATE export_job SET finished_at = now() - interval '25 hours'")
    await desk.remove_old()
    assert await pg.fetchval("SELECT count(*) FROM export_job") == 0
    assert not parts_of(settings)


async def test_what_cannot_be_exported_is_told_at_once(act: Call) -> None:
    for told, status in (
        ({"format": "docx"}, 422),
        ({"format": "csv", "region": "16.71"}, 404),
        ({"format": "csv", "x": 1}, 422),
        ({"format": "csv", "campaign": "nothing"}, 422),
        ({"format": "csv", "unmasked": True}, 403),
    ):
        assert (await act("POST", "exports", json=told)).status_code == status, told


async def test_five_wait_and_no_more(act: Call, pg: asyncpg.Connection) -> None:
    statuses = [(await act("POST", "exports", json={"format": "csv"})).status_code for _ in range(6)]
    assert statuses == [202] * 5 + [429]
