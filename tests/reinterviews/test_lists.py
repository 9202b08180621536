"""What supervisors see of the sample, and how far both interviews agree; and the flag that comes of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from asked_again import SAID, Draw, answered, ask, assign, configure, heard, nobody, records, send
from shapes import Json
from world import World

from app.core.clock import SetClock
from app.quality.rounds import Judging

FIGURES = ("drawn", "waiting", "done", "interviewed", "not_found", "agreed", "compared", "share", "low", "high")


async def ids(pg: asyncpg.Connection) -> list[tuple[str, str]]:
    return [(str(row[0]), str(row[1])) for row in await pg.fetch("SELECT id, record_id FROM reinterview ORDER BY id")]


async def test_supervisors_see_the_sample_without_answers(
    client: httpx.AsyncClient, world: World, drawn: dict[str, Json], pg: asyncpg.Connection, clock: SetClock
) -> None:
    listed = await ask(client, world, "reinterviews")
    assert len(listed) == len(await ids(pg)) >= 3
    assert {each["enumerator"] for each in listed} == {"enumerator.1"}
    assert {(each["assignee"], each["state"], each["is_automatic"]) for each in listed} == {
        ("enumerator.4", "assigned", False)
    }
    assert not any(each["is_overdue"] for each in listed)
    text = str(listed)
    assert not any(said in text for said in SAID.values())
    clock.moment = clock.now() + timedelta(days=15)
    assert len(await ask(client, world, "reinterviews", state="overdue")) == len(listed)
    (id_, record), *_ = await ids(pg)
    await answered(client, world, 4, id_, heard(drawn[record], annual_sales_idr=1))
    (done,) = await ask(client, world, "reinterviews", state="done")
    assert (done["id"], done["different"], done["result"]) == (id_, ["/annual_sales_idr"], "done")
    assert len(await ask(client, world, "reinterviews", state="open")) == 0
    assert len(await ask(client, world, "reinterviews", assignee="enumerator.4")) == len(listed)
    assert await ask(client, world, "reinterviews", assignee="enumerator.5") == []
    assert await ask(client, world, "reinterviews", enumerator="enumerator.2") == []


async def test_everybody_sees_what_is_in_reach(
    client: httpx.AsyncClient, world: World, drawn: dict[str, Json], pg: asyncpg.Connection
) -> None:
    (id_, record), *_ = await ids(pg)
    await answered(client, world, 4, id_, heard(drawn[record]))
    for path in ("reinterviews", "agreement"):
        for who, sees in (("coordinator.1", True), ("coordinator.2", False), ("admin", True)):
            assert bool(await ask(client, world, path, who)) is sees, (path, who)
        assert await ask(client, world, path, "officer.palembang") == []
        answer = await client.get(f"/v1/quality/{path}?region=16.71", headers=world.auth("officer"))
        assert answer.status_code == 404
        for who in ("enumerator.1", "enumerator.4", "system"):
            answer = await client.get(f"/v1/quality/{path}", headers=world.auth(who))
            assert answer.status_code == 403
    assert bool(await ask(client, world, "agreement", "coordinator.2", by="question")) is False


async def test_pages_together_are_the_whole_list(
    client: httpx.AsyncClient, world: World, drawn: dict[str, Json]
) -> None:
    for path in ("reinterviews", "agreement"):
        pages, cursor = [], None
        while True:
            params = {"limit": "1"} | ({"cursor": cursor} if cursor else {})
            page = (await client.get(f"/v1/quality/{path}", params=params, headers=world.auth("officer"))).json()
            pages += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert pages == await ask(client, world, path)


async def test_agreement_by_enumerator_and_by_question_adds_up(
    client: httpx.AsyncClient, world: World, drawn: dict[str, Json], pg: asyncpg.Connection
) -> None:
    (first, one), (second, other), (third, _), *_ = await ids(pg)
    await answered(client, world, 4, first, heard(drawn[one]))
    body = heard(drawn[other], annual_sales_idr=1, legal_name="Usaha Lain", owner={"nik": "1601145203850001"})
    await answered(client, world, 4, second, body)
    await answered(client, world, 4, third, nobody("not_found"))
    (row,) = await ask(client, world, "agreement")
    (again,) = await ask(client, world, "agreement", by="reinterviewer")
    assert (again["reinterviewer"], again["reinterviewer_id"]) == ("enumerator.4", str(world.id("enumerator.4")))
    assert {name: again[name] for name in FIGURES} == {name: row[name] for name in FIGURES}
    assert (row["enumerator"], row["done"], row["interviewed"], row["not_found"]) == ("enumerator.1", 3, 2, 1)
    assert row["drawn"] == row["done"] + row["waiting"] == len(await ids(pg))
    assert row["compared"] - row["agreed"] == 2, "what was shown does not count"
    assert (row["low"], row["high"]) == (0, 1), "of two businesses nothing is known"
    questions = {each["question"]: each for each in await ask(client, world, "agreement", by="question")}
    assert sum(each["compared"] for each in questions.values() if not each["is_shown"]) == row["compared"]
    assert sum(each["agreed"] for each in questions.values() if not each["is_shown"]) == row["agreed"]
    assert (questions["/annual_sales_idr"]["agreed"], questions["/annual_sales_idr"]["compared"]) == (1, 2)
    assert questions["/annual_sales_idr"]["label"] == "Penjualan setahun (Rp)"
    assert questions["/legal_name"]["is_shown"]
    assert questions["/legal_name"]["agreed"] == 1
    assert questions["/location"]["agreed"] == 2


async def test_who_asks_again_has_what_is_given_to_that_person(
    client: httpx.AsyncClient, world: World, drawn: dict[str, Json], pg: asyncpg.Connection
) -> None:
    (first, one), (second, other), (third, _), *others = await ids(pg)
    for each, who in ((first, 4), (second, 5), (third, 5), *((id_, 5) for id_, _ in others)):
        await assign(client, world, each, f"enumerator.{who}")
    await answered(client, world, 4, first, heard(drawn[one]))
    await answered(client, world, 5, second, heard(drawn[other], annual_sales_idr=1, started_year=1950))
    await answered(client, world, 5, third, nobody("not_found"))
    rows = {each["reinterviewer"]: each for each in await ask(client, world, "agreement", by="reinterviewer")}
    assert next(iter(rows)) == "enumerator.5", "who agrees least comes first"
    waiting = len(others)
    found = [rows["enumerator.5"][name] for name in ("drawn", "waiting", "interviewed", "not_found")]
    assert found == [2 + waiting, waiting, 1, 1]
    assert rows["enumerator.5"]["compared"] - rows["enumerator.5"]["agreed"] == 2
    assert rows["enumerator.4"]["share"] == 1
    (row,) = await ask(client, world, "agreement")
    for name in ("done", "interviewed", "not_found", "agreed", "compared"):
        assert sum(each[name] for each in rows.values()) == row[name]
    assert await ask(client, world, "agreement", "coordinator.2", by="reinterviewer") == [], "another team"


async def test_the_sums_are_of_everybody_on_each_page(
    client: httpx.AsyncClient, world: World, drawn: dict[str, Json], pg: asyncpg.Connection, draw_all: Draw
) -> None:
    await send(client, world, 2, records(2, 10))
    await draw_all()
    people = await ask(client, world, "agreement")
    assert len(people) == 2
    first = await _page(client, world, limit=1)
    second = await _page(client, world, limit=1, cursor=first["next_cursor"])
    assert [each["enumerator"] for each in (*first["items"], *second["items"])] == [p["enumerator"] for p in people]
    assert first["sums"] == second["sums"]
    for figure in ("drawn", "waiting", "overdue", "done", "not_found", "agreed", "compared"):
        assert first["sums"][figure] == sum(each[figure] for each in people), figure
    own = await _page(client, world, who="coordinator.2")
    assert (own["items"], own["sums"]["drawn"], own["sums"]["share"]) == ([], 0, None), "of another team nothing"


async def _page(client: httpx.AsyncClient, world: World, who: str = "officer", **params: Any) -> Json:
    answer = await client.get("/v1/quality/agreement", params=params, headers=world.auth(who))
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def test_as_csv(client: httpx.AsyncClient, world: World, drawn: dict[str, Json], pg: asyncpg.Connection) -> None:
    (id_, record), *_ = await ids(pg)
    await answered(client, world, 4, id_, heard(drawn[record], annual_sales_idr=1))
    for query, words in (
        ("reinterviews?state=done", ["different", "/annual_sales_idr"]),
        ("agreement", ["enumerator_name", "enumerator.1"]),
        ("agreement?by=question", ["question", "/owner/nik"]),
        ("agreement?by=reinterviewer", ["reinterviewer_name", "enumerator.4"]),
    ):
        answer = await client.get(f"/v1/quality/{query}", headers=world.auth("officer") | {"Accept": "text/csv"})
        assert answer.headers["Content-Type"].startswith("text/csv")
        assert all(word in answer.text for word in words)


async def test_low_agreement_and_missing_businesses_are_flags_of_the_enumerator(
    client: httpx.AsyncClient,
    world: World,
    drawn: dict[str, Json],
    pg: asyncpg.Connection,
    draw_all: Draw,
    clock: SetClock,
) -> None:
    judging = Judging(world.services.database, world.services.ingest.ring, clock)

    async def flags() -> dict[str, Json]:
        await pg.execute("UPDATE quality_state SET ended_at = NULL")
        await judging.round()
        people = await ask(client, world, "enumerators", enumerator="enumerator.1")
        return {flag["code"]: flag for each in people for flag in each["flags"]}

    (first, one), (second, two), (third, three), *_ = await ids(pg)
    assert "low_agreement" not in await flags()
    wrong = {
        "annual_sales_idr": 1,
        "founding_capital_idr": 1,
        "started_year": 1950,
        "place_type": "online",
        "kbli": "01111",
        "phone": "0",
        "workers": {"paid_male": 90, "unpaid_female": 90},
        "owner": {"nik": "1601145203850001", "birth_date": "1950-01-01"},
    }
    await answered(client, world, 4, first, heard(drawn[one], **wrong))
    await answered(client, world, 4, second, nobody("not_found"))
    assert await pg.fetchval("SELECT bool_and(waits) FROM quality_state")
    found = await flags()
    assert found["business_not_found"]["numbers"]["not_found"] == 1
    assert "low_agreement" not in found, "of so few answers nothing is said"
    answer = await client.patch(
        "/v1/campaigns/pl-kumkm-2022",
        json={"quality": {"reinterviewed": {"least_answers": 5, "least_share": 0.95}}},
        headers=world.auth("admin"),
    )
    assert answer.status_code == 200
    assert "low_agreement" not in await flags(), "of one business nothing is said, however many answers it gave"
    await answered(client, world, 4, second, heard(drawn[two], **wrong))
    assert "low_agreement" not in await flags(), "nor of two"
    await answered(client, world, 4, third, heard(drawn[three], **wrong))
    flag = (await flags())["low_agreement"]
    assert flag["numbers"]["compared"] >= 30
    assert flag["numbers"]["share"] < 0.5
    assert "jawaban sama" in flag["text"]
    assert "{" not in flag["text"]
    said = {"code": "low_agreement", "region_code": "16.01", "reason": "Sudah diperiksa bersama"}
    path = f"/v1/quality/enumerators/{world.id('enumerator.1')}/dismissal"
    assert (await client.post(path, json=said, headers=world.auth("officer"))).status_code == 204
    assert (await flags())["low_agreement"]["dismissal"]["by"] == "officer"


# Settings.


async def test_only_officers_and_admins_see_the_seed(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    answer = await configure(client, world, share_percent=2.0)
    seed = answer.json()["reinterviews"]["seed"]
    assert len(seed) == 32
    for who, sees in (("officer", True), ("admin", True), ("coordinator.1", False), ("enumerator.1", False)):
        told = (await client.get("/v1/campaigns", headers=world.auth(who))).text
        assert (seed in told) is sees, who
    events = str([tuple(row) for row in await pg.fetch("SELECT action, detail::text FROM audit_event")])
    assert "campaign.reinterviews_changed" in events
    assert seed not in events
    for who in ("officer", "coordinator.1", "enumerator.1"):
        assert (await configure(client, world, who, share_percent=1.0)).status_code == 403


async def test_senseless_settings_are_refused_with_a_pointer(client: httpx.AsyncClient, world: World) -> None:
    before = (await client.get("/v1/campaigns", headers=world.auth("admin"))).json()["items"]
    for said, pointer in (
        ({"share_percent": 20.5}, "/share_percent"),
        ({"share_percent": -1}, "/share_percent"),
        ({"share_percent": "2"}, "/share_percent"),
        ({"seed": "short"}, "/seed"),
        ({"seed": "1601145203850001"}, "/seed"),
        ({"assignment": "somehow"}, "/assignment"),
        ({"days": 0}, "/days"),
        ({"days": 1.5}, "/days"),
        ({"money_tolerance": 1.0}, "/money_tolerance"),
        ({"point_m": 5}, "/point_m"),
        ({"share": 2}, "/share"),
        ({}, ""),
    ):
        answer = await configure(client, world, **said)
        assert answer.status_code == 422, said
        found = [(each["pointer"], bool(each["code"])) for each in answer.json()["errors"]]
        assert found == [(f"/body/reinterviews{pointer}", True)], said
    answer = await client.patch("/v1/campaigns/pl-kumkm-2022", json={}, headers=world.auth("admin"))
    assert answer.status_code == 422
    answer = await client.patch("/v1/campaigns/pl-kumkm-2022", json={"reinterviews": None}, headers=world.auth("admin"))
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/body/reinterviews"]
    assert (await client.get("/v1/campaigns", headers=world.auth("admin"))).json()["items"] == before


async def test_a_task_keeps_its_person_where_the_same_one_is_named_again(
    client: httpx.AsyncClient, world: World, drawn: dict[str, Json], pg: asyncpg.Connection
) -> None:
    (id_, _), *_ = await ids(pg)
    await assign(client, world, id_, "enumerator.5")
    await assign(client, world, id_, "enumerator.4")
    row = await pg.fetchrow("SELECT assignee_id, former_ids FROM reinterview WHERE id = $1", UUID(id_))
    assert row is not None
    assert tuple(row) == (world.id("enumerator.4"), [world.id("enumerator.5")])
