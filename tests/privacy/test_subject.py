"""What a person may ask for: to know, to correct, to have erased; and the counts stay right."""

import asyncio
import json
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from shapes import Json
from typer.testing import Result
from world import World, batch, item, nib, nik, outcomes, put

from app.accounts.queries import lock_enumerator
from app.core.settings import Settings, SettingsError
from app.progress.rollup import fold
from app.recount import drift

EMBEDDED_IS_ENOUGH = True
WHY = ("--reason", "Permohonan 17/2022")


@pytest.fixture
async def person(client: httpx.AsyncClient, world: World) -> Json:
    """Somebody of whom there is a business, a duplicate, a cooperative that it chairs, and an item kept raw."""
    number = nik()
    dotted = f"{number[:6]}.{number[6:12]}.{number[12:]}"
    own, double = item(nik=number, phone="081234567890"), item(nik=number)
    chair = {
        **item(
            answers={
                "legal_name": "KUD Makmur",
                "cooperative_number": "1601020010001",
                "kbli": "64141",
                "chair": {"name": "Sari", "nik": dotted},
            }
        ),
        "questionnaire": "koperasi@1",
    }
    raw = item(nik=number, kbli="nonsense")
    stranger = item(nik=nik())
    assert await outcomes(client, world, "enumerator.1", own, stranger) == ["accepted", "accepted"]
    assert await outcomes(client, world, "enumerator.2", double, chair, raw) == ["duplicate", "accepted", "invalid"]
    return {"nik": number, "own": own, "double": double, "chair": chair, "raw": raw, "stranger": stranger}


async def test_who_has_no_nik_is_found_and_erased_by_passport(
    kumkm: Callable[..., Awaitable[Result]],
    client: httpx.AsyncClient,
    world: World,
    pg: asyncpg.Connection,
    tmp_path: Path,
) -> None:
    def of(passport: str, **answers: Any) -> Json:
        said = {"legal_name": "Kafe Senja", "kbli": "56101", "owner": {"name": "John", "passport": passport}} | answers
        return {**item(answers=said), "questionnaire": "umkm@2"}

    own, double, raw = of("X12345678"), of("x 1234-5678"), of("X1234.5678", kbli="nonsense")
    longer, elsewhere = of("AX12345678"), of("Y7654321", notes="X12345678")
    assert await outcomes(client, world, "enumerator.1", own, longer, elsewhere) == ["accepted"] * 3
    assert await outcomes(client, world, "enumerator.2", double, raw) == ["duplicate", "invalid"]
    file = tmp_path / "report.json"
    await kumkm("subject", "report", "--by", "passport", *WHY, "--to", file, typed="x1234 5678\n")
    report = json.loads(file.read_text())
    assert report["subject"] == {"passport": "***78"}
    assert {each["record_id"] for each in report["records"]} == {own["record_id"], double["record_id"]}
    assert [each["item"]["record_id"] for each in report["items_kept_raw"]] == [raw["record_id"]]
    await kumkm("subject", "erase", "--by", "passport", "--yes", *WHY, typed="X12345678\n")
    left = await pg.fetch("SELECT passport_masked, name FROM business ORDER BY name, 1")
    assert [tuple(row) for row in left] == [
        (None, "(dihapus atas permintaan)"),
        ("***21", "Kafe Senja"),
        ("***78", "Kafe Senja"),
    ]
    assert await outcomes(client, world, "enumerator.3", of("X12345678")) == ["duplicate"]


async def test_numbers_of_two_kinds_are_not_mixed_up(kumkm: Callable[..., Awaitable[Result]], person: Json) -> None:
    wrong = await kumkm("subject", "report", "--nik", person["nik"], "--by", "kitas", *WHY, code=2)
    assert "--by" in wrong.output
    short = await kumkm("subject", "report", "--by", "kitas", *WHY, code=2, typed="12\n")
    assert "kitas_not_5_to_20_signs" in short.output


async def figures(pg: asyncpg.Connection) -> list[tuple[Any, ...]]:
    await fold(pg)
    return [tuple(row) for row in await pg.fetch("SELECT * FROM progress_day ORDER BY 1, 2, 3, 4")]


async def test_a_report_tells_everything_wherever_the_number_stands(
    kumkm: Callable[..., Awaitable[Result]], person: Json, pg: asyncpg.Connection, tmp_path: Path
) -> None:
    file = tmp_path / "report.json"
    result = await kumkm("subject", "report", "--nik", person["nik"], *WHY, "--to", file)
    assert "3 records, 1 items kept raw, 1 businesses" in result.output
    assert person["nik"] not in result.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    report = json.loads(file.read_text())
    assert {row["record_id"] for row in report["records"]} == {
        person[name]["record_id"] for name in ("own", "double", "chair")
    }
    (own,) = [row for row in report["records"] if row["record_id"] == person["own"]["record_id"]]
    assert own["answers"]["owner"]["nik"] == person["nik"], "the person is told its own data as they are"
    assert own["recorded_by"] == "enumerator.1"
    assert report["items_kept_raw"][0]["item"]["answers"]["kbli"] == "nonsense"
    assert await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = 'subject.reported'") == 4
    again = await kumkm("subject", "report", "--nik", person["nik"], *WHY)
    assert len(json.loads(again.stdout)["seen_by"]) == 3


async def test_the_number_need_not_be_typed_where_it_stays(
    kumkm: Callable[..., Awaitable[Result]], person: Json
) -> None:
    result = await kumkm("subject", "report", *WHY, typed=person["nik"] + "\n")
    assert "3 records" in result.output
    wrong = await kumkm("subject", "report", "--nik", "123", *WHY, code=2)
    assert "nik_not_16_digits" in wrong.output


async def test_nobody_is_found_under_another_number(kumkm: Callable[..., Awaitable[Result]], person: Json) -> None:
    result = await kumkm("subject", "report", "--nik", nik(), *WHY)
    assert "0 records, 0 items kept raw, 0 businesses" in result.output


async def test_what_was_noted_of_a_person_at_a_door_is_erased_and_the_door_counts_on(
    kumkm: Callable[..., Awaitable[Result]], pg: asyncpg.Connection, client: httpx.AsyncClient, world: World
) -> None:
    number = nik()
    answers = {"result": "absent", "visited_at": "2022-09-05T09:00:00+07:00", "note": f"NIK pemilik {number}"}
    door = {**item(answers=answers), "questionnaire": "visit@1"}
    again = {**door, "revision": 2, "answers": {**answers, "visited_at": "2022-09-06T09:00:00+07:00", "note": "Sepi"}}
    assert await outcomes(client, world, "enumerator.1", door, again) == ["accepted", "updated"]
    before = await figures(pg)
    await kumkm("subject", "erase", "--nik", number, *WHY, "--yes")
    rows = await pg.fetch("SELECT answers->>'result', sealed, latitude FROM submission")
    assert [tuple(row) for row in rows] == [("absent", None, None)] * 2
    assert await figures(pg) == before
    assert await drift(pg) == []
    third = {**door, "revision": 3, "answers": {"result": "absent", "visited_at": "2022-09-07T09:00:00+07:00"}}
    (line,) = (await put(client, world, "enumerator.1", batch(third))).json()["items"]
    assert line["counted_as"] == "non_response", "the visits before are still counted"


async def test_erasure_leaves_nothing_of_the_person_and_every_count(
    kumkm: Callable[..., Awaitable[Result]],
    person: Json,
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    world: World,
) -> None:
    before = await figures(pg)
    await kumkm("subject", "erase", "--nik", person["nik"], *WHY, typed="n\n", code=1)
    assert await pg.fetchval("SELECT count(*) FROM submission WHERE sealed IS NULL") == 0
    await kumkm("subject", "erase", "--nik", person["nik"], *WHY, "--yes")
    report = json.loads((await kumkm("subject", "report", "--nik", person["nik"], *WHY)).stdout)
    assert {json.dumps(row["answers"]) for row in report["records"]} == {"{}"}, "what is left of its business"
    rows = await pg.fetch("SELECT record_id::text, answers::text, sealed, latitude FROM submission")
    erased = {row["record_id"]: (row["answers"], row["sealed"], row["latitude"]) for row in rows}
    for name in ("own", "double"):
        assert erased[person[name]["record_id"]] == ("{}", None, None)
    answers, sealed, latitude = erased[person["chair"]["record_id"]]
    assert json.loads(answers) == {"legal_name": "KUD Makmur", "kbli": "64141"}, "the cooperative is not its chair"
    assert (sealed, latitude is None) == (None, False)
    assert erased[person["stranger"]["record_id"]][1] is not None, "nobody else is touched"
    names = {row[0] for row in await pg.fetch("SELECT name FROM business")}
    assert names == {"(dihapus atas permintaan)", "Warung Bu Sari", "KUD Makmur"}
    assert await pg.fetchval("SELECT sealed FROM raw_item") is None
    assert await figures(pg) == before
    assert await drift(pg) == []
    seen = await client.get(f"/v1/submissions/{person['own']['record_id']}", headers=world.auth("officer"))
    assert seen.json()["revisions"][0]["answers_complete"] is False
    assert await outcomes(client, world, "enumerator.1", person["own"]) == ["unchanged"], "not counted a second time"


async def test_erasure_waits_for_the_revision_that_is_on_its_way(
    kumkm: Callable[..., Awaitable[Result]], person: Json, pg: asyncpg.Connection, world: World
) -> None:
    async with pg.transaction():
        await lock_enumerator(pg, world.id("enumerator.1"), None)
        erasing = asyncio.ensure_future(kumkm("subject", "erase", "--nik", person["nik"], *WHY, "--yes"))
        waits = False
        for _ in range(500):
            waits = waits or await pg.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            await asyncio.sleep(0 if waits else 0.02)
        assert waits
        assert not erasing.done()
        # What the batch of that moment writes: the answers once more, in another place of the register.
        await pg.execute('UPDATE submission SET answers = answers || \'{"trade_name": "Sari"}\'')
    await erasing
    left = "SELECT count(*) FROM submission WHERE record_id = $1 AND answers <> '{}'"
    assert await pg.fetchval(left, UUID(person["own"]["record_id"])) == 0


async def test_a_correction_is_a_new_revision_that_counts_once(
    kumkm: Callable[..., Awaitable[Result]],
    person: Json,
    pg: asyncpg.Connection,
    tmp_path: Path,
    client: httpx.AsyncClient,
    world: World,
) -> None:
    change = tmp_path / "change.json"
    change.write_text(json.dumps({"owner": {"name": "Sari Dewi"}, "phone": None, "nib": nib()}))
    record = person["own"]["record_id"]
    await kumkm("subject", "correct", "--record", record, "--change", change, *WHY)
    body = (await client.get(f"/v1/submissions/{record}", headers=world.auth("officer"))).json()
    newest = body["revisions"][-1]
    assert (newest["revision"], newest["outcome"], body["counted_revision"]) == (2, "updated", 2)
    assert newest["answers"]["owner"]["name"] == "Sari Dewi"
    assert "phone" not in newest["answers"]
    assert await drift(pg) == []
    assert await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = 'record.corrected'") == 1


async def test_a_correction_that_would_be_a_conflict_or_invalid_is_not_entered(
    kumkm: Callable[..., Awaitable[Result]], person: Json, pg: asyncpg.Connection, tmp_path: Path
) -> None:
    change = tmp_path / "change.json"
    for wrong in ({"owner": {"nik": person["stranger"]["answers"]["owner"]["nik"]}}, {"kbli": "1"}):
        change.write_text(json.dumps(wrong))
        result = await kumkm(
            "subject", "correct", "--record", person["own"]["record_id"], "--change", change, *WHY, code=1
        )
        assert isinstance(result.exception, SettingsError)
        assert "Not entered" in str(result.exception)
    assert await pg.fetchval("SELECT count(*) FROM submission WHERE revision = 2") == 0


async def test_sealed_answers_go_when_their_time_is_over_and_counts_stay(
    kumkm: Callable[..., Awaitable[Result]],
    person: Json,
    pg: asyncpg.Connection,
    world: World,
    client: httpx.AsyncClient,
) -> None:
    await put(client, world, "enumerator.3", batch(item(nik=nik()), campaign="pl-kumkm-2023"))
    before = await figures(pg)
    assert "Nothing" in (await kumkm("retention", "apply")).output
    await pg.execute("UPDATE campaign SET answers_until = '2023-12-31' WHERE id = 1")
    dry = await kumkm("retention", "apply", "--dry-run")
    assert "4 revisions, 1 raw items" in dry.output
    assert await pg.fetchval("SELECT count(*) FROM submission WHERE sealed IS NULL") == 0
    await kumkm("retention", "apply")
    rows = await pg.fetch("SELECT campaign_id, bool_or(sealed IS NOT NULL) FROM submission GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in rows] in ([(1, False)], [(1, False), (2, True)])
    assert await pg.fetchval("SELECT sealed FROM raw_item WHERE campaign_id = 1") is None
    assert await figures(pg) == before
    assert await drift(pg) == []
    assert "Nothing" in (await kumkm("retention", "apply")).output
    assert await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = 'retention.applied'") == 1


async def test_the_servers_own_login_may_do_none_of_this(
    kumkm: Callable[..., Awaitable[Result]], person: Json, settings: Settings
) -> None:
    own = settings.database_url.get_secret_value()
    result = await kumkm("subject", "erase", "--nik", person["nik"], *WHY, "--yes", code=1, DATABASE_URL=own)
    assert type(result.exception).__name__ == "InsufficientPrivilegeError"


async def test_every_revision_of_a_record_goes_also_one_that_did_not_name_the_person(
    kumkm: Callable[..., Awaitable[Result]], pg: asyncpg.Connection, client: httpx.AsyncClient, world: World
) -> None:
    number, record = nik(), "01832f3e-0000-7000-8000-0000000000aa"
    without = item(record_id=record, phone="081234567890")
    await outcomes(client, world, "enumerator.1", without)
    await outcomes(client, world, "enumerator.1", item(record_id=record, revision=2, nik=number))
    await kumkm("subject", "erase", "--nik", number, *WHY, "--yes")
    rows = await pg.fetch("SELECT answers::text, sealed FROM submission WHERE record_id = $1", record)
    assert [tuple(row) for row in rows] == [("{}", None)] * 2


async def test_what_retention_left_open_is_found_by_the_business_and_erased(
    kumkm: Callable[..., Awaitable[Result]], person: Json, pg: asyncpg.Connection
) -> None:
    await pg.execute("UPDATE campaign SET answers_until = '2023-12-31' WHERE id = 1")
    await kumkm("retention", "apply")
    await kumkm("subject", "erase", "--nik", person["nik"], *WHY, "--yes")
    left = await pg.fetchval("SELECT answers::text FROM submission WHERE record_id = $1", person["own"]["record_id"])
    assert left == "{}"
    assert await pg.fetchval("SELECT count(*) FROM business WHERE name = '(dihapus atas permintaan)'") == 1
