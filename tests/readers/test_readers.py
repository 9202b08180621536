"""What a standby answers is never older than its caller may take it for, and nobody notices when it is gone."""

import asyncio
from datetime import datetime

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.engine import make_url
from standbys import Standby, counted, in_use, live, reads, write
from structlog.testing import capture_logs
from world import World

from app import main
from app.core.clock import SetClock
from app.core.database_address import fault_of
from app.core.log_position import LogPosition
from app.core.outages import Outage
from app.core.readers import Readers, Unfit
from app.core.settings import Settings
from app.doctor.facts import reader_facts
from app.doctor.judging import judge_reader
from app.main import create_app

TOGETHER = True
pytestmark = pytest.mark.proof  # a standby of their own takes four seconds


async def test_a_standby_answers_and_always_has_what_was_written_before(
    client: httpx.AsyncClient, world: World, app: FastAPI
) -> None:
    for expected in range(1, 9):
        await write(client, world)
        answer = await live(client, world)
        assert counted(answer) == expected
        assert datetime.fromisoformat(answer.headers["X-As-Of"]).tzinfo is not None
        listed = await client.get("/v1/businesses", headers=world.auth("officer"))
        assert len(listed.json()["items"]) == expected
    assert reads(app).get("reader", 0) >= 8, reads(app)


async def test_a_quiet_primary_makes_no_standby_old(
    client: httpx.AsyncClient, world: World, app: FastAPI, standby: Standby, readers: Readers
) -> None:
    """Its last transaction may be hours ago: also where it is held, it has all that there is."""
    await write(client, world)
    await standby.hold()
    try:
        await standby.go_on()
        await readers.look()
        assert (readers.fault, readers.behind_s) == (None, 0)
        before = reads(app).get("reader", 0)
        assert counted(await live(client, world)) == 1
        assert reads(app)["reader"] == before + 1
    finally:
        await standby.go_on()


async def test_where_a_standby_is_behind_the_primary_answers(
    client: httpx.AsyncClient, world: World, app: FastAPI, standby: Standby
) -> None:
    await standby.hold()
    try:
        await write(client, world)
        answer = await live(client, world)
        assert counted(answer) == 1
        assert reads(app) == {"primary": 1}
        # The figure that was seen does not go back when the standby is asked again.
        await standby.go_on()
        for _ in range(3):
            assert counted(await live(client, world)) == 1
            assert (await live(client, world, If_None_Match=answer.headers["ETag"])).status_code == 304
        assert reads(app)["reader"] >= 6
    finally:
        await standby.go_on()


async def test_who_says_what_was_seen_gets_what_is_older_and_never_before_that(
    client: httpx.AsyncClient, world: World, app: FastAPI, standby: Standby
) -> None:
    await write(client, world)
    first = await live(client, world)
    await standby.follow()
    await live(client, world)  # a moment of which the standby has everything
    await standby.hold()
    try:
        await write(client, world)
        old = await live(client, world, X_Position=first.headers["X-Position"])
        assert counted(old) == 1
        assert old.headers["X-As-Of"] < datetime.now().astimezone().isoformat()
        new = await live(client, world)  # says nothing: has all
        assert counted(new) == 2
        assert new.headers["X-As-Of"] > old.headers["X-As-Of"]
        again = await live(client, world, X_Position=new.headers["X-Position"])
        assert counted(again) == 2
        assert counted(await live(client, world, X_Position="nonsense")) == 2
        seen = LogPosition.read(new.headers["X-Position"])
        assert seen is not None
        elsewhere = str(seen._replace(timeline=seen.timeline - 1))
        assert counted(await live(client, world, X_Position=elsewhere)) == 2
        assert reads(app)["primary"] == 4
    finally:
        await standby.go_on()


@pytest.mark.parametrize("name", ["coordinator.1", "enumerator.1"])
async def test_who_sees_by_a_team_gets_nothing_old(
    client: httpx.AsyncClient, world: World, standby: Standby, name: str
) -> None:
    """Who belongs to a team is a right, and is read with the figures."""
    first = await live(client, world, name)
    await standby.follow()
    await live(client, world, name)
    await standby.hold()
    try:
        await write(client, world)
        assert counted(await live(client, world, name, X_Position=first.headers["X-Position"])) == 1
    finally:
        await standby.go_on()


async def test_no_answer_is_older_than_the_setting(
    client: httpx.AsyncClient, world: World, app: FastAPI, standby: Standby, readers: Readers
) -> None:
    first = await live(client, world)
    await standby.follow()
    await live(client, world)
    await standby.hold()
    try:
        await write(client, world)
        position = first.headers["X-Position"]
        assert counted(await live(client, world, X_Position=position)) == 0
        readers.staleness_s = 0.3
        await asyncio.sleep(0.4)
        assert counted(await live(client, world, X_Position=position)) == 1
        with capture_logs() as logs:
            await readers.look()
            await readers.look()
        assert readers.fault is Unfit.BEHIND
        assert readers.behind_s > 0.4
        assert [(each["event"], each["reason"]) for each in logs] == [("reader_not_used", "behind")]
        metrics = (await client.get("/metrics")).text
        assert "kumkm_reader_unused 1.0" in metrics
        await standby.go_on()
        with capture_logs() as logs:
            await readers.look()
        assert [each["event"] for each in logs] == ["reader_in_use"]
        before = reads(app)["reader"]
        assert counted(await live(client, world)) == 1
        assert reads(app)["reader"] == before + 1
        assert "kumkm_reader_unused 0.0" in (await client.get("/metrics")).text
    finally:
        await standby.go_on()


async def test_an_account_that_is_closed_is_out_at_once(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, standby: Standby
) -> None:
    position = (await live(client, world)).headers["X-Position"]
    await standby.hold()
    try:
        await pg.execute("UPDATE account SET deactivated_at = now() WHERE id = $1", world.id("officer"))
        answer = await client.get("/v1/live", headers={**world.auth("officer"), "X-Position": position})
        assert (answer.status_code, answer.json()["code"]) == (403, "account_deactivated")
    finally:
        await standby.go_on()


async def test_a_server_without_its_standby_serves_and_uses_it_again(
    client: httpx.AsyncClient, world: World, app: FastAPI, standby: Standby, readers: Readers
) -> None:
    await write(client, world)
    await live(client, world)
    standby.kill()
    try:
        for _ in range(3):
            assert counted(await live(client, world)) == 1
        await readers.look()
        assert readers.fault is Outage.UNREACHABLE
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()["reader"]) == (200, "unreachable")
    finally:
        standby.start()
    await standby.follow()
    await readers.look()
    before = reads(app)["reader"]
    assert counted(await live(client, world)) == 1
    assert reads(app)["reader"] == before + 1
    assert (await client.get("/readyz")).json()["reader"] == "ok"


async def test_what_one_process_wrote_is_read_through_another(
    client: httpx.AsyncClient, world: World, settings: Settings, clock: SetClock
) -> None:
    other = create_app(settings, clock=clock)
    async with other.router.lifespan_context(other):
        await in_use(other.state.services.readers)
        transport = httpx.ASGITransport(app=other)
        async with httpx.AsyncClient(transport=transport, base_url="http://other.test") as elsewhere:
            for expected in range(1, 6):
                await write(client, world)
                assert counted(await live(elsewhere, world)) == expected
        assert reads(other)["reader"] >= 1


async def test_a_server_looks_at_its_standby_by_itself(
    settings: Settings, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main, "LOOK_S", 0.05)
    app = create_app(settings, clock=clock)
    async with app.router.lifespan_context(app):
        readers: Readers = app.state.services.readers
        for _ in range(200):
            if readers.fault is None:
                break
            await asyncio.sleep(0.1)
        assert readers.fault is None


async def test_tables_of_another_release_are_not_read(
    pg: asyncpg.Connection, standby: Standby, readers: Readers
) -> None:
    await pg.execute("UPDATE alembic_version SET version_num = '9999'; COMMENT ON TABLE alembic_version IS NULL")
    await standby.follow()
    await readers.look()
    assert readers.fault is Outage.NEWER_SCHEMA


async def test_no_other_endpoint_is_read_apart(app: FastAPI) -> None:
    """Sync, sign-in, decisions and what they are made by, rights, the feed and the trail are the primary's."""
    parameters = {
        f"{method.upper()} {path}": [each["name"] for each in operation.get("parameters", ())]
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
    }
    both = [
        *(f"progress/{each}" for each in ("activity", "dates", "enumerators", "field-force", "series", "stale")),
        *("progress/regions", "progress/regions/{code}", "statistics/businesses"),
        *(f"progress/cutoffs/{{id}}/{each}" for each in ("comparison", "enumerators", "months", "regions")),
    ]
    assert {each for each, names in parameters.items() if "X-Position" in names} == {
        "GET /v1/businesses",
        "GET /v1/coding",
        "GET /v1/coding/activities",
        "GET /v1/exports/businesses.{format}",
        "GET /v1/listing",
        "GET /v1/live",
        "GET /v1/map/boundaries",
        "GET /v1/map/points",
        "GET /v1/progress/cutoffs",
        "GET /v1/progress/cutoffs/{id}",
        "GET /v1/quality/agreement",
        "GET /v1/quality/counts",
        "GET /v1/quality/enumerators",
        "GET /v1/quality/records",
        "GET /v1/quality/reinterviews",
        "GET /v1/reports/meeting.pdf",
        "GET /v1/reports/meeting.xlsx",
        "GET /v1/reports/recap",
        "GET /v1/statistics/businesses/datapackage.json",
        "GET /v1/statistics/catalogue",
        "GET /v1/statistics/catalogue.{ending}",
        "GET /v1/statistics/editions",
        "GET /v1/verification/summary",
        *(f"GET /v1/{path}{end}" for path in both for end in ("", ".csv")),
    }


async def test_the_doctor_names_what_is_wrong_with_a_standby(
    settings: Settings, pg: asyncpg.Connection, dsn: str, server_url: str, standby: Standby
) -> None:
    async def found(url: str) -> list[tuple[str, str]]:
        return [(each.check, each.level.value) for each in judge_reader(await reader_facts(url, pg))]

    assert await found(standby.reader_of(dsn)) == [("reader", "good")]
    assert await found(dsn) == [("reader", "warning")]
    assert await found(standby.reader_of(server_url)) == [("reader", "warning")]
    assert await found("postgresql://nobody@127.0.0.1:1/kumkm") == [("reader", "warning")]
    # Of several machines, the one that answers is the primary.
    url = make_url(dsn)
    hosts = {"host": f"127.0.0.1:1,{url.query['host']}:5432"}
    assert await found(url.set(query=hosts).render_as_string(hide_password=False)) == [("reader", "warning")]
    await standby.hold()
    try:
        await pg.execute("CREATE TABLE something ()")
        assert await found(standby.reader_of(dsn)) == [("reader_behind", "warning")]
    finally:
        await standby.go_on()


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("postgresql://u:hunter2@a,b/d", True),
        ("postgresql://u@a,b/d?target_session_attrs=standby", True),
        ("postgresql://u@a/d?target_session_attrs=any", True),
        ("postgresql://u:hunter2@a,b/d?target_session_attrs=read-write", False),
        ("postgresql://u:hunter2@a,b/d?target_session_attrs=any", False),
        ("mysql://u:hunter2@a/d", False),
    ],
)
def test_an_address_of_readers_names_readers(url: str, fine: bool) -> None:
    fault = fault_of(url, reads=True)
    assert (fault is None) == fine
    assert "hunter2" not in str(fault)
