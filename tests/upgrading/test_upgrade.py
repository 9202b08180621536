"""A database of every schema that was ever released, with data in it, is after an upgrade what a new one would be."""

import ast
import asyncio
import csv
import io
import json
import os
import secrets
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import httpx
import pytest
import released
from alembic import command
from alembic.script import ScriptDirectory
from httpx import ASGITransport, AsyncClient
from outside import leave_out_where_named
from processes import environment_of
from pydantic import SecretStr
from shapes import Json, the
from sqlalchemy.engine import make_url
from typer.testing import CliRunner
from world import OTHER_VILLAGE, World, item, nib, nik, outcomes

from app.accounts.permissions import Territory
from app.audit.chain import ChainKey, verify
from app.cli import app as cli
from app.core.clock import SetClock
from app.core.migrations import config
from app.core.roles import as_server
from app.core.sealing import KeyRing
from app.core.settings import Settings, SettingsError, new_key
from app.exchange.exporting import Export
from app.exchange.feed import FeedPosition, read_feed
from app.main import create_app
from app.questionnaires.masking import masked
from app.regions.loading import bps_codes
from app.register.filters import Where
from app.submissions.records import unsealed
from app.upgrading import fills
from app.upgrading.fills import STEPS
from app.upgrading.steps import Keys, Step, fill, unfinished

EMBEDDED_IS_ENOUGH = True
TAKES_LONG = True
REVISIONS = [each.revision for each in ScriptDirectory.from_config(config()).walk_revisions()][1:]
REVIEWED_SINCE = "0007"
DIFFERS_SINCE = "0031"
BEFORE_STEPS = "0011"
NAMES = {"Toko Achmad Djaja", "Warung Sjukur", "Kios Pindah", "KUD Makmur"}
NOON = datetime(2022, 9, 12, 5, 0, tzinfo=UTC)
PATHS = (
    "/v1/businesses",
    "/v1/businesses?q=Akhmad Djaja",
    "/v1/businesses?q=KUD makmur",
    "/v1/businesses?q=Syukur",
    "/v1/duplicates",
    "/v1/progress/regions?parent=16.01",
)


@pytest.fixture(autouse=True)
def on_one_node() -> None:
    """Until after 0.3.0 no database could be spread over nodes."""
    leave_out_where_named("no database of an older release is a cluster's")


@pytest.fixture
async def told(client: httpx.AsyncClient, world: World, pg: asyncpg.Connection) -> None:
    """A census in small: numbers of every kind, a duplicate, a mended one, one that moved, a cooperative, a review."""
    numbers = nik(), nib()
    first = item(nik=numbers[0], legal_name="Toko Achmad Djaja")
    mended = item(nik=nik(), legal_name="Warung Sjukur")
    moved = item(nib=nib(), legal_name="Kios Pindah")
    koperasi = {
        "legal_name": "KUD Makmur",
        "cooperative_number": "16010200100",
        "kbli": "64141",
        "chair": {"name": "Novi"},
    }
    story = [
        (first, "accepted"),
        (item(nik=numbers[0], nib=numbers[1]), "duplicate"),  # says a number that the record in force has not
        (mended, "accepted"),
        ({**mended, "revision": 2, "answers": {**mended["answers"], "nib": nib()}}, "updated"),
        (moved, "accepted"),
        ({**moved, "revision": 2, "region_code": OTHER_VILLAGE}, "updated"),
        ({**item(answers=koperasi), "questionnaire": "koperasi@1"}, "accepted"),
        (item(), "accepted"),  # without a number
        (item(nik="1"), "invalid"),
    ]
    for each, outcome in story:
        assert await outcomes(client, world, "enumerator.1", each) == [outcome]
    await add_number_of_duplicate(pg, world, first, numbers[1])
    path = f"/v1/submissions/{mended['record_id']}/review"
    review = {"revision": 2, "decision": "verified"}
    answer = await client.post(path, json=review, headers=world.auth("coordinator.1"))
    assert answer.is_success, answer.text


async def add_number_of_duplicate(pg: asyncpg.Connection, world: World, first: Json, number: str) -> None:
    """The business has the number that only a duplicate says, as releases before 0031 have left it."""
    digest = world.services.ingest.digester.digest("nib", number)
    record_id = await pg.fetchval("SELECT record_id FROM duplicate_case")
    business_id = await pg.fetchval("SELECT id FROM business WHERE record_id = $1", first["record_id"])
    await pg.execute(
        "UPDATE business SET nib_digest = $2, nib_masked = $3 WHERE id = $1", business_id, digest, masked(number)
    )
    await pg.execute("INSERT INTO identity VALUES ($1, 'nib', $2, $3, false)", digest, business_id, record_id)


async def state(settings: Settings, pg: asyncpg.Connection) -> Json:
    """What everybody sees: exports, feed, lists, searches, the queue, figures."""
    found: Json = {}
    async with pg.transaction(isolation="repeatable_read"):
        written = io.BytesIO()

        async def sink(data: bytes) -> None:
            written.write(data)

        export = Export("csv", Where())
        await export.write(pg, sink, await export.manifest(pg))
        found["export"] = sorted(written.getvalue().decode().splitlines())
        for code in ("ID", "16.01.14"):
            found[f"feed {code}"] = sorted((await read_feed(pg, Territory(code), FeedPosition(), 1000)).lines)
        found["headcount"] = await pg.fetch("SELECT * FROM headcount ORDER BY campaign_id, region_code, day")
    app = create_app(settings, clock=SetClock(NOON))
    async with app.router.lifespan_context(app):
        world = await World.of(pg, app.state.services)
        async with AsyncClient(transport=ASGITransport(app=app), base_url="http://kumkm.test") as client:
            found["raw items"] = await pg.fetch(
                "SELECT revision, captured_at, captured_at_told FROM raw_item ORDER BY id"
            )
            for path in PATHS:
                answer = await client.get(path, headers=world.auth("officer"))
                assert answer.status_code == 200, (path, answer.text)
                found[path] = answer.json()
    return json.loads(json.dumps(found, default=str))


async def migrate(dsn: str, keys: Json, code: int = 0) -> str:
    """As an operator does it, on a terminal."""
    settings = Settings(DATABASE_URL=SecretStr(dsn), **keys)
    result = await asyncio.to_thread(CliRunner().invoke, cli, ["migrate"], env=environment_of(settings))
    assert result.exit_code == code, (result.output, result.exception)
    return f"{result.output} {result.exception or ''}"


@pytest.mark.proof
async def test_a_database_of_every_released_schema_is_after_an_upgrade_what_a_new_one_is(
    told: None, settings: Settings, keys: Json, dsn: str, pg: asyncpg.Connection
) -> None:
    await migrate(dsn, keys)
    fresh = await state(settings, pg)
    assert {len(fresh[path]["items"]) for path in PATHS if "?q=" in path} == {1}, "every search finds something"
    assert any("moved_out" in line for line in fresh["feed 16.01.14"])
    for revision in REVISIONS:
        await asyncio.to_thread(command.downgrade, config(dsn), revision)
        if revision > BEFORE_STEPS:  # a real one would not have gone back
            await pg.execute("DELETE FROM data_step")
        if revision < DIFFERS_SINCE:
            for case in fresh["/v1/duplicates"]["items"]:
                case["differs"] = []
        if revision < REVIEWED_SINCE and "verified" in str(fresh["export"]):
            # There were no reviews. All the rest is as it was.
            fresh = unreviewed(fresh)
        if revision == "0001":  # where teams of one name were allowed
            await pg.execute(
                "INSERT INTO team SELECT gen_random_uuid(), campaign_id, coordinator_id, region_code, name FROM team"
            )
        told_out = await migrate(dsn, keys)
        upgraded = await state(settings, pg)
        assert upgraded == fresh, revision
        async with pg.transaction(isolation="repeatable_read"):
            found = await verify(pg, ChainKey(settings.trail_key_bytes()), advance=lambda _: None)
        assert found.broken == [], revision
        if revision < "0011":
            assert "4 masked numbers" in told_out
    assert "filled in" not in await migrate(dsn, keys), "once and for all"
    names = await pg.fetch("SELECT name FROM team ORDER BY name")
    assert [row[0] for row in names] == ["Tim 1", "Tim 1 (2)", "Tim 2", "Tim 2 (2)"]


@pytest.fixture
async def blank(server_url: str, template: str) -> AsyncIterator[str]:
    """The address of an empty database."""
    name = f"upgraded_{secrets.token_hex(6)}"
    admin = await asyncpg.connect(server_url)
    await admin.execute(f"CREATE DATABASE {name}")
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.mark.proof
async def test_rows_as_each_release_wrote_them_are_after_an_upgrade_as_full_as_new_ones(
    told: None, settings: Settings, server_url: str, blank: str, pg: asyncpg.Connection
) -> None:
    fresh = summary(await state(settings, pg))
    assert NAMES == {*fresh["export"]} == {*fresh["listed"]}
    if "KUMKM_WRITE_DOWN" in os.environ:  # before a release: see CONTRIBUTING.md
        await released.write_down(pg, settings)
    for revision in released.REVISIONS:
        tables, keys = released.read(revision)
        await asyncio.to_thread(command.upgrade, config(blank), revision)
        old = await asyncpg.connect(blank, server_settings={"timezone": "UTC"})
        await released.enter(old, tables)
        await migrate(blank, keys)
        known = bps_codes()  # as `kumkm load-reference` writes them
        await old.execute(
            "UPDATE region SET bps_code = said.bps_code FROM unnest($1::text[], $2::text[]) AS said (code, bps_code)"
            " WHERE region.code = said.code",
            [*known],
            [*known.values()],
        )
        its_own = settings.model_copy(update={"database_url": SecretStr(as_server(blank)), **keys})
        upgraded = summary(await state(its_own, old))
        assert upgraded == fresh, revision
        assert await unfinished(old, STEPS) == []
        await old.execute("DROP SCHEMA public CASCADE")
        await old.execute("CREATE SCHEMA public")
        await old.close()


def summary(seen: Json) -> Json:
    """What a reader finds where: which columns of which business are filled, kinds of changes, hits, figures."""
    export = list(csv.DictReader(sorted(seen["export"], key=lambda line: not line.startswith("business_id,"))))
    feeds = {
        name: [json.loads(ast.literal_eval(line)) for line in seen[name]] for name in seen if name.startswith("feed")
    }
    figures = seen["/v1/progress/regions?parent=16.01"]["items"]
    return {
        "export": {row["name"]: filled(row) for row in export if row["name"] in NAMES},
        "feeds": {
            name: sorted([line["kind"], *filled(line.get("business", line))] for line in lines)
            for name, lines in feeds.items()
        },
        "hits": {path: len(seen[path]["items"]) for path in PATHS if "progress" not in path},
        "listed": {row["name"]: filled(row) for row in seen["/v1/businesses"]["items"] if row["name"] in NAMES},
        "figures": {
            row["region"]["code"]: [row[name] for name in ("entered", "duplicates", "conflicts", "invalid")]
            for row in figures
            if row["submissions"]
        },
    }


def filled(row: Json) -> list[str]:
    return sorted(name for name, value in row.items() if value not in (None, "", []))


def unreviewed(fresh: Json) -> Json:
    """As if there were no reviews: all the rest is as it was."""
    told = json.dumps({name: seen for name, seen in fresh.items() if "progress" not in name})
    for before, after in ((",verified,", ",unreviewed,"), ('"verified"', '"unreviewed"')):
        told = told.replace(before, after).replace(before.replace('"', '\\"'), after.replace('"', '\\"'))
    return fresh | json.loads(told)


@pytest.mark.proof
async def test_an_upgrade_that_is_cut_off_goes_on_where_it_was_and_needs_its_keys(
    told: None, keys: Json, dsn: str, pg: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(command.downgrade, config(dsn), "0010")
    await asyncio.to_thread(command.upgrade, config(dsn), "head")
    monkeypatch.setattr(fills, "CHUNK", 2)
    with pytest.raises(SettingsError, match="without the keys"):
        await fill(pg, STEPS, None, lambda *_: None)
    settings = Settings(DATABASE_URL=SecretStr(dsn), **keys)
    steps: list[str] = []
    filled: list[int] = []

    def cut_off(step: Step, rows: int) -> None:
        steps.append(step.name)
        filled.append(rows)
        if steps.count("masked_numbers") == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await fill(pg, STEPS, Keys.of(settings), cut_off)
    assert steps == ["masked_numbers"], "what was done before the keys were there is not done over"
    await fill(pg, STEPS, Keys.of(settings), cut_off)
    assert sum(rows for step, rows in zip(steps, filled, strict=True) if step == "masked_numbers") == 4
    lacking = "SELECT count(*) FROM business WHERE (nik_digest IS NULL) <> (nik_masked IS NULL)"
    assert await pg.fetchval(lacking) == 0
    assert await unfinished(pg, STEPS) == []


@pytest.mark.proof
async def test_another_digest_key_does_not_go_on_with_the_trail(
    told: None, settings: Settings, keys: Json, dsn: str, pg: asyncpg.Connection
) -> None:
    await migrate(dsn, keys)
    await pg.execute("DELETE FROM data_step")
    wrong = keys | {"digest_key": SecretStr(new_key())}
    output = await migrate(dsn, wrong, code=1)
    assert "KUMKM_DIGEST_KEY" in output
    assert "Traceback" not in output


async def test_an_upgrade_masks_long_numbers_that_were_written_into_open_answers(
    client: httpx.AsyncClient,
    world: World,
    keys: Json,
    dsn: str,
    pg: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fills, "CHUNK", 2)
    number, sent = "1601.1452.0385.0001", [item(nik=nik(), products=[{"name": "Keripik"}]) for _ in range(3)]
    await outcomes(client, world, "enumerator.1", *sent)
    record = sent[1]["record_id"]
    await pg.execute(
        "UPDATE submission SET answers = jsonb_set(jsonb_set(jsonb_set("
        " answers, '{legal_name}', to_jsonb('Toko ' || $2)),"
        " '{owner,name}', to_jsonb('Sari ' || $2)), '{products,0,name}', to_jsonb($2)) WHERE record_id = $1",
        record,
        number,
    )
    await pg.execute("UPDATE business SET name = 'Toko ' || $2, search_name = $2 WHERE record_id = $1", record, number)
    settings = Settings(DATABASE_URL=SecretStr(dsn), **keys)
    await fill(pg, STEPS, Keys.of(settings), lambda *_: None)
    row = the(await pg.fetchrow("SELECT answers::text, sealed FROM submission WHERE record_id = $1", record))
    names = the(await pg.fetchrow("SELECT name, search_name FROM business WHERE record_id = $1", record))
    assert "0385" not in row["answers"] + "".join(names)
    assert names["name"] == "Toko 1601**********01"
    sealed = the(unsealed(KeyRing(settings.sealing_ring()), uuid.UUID(record), 1, row["sealed"]))
    assert sealed["legal_name"] == f"Toko {number}"
    assert sealed["owner"] == {"nik": sent[1]["answers"]["owner"]["nik"], "name": f"Sari {number}"}
    assert sealed["products"] == [{"name": number}]
    assert await pg.fetchval("SELECT filled FROM data_step WHERE name = 'long_numbers'") == 1
